"""What the first visit of the list costs: kilobytes over the wire, requests, and not one word on the console."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

MOST_BYTES = 60_000
REPORT_BREACHES = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP', e.effectiveDirective, e.blockedURI))"
)


class Wire:
    """What the browser of a page receives from now on: headers and content, as they come over the wire."""

    def __init__(self, page):
        self.asked, self.received = {}, []
        devtools = page.context.new_cdp_session(page)
        devtools.on(
            "Network.requestWillBeSent", lambda event: self.asked.update({event["requestId"]: event["request"]})
        )
        devtools.on("Network.loadingFinished", lambda event: self.received.append(event))
        devtools.send("Network.enable")

    @property
    def bytes(self):
        """By path, without the hash that new content gives it. What a style holds in itself comes over no wire."""
        sizes = Counter()
        for event in self.received:
            address = urlsplit(self.asked[event["requestId"]]["url"])
            if address.scheme != "data":
                sizes[re.sub(r"\.[0-9a-f]{12}\.", ".", address.path)] += event["encodedDataLength"]
        return sizes


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_first_visit_of_the_list_is_light_and_silent(open_page, site, language):
    # In a tab that has seen nothing yet, beside one that loaded nothing.
    page = open_page("/healthz").context.new_page()
    page.add_init_script(REPORT_BREACHES)
    wire = Wire(page)
    page.goto(f"{site.url}/{language}/missions/", wait_until="networkidle")

    loaded = {f"/static/missions/{name}" for name in ("site.css", "site.js", "mark.svg")}
    assert set(wire.bytes) == {f"/{language}/missions/", *loaded}
    assert wire.bytes.total() <= MOST_BYTES, wire.bytes
