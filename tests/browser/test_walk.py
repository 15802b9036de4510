"""The product's main job, end to end: an official reports a status, the public list shows it, the report has it."""

import csv

import pytest

from tests.browser.conftest import follow
from tests.browser.signing import choose_a_password, set_up_an_app, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

NEW_PASSWORD = "three arcs over the river"
HEADLINE = "The line is open from end to end"


def report_completed(page, day):
    follow(page.get_by_role("link", name="Report a status").first)
    page.get_by_label("Completed").check()
    page.get_by_label("Effective on").fill(day)
    page.get_by_label("Public document").check()
    page.get_by_label("Headline (English)").fill(HEADLINE)
    page.get_by_label("Headline (Chinese)").fill("全线开通")
    follow(page.get_by_role("button", name="Publish"))


def cite(page):
    page.get_by_label("Title").first.fill("Opening of the line")
    page.get_by_label("Address").first.fill("https://example.org/opening")
    follow(page.get_by_role("button", name="Publish"))


def test_an_official_reports_a_status_and_list_and_report_have_it(open_page, site):
    official = open_page("/admin/")
    sign_in(official, "admin", site.password)
    choose_a_password(official, site.password, NEW_PASSWORD)
    set_up_an_app(official)
    official.goto(f"{site.url}/admin/missions/mission/?q=FP-078")
    report_completed(official, "2026-10-01")

    assert "needs evidence" in official.locator("#content").inner_text()
    assert official.get_by_label("Headline (English)").input_value() == HEADLINE

    cite(official)
    citizen = open_page("/en/missions/?q=FP-078")
    row = citizen.locator("tr[data-code='FP-078']")

    assert row.get_attribute("data-status") == "completed"
    assert "1 Oct 2026" in row.inner_text()

    with citizen.expect_download() as download:
        citizen.get_by_role("link", name="CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [(r["code"], r["status"], r["status_since"]) for r in rows] == [("FP-078", "completed", "2026-10-01")]

    follow(citizen.get_by_role("link", name="FP-078", exact=True))

    assert HEADLINE in citizen.locator(".timeline li").first.inner_text()

    citizen.goto(f"{site.url}/en/missions/?q=FP-078&as_of=2026-09-30")

    assert citizen.locator("tr[data-code='FP-078']").get_attribute("data-status") == "in_progress"
