"""The public pages as a reader meets them: accessible in both languages and themes, and whole without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import follow

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = [
    "",
    "missions/?per_page=5",
    "missions/?status=completed&theme=TRANS&as_of=2026-01-01&per_page=5",
    "missions/?q=nothing-has-this-word",
    "missions/?status=nonsense&as_of=2024-3-2",
    "missions/FP-049/",
    "instruments/FP/?per_page=5",
    "owners/SH/?per_page=5",
    "areas/KS/?per_page=5",
    "areas/",
    "missions/FP-999/",
]
LOOKS = {"en": (375, "light"), "zh-hans": (1280, "dark")}
# The first six hold what the others are made of: they are looked at in both languages, the others in turn.
VISITS = [(path, language) for path in PAGES[:6] for language in LOOKS]
VISITS += zip(PAGES[6:], ["en", "zh-hans", "en", "zh-hans", "en"], strict=True)


def findings(page):
    violations = Axe().run(page, options=RULES).response["violations"]
    return [(v["id"], node["html"]) for v in violations for node in v["nodes"]]


@pytest.mark.parametrize(("path", "language"), VISITS)
def test_axe_finds_nothing_and_nothing_sticks_out(open_page, path, language):
    width, scheme = LOOKS[language]
    page = open_page(f"/{language}/{path}", viewport={"width": width, "height": 900}, color_scheme=scheme)

    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_axe_would_find_something(open_page):
    page = open_page("/en/about-nothing/")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=x><a href=/></a>'")

    assert {rule for rule, _html in findings(page)} >= {"image-alt", "link-name"}


def test_filtering_needs_no_javascript(open_page):
    page = open_page("/en/missions/?as_of=2026-01-01", java_script_enabled=False)
    page.get_by_label("Completed 9").check()
    follow(page.get_by_role("button", name="Show"))

    assert page.locator("#results").get_attribute("data-total") == "9"
    assert page.locator("tr[data-status=completed]").count() == 9


def test_filters_open_on_a_phone(open_page):
    page = open_page("/en/missions/", viewport={"width": 375, "height": 800})
    page.get_by_text("Filters").click()
    page.get_by_label("Words").fill("虹桥")
    follow(page.get_by_role("button", name="Show"))

    assert "q=%E8%99%B9%E6%A1%A5" in page.url
    assert int(page.locator("#results").get_attribute("data-total")) > 0


def test_the_keyboard_reaches_the_content_past_the_navigation(open_page):
    page = open_page("/en/missions/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_the_language_switch_keeps_page_and_query(open_page):
    page = open_page("/en/missions/?status=completed&as_of=2024-03-02")
    follow(page.get_by_role("link", name="简体中文"))

    assert page.url.endswith("/zh-hans/missions/?as_of=2024-03-02&status=completed")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator("#results").get_attribute("data-total") == "5"
