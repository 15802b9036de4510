"""What a page does not read has no part in its answer: not in its links, nor in the cache."""

import re

import pytest
from django.urls import get_resolver

from missions import revision
from tests.public.parameters import CLOCKS, GOOD_IN_REPORT, READS, build_one_mission
from tests.reports.reading import ENDINGS

COUNTED = ["q", "instrument", "status", "deadline", "theme", "area", "owner", "involves", "kind", "provenance"]
COUNTED += ["moved", "past_first", "due_after", "due_before", "changed_after", "changed_before", *CLOCKS]
PAGES = ["page", "per_page"]
CHANGES = ["since", "until", "entry"]
# Address → the parameters that it reads: every public address of the site.
ADDRESSES = {
    **{f"/en/{path}": names for path, names in READS.items()},
    **{f"/en/report/completion.{ending}": list(GOOD_IN_REPORT) for ending in ENDINGS},
    "/en/missions/FP-001/picture.png": CLOCKS,
    "/en/instruments/FP/picture.png": CLOCKS,
    "/en/themes/T1/picture.png": CLOCKS,
    "/en/areas/A1/picture.png": CLOCKS,
    "/en/owners/O1/picture.png": CLOCKS,
    "/en/reports/R-1/report.json": [],
    "/badge/FP.svg": [*CLOCKS, "lang"],
    "/calendar.ics": [*COUNTED, "sort", *PAGES, "lang"],
    "/data/completion-report.schema.json": [],
    "/data/hubtracker.zip": [],
    "/data/ledger.jsonl": ["since_id"],
    "/robots.txt": [],
    "/sitemap.xml": ["p"],
    "/.well-known/security.txt": [],
    "/api/v1/": [],
    "/api/v1/openapi.json": [],
    "/api/v1/docs": ["lang"],
    "/api/v1/missions": [*COUNTED, "sort", *PAGES],
    "/api/v1/missions/FP-001": CLOCKS,
    "/api/v1/changes": [*COUNTED, *CHANGES, *PAGES],
    "/api/v1/summary": [*COUNTED, "by"],
    "/api/v1/figures": [*CLOCKS, *PAGES],
    "/api/v1/instruments": [*COUNTED, *PAGES],
    "/api/v1/themes": [*COUNTED, *PAGES],
    "/api/v1/areas": [*COUNTED, *PAGES],
    "/api/v1/organisations": [*COUNTED, *PAGES],
    "/api/v1/reports": [*CLOCKS, *PAGES],
}
EVERY_PARAMETER = sorted({name for names in ADDRESSES.values() for name in names} | {"zz", "lang", "_", "Q"})


@pytest.fixture
def mission(noon):
    return build_one_mission()


def test_every_public_address_is_here():
    """Those with a token for submissions aside."""
    routes = [f"/{route}" for route in public_routes(get_resolver())]
    patterns = {route: re.compile(re.sub(r"<\w+:\w+>", "[^/]+", re.escape(route))) for route in routes}

    missing = [route for route, pattern in patterns.items() if not any(map(pattern.fullmatch, ADDRESSES))]
    assert missing == ["/api/v1/submissions", "/api/v1/submissions/<uuidstr:key>"]


def public_routes(resolver, before=""):
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if hasattr(pattern, "url_patterns"):
            yield from public_routes(pattern, route)
        elif f"/{route}".startswith(revision.PUBLIC):
            yield route


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_gets_the_parameters_that_it_reads_and_no_others(address):
    query = "&".join(f"{name}=1" for name in EVERY_PARAMETER)

    assert sorted(name.partition("=")[0] for name in revision.known_query(address, query).split("&") if name) == sorted(
        ADDRESSES[address]
    )


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("mission")
def test_unknown_parameters_change_nothing_and_make_no_entry(client, address):
    plain = client.get(address)
    body = plain.getvalue()
    entries = len(revision.answers.kept)
    unknown = "&".join(f"{name}=zzz" for name in EVERY_PARAMETER if name not in ADDRESSES[address])

    answer = client.get(f"{address}?{unknown}")

    assert (answer.status_code, answer.getvalue() == body, answer["ETag"]) == (200, True, plain["ETag"])
    assert len(revision.answers.kept) == entries == 1


@pytest.mark.parametrize(
    "same",
    [
        "status=paused&instrument=FP&status=completed",
        "status=paused&status=completed&status=paused&instrument=FP",
        "q=&status=paused&status=completed&instrument=FP&zz=%FF&as_of=%20",
    ],
)
@pytest.mark.usefixtures("mission")
def test_order_of_names_repetition_and_empty_values_make_no_entry_of_their_own(client, same):
    plain = client.get("/en/missions/?instrument=FP&status=paused&status=completed")

    answer = client.get(f"/en/missions/?{same}")

    assert (answer["ETag"], answer.content) == (plain["ETag"], plain.content)


@pytest.mark.parametrize("value", ["%E6%A1%A5", "a%26b%3Dc", "%FF", "a+b", "%00"])
def test_a_value_reaches_the_page_as_it_was_sent(value):
    query = revision.known_query("/en/missions/", f"q={value}")

    assert revision.known_query("/en/missions/", query) == query
    assert query == f"q={value.replace('%FF', '%EF%BF%BD')}"


@pytest.mark.usefixtures("noon", "db")
def test_a_page_that_is_not_there_drops_the_query_from_its_links(client):
    page = client.get("/en/no/such/?zz=unknown-parameter").content.decode()

    assert ("unknown-parameter" in page, "/zh-hans/no/such/" in page) == (False, True)


@pytest.mark.usefixtures("mission")
def test_a_record_that_was_not_there_on_the_day_keeps_the_day_in_its_links(client):
    page = client.get("/en/missions/FP-001/?known_at=2020-01-01&zz=unknown-parameter").content.decode()

    assert ("unknown-parameter" in page, "/zh-hans/missions/FP-001/?known_at=2020-01-01" in page) == (False, True)
