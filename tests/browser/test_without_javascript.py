"""A citizen's walk with JavaScript off: every link leads on and every form does its work."""

import csv

import pytest

from tests.browser.conftest import follow

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

# Before anything that other tests report.
DAY, DAY_IN_WORDS = "2025-12-31", "31 Dec 2025"


@pytest.fixture
def page(open_page):
    return open_page(f"/en/?as_of={DAY}", java_script_enabled=False)


def section(page, name):
    follow(page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True))
    return page.get_by_role("heading", level=1).inner_text()


def records(page):
    return int(page.locator("#results").get_attribute("data-total"))


def show_days(page, **days):
    for name, day in days.items():
        page.locator(f"#query [name={name}]").fill(day)
    follow(page.get_by_role("button", name="Show"))


def show_chosen(page, facet, choice):
    """Checks a box and sends the form, which finds as many records as stood beside the box."""
    label = page.locator("label", has=page.locator(f"#{facet}-{choice}"))
    if not label.is_visible():
        page.locator(f"#facet-{facet} summary").click()
    expected = int(label.locator(".count").inner_text())
    label.click()
    follow(page.get_by_role("button", name="Show"))
    assert records(page) == expected


def rows(page, attribute):
    return [row.get_attribute(attribute) for row in page.locator("#results tbody tr").all()]


def test_a_list_is_narrowed_sorted_and_paged_and_a_mission_and_its_evidence_found(page):
    assert section(page, "Missions") == "Missions"
    every = records(page)
    show_chosen(page, "status", "in_progress")
    in_progress = records(page)
    show_chosen(page, "area", "CORE")
    assert every > in_progress > records(page) > 0
    assert set(rows(page, "data-status")) == {"in_progress"}
    assert DAY_IN_WORDS in page.locator(".band").inner_text()

    # Without that filter there is more than a page.
    follow(page.locator(".chips a", has_text="Area"))
    follow(page.locator("#sort-title"))
    first = rows(page, "data-code")
    follow(page.get_by_role("link", name="Next"))
    assert records(page) == in_progress
    assert page.locator("th.title").get_attribute("aria-sort") == "ascending"
    assert set(first).isdisjoint(rows(page, "data-code"))

    code = rows(page, "data-code")[0]
    follow(page.locator(f"[data-code='{code}'] td.title a"))
    assert page.locator("h1").inner_text().startswith(code)
    assert DAY_IN_WORDS in page.locator(".band").inner_text()
    evidence = page.locator(".timeline .evidence a").first
    assert evidence.get_attribute("href").startswith("http")
    permalink = page.locator(".timeline .permalink").first.get_attribute("href")
    assert page.locator(f"li{permalink}").count() == 1


def test_a_past_day_is_asked_for_and_left_again(page):
    follow(page.get_by_role("link", name="Back to today"))
    assert page.locator(".band").count() == 0
    section(page, "Missions")
    now = records(page)
    show_days(page, as_of="2024-03-02")
    show_chosen(page, "status", "completed")
    assert "2 Mar 2024" in page.locator(".band").inner_text()
    assert rows(page, "data-status") == ["completed"] * 5

    follow(page.get_by_role("link", name="Back to today"))
    follow(page.get_by_role("link", name="Clear all"))
    assert records(page) == now


def test_an_owner_the_changes_and_the_figures_are_read_and_the_language_changed(page):
    assert section(page, "Owners") == "Owners"
    follow(page.locator("main").get_by_role("link", name="National Development and Reform Commission").first)
    assert page.locator("h1").inner_text() == "National Development and Reform Commission"
    assert records(page) > 0

    assert section(page, "Changes") == "Changes"
    show_days(page, since="2024-03-01", until="2024-03-31")
    total = records(page)
    days = [day.get_attribute("datetime") for day in page.locator("#results h3 time").all()]
    assert total == page.locator("#results [data-entry]").count() > 0
    assert days == sorted(days, reverse=True)
    assert all("2024-03-01" <= day <= "2024-03-31" for day in days)
    follow(page.get_by_role("link", name="简体中文"))
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert records(page) == total

    follow(page.get_by_role("navigation", name="主导航").get_by_role("link", name="公布数据"))
    assert page.locator("h1").inner_text() == "公布数据"
    assert "2025年12月31日" in page.locator(".band").inner_text()


def test_the_list_is_downloaded_as_it_is_shown(page):
    section(page, "Missions")
    show_chosen(page, "status", "completed")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))

    assert [row["code"] for row in table] == rows(page, "data-code")
    assert {row["status"] for row in table} == {"completed"}
    assert len(table) == records(page)

    page.go_back()
    assert records(page) > len(table)


def test_menu_and_filters_unfold_on_a_phone(open_page):
    page = open_page("/en/missions/", viewport={"width": 375, "height": 800}, java_script_enabled=False)
    page.locator(".menu summary").click()
    follow(page.get_by_role("link", name="Areas", exact=True))
    page.go_back()
    page.locator(".filters > summary").click()
    page.locator("#id_q").fill("虹桥")
    follow(page.get_by_role("button", name="Show"))

    assert "虹桥" in page.locator(".chips").inner_text()
    assert records(page) > 0
