"""`make screenshots` takes the pictures of docs/screenshots: the site with its real data, and what a coordinator sees.

What goes by the calendar (today's deadline states, when the data was loaded) changes from day to day; all else is the
same each time.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, NO_CHROMIUM, SWITCHES, TOP, Site, follow
from tests.browser.officials import session_of
from tests.filling import fill_in

FOLDER = Path(TOP, "docs/screenshots")
WINDOW = {"width": 1280, "height": 800}
# Prefix of the address, ending of the file's name, the browser's language, the coordinator's name.
LANGUAGES = [("en", "en", "en-GB", "chen"), ("zh-hans", "zh", "zh-CN", "li")]
PAGES = {
    "overview": "",
    "list": "missions/?status=in_progress&as_of=2024-03-02",
    "mission": "missions/FP-012/",
    "figures": "figures/",
    "report": "report/completion.html?as_of=2024-03-02",
}
# What waits for a coordinator.
SUBMIT = """
from datetime import date
from missions.models import Mission, Organisation, Role
from tests import build
for code, name, headline_en, headline_zh in (
    ("FP-079", "zhao", "Trial operation has begun", "已进入试运行"),
    ("FP-017", "wang", "The second phase is under way", "二期工程正在推进"),
):
    mission = Mission.objects.get(code=code)
    editor = build.user(name, Role.EDITOR, organisation=mission.lead_owner)
    submission = build.submission(
        mission, by=editor, effective_on=date(2026, 10, 30), headline_en=headline_en, headline_zh=headline_zh,
        evidence=[build.submitted_evidence()],
    )
    submission.submit(by=editor)
"""


# What an office wrote into its return form: news of two missions, and of one the day is not clear.
SAID = {"new_status": "推进中 In progress", "effective_on": "2026-10-30", "headline_zh": "二期工程正在推进"}
RETURNED = {"FP-002": SAID, "FP-013": SAID, "FP-017": {**SAID, "effective_on": "2026年10月"}}


def take(page, address, name):
    page.goto(address)
    take_here(page, name)


def take_here(page, name):
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def take_all(browser, site):
    for language, ending, locale, coordinator in LANGUAGES:
        context = browser.new_context(viewport=WINDOW, color_scheme="light", reduced_motion="reduce", locale=locale)
        page = context.new_page()
        for name, path in PAGES.items():
            take(page, f"{site.url}/{language}/{path}", f"{name}-{ending}")
        take(page, f"{site.url}/api/v1/docs?lang={ending}#missions", f"api-{ending}")
        context.add_cookies([session_of(site, coordinator, "coordinator", language=language)])
        take(page, f"{site.url}/admin/", f"admin-{ending}")
        take(page, f"{site.url}/admin/board/", f"board-{ending}")
        hand_in(page, site)
        take_here(page, f"return-{ending}")
        context.close()


def hand_in(page, site):
    """Takes a return form, and hands it in filled in: its page shows what would come of it."""
    form = page.request.get(f"{site.url}/admin/missions/import/return.xlsx?owner=HQCBD").body()
    page.goto(f"{site.url}/admin/missions/import/add/")
    file = {"name": "return_HQCBD.xlsx", "mimeType": "", "buffer": fill_in(form, RETURNED)}
    page.locator("[name=file]").set_input_files(file)
    follow(page.locator(".submit-row [type=submit]"))


def main():
    """What to exit with: nothing, or a sentence on what is missing."""
    if CHROMIUM is None:
        return NO_CHROMIUM
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(folder)
        subprocess.check_call(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", SUBMIT], cwd=TOP, env=site.environment
        )
        try:
            site.start()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            take_all(browser, site)
            browser.close()
        finally:
            site.stop()
    return None


if __name__ == "__main__":
    sys.exit(main())
