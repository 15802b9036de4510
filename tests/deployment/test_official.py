"""The officials' walk, through nginx, in a real Chromium: sign in, submit with a file, publish, and all can read it."""

import json

import pytest

from tests.browser.conftest import follow
from tests.browser.signing import choose_a_password, set_up_an_app, sign_in
from tests.files.samples import pdf

pytestmark = [pytest.mark.browser, pytest.mark.long]

NEW_PASSWORD = "three arcs over the river"
MAKE_AN_EDITOR = """
from missions.models import Membership, Organisation, User
user = User(username="editor", language="en", must_change_password=False)
user.set_password("a long enough password")
user.save()
Membership.objects.create(user=user, role="editor", organisation=Organisation.objects.get(code="HQCBD"))
"""


@pytest.fixture
def browser(open_page):
    """Opens pages in a browser of their own, which takes the test's own certificate."""
    return lambda path: open_page(path, ignore_https_errors=True)


def cookies_of(page):
    return {cookie["name"]: cookie for cookie in page.context.cookies()}


def submit(page, notice):
    follow(page.get_by_role("link", name="FP-002").first)
    page.get_by_label("Completed").check()
    page.get_by_label("Public document").check()
    page.get_by_label("Headline (English)").fill("Document issued")
    page.locator("input[type=file]").first.set_input_files(notice)
    follow(page.get_by_role("button", name="Submit", exact=True))


def publish(page):
    follow(page.locator(".hub-task").first.get_by_role("link", name="FP-002"))
    page.get_by_label("Headline (Chinese)").fill("文件已印发")
    follow(page.get_by_role("button", name="Publish", exact=True))
    page.wait_for_url("**/mission/*/change/")


def test_an_editor_submits_a_file_and_a_coordinator_publishes_it(site, browser, tmp_path):
    site.manage("shell", "--no-imports", "-c", MAKE_AN_EDITOR)
    notice = tmp_path / "notice.pdf"
    notice.write_bytes(pdf())
    editor = browser("/admin/")
    sign_in(editor, "editor", "a long enough password")
    submit(editor, notice)
    coordinator = browser("/admin/")
    sign_in(coordinator, "admin", site.password)
    choose_a_password(coordinator, site.password, NEW_PASSWORD)
    set_up_an_app(coordinator)
    coordinator.goto(f"{site.url}/admin/")
    publish(coordinator)
    citizen = browser("/en/missions/FP-002/")
    newest = citizen.locator(".timeline li").first
    kept = newest.get_by_role("link", name="notice.pdf").get_attribute("href")

    assert "Document issued" in newest.inner_text()
    assert site.ask(kept).body == pdf()
    assert citizen.context.cookies() == []

    session = next(cookie for name, cookie in cookies_of(editor).items() if name.endswith("sessionid"))

    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")


WHO_SIGNED_IN = """
import json
from allauth.usersessions.models import UserSession
print(json.dumps(sorted(set(UserSession.objects.filter(user__username="reader").values_list("ip", flat=True)))))
"""


def test_the_site_knows_the_address_of_whoever_signed_in(site, browser):
    site.manage(
        "shell",
        "--no-imports",
        "-c",
        MAKE_AN_EDITOR.replace("editor", "reader").replace('"reader", org', '"editor", org'),
    )
    page = browser("/admin/")
    sign_in(page, "reader", "a long enough password")

    assert json.loads(site.manage("shell", "--no-imports", "-c", WHO_SIGNED_IN)) == ["127.0.0.1"]
