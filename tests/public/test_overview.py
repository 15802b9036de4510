"""The overview: counts that lead to their records, the days behind the figures, what changed and what is due."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Measure, ReportedFigure
from missions.status import Status
from tests import build
from tests.public.crowd import crowd
from tests.public.dom import listed, parameters, parse, total
from tests.public.parameters import address
from tests.public.world import World

pytestmark = pytest.mark.usefixtures("noon")

SECRET = "not out yet"


def overview(client, *query, language="en"):
    return parse(client.get(address("", *query, language=language)))


def figure(codes, day, value, whole, measure=Measure.COMPLETED):
    """What one source said on a day of these instruments together."""
    for each, number in ((Measure.TOTAL, whole), (measure, value)):
        words = {"indicator_en": each, "indicator_zh": each, "unit": "missions", "source": build.source("s")}
        said = ReportedFigure.objects.create(as_of=day, measure=each, value=number, **words)
        said.covers.set([build.instrument(code) for code in codes])


@pytest.mark.parametrize("size", [1, 30])
def test_it_takes_the_same_number_of_queries_for_any_number_of_missions(client, size):
    first = crowd(size)[0]
    for day in range(1, min(size, 9) + 1):
        build.report(first, Status.IN_PROGRESS, on=date(2024, 2, day))
        figure(["FP"], date(2024, 2, day), 1, 2)

    with CaptureQueriesContext(connection) as queries:
        client.get("/en/")
    assert len(queries) == 25


@pytest.mark.both_databases
def test_the_tiles_add_up_to_the_list_and_each_leads_to_exactly_its_records(client):
    World(4)
    days = [("as_of", "2024-03-02"), ("known_at", "2024-03-02")]

    page = overview(client, *days)
    tiles = page.one(class_="tiles").all("li")

    numbers = [int(tile.one(class_="figure").text) for tile in tiles]
    whole = total(client.get(address("missions/", *days)))
    assert sum(numbers) == whole > 0
    assert page.one(id="by-status").text == f"{whole} missions by status"
    assert [tile.one("small").text for tile in tiles] == [f"{100 * number / whole:.1f}% of all" for number in numbers]
    assert [bool(tile.all("a")) for tile in tiles] == [number > 0 for number in numbers]
    assert [total(client.get(tile.one("a")["href"])) for tile in tiles if tile.all("a")] == [n for n in numbers if n]
    unfinished = [("status", status) for status in ("unreported", "not_started", "in_progress", "paused")]
    rest = page.one("a", href=address("missions/", *days, *unfinished))
    assert rest.text == f"{total(client.get(rest['href']))} missions not recorded as completed"


def test_without_any_mission_the_page_stands(client):
    page = overview(client)

    assert [tile.one(class_="figure").text for tile in page.one(class_="tiles").all("li")] == ["0"] * 6
    assert [hint.text for hint in page.all(class_="empty")] == [
        "No mission is on record for this day.",
        "Nothing was reported by this day.",
        "No deadline is open on this day.",
    ]
    assert page.all(class_="other-day") == []


def test_the_day_of_a_figure_is_one_click_away_unless_it_is_the_day_asked_about(client):
    build.mission("FP-1", status=Status.PAUSED, on=date(2024, 4, 1))
    build.mission("EX-1", instrument=build.instrument("EX", issued_on=date(2024, 3, 15)))
    figure(["FP"], date(2024, 3, 1), 90, 104, Measure.IN_PLACE)
    figure(["FP"], date(2024, 3, 2), 100, 104)
    figure(["FP", "EX"], date(2024, 5, 1), 110, 121)

    page = overview(client)
    links = page.one(class_="reconciliation").all("a", class_="other-day")
    assert [parameters(link["href"]) for link in links] == [
        {"instrument": ["EX", "FP"], "as_of": ["2024-05-01"]},
        {"instrument": ["FP"], "as_of": ["2024-03-02"]},
        {"instrument": ["FP"], "as_of": ["2024-03-01"]},
    ]
    assert [listed(client.get(link["href"])) for link in links] == [["EX-1", "FP-1"], ["FP-1"], ["FP-1"]]
    example = page.one(class_="example").one("a")
    assert example.text == "See how things stood on 2 Mar 2024, when officials reported 100 of 104"
    there = parse(client.get("/en/" + example["href"]))
    assert "2 Mar 2024" in there.one(class_="band").text
    assert [tile.text.split()[0] for tile in there.one(class_="tiles").all("a")] == ["1"]
    assert there.all(class_="example") == []
    links = there.one(class_="reconciliation").all("a", class_="other-day")
    assert [parameters(link["href"])["as_of"] for link in links] == [["2024-03-01"]]


def test_where_only_a_joint_figure_was_published_no_day_is_proposed(client):
    build.mission("FP-1")
    build.mission("EX-1", instrument=build.instrument("EX"))
    figure(["FP", "EX"], date(2024, 5, 1), 110, 121)

    page = overview(client)
    assert page.all(class_="example") == []
    rows = page.one(class_="reconciliation").one("tbody").all("tr")
    figures = [[number.text for number in row.all(class_="figure")] for row in rows]
    assert figures == [["110 of 121", "0 of 2"], ["0 of 1"], ["0 of 1"]]
    assert [row.get("class") for row in rows] == ["joint", None, None]


def test_the_wall_and_the_arcs_show_what_is_public_alone(client):
    build.mission("FP-2", opened=False, title_en=SECRET, instrument=build.instrument("EX"), theme=build.theme("T2"))
    build.mission("FP-1")

    page = overview(client)
    assert [link.text for link in page.one(class_="wall").all("a")] == [
        "Theme T1",
        page.one(class_="wall").one("ul").text,
    ]
    assert [link.text for link in page.one(class_="arcs").all("a")] == ["Instrument FP"]
    assert SECRET not in client.get("/en/").content.decode()


def changes(page):
    """(day, mission, what changed, headline) of each change listed."""
    for item in page.one("section", aria_labelledby="latest").one("ol").all("li"):
        what, move, headline = item.all("p")
        yield item.one("time")["datetime"], what.one(class_="code").text, move.text, headline.text


def test_the_latest_changes_leave_confirmations_and_what_was_corrected_out(client):
    first, second = build.mission("M-1", due=date(2024, 6, 1)), build.mission("M-2")
    build.report(first, Status.IN_PROGRESS, on=date(2024, 2, 1))
    build.report(first, Status.IN_PROGRESS, on=date(2024, 4, 1))
    wrong = build.report(second, Status.COMPLETED, on=date(2024, 3, 1))
    build.deadline(first, date(2024, 12, 31), on=date(2024, 5, 1))
    with time_machine.travel(datetime(2024, 6, 30, 5, tzinfo=UTC), tick=False):
        build.correct(wrong, status=Status.PAUSED)

    page = overview(client)
    assert list(changes(page)) == [
        ("2024-06-30", "M-2", "Correction: Completed → became Paused", "Corrected"),
        ("2024-05-01", "M-1", "New due date: 1 Jun 2024 → 31 Dec 2024", "New due date"),
        ("2024-02-01", "M-1", "Not individually reported → became In progress", "Now in_progress"),
    ]
    confirmed = page.one("section", aria_labelledby="latest").one(class_="note")
    assert confirmed.text == "1 more report since 1 Feb 2024 confirmed a status and changed nothing."
    assert confirmed.all("a") == []  # no query finds confirmations alone
    before = overview(client, ("known_at", "2024-06-29")).one("section", aria_labelledby="latest")
    assert before.one(class_="empty").text == "This site has kept records since 30 Jun 2024 and has none from before."


def test_a_correction_made_after_the_day_asked_about_is_listed_by_the_day_it_takes_effect_on(client):
    mission = build.mission("M-1")
    wrong = build.report(mission, Status.COMPLETED, on=date(2024, 3, 1))
    with time_machine.travel(datetime(2024, 6, 30, 5, tzinfo=UTC), tick=False):
        build.correct(wrong, status=Status.PAUSED)

    then = overview(client, ("as_of", "2024-04-01"))
    assert list(changes(then)) == [("2024-03-01", "M-1", "Correction: Completed → became Paused", "Corrected")]


def test_the_next_deadlines_come_first_and_all_of_them_are_one_click_away(client):
    for number in range(10):
        build.mission(f"M-{number}", due=date(2024, 12, 31 - number))
    build.mission("DONE", due=date(2024, 1, 1), status=Status.COMPLETED)

    section = overview(client).one("section", aria_labelledby="ahead")
    assert [item.one(class_="code").text for item in section.one("ol").all("li")] == [f"M-{n}" for n in range(9, 1, -1)]
    link = section.one(class_="more").all("a")[0]
    assert link.text == "10 missions with open due dates"
    assert listed(client.get(link["href"])) == [f"M-{number}" for number in range(9, -1, -1)]


def test_a_chinese_page_is_chinese(client):
    build.mission("FP-1", status=Status.IN_PROGRESS)
    figure(["FP"], date(2024, 3, 2), 100, 104)

    page = overview(client, language="zh-hans")
    assert page.one(class_="example").text == "查看2024年3月2日的情况：当日官方公布 104 项中 100 项"
    assert page.one(class_="wall").one("ul").text.endswith("，推进中")
    assert page.one(class_="tiles").all("li")[2].text == "1 推进中 占全部的 100.0%"
    assert next(changes(page))[2:] == ("未单独报告 → 变更为 推进中", "现为in_progress")
