"""Two officials, two browsers, one record: who saves second is shown what differs, and loses no character."""

import pytest

from tests.browser.conftest import follow
from tests.browser.officials import as_official

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

TYPED = "  One & “two” <b>three</b>\n\n\t100 % — 虹桥，ｆｕｌｌ 𠮷 é\n'quoted' \\ back"
THEIR_TITLE, YOUR_TITLE = "Their title", "Your title 'quoted' & <script>"


def open_record(open_page, site, name):
    page = as_official(open_page, site, name, "coordinator", path="/admin/missions/mission/?q=FP-078")
    follow(page.get_by_role("link", name="FP-078", exact=True))
    return page


def save(page):
    follow(page.get_by_role("button", name="Save", exact=True))


def test_the_second_to_save_sees_what_differs_and_loses_no_character(open_page, site):
    first, second = (open_record(open_page, site, name) for name in ("li", "wang"))
    before = second.get_by_label("Description (English)").input_value()
    clause = first.get_by_label("Clause (English)").input_value()
    first.get_by_label("Title (English)").fill(THEIR_TITLE)
    first.get_by_label("Description (English)").fill("Their description")
    first.get_by_label("Clause (English)").fill("Their clause")
    save(first)
    second.get_by_label("Title (English)").fill(YOUR_TITLE)
    second.get_by_label("Description (English)").fill(TYPED)
    second.get_by_label("Title (Chinese)").fill("您的标题")
    save(second)
    shown = {
        section.get_attribute("data-field"): section.locator("dd").all_inner_texts()
        for section in second.locator(".hub-difference").all()
    }

    assert "li saved this record" in second.locator(".errorlist").first.inner_text()
    assert shown["title_en"][1:] == [THEIR_TITLE, YOUR_TITLE]
    assert shown["description_en"] == [before, "Their description", TYPED.strip()]
    assert shown["clause"] == [clause or "–", "Their clause"]
    assert second.get_by_label("Title (English)").input_value() == YOUR_TITLE
    assert second.get_by_label("Description (English)").input_value() == TYPED
    assert second.get_by_label("Title (Chinese)").input_value() == "您的标题"
    assert second.get_by_label("Clause (English)").input_value() == "Their clause"

    second.locator("[data-field=title_en]").get_by_label("Take theirs").check()
    save(second)
    follow(second.get_by_role("link", name="FP-078", exact=True))

    assert second.get_by_label("Title (English)").input_value() == THEIR_TITLE
    assert second.get_by_label("Description (English)").input_value() == TYPED.strip()
    assert second.get_by_label("Title (Chinese)").input_value() == "您的标题"
    assert second.get_by_label("Clause (English)").input_value() == "Their clause"

    follow(second.get_by_role("link", name="History"))

    assert THEIR_TITLE in second.locator("tr", has_text="Title (English)").first.inner_text()
