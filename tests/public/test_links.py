"""Every link inside the site leads somewhere, and keeps the day that the reader asked about."""

from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest

from missions.models import Measure, ReportedFigure
from missions.status import Status
from tests import build
from tests.public.dom import parameters, parse
from tests.public.parameters import PAGES, build_one_mission

pytestmark = pytest.mark.usefixtures("noon")

DAYS = {"as_of": ["2024-06-01"], "known_at": ["2024-06-30"]}
QUERY = "?as_of=2024-06-01&known_at=2024-06-30"


@pytest.fixture(autouse=True)
def site(noon):
    """A site small enough to be walked, with at least one of everything that a page can link to."""
    top = build.organisation("TOP", source=build.source("o"))
    low = build.organisation("LOW", parent=top)
    areas = [build.area("KS"), build.area("ALL", zone="hub-wide")]
    first = build.mission("M-1", lead_owner=low, supporting=[top], areas=areas, due=date(2024, 7, 15))
    first.sources.set([build.source("s1")])
    wrong = build.report(first, Status.IN_PROGRESS)
    build.correct(wrong, status=Status.PAUSED)
    build.mission("M-2", lead_owner=top, status=Status.COMPLETED, instrument=build.instrument("EX"))
    build.mission("M-3", due=date(2024, 1, 1))
    for measure in (Measure.TOTAL, Measure.COMPLETED):
        words = {"indicator_en": measure, "indicator_zh": measure, "unit": "missions"}
        said = {"as_of": date(2024, 3, 2), "value": 3, "measure": measure, "source": build.source("f")}
        ReportedFigure.objects.create(**said, **words).covers.set([build.instrument("FP"), build.instrument("EX")])
    build.frozen_report("second", supersedes=build.frozen_report("first"))


def inner_links(page, at):
    """(element, address) of the links that stay among the public pages: not to other sites, nor to the back office."""
    for link in page.all("a"):
        address = urljoin(at, link["href"])
        is_public = not urlsplit(address).netloc and not address.startswith("/admin/")
        if is_public and not link["href"].startswith("#"):
            yield link, address


def leaves_the_day(link):
    """The links that are there to leave the day: back to today, to a figure's own day, and to what is yet to come.

    What is the same on every day has none: a file of a frozen report, and the schema of reports.
    """
    same_on_every_day = link.inside(class_="report-files") or link.matches(type="application/schema+json")
    other_day = link.matches(class_="other-day") or link.matches(class_="subscription")
    return link.inside(class_="band") or other_day or same_on_every_day


def walk(client, start):
    """(address, its page) for all that can be reached from `start`; of each path, a few queries."""
    seen, waiting = {}, [start]
    while waiting:
        address = waiting.pop()
        path = urlsplit(address).path
        if address in seen.get(path, ()) or len(seen.get(path, ())) >= 3:
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


def test_all_that_can_be_reached_is_there_and_every_link_keeps_the_day(client):
    found = {"day lost": [], "no band": [], "empty": [], "no such place on the page": []}
    reached = set()
    for address, page in walk(client, "/en/" + QUERY):
        if "/embed/" not in address and not page.all("aside", class_="band"):
            found["no band"].append(address)
        for link, target in inner_links(page, address):
            reached.add(urlsplit(target).path)
            if not leaves_the_day(link) and not DAYS.items() <= parameters(target).items():
                found["day lost"].append((address, link.text, target))
        places = {element.get("id") for element in page.walk()}
        for link in page.all("a"):
            if not link["href"]:
                found["empty"].append((address, link.text))
            if link["href"].startswith("#") and link["href"][1:] not in places:
                found["no such place on the page"].append((address, link["href"]))

    assert found == {problem: [] for problem in found}
    names = ["", "missions/", "instruments/", "owners/", "themes/", "areas/", "reports/", "report/completion.csv"]
    one = ["missions/M-1/", "instruments/EX/", "owners/LOW/", "owners/TOP/", "themes/T1/", "areas/ALL/", "areas/KS/"]
    one += ["reports/first/", "reports/second/", "reports/first/report.html"]
    expected = {f"/{tongue}/{path}" for tongue in ("en", "zh-hans") for path in names + one}
    assert expected - reached == set()


def test_the_band_names_the_day_and_what_was_known(client):
    build.mission()

    band = parse(client.get("/en/missions/" + QUERY)).one("aside", class_="band").text
    assert "1 Jun 2024" in band
    assert "30 Jun 2024" in band
    band = parse(client.get("/zh-hans/missions/" + QUERY)).one("aside", class_="band").text
    assert "2024年6月1日" in band
    assert "2024年6月30日" in band
    assert parse(client.get("/en/missions/")).all(class_="band") == []


def test_the_query_that_cannot_be_read_keeps_the_day_that_can(client):
    page = parse(client.get("/en/missions/?sort=x&as_of=2024-06-01&known_at=2024-07-15"))

    links = [parameters(link["href"]) for link in page.one("nav").all("a")]
    assert links == [{"as_of": ["2024-06-01"]}] * len(links)


def test_links_to_records_without_an_address_are_plain_text(client):
    mission = build.mission("M-9", lead_owner=build.organisation("O9", source=build.source("bare", url="")))
    mission.sources.set([build.source("bare")])

    page = parse(client.get("/en/missions/M-9/"))
    assert "Source bare" in page.text
    assert [link for link in page.all("a") if link.text == "Source bare"] == []
    page = parse(client.get("/en/owners/O9/"))
    assert "Source bare" in page.text
    assert [link for link in page.all("a") if link.text == "Source bare"] == []


def test_back_to_today_keeps_the_filters_and_drops_the_day(client):
    page = parse(client.get(f"/en/missions/{QUERY}&theme=T1&sort=-due&nonsense=1"))

    link = page.one("aside", class_="band").one("a")
    assert parameters(link["href"]) == {"theme": ["T1"], "sort": ["-due"]}
    assert urlsplit(urljoin("/en/missions/", link["href"])).path == "/en/missions/"


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_does_not_know_is_in_none_of_its_links(client, path):
    build_one_mission()

    page = parse(client.get(f"/en/{path}?nonsense=1&as_of=2024-06-30&%00=2"))

    assert [link["href"] for link in page.all("a") if "nonsense" in link["href"] or "%00" in link["href"]] == []
    assert page.all("input", name="nonsense") == []
