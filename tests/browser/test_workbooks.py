"""Workbooks through the back office as people use it: taken, filled in, handed in, looked at and carried out."""

from io import BytesIO

import openpyxl
import pytest

from tests.browser.barriers import findings
from tests.browser.conftest import follow
from tests.browser.officials import as_official
from tests.filling import codes, fill_in

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

SAID = {"new_status": "推进中 In progress", "effective_on": "2026年3月2日", "headline_zh": "正在推进"}
LOOKS = {"en": (375, "light"), "zh-hans": (1280, "dark")}


@pytest.fixture
def official(open_page, site):
    """Opens the page of workbooks for somebody of this role."""

    def opened(language, role, organisation=None):
        width, scheme = LOOKS[language]
        look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        who = (f"workbooks-{role}-{language}", role)
        path = "/admin/missions/import/add/"
        return as_official(open_page, site, *who, path=path, language=language, organisation=organisation, **look)

    return opened


def taken(page, link):
    """The workbook behind the link."""
    with page.expect_download() as download:
        page.locator(f"a[href$='{link}']").first.click()
    return download.value.path().read_bytes()


def hand_in(page, content, name):
    page.locator("[name=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    follow(page.locator(".submit-row [type=submit]"))


def barriers(page):
    """What axe finds, and whether something sticks out."""
    page.wait_for_load_state("load")
    width = page.viewport_size["width"]
    too_wide = page.evaluate("document.documentElement.scrollWidth") != width
    return [*findings(page), *(["sticks out"] if too_wide else [])]


@pytest.mark.parametrize("language", LOOKS)
def test_a_return_form_is_taken_filled_in_looked_at_and_submitted(official, language):
    page = official(language, "editor", "EXIM" if language == "en" else "HQCBD")
    content = taken(page, "return.xlsx")
    first, second, *_others = codes(content)

    hand_in(page, fill_in(content, {first: SAID, second: {**SAID, "effective_on": "2026年3月"}}), "填报表.xlsx")
    refused = (barriers(page), page.locator(".hub-why").count(), page.locator("[name=_carry_out]").count())

    page.goto(page.url.rsplit("/", 3)[0] + "/add/")
    hand_in(page, fill_in(content, {first: SAID}), "填报表.xlsx")
    looked = barriers(page)
    follow(page.locator("[name=_carry_out]"))

    assert refused == ([], 1, 0)
    assert (looked, barriers(page)) == ([], [])
    assert page.locator(".hub-import li").count() == 1


@pytest.mark.parametrize("language", LOOKS)
def test_the_register_is_taken_changed_looked_at_and_written(official, language):
    page = official(language, "coordinator")
    book = openpyxl.load_workbook(BytesIO(taken(page, "register.xlsx")))
    titles = next(cell.column for cell in book["missions"][1] if cell.value == "title_en")
    code = {"en": "FP-101", "zh-hans": "FP-102"}[language]
    row = next(row for row in book["missions"].iter_rows() if row[0].value == code)
    title = row[titles - 1]
    title.value = f"{title.value}, as reworded"
    changed = BytesIO()
    book.save(changed)

    hand_in(page, changed.getvalue(), "register.xlsx")
    looked = (barriers(page), page.locator(".hub-import tbody tr").count())
    follow(page.locator("[name=_carry_out]"))
    written = (barriers(page), page.locator("[name=_carry_out]").count())
    page.reload()

    assert looked == ([], 1)
    assert written == ([], 0)
    assert barriers(page) == []
    assert page.locator(".hub-import li").count() == 1
    assert title.value in page.locator(".hub-import li").inner_text()


@pytest.mark.parametrize("language", LOOKS)
def test_what_is_no_workbook_is_refused_at_its_field(official, language):
    page = official(language, "coordinator")
    page.locator("[name=file]").set_input_files({"name": "letter.pdf", "mimeType": "", "buffer": b"%PDF-"})
    follow(page.locator(".submit-row [type=submit]"))

    assert page.locator(".form-row.errors .errorlist li").count() == 1
    assert barriers(page) == []
