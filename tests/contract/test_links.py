"""Every link inside the site leads to a page and keeps the days that the reader asked about."""

from urllib.parse import urljoin, urlsplit

import pytest

from tests.contract.addresses import IN_A_LANGUAGE, LANGUAGES, is_page
from tests.public.dom import parameters, parse

DAYS = {"as_of": ["2024-06-01"], "known_at": ["2024-06-30"]}
QUERY = "?as_of=2024-06-01&known_at=2024-06-30"


def inner_links(page, at):
    """(link, its address) of the links to public pages of this site."""
    for link in page.all("a"):
        address = urljoin(at, link["href"])
        if not urlsplit(address).netloc and not address.startswith("/admin/") and not link["href"].startswith("#"):
            yield link, address


def leaves_the_day(link):
    """Back to today, to a figure's own day, to what is yet to come, or to a file that is the same on every day."""
    other_day = link.matches(class_="other-day") or link.matches(class_="subscription") or link.inside(class_="band")
    is_file = link["href"].startswith("/evidence/") or link.matches(type="application/schema+json")
    return other_day or is_file or link.inside(class_="report-files")


def walk(client, start):
    """(address, its page) of all that can be reached from `start`; of each path, a few queries."""
    seen, waiting = {}, [start]
    while waiting:
        address = waiting.pop()
        path = urlsplit(address).path
        if address in seen.get(path, ()) or len(seen.get(path, ())) >= 2:
            continue
        seen.setdefault(path, []).append(address)
        response = client.get(address)
        assert response.status_code == 200, address
        response.getvalue()  # closes a file
        if response.has_header("Repr-Digest") or not response["Content-Type"].startswith("text/html"):
            continue
        page = parse(response)
        yield address, page
        waiting += [address for link, address in inner_links(page, address) if not leaves_the_day(link)]


def test_every_page_can_be_reached_and_every_link_keeps_the_days(client, site):
    problems, reached = [], set()
    for address, page in walk(client, "/en/" + QUERY):
        if "/embed/" not in address and not page.all("aside", class_="band"):
            problems.append((address, "does not say that it shows a past day"))
        for link, target in inner_links(page, address):
            reached.add(urlsplit(target).path)
            if not leaves_the_day(link) and not DAYS.items() <= parameters(target).items():
                problems.append((address, link.text, target))
        places = {f"#{element.get('id')}" for element in page.walk()}
        inside = [link["href"] for link in page.all("a") if link["href"].startswith("#") or not link["href"]]
        problems += [(address, target) for target in inside if target not in places]

    assert problems == []
    expected = {f"/{code}/{path}" for code in LANGUAGES for path in IN_A_LANGUAGE if is_page(f"/{code}/{path}")}
    assert expected - reached <= {"/en/embed/FP/", "/zh-hans/embed/FP/"}


def test_the_language_switch_keeps_the_query_that_the_page_reads(client, site):
    query = {"as_of": ["2024-06-01"], "status": ["paused"], "q": ["桥"]}
    links = parse(client.get("/en/missions/?as_of=2024-06-01&status=paused&q=桥&zz=1&theme="))

    switch, own = links.one("a", class_="language")["href"], links.one("link", rel="canonical")["href"]
    assert (parameters(switch), parameters(own)) == (query, query)
    bad = parse(client.get("/en/missions/?as_of=x&status=paused&zz=1")).one("a", class_="language")["href"]
    assert (urlsplit(bad).path, parameters(bad)) == ("/zh-hans/missions/", {"as_of": ["x"], "status": ["paused"]})


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-GB,en;q=0.9", "en"), ("zh-CN", "zh-hans"), ("zh", "zh-hans"), ("zh-TW,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("de,zh-CN;q=0.8,en;q=0.5", "zh-hans"), ("de", "en"), ("*", "en"), ("", "en"), ("\x00;q=x,,,", "en"),
    ],
)  # fmt: skip
def test_the_root_leads_to_the_language_of_the_reader(client, accepted, language):
    for address, target in (("/", "/"), ("/missions/FP-1/?as_of=2024-06-01", "/missions/FP-1/?as_of=2024-06-01")):
        response = client.get(address, headers={"Accept-Language": accepted})
        assert (response.status_code, response["Location"]) == (302, f"/{language}{target}")
        assert ("Accept-Language" in response["Vary"], response.cookies.output()) == (True, "")
