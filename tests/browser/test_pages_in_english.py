"""Every public page in English, in both themes, at every width and with large text: no barrier."""

import pytest

from tests.browser.pages import PAGES, barriers, open_public_page

pytestmark = [pytest.mark.browser, pytest.mark.no_cover, pytest.mark.usefixtures("corrected")]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier(open_page, path):
    page = open_public_page(open_page, "en", path)

    assert page.locator("html").get_attribute("lang") == "en"
    assert barriers(page) == []
