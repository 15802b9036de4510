"""What other sites show of this one, in a real browser: the badge, the card in a frame, the mark."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from missions.public.badges import width

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

# The box of the text, and of the whole, in units of the badge.
BOXES = """() => {
    const [text, badge] = ["text", "svg"].map(tag => document.querySelector(tag));
    const box = text.getBBox(), drawn = document.querySelector("svg svg");
    return [drawn.x.baseVal.value + drawn.width.baseVal.value, box.x, box.x + box.width, badge.width.baseVal.value];
}"""
LENGTH = "text => { const t = document.querySelector('text'); t.textContent = text; return t.getComputedTextLength(); }"


@pytest.mark.parametrize(
    "query", ["FP.svg", "EX.svg?lang=zh", "FP.svg?lang=zh&as_of=2024-03-02", "M24.svg?as_of=2021-03-02"]
)
def test_nothing_is_cut_off_the_badge(open_page, query):
    end_of_arc, start, end, whole = open_page(f"/badge/{query}").evaluate(BOXES)

    assert end_of_arc + 2 <= start
    assert end <= whole - 2


@pytest.mark.parametrize(
    "text", ["W" * 20, "m" * 20, "HONGQIAO-PLAN-2021-X · documented 1000/1000", "官方公布 88888/88888 · 有据可查"]
)
def test_no_text_is_wider_than_the_badge_makes_room_for(open_page, text):
    assert open_page("/badge/FP.svg").evaluate(LENGTH, text) <= width(text)


@pytest.fixture
def elsewhere(site, tmp_path):
    """The address of another site, whose page frames the card and the overview."""
    frames = (f"<iframe src='{site.url}{path}'></iframe>" for path in ("/en/embed/FP/", "/en/"))
    (tmp_path / "index.html").write_text("".join(frames))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path)) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_another_site_may_frame_the_card_and_nothing_else(chromium, elsewhere):
    page = chromium.new_page()
    page.goto(elsewhere)
    page.frame_locator("iframe").first.get_by_role("heading").wait_for()

    assert [frame.url.partition(":")[0] for frame in page.frames[1:]] == ["http", "chrome-error"]
    page.close()


def test_the_card_fits_a_narrow_column(open_page):
    page = open_page("/en/embed/FP/", viewport={"width": 280, "height": 280})

    assert page.evaluate("document.documentElement.scrollWidth") == 280
    assert page.get_by_role("link", name="Hub Tracker").get_attribute("target") == "_blank"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mark_says_nothing_on_the_console_as_a_page_or_in_one(open_page, scheme):
    page = open_page("/en/embed/FP/", color_scheme=scheme)
    mark = page.locator(".brand img")

    assert mark.evaluate("image => image.naturalWidth > 0")
    page.goto(mark.evaluate("image => image.src"))
