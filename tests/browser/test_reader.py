"""Walks of public readers: the list in place, by keyboard, without JavaScript, on paper, and on another site."""

import csv
import re
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import follow

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

# Before anything that other tests report.
ALL = "/en/missions/?as_of=2025-12-31&per_page=5"
COMPLETED = "/en/missions/?as_of=2025-12-31&status=completed&per_page=5"
MOST_BYTES = 60_000


@pytest.fixture
def page(open_page):
    page = open_page(ALL, locale="en-US")  # a date is typed in the order of the browser's language
    page.evaluate("window.isTheSame = true")
    return page


def records(page):
    return int(page.locator("#results").get_attribute("data-total"))


def codes(page, attribute="data-code"):
    return [row.get_attribute(attribute) for row in page.locator("#results tbody tr").all()]


def fetches(page):
    """Return a growing list of the queries that the page fetches in place."""
    found = []
    page.on("request", lambda r: r.resource_type == "fetch" and found.append(r.url.partition("?")[2]))
    return found


# --- with JavaScript --------------------------------------------------------------------------------------------------


def test_a_filter_changes_the_list_in_place_and_all_links_follow(page):
    # A screen reader reads new words in an element that stays, and not an element that is new.
    page.evaluate("window.announcer = document.querySelector('[role=status]')")
    label = page.locator("label", has=page.locator("#status-completed"))
    total, expected = str(records(page)), label.locator(".count").inner_text()
    label.click()
    results, box = page.locator("#results"), page.locator("#status-completed")

    expect(results).to_have_attribute("data-total", expected)
    expect(page.locator("[role=status]")).to_contain_text(expected)
    assert page.evaluate("announcer === document.querySelector('[role=status]') && isTheSame")
    assert page.url.endswith(COMPLETED)
    links = {name: page.locator(selector).get_attribute("href") for name, selector in {
        "language": "a.language", "file": ".downloads [type='text/csv']", "sort": "#sort-title",
        "figures": ".menu a >> text=Figures", "back to today": ".band a",
    }.items()}  # fmt: skip
    assert links == {
        "language": "/zh-hans/missions/?as_of=2025-12-31&per_page=5&status=completed",
        "file": "/en/report/completion.csv?as_of=2025-12-31&status=completed",
        "sort": "?as_of=2025-12-31&per_page=5&status=completed&sort=title",
        "figures": "/en/figures/?as_of=2025-12-31",
        "back to today": "/en/missions/?per_page=5&status=completed",
    }
    for step, count, address in ((page.go_back, total, ALL), (page.go_forward, expected, COMPLETED)):
        step()
        expect(results).to_have_attribute("data-total", count)
        expect(box).to_be_checked(checked=address == COMPLETED)
        assert page.url.endswith(address)


def test_words_are_searched_while_they_are_typed(page):
    words = page.locator("#id_q")
    with page.expect_response("**q=rail&**"):
        words.press_sequentially("rail")
    words.press_sequentially("way")  # the answer comes meanwhile

    expect(page.locator(".chips")).to_contain_text("railway")
    expect(words).to_be_focused()
    expect(words).to_have_value("railway")
    assert page.evaluate("isTheSame")
    page.go_back()
    expect(page.locator(".chips")).to_have_count(0)


def test_pinyin_is_not_searched_before_it_is_chinese(page):
    queries = fetches(page)
    page.clock.install()
    page.locator("#id_q").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "hongqiao", "selectionStart": 8, "selectionEnd": 8})
    page.clock.run_for(5000)
    keyboard.send("Input.insertText", {"text": "虹桥"})
    page.clock.run_for(5000)

    expect(page.locator(".chips")).to_contain_text("虹桥")
    assert queries == ["q=%E8%99%B9%E6%A1%A5&as_of=2025-12-31&per_page=5"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_first_visit_of_the_list_is_light(open_page, site, language):
    page = open_page("/healthz").context.new_page()  # a tab that has seen nothing yet
    addresses, sizes = [], Counter()
    devtools = page.context.new_cdp_session(page)
    devtools.on("Network.requestWillBeSent", lambda event: addresses.append(event["request"]["url"]))
    devtools.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    devtools.send("Network.enable")
    page.goto(f"{site.url}/{language}/missions/", wait_until="networkidle")

    loaded = {re.sub(r"\.[0-9a-f]{12}\.", ".", urlsplit(url).path) for url in addresses if url[:5] != "data:"}
    files = {f"/static/missions/{name}" for name in ("site.css", "site.js", "mark.svg")}
    assert loaded == {f"/{language}/missions/", *files}
    assert sizes.total() <= MOST_BYTES


# --- with the keyboard ------------------------------------------------------------------------------------------------

MOST_STOPS = 300
# Whether the focus is on the element wanted, and whether a reader sees it once the window has scrolled there: outlined,
# under nothing. The calendar within a date field is the browser's own stop, with an outline of its own.
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


def tab_to(page, wanted):
    """Press Tab up to the element; fail if a focused element is not visible."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP, wanted)
        assert stop["isSeen"], stop["what"]
        if stop["isThere"]:
            return
    pytest.fail(f"no {wanted} in {MOST_STOPS} stops")


def test_the_list_is_filtered_sorted_and_paged_by_keyboard(page):
    results, title = page.locator("#results"), page.locator("#results-title")
    total = records(page)
    tab_to(page, "a.skip")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, "#status-completed")
    expected = page.locator("label", has=page.locator("#status-completed")).locator(".count").inner_text()
    page.keyboard.press("Space")
    expect(results).to_have_attribute("data-total", expected)
    expect(page.locator("#status-completed")).to_be_focused()
    tab_to(page, ".chips a")  # removes the filter
    page.keyboard.press("Enter")
    expect(results).to_have_attribute("data-total", str(total))
    expect(title).to_be_focused()
    tab_to(page, "#sort-due")
    for direction in ("ascending", "descending"):
        page.keyboard.press("Enter")
        expect(results.locator("th.due")).to_have_attribute("aria-sort", direction)
        expect(page.locator("#sort-due")).to_be_focused()
    tab_to(page, ".pager [rel=next]")
    page.keyboard.press("Enter")
    expect(page.locator(".pager [aria-current]")).to_have_text("2")
    expect(title).to_be_focused()
    assert page.evaluate("isTheSame")
    code = codes(page)[0]
    tab_to(page, f"[data-code='{code}'] a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(code)


def test_a_date_is_typed_and_menu_and_filters_unfold_on_a_phone_by_keyboard(open_page):
    page = open_page("/en/missions/?per_page=5", viewport={"width": 375, "height": 800}, locale="en-US")
    queries = fetches(page)
    tab_to(page, ".menu summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Figures")).to_be_visible()
    tab_to(page, ".filters > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#id_as_of")
    for figure in "03022024":  # half of a year is a date too
        page.keyboard.press(figure)

    expect(page.locator(".band strong")).to_have_text("2 Mar 2024")
    expect(page.locator("#id_as_of")).to_be_focused()
    assert queries == ["as_of=2024-03-02&per_page=5"]


# --- without JavaScript -----------------------------------------------------------------------------------------------


def test_a_reader_finds_mission_evidence_file_and_past_without_javascript(open_page):
    page = open_page("/en/?as_of=2025-12-31", java_script_enabled=False)

    def section(name, navigation="Main"):
        follow(page.get_by_role("navigation", name=navigation).get_by_role("link", name=name, exact=True))
        assert page.locator("h1").inner_text() == name

    def choose(facet, choice):
        label = page.locator("label", has=page.locator(f"#{facet}-{choice}"))
        if not label.is_visible():
            page.locator(f"#facet-{facet} summary").click()
        expected = int(label.locator(".count").inner_text())
        label.click()
        follow(page.get_by_role("button", name="Show"))
        assert records(page) == expected > 0

    section("Missions")
    choose("status", "completed")
    chosen = records(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert ([row["code"] for row in table], len(table)) == (codes(page), chosen)
    choose("area", "CORE")
    assert (records(page) < chosen, set(codes(page, "data-status"))) == (True, {"completed"})
    follow(page.get_by_role("link", name="Clear all"))
    choose("status", "in_progress")
    follow(page.locator("#sort-title"))
    first = codes(page)
    follow(page.get_by_role("link", name="Next"))
    assert page.locator("th.title").get_attribute("aria-sort") == "ascending"
    assert set(first).isdisjoint(codes(page))
    follow(page.locator(f"[data-code='{codes(page)[0]}'] td.title a"))
    assert page.locator(".timeline .evidence a").first.get_attribute("href").startswith("http")
    assert "31 Dec 2025" in page.locator(".band").inner_text()

    section("Changes")
    for name, date in (("since", "2024-03-01"), ("until", "2024-03-31")):
        page.locator(f"#query [name={name}]").fill(date)
    follow(page.get_by_role("button", name="Show"))
    dates = [time.get_attribute("datetime") for time in page.locator("#results h3 time").all()]
    assert dates == sorted((date for date in dates if "2024-03-01" <= date <= "2024-03-31"), reverse=True) != []
    follow(page.get_by_role("link", name="简体中文"))
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    section("公布数据", "主导航")
    follow(page.locator(".band a"))
    assert page.locator(".band").count() == 0


# --- on paper, and on other sites -------------------------------------------------------------------------------------


def test_a_printed_page_has_its_content_without_menu_and_filters(open_page):
    page = open_page("/en/missions/?as_of=2024-03-02&per_page=5")
    assert page.locator(".menu").is_visible()
    page.emulate_media(media="print", color_scheme="dark")

    hidden = [page.locator(selector).first.is_visible() for selector in (".menu", "#query", ".pager")]
    shown = [page.locator(selector).first.is_visible() for selector in ("h1", "#results tbody tr", ".band")]
    assert (hidden, shown) == ([False] * 3, [True] * 3)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_another_site_may_frame_the_card_and_nothing_else(chromium, open_page, site, tmp_path):
    frames = (f"<iframe src='{site.url}{path}'></iframe>" for path in ("/en/embed/FP/", "/en/"))
    (tmp_path / "index.html").write_text("".join(frames))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path)) as server:
        Thread(target=server.serve_forever).start()
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.frame_locator("iframe").first.get_by_role("heading").wait_for()
        assert [frame.url.partition(":")[0] for frame in page.frames[1:]] == ["http", "chrome-error"]
        page.close()
        server.shutdown()
    card = open_page("/en/embed/FP/", viewport={"width": 280, "height": 280})
    assert card.evaluate("document.documentElement.scrollWidth") == 280
    assert card.get_by_role("link", name="Hub Tracker").get_attribute("target") == "_blank"
