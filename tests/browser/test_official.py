"""The back office's main job in a real browser: report, review, publish; and what is typed is never lost."""

from pathlib import Path

import pytest

from tests.browser.conftest import follow
from tests.browser.officials import as_official, count_clicks, session_of
from tests.files.samples import pdf

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

WORDS = {
    "en": {
        "completed": "Completed",
        "document": "Public document",
        "headline": "Headline (English)",
        "other": "Headline (Chinese)",
        "submit": "Submit",
        "publish": "Publish",
        "submitted": "Submitted. A coordinator is going to read it.",
    },
    "zh-hans": {
        "completed": "已完成",
        "document": "公开文件",
        "headline": "摘要（中文）",
        "other": "摘要（英文）",
        "submit": "报送",
        "publish": "发布",
        "submitted": "已报送，等待统筹部门审核。",
    },
}
CASES = [("en", "FP-002", "Document issued", "文件已印发"), ("zh-hans", "FP-001", "文件已印发", "Document issued")]


@pytest.mark.parametrize(("language", "code", "headline", "other"), CASES)
def test_an_editor_submits_in_six_clicks_and_a_coordinator_publishes_in_three(
    open_page, site, tmp_path, language, code, headline, other
):
    say = WORDS[language]
    notice = tmp_path / "notice.pdf"
    notice.write_bytes(pdf())
    owner = {"FP-002": "HQCBD", "FP-001": "NDRC"}[code]
    editor = as_official(open_page, site, f"ed-{language}", "editor", organisation=owner, language=language)
    clicks = count_clicks(editor)
    follow(editor.get_by_role("link", name=code).first)
    editor.get_by_label(say["completed"]).click()
    editor.get_by_label(say["document"]).click()
    editor.get_by_label(say["headline"]).fill(headline)
    with editor.expect_file_chooser() as chooser:
        editor.locator("input[type=file]").first.click()
    chooser.value.set_files(notice)
    follow(editor.get_by_role("button", name=say["submit"], exact=True))

    assert say["submitted"] in editor.locator(".messagelist").inner_text()
    assert clicks() <= 6

    coordinator = as_official(open_page, site, f"co-{language}", "coordinator", language=language)
    clicks = count_clicks(coordinator)
    follow(coordinator.locator(".hub-task").first.get_by_role("link", name=code))
    coordinator.get_by_label(say["other"]).fill(other)
    follow(coordinator.get_by_role("button", name=say["publish"], exact=True))
    coordinator.wait_for_url("**/mission/*/change/")

    assert clicks() <= 3

    citizen = open_page(f"/{language}/missions/{code}/")
    newest = citizen.locator(".timeline li").first
    with citizen.expect_download() as download:
        newest.get_by_role("link", name="notice.pdf").click()

    assert headline in newest.inner_text()
    assert say["completed"] in newest.inner_text()
    assert Path(download.value.path()).read_bytes() == pdf()


TYPED = {"headline_en": "Half of the line is laid", "headline_zh": "半数轨道已铺设", "note": "Ask me on Monday"}


@pytest.fixture
def typed(open_page, site):
    """An editor in the middle of a report: page, and the cookie of a later session."""
    page = as_official(open_page, site, "ed-typing", "editor", organisation="SHTC")
    page.locator(".hub-tasks, .hub-done").first.wait_for()
    page.goto(site.url + "/admin/missions/mission/")
    follow(page.get_by_role("link", name="Report a status").first)
    page.get_by_label("Paused").check()
    page.get_by_label("Owner's statement").check()
    for name, text in TYPED.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_label("Title").first.fill("Minutes of the meeting")
    return page


def assert_nothing_is_lost(page):
    assert {name: page.locator(f"[name={name}]").input_value() for name in TYPED} == TYPED
    assert page.get_by_label("Title").first.input_value() == "Minutes of the meeting"
    assert page.get_by_label("Paused").is_checked()
    assert page.get_by_label("Owner's statement").is_checked()


def test_typed_text_outlives_an_expired_session(typed, site):
    form = typed.url
    typed.context.clear_cookies(name="sessionid")
    follow(typed.get_by_role("button", name="Submit"))

    assert "/accounts/login/" in typed.url

    typed.context.add_cookies([session_of(site, "ed-typing", "editor", organisation="SHTC")])
    typed.goto(form)
    assert_nothing_is_lost(typed)


def test_typed_text_outlives_the_way_back(typed, site):
    follow(typed.get_by_role("link", name="Home"))
    typed.go_back()

    assert_nothing_is_lost(typed)


def test_typed_text_is_not_shown_to_another_person_in_the_same_tab(typed, site):
    form = typed.url
    typed.context.clear_cookies(name="sessionid")
    typed.context.add_cookies([session_of(site, "ed-colleague", "editor", organisation="SHTC")])
    typed.goto(form)

    assert {name: typed.locator(f"[name={name}]").input_value() for name in TYPED} == dict.fromkeys(TYPED, "")


def test_typed_text_outlives_a_refused_move_as_a_draft(typed, site):
    typed.locator("[name=effective_on]").fill("2099-01-01")
    follow(typed.get_by_role("button", name="Submit"))

    assert "This day lies in the future" in typed.locator("#content").inner_text()
    assert_nothing_is_lost(typed)

    typed.goto(site.url + "/admin/")
    follow(typed.locator(".hub-task", has_text="Drafts").get_by_role("listitem").get_by_role("link").first)
    assert_nothing_is_lost(typed)

    follow(typed.get_by_role("button", name="Give this draft up"))
    assert "Taken back" in typed.locator("#content-start").inner_text()


def test_typed_text_outlives_a_restart_of_the_server(typed, site):
    form = typed.url
    site.stop()
    typed.get_by_role("button", name="Submit").click(no_wait_after=True)
    typed.wait_for_timeout(300)
    site.start()
    typed.goto(form)

    assert_nothing_is_lost(typed)


def test_what_was_submitted_is_not_offered_again(typed, site):
    form = typed.url
    follow(typed.get_by_role("button", name="Submit"))
    typed.wait_for_url("**/admin/")
    typed.goto(form)

    assert {name: typed.locator(f"[name={name}]").input_value() for name in TYPED} == dict.fromkeys(TYPED, "")


def test_typed_text_goes_with_whoever_signs_out(typed, site):
    form = typed.url
    follow(typed.get_by_role("button", name="Sign out"))
    typed.context.add_cookies([session_of(site, "ed-typing", "editor", organisation="SHTC")])
    typed.goto(form)

    assert {name: typed.locator(f"[name={name}]").input_value() for name in TYPED} == dict.fromkeys(TYPED, "")
