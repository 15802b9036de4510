"""The badge: both numbers on any day, in either language; for everybody, and without a trace of who asks."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.status import Status
from tests import build
from tests.public.officials import said

pytestmark = pytest.mark.usefixtures("noon")

QUERIES = 8
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def plan():
    """Two of three missions are documented as completed, of which officials say all three."""
    plan = build.instrument("FP", title_en="Plan <A> & B", title_zh="方案")
    for day in ("2024-02-01", "2024-05-01"):
        build.mission(instrument=plan, status=Status.COMPLETED, on=build.date.fromisoformat(day))
    build.mission(instrument=plan)
    build.mission(instrument=plan, status=Status.WITHDRAWN)
    said(3, 3)
    return plan


def drawn(client, query="", code="FP"):
    response = client.get(f"/badge/{code}.svg{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def texts(badge):
    return badge.find(f"{SVG}title").text, badge.find(f"{SVG}text").text


@pytest.mark.both_databases
def test_both_numbers_stand_in_the_badge_and_its_title_names_instrument_and_day(client, plan):
    numbers = "documented 2/3 · reported 3/3 “completed”"
    assert texts(drawn(client)) == (f"Plan <A> & B · {numbers} · as of 30 Jun 2024", f"FP · {numbers}")
    numbers = "有据可查 2/3 · 官方公布 3/3“完成”"
    chinese = drawn(client, "?lang=zh&as_of=")
    assert texts(chinese) == (f"方案 · {numbers} · 截至2024年6月30日", f"FP · {numbers}")
    assert (drawn(client).get("lang"), chinese.get("lang")) == ("en", "zh-Hans")


def test_a_badge_of_a_past_day_says_so(client, plan):
    assert (
        texts(drawn(client, "?as_of=2024-03-02"))[1]
        == "FP · documented 1/3 · reported 3/3 “completed” · as of 2 Mar 2024"
    )
    before_the_report = texts(drawn(client, "?lang=en&as_of=2024-03-01"))[1]
    assert before_the_report == "FP · documented 1/3 · no figure reported for it alone · as of 1 Mar 2024"
    said_then = texts(drawn(client, "?as_of=2024-06-30&known_at=2024-06-29"))[1]
    assert said_then == "FP · no missions by this day · as of 30 Jun 2024 · as known on 29 Jun 2024"
    assert "as of" not in texts(drawn(client, "?nonsense=1"))[1]


def test_the_arc_is_solid_where_documented_outlined_where_reported(client, plan):
    track, solid, outline = drawn(client).findall(f"{SVG}svg/{SVG}path")
    assert [path.get("fill") for path in (track, solid, outline)] == [solid.get("fill"), solid.get("fill"), "none"]
    assert track.get("d") == outline.get("d") != solid.get("d")
    assert (track.get("fill-opacity"), outline.get("stroke")) == (".18", solid.get("fill"))
    assert drawn(client, "?as_of=2000-01-01").findall(f"{SVG}svg/{SVG}path") == []


def test_nothing_in_it_needs_more_than_the_strictest_policy_allows(client, plan):
    names = {name for element in drawn(client).iter() for name in element.attrib}
    assert {name for name in names if name in ("style", "class", "href") or name.startswith("on")} == set()
    assert {element.tag.removeprefix(SVG) for element in drawn(client).iter()} == {
        "svg",
        "title",
        "rect",
        "path",
        "text",
    }


def test_it_may_be_kept_and_is_not_sent_again_until_it_changes(client, plan):
    response = client.get("/badge/FP.svg")
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Content-Language"] == "en"
    assert "Cookie" not in response["Vary"]
    assert not response.cookies
    again = {"If-None-Match": response["ETag"]}
    assert client.get("/badge/FP.svg", headers=again).status_code == 304
    assert client.get("/badge/FP.svg?lang=zh", headers=again).status_code == 200
    assert client.get("/badge/FP.svg?as_of=2024-06-30", headers=again).status_code == 200
    build.mission(instrument=plan)
    assert client.get("/badge/FP.svg", headers=again).status_code == 200


def test_it_is_sent_anew_after_midnight_when_its_day_is_over(client, plan, noon):
    noon.move_to(datetime(2024, 6, 30, 15, 59, 50, tzinfo=UTC))
    again = {"If-None-Match": client.get("/badge/FP.svg")["ETag"]}
    assert client.get("/badge/FP.svg", headers=again).status_code == 304

    noon.move_to(datetime(2024, 6, 30, 16, 0, tzinfo=UTC))
    assert client.get("/badge/FP.svg", headers=again).status_code == 200


def test_whoever_asks_in_whichever_language_gets_the_language_of_the_address(client, plan):
    chinese = client.get("/badge/FP.svg", headers={"Accept-Language": "zh-CN"})
    assert chinese.content == client.get("/badge/FP.svg").content
    assert chinese["Content-Language"] == "en"


@pytest.mark.both_databases
@pytest.mark.parametrize("code", ["FP2", "fp", "NEW", "FP%00", "%FF", "x" * 3000, "..", "FP.svg"])
def test_there_is_none_of_what_is_not_public(client, plan, code):
    build.mission(instrument=build.instrument("NEW"), opened=False)

    assert client.get(f"/badge/{code}.svg").status_code == 404


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("lang=de", ["lang"]),
        ("lang=both", ["lang"]),
        ("lang=en&lang=zh", ["lang"]),
        ("as_of=2024-07-01", ["as_of"]),
        ("as_of=x&known_at=2024-3-2&lang=zh", ["as_of", "known_at"]),
    ],
)
def test_a_query_that_cannot_be_read_is_answered_with_what_is_wrong(client, plan, query, wrong):
    response = client.get(f"/badge/FP.svg?{query}")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    errors = json.loads(response.content)["errors"]
    assert [error["parameter"] for error in errors] == wrong
    assert all(error["en"] and error["zh"] and error["en"] != error["zh"] for error in errors)


def test_it_takes_as_many_queries_with_many_records_as_with_few(client, plan):
    def taken():
        with CaptureQueriesContext(connection) as queries:
            drawn(client)
        return len(queries)

    assert taken() == QUERIES
    for number in range(5):
        build.mission(instrument=build.instrument(f"I{number}"), status=Status.COMPLETED)
        said(1, 2, code=f"I{number}", key=f"k{number}")
    assert taken() == QUERIES
