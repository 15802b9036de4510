"""Which public pages are looked at: all of them. And that whoever looks would see a barrier if there was one."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from missions.public.urls import urlpatterns
from tests.browser.barriers import findings, layout_faults
from tests.browser.pages import FILES, PAGES

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]


def test_every_route_is_a_page_that_is_looked_at_or_a_file():
    paths = [urlsplit(path).path for path, status in PAGES.items() if status != 404 and not path.startswith("/")]
    pages = {resolve(f"/en/{path}").url_name for path in paths}

    assert pages | FILES == {route.name for route in urlpatterns}
    assert pages & FILES == set()


def test_axe_would_find_something(open_page):
    page = open_page("/en/about-nothing/")
    page.evaluate("document.querySelector('header img').removeAttribute('alt')")
    page.evaluate("document.querySelector('main').innerHTML = '<a href=/></a>'")

    assert {rule for rule, _html in findings(page)} >= {"image-alt", "link-name"}


def test_a_broken_layout_would_be_found(open_page):
    page = open_page("/en/about-nothing/")
    assert layout_faults(page) == []

    # Part by part: the policy of the site forbids styles in a text, and not those that a script sets.
    for selector, style in {
        "h1": "position: absolute; top: 0",
        "main p": "width: 3em; overflow: hidden; white-space: nowrap",
        "footer": "width: 2000px",
    }.items():
        page.locator(selector).first.evaluate("(element, style) => { element.style.cssText = style; }", style)

    found = " ".join(layout_faults(page))
    assert "wide" in found
    assert "cut off" in found
    assert " / " in found
