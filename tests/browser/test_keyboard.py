"""The list with the keyboard alone: every stop is seen, every control works, the focus stays where it makes sense."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import follow
from tests.browser.test_in_place import asked_in_place

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

LIST = "/en/missions/?per_page=5"
MOST_STOPS = 300
# Whether the focus is on the element wanted, and whether a reader sees it once the window has scrolled there: outlined,
# under nothing. The calendar within a field for a day is the browser's own stop, with an outline of its own.
STOP = """async wanted => {
  const here = document.activeElement;
  const isSeen = () => {
    const { outlineStyle, outlineWidth } = getComputedStyle(here), [box] = here.getClientRects();
    const top = box && document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    const isOutlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    return Boolean(top) && (here.contains(top) || top.contains(here)) && (isOutlined || !here.matches(":focus"));
  };
  for (let frame = 0; frame < 100 && !isSeen(); frame++) await new Promise(requestAnimationFrame);
  return { what: here.outerHTML.slice(0, 100), isThere: here.matches(wanted), isSeen: isSeen() };
}"""


def go_to(page, wanted, key="Tab"):
    """Presses the key until the focus is on the element; fails where it cannot be seen on the way."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press(key)
        stop = page.evaluate(STOP, wanted)
        assert stop["isSeen"], stop["what"]
        if stop["isThere"]:
            return
    pytest.fail(f"no {wanted} in {MOST_STOPS} stops")


def press(page, key, *, leads_to):
    """Presses a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)
    expect(page.locator("h1")).to_have_text(leads_to)


@pytest.fixture
def page(open_page):
    # A day is typed in the order of the browser's own language.
    page = open_page(LIST, locale="en-US")
    page.evaluate("window.isTheSame = true")
    return page


@pytest.fixture
def results(page):
    return page.locator("#results")


def test_the_first_stop_leads_past_the_navigation(page):
    go_to(page, "a.skip")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    go_to(page, "main *")


def test_a_filter_is_chosen_and_its_chip_removed(page, results):
    total = int(results.get_attribute("data-total"))
    go_to(page, "#status-completed")
    expected = page.locator("label", has=page.locator("#status-completed")).locator(".count").inner_text()
    page.keyboard.press("Space")

    expect(results).to_have_attribute("data-total", expected)
    expect(page.locator("#status-completed")).to_be_focused()
    assert 0 < int(expected) < total

    go_to(page, ".chips a")
    page.keyboard.press("Enter")

    expect(results).to_have_attribute("data-total", str(total))
    expect(page.locator("#results-title")).to_be_focused()
    assert not page.locator("#status-completed").is_checked()
    assert page.evaluate("isTheSame")


def test_a_list_is_sorted_and_paged_and_a_mission_opened(page, results):
    go_to(page, "#sort-due")
    for direction in ("ascending", "descending"):
        page.keyboard.press("Enter")

        expect(results.locator("th.due")).to_have_attribute("aria-sort", direction)
        expect(page.locator("#sort-due")).to_be_focused()

    go_to(page, ".pager [rel=next]")
    page.keyboard.press("Enter")

    expect(page.locator(".pager [aria-current]")).to_have_text("2")
    expect(page.locator("#results-title")).to_be_focused()
    assert page.evaluate("isTheSame")

    code = results.locator("tbody tr").first.get_attribute("data-code")
    go_to(page, f"[data-code='{code}'] a")
    title = results.locator("td.title a").first.inner_text()
    press(page, "Enter", leads_to=f"{code} {title}")


def test_a_day_is_typed_and_asked_for_once_when_it_is_whole(page):
    asked = asked_in_place(page)
    go_to(page, "#id_as_of")
    # One by one: half of a year is a day too, long ago.
    for figure in "03022024":
        page.keyboard.press(figure)

    expect(page.locator(".band strong")).to_have_text("2 Mar 2024")
    expect(page.locator("#id_as_of")).to_be_focused()
    assert asked == ["as_of=2024-03-02&per_page=5"]


def test_a_page_that_went_back_keeps_the_focus_near(page, results):
    go_to(page, "#status-completed")
    total = results.get_attribute("data-total")
    page.keyboard.press("Space")
    expect(page.locator(".chips")).to_be_visible()
    page.go_back()

    expect(results).to_have_attribute("data-total", total)
    expect(page.locator("#results-title")).to_be_focused()


def test_menu_and_filters_unfold_on_a_phone(open_page):
    page = open_page(LIST, viewport={"width": 375, "height": 800})
    go_to(page, ".menu summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Figures")).to_be_visible()
    go_to(page, ".filters > summary")
    page.keyboard.press("Enter")
    go_to(page, "#id_q")
    page.keyboard.type("虹桥")

    expect(page.locator(".chips")).to_contain_text("虹桥")
    expect(page.locator("#id_q")).to_be_focused()
    follow(page.locator("a.language"))
    assert "q=%E8%99%B9%E6%A1%A5" in page.url
