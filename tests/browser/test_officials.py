"""Walks of officials: report with evidence, review, publish, return form, and what is typed is never lost."""

import csv
from pathlib import Path

import pytest

from tests.browser.conftest import follow
from tests.browser.officials import as_official, count_clicks, session_of
from tests.browser.signing import choose_a_password, set_up_an_app, sign_in
from tests.files.samples import pdf
from tests.forms import codes, fill_in

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]


def test_a_published_status_is_on_the_list_and_in_the_report(open_page, site):
    official = open_page("/admin/")
    sign_in(official, "admin", site.password)
    choose_a_password(official, site.password, "three arcs over the river")
    set_up_an_app(official)
    official.goto(f"{site.url}/admin/missions/mission/?q=FP-078")
    follow(official.get_by_role("link", name="Report a status").first)
    official.get_by_label("Completed").check()
    official.get_by_label("Effective on").fill("2026-10-01")
    official.get_by_label("Public document").check()
    official.get_by_label("Headline (English)").fill("The line is open")
    official.get_by_label("Headline (Chinese)").fill("全线开通")
    follow(official.get_by_role("button", name="Publish"))
    assert official.get_by_label("Headline (English)").input_value() == "The line is open"  # refused: no evidence
    official.get_by_label("Title").first.fill("Opening of the line")
    official.get_by_label("Address").first.fill("https://example.org/opening")
    follow(official.get_by_role("button", name="Publish"))

    citizen = open_page("/en/missions/?q=FP-078")
    row = citizen.locator("tr[data-code='FP-078']")
    assert (row.get_attribute("data-status"), "1 Oct 2026" in row.inner_text()) == ("completed", True)
    with citizen.expect_download() as download:
        citizen.get_by_role("link", name="CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = [(row["code"], row["status"], row["status_since"]) for row in csv.DictReader(file)]
    assert rows == [("FP-078", "completed", "2026-10-01")]
    citizen.goto(f"{site.url}/en/missions/?q=FP-078&as_of=2026-09-30")
    assert row.get_attribute("data-status") == "in_progress"


WORDS = {
    "en": ("Completed", "Public document", "Headline (English)", "Headline (Chinese)", "Submit", "Publish"),
    "zh-hans": ("已完成", "公开文件", "摘要（中文）", "摘要（英文）", "报送", "发布"),
}


@pytest.mark.parametrize(("language", "code", "owner"), [("en", "FP-002", "HQCBD"), ("zh-hans", "FP-001", "NDRC")])
def test_an_editor_submits_in_six_clicks_and_a_coordinator_publishes_in_three(
    open_page, site, tmp_path, language, code, owner
):
    completed, document, headline, other, submit, publish = WORDS[language]
    (tmp_path / "notice.pdf").write_bytes(pdf())
    editor = as_official(open_page, site, f"ed-{language}", "editor", organisation=owner, language=language)
    clicks = count_clicks(editor)
    follow(editor.get_by_role("link", name=code).first)
    editor.get_by_label(completed).click()
    editor.get_by_label(document).click()
    editor.get_by_label(headline).fill("Document 文件")
    with editor.expect_file_chooser() as chooser:
        editor.locator("input[type=file]").first.click()
    chooser.value.set_files(tmp_path / "notice.pdf")
    follow(editor.get_by_role("button", name=submit, exact=True))
    assert clicks() <= 6

    coordinator = as_official(open_page, site, f"co-{language}", "coordinator", language=language)
    clicks = count_clicks(coordinator)
    follow(coordinator.locator(".hub-task").first.get_by_role("link", name=code))
    coordinator.get_by_label(other).fill("Document 文件")
    follow(coordinator.get_by_role("button", name=publish, exact=True))
    coordinator.wait_for_url("**/mission/*/change/")
    assert clicks() <= 3

    newest = open_page(f"/{language}/missions/{code}/").locator(".timeline li").first
    with newest.page.expect_download() as download:
        newest.get_by_role("link", name="notice.pdf").click()
    assert [text in newest.inner_text() for text in ("Document 文件", completed)] == [True, True]
    assert Path(download.value.path()).read_bytes() == pdf()


def test_a_return_form_is_downloaded_filled_in_and_submitted(open_page, site):
    path = "/admin/missions/import/add/"
    page = as_official(open_page, site, "returning", "editor", path=path, organisation="EXIM")

    def hand_in(content):
        page.locator("[name=file]").set_input_files({"name": "填报表.xlsx", "mimeType": "", "buffer": content})
        follow(page.locator(".submit-row [type=submit]"))

    with page.expect_download() as download:
        page.locator("a[href$='return.xlsx']").first.click()
    content = download.value.path().read_bytes()
    first, second, *_others = codes(content)
    reported = {"new_status": "推进中 In progress", "effective_on": "2026年3月2日", "headline_zh": "正在推进"}
    hand_in(fill_in(content, {first: reported, second: {**reported, "effective_on": "2026年3月"}}))
    assert page.locator("[name=_carry_out]").count() == 0  # a month is no date
    page.goto(site.url + path)
    hand_in(fill_in(content, {first: reported}))
    follow(page.locator("[name=_carry_out]"))
    assert page.locator(".hub-import li").count() == 1


# --- what is typed ----------------------------------------------------------------------------------------------------

TYPED = {"headline_en": "Half of the line is laid", "headline_zh": "半数轨道已铺设", "note": "Ask me on Monday"}
EMPTY = dict.fromkeys(TYPED, "")


def open_form(open_page, site):
    page = as_official(open_page, site, "ed-typing", "editor", organisation="SHTC", path="/admin/missions/mission/")
    follow(page.get_by_role("link", name="Report a status").first)
    page.get_by_label("Paused").check()
    page.get_by_label("Owner's statement").check()
    for name, text in TYPED.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_label("Title").first.fill("Minutes of the meeting")
    return page


def typed(page):
    return {name: page.locator(f"[name={name}]").input_value() for name in TYPED}


def change_session(page, site, username):
    page.context.clear_cookies(name="sessionid")
    if username:
        page.context.add_cookies([session_of(site, username, "editor", organisation="SHTC")])


def is_complete(page):
    choices = [page.get_by_label(label).is_checked() for label in ("Paused", "Owner's statement")]
    return (typed(page), page.get_by_label("Title").first.input_value(), choices) == (
        TYPED, "Minutes of the meeting", [True, True],
    )  # fmt: skip


def test_typed_text_is_there_after_going_back_an_expired_session_and_a_restart(open_page, site):
    page = open_form(open_page, site)
    form = page.url
    follow(page.get_by_role("link", name="Home"))
    page.go_back()
    assert is_complete(page)
    change_session(page, site, None)
    follow(page.get_by_role("button", name="Submit"))
    assert "/accounts/login/" in page.url
    change_session(page, site, "ed-typing")
    page.goto(form)
    assert is_complete(page)
    site.stop()
    page.get_by_role("button", name="Submit").click(no_wait_after=True)
    page.wait_for_timeout(300)
    site.start()
    page.goto(form)
    assert is_complete(page)
    change_session(page, site, "ed-colleague")  # in the same tab
    page.goto(form)
    assert typed(page) == EMPTY


def test_typed_text_is_saved_as_a_draft_and_gone_after_submission_and_signing_out(open_page, site):
    page = open_form(open_page, site)
    form = page.url
    page.locator("[name=effective_on]").fill("2099-01-01")
    follow(page.get_by_role("button", name="Submit"))
    assert is_complete(page)  # refused: the date has not come
    page.goto(site.url + "/admin/")
    follow(page.locator(".hub-task", has_text="Drafts").get_by_role("listitem").get_by_role("link").first)
    assert is_complete(page)
    follow(page.get_by_role("button", name="Give this draft up"))
    page = open_form(open_page, site)
    follow(page.get_by_role("button", name="Submit"))
    page.wait_for_url("**/admin/")
    page.goto(form)
    assert typed(page) == EMPTY
    page = open_form(open_page, site)
    follow(page.get_by_role("button", name="Sign out"))
    change_session(page, site, "ed-typing")
    page.goto(form)
    assert typed(page) == EMPTY


def test_the_second_to_save_a_record_sees_what_differs_and_loses_no_character(open_page, site):
    text = "  One & “two” <b>three</b>\n\n\t100 % — 虹桥，ｆｕｌｌ 𠮷 é\n'quoted' \\ back"
    pages = []
    for name in ("li", "wang"):
        page = as_official(open_page, site, name, "coordinator", path="/admin/missions/mission/?q=FP-079")
        follow(page.get_by_role("link", name="FP-079", exact=True))
        pages.append(page)

    def save(page, **fields):
        for name, value in fields.items():
            page.locator(f"[name={name}]").fill(value)
        follow(page.get_by_role("button", name="Save", exact=True))

    def values(*names):
        return [page.locator(f"[name={name}]").input_value() for name in names]

    first, page = pages
    save(first, title_en="Their title", description_en="Their description", clause="Their clause")
    save(page, title_en="Your <title>", description_en=text, title_zh="您的标题")
    sections = page.locator(".hub-difference").all()
    shown = {each.get_attribute("data-field"): each.locator("dd").all_inner_texts()[1:] for each in sections}
    assert shown["title_en"] == ["Their title", "Your <title>"]
    assert shown["description_en"] == ["Their description", text.strip()]
    fields = ("title_en", "description_en", "title_zh", "clause")
    assert values(*fields) == ["Your <title>", text, "您的标题", "Their clause"]
    page.locator("[data-field=title_en]").get_by_label("Take theirs").check()
    save(page)
    follow(page.get_by_role("link", name="FP-079", exact=True))
    assert values(*fields) == ["Their title", text.strip(), "您的标题", "Their clause"]
