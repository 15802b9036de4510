"""`make screenshots` takes the pictures of docs/screenshots: the site with its real data, and a coordinator's pages.

Only what depends on the date (deadlines today, the time of loading) differs between two runs.
"""

from tests.browser.conftest import Site, follow, launch
from tests.browser.officials import session_of
from tests.forms import fill_in
from tests.sites import TOP, temporary_folder

FOLDER = TOP / "docs/screenshots"
# Prefix of the path, suffix of the file's name, the browser's locale, the coordinator's name.
LANGUAGES = [("en", "en", "en-GB", "chen"), ("zh-hans", "zh", "zh-CN", "li")]
PAGES = {
    "overview": "/{language}/",
    "list": "/{language}/missions/?status=in_progress&as_of=2024-03-02",
    "mission": "/{language}/missions/FP-012/",
    "figures": "/{language}/figures/",
    "report": "/{language}/report/completion.html?as_of=2024-03-02",
    "api": "/api/v1/docs?lang={suffix}#missions",
}
OFFICIAL_PAGES = {"admin": "/admin/", "board": "/admin/board/"}
# Submissions that wait for a coordinator.
SUBMIT = """
from datetime import date
from missions.models import Mission, Organisation, Role
from tests import factories
for code, name, headline_en, headline_zh in (
    ("FP-079", "zhao", "Trial operation has begun", "已进入试运行"),
    ("FP-017", "wang", "The second phase is under way", "二期工程正在推进"),
):
    mission = Mission.objects.get(code=code)
    editor = factories.user(name, Role.EDITOR, organisation=mission.lead_owner)
    submission = factories.submission(
        mission, by=editor, effective_on=date(2026, 10, 30), headline_en=headline_en, headline_zh=headline_zh,
        evidence=[factories.submitted_evidence()],
    )
    submission.submit(by=editor)
"""
# A return form: two status changes, and one with an unclear date.
ROW = {"new_status": "推进中 In progress", "effective_on": "2026-10-30", "headline_zh": "二期工程正在推进"}
RETURN_FORM = {"FP-002": ROW, "FP-013": ROW, "FP-017": {**ROW, "effective_on": "2026年10月"}}


def take(page, name):
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def upload_return_form(page, site):
    form = page.request.get(f"{site.url}/admin/missions/import/return.xlsx?owner=HQCBD").body()
    page.goto(f"{site.url}/admin/missions/import/add/")
    file = {"name": "return_HQCBD.xlsx", "mimeType": "", "buffer": fill_in(form, RETURN_FORM)}
    page.locator("[name=file]").set_input_files(file)
    follow(page.locator(".submit-row [type=submit]"))


def take_all(browser, site):
    for language, suffix, locale, coordinator in LANGUAGES:
        viewport = {"width": 1280, "height": 800}
        context = browser.new_context(viewport=viewport, color_scheme="light", reduced_motion="reduce", locale=locale)
        page = context.new_page()
        for name, path in (PAGES | OFFICIAL_PAGES).items():
            if path == "/admin/":
                context.add_cookies([session_of(site, coordinator, "coordinator", language=language)])
            page.goto(site.url + path.format(language=language, suffix=suffix))
            take(page, f"{name}-{suffix}")
        upload_return_form(page, site)
        take(page, f"return-{suffix}")
        context.close()


def main():
    FOLDER.mkdir(exist_ok=True)
    with temporary_folder() as folder:
        site = Site(folder)
        site.run_code(SUBMIT)
        with site.serving(), launch() as browser:
            take_all(browser, site)


if __name__ == "__main__":
    main()
