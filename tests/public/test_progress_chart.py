"""Completion over time as a picture and as a table: what it draws, at which place, and where labels stand."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from missions.charts.progress import FOOT, TOP, ProgressChart, progress_chart
from missions.models import Instrument, Measure, ProgrammeDay, ReportedFigure
from missions.models.figures import Reported, of_completion
from missions.models.progress import Completion
from missions.status import Status
from tests import build
from tests.public.dom import parse

ON = date(2024, 6, 30)
PLAN = Instrument(pk=1, code="FP")


def plain_chart(steps=((build.ISSUED, 0, 0, 4),), said=(), on=ON):
    """A chart of no database: `said` holds (value, total, day, measure)."""
    figures = [Reported((PLAN,), Measure(measure), value, total, day, None) for value, total, day, measure in said]
    return ProgressChart([PLAN], on, [Completion(*step) for step in steps], figures)


def test_a_line_runs_in_steps_from_the_first_day_to_the_day_asked_about():
    chart = plain_chart(
        [(date(2024, 1, 1), 0, 0, 4), (date(2024, 1, 11), 2, 1, 4), (date(2024, 1, 21), 3, 1, 5)], on=date(2024, 1, 21)
    )

    assert chart.lines() == [
        ("counted", "M0 1H50.0V1H100.0V0H100"),
        ("documented", "M0 5H50.0V4H100.0V4H100"),
        ("completed", "M0 5H50.0V3H100.0V2H100"),
    ]
    assert [(end.name, end.value) for end in chart.ends()] == [("documented", 1), ("completed", 3), ("counted", 5)]
    assert (chart.y(0), chart.y(5)) == (FOOT, TOP)


def test_what_a_line_comes_to_is_written_above_it_and_never_over_another():
    for completed, documented, counted in [(0, 0, 0), (0, 0, 9), (9, 9, 9), (9, 0, 9), (5, 4, 9)]:
        chart = plain_chart([(build.ISSUED, completed, documented, counted)])
        ends = chart.ends()
        assert all(end.y < chart.y(end.value) for end in ends)
        assert all(lower.y - upper.y >= 1.2 for lower, upper in combinations(ends, 2))
        assert ends[-1].y >= 0.7, "the top one stays in the picture"


def test_a_reported_figure_stands_at_its_day_and_value_with_its_total_above():
    chart = plain_chart(said=[(3, 8, date(2024, 3, 2), "completed")], on=date(2024, 3, 2))

    assert chart.marks() == [(chart.figures[0], 100, 14, 4)]
    assert chart.most == 8


def test_figures_with_the_same_numbers_share_a_label_and_others_stand_clear_of_it():
    day = date(2024, 3, 1)
    same = [(100, 104, day, "in_place"), (100, 104, day + timedelta(1), "completed")]
    labels = plain_chart(said=[*same, (101, 104, day + timedelta(9), "completed")], on=date(2026, 1, 1)).labels()

    assert [(label.reported[0].value, [f.measure for f in label.reported]) for label in labels] == [
        (100, ["in_place", "completed"]),
        (101, ["completed"]),
    ]
    assert [label.is_left for label in labels] == [True, False]


def test_a_label_at_either_end_stays_in_the_picture():
    day = build.ISSUED
    (label,) = plain_chart(said=[(2, 4, day, "completed")]).labels()
    assert (label.x, label.is_left) == (0, False)
    (label,) = plain_chart(said=[(2, 4, ON, "completed")]).labels()
    assert (label.x, label.is_left) == (100, True)
    # So many that there is no room left: they are drawn all the same.
    many = [(n, 40, ON - timedelta(40 - n), "completed") for n in range(1, 40)]
    assert len(plain_chart(said=many).labels()) == 39


def test_days_of_the_programme_that_are_near_each_other_share_a_number_and_keep_their_places():
    days = [ProgrammeDay(date=day) for day in (date(2020, 1, 1), date(2021, 3, 1), date(2024, 3, 1), date(2024, 3, 2))]
    marks = replace(plain_chart(), days=days).day_marks()

    assert [(mark.number, mark.days, len(mark.places)) for mark in marks] == [("2", days[1:2], 1), ("3–4", days[2:], 2)]
    assert marks[1].x == marks[1].places[0] < marks[1].places[1] < 100


@pytest.mark.parametrize(
    ("start", "on", "first", "count"),
    [
        (date(2024, 6, 30), ON, None, 0),
        (date(2024, 6, 20), date(2024, 7, 9), "2024-07-01", 1),
        (date(2024, 1, 20), ON, "2024-02-01", 5),
        (date(2023, 1, 20), ON, "2023-04-01", 5),
        (date(2021, 2, 24), ON, "2021-07-01", 6),
        (date(2019, 2, 24), ON, "2020-01-01", 5),
        (date(1900, 1, 1), date(2100, 12, 31), "1950-01-01", 3),
    ],
)
def test_the_axis_has_as_many_days_as_there_is_room_for(start, on, first, count):
    days = [tick.value for tick in plain_chart([(start, 0, 0, 1)], on=on).x_ticks]

    assert (days[0].isoformat() if days else None, len(days)) == (first, count)
    assert all(start < day < on for day in days)


def test_a_table_of_many_steps_has_a_row_for_each_month_that_has_one():
    days = [date(2023, 11, 1) + timedelta(n) for n in range(100)]
    steps = [(day, 0, 0, n + 1, ((f"M-{n}", "unreported"), ("M-0", "paused"))) for n, day in enumerate(days)]
    rows = plain_chart(steps).rows()

    assert [(str(row.day), row.step.counted) for row in rows] == [
        ("2023-11-30", 30),
        ("2023-12-31", 61),
        ("2024-01-31", 92),
        ("2024-02-08", 100),
    ]
    assert [dict(row.events)["unreported"][:2] for row in rows] == [
        ["M-1", "M-2"],
        ["M-30", "M-31"],
        ["M-61", "M-62"],
        ["M-92", "M-93"],
    ]
    assert len(plain_chart(steps[:60]).rows()) == 60


@pytest.fixture
def world(noon):
    """Two instruments, one of them with a figure of its own and one with none; a figure for both together."""
    plan, bank = build.instrument("FP"), build.instrument("EX", issued_on=date(2024, 3, 1))
    done = build.mission("M-1", instrument=plan)
    build.mission("M-2", instrument=plan)
    build.mission("M-3", instrument=bank)
    build.report(done, Status.COMPLETED, on=date(2023, 1, 1))
    for covers, total, value, day in [([plan], 5, 4, date(2024, 2, 1)), ([plan, bank], 9, 7, date(2024, 4, 1))]:
        for measure, number in [(Measure.TOTAL, total), (Measure.IN_PLACE, value)]:
            words = {"indicator_en": measure, "indicator_zh": measure, "unit": "missions"}
            said = {"as_of": day, "value": number, "measure": measure, "source": build.source("f", language="zh-Hans")}
            ReportedFigure.objects.create(**said, **words).covers.set(covers)
    return [plan, bank]


def cells(chart):
    return [[cell.text for cell in row.walk() if cell.tag in ("th", "td")] for row in chart.one("tbody").all("tr")]


def test_the_page_shows_picture_and_table_of_the_same_numbers(client, world):
    both, plan = parse(client.get("/en/figures/")).all("figure", class_="chart")

    picture = plan.one("svg", role="img")
    assert picture.one("title").text == "Completion over time: FP"
    assert picture.one("title")["id"] == picture["aria-labelledby"]
    assert picture.one("desc").text == (
        "From 24 Feb 2021 to 30 Jun 2024. At the end, 1 of 2 missions are recorded as completed, and 1 documented. "
        "Reported on 1 Feb 2024: 4 of 5 “put in place”."
    )
    assert cells(plan) == [
        ["24 Feb 2021", "Not individually reported M-1 M-2", "0", "0", "2", "–", "–"],
        ["1 Jan 2023", "Completed M-1", "1", "1", "2", "–", "–"],
        ["1 Feb 2024", "–", "1", "1", "2", "4 of 5 “put in place”", "Source f · Publisher"],
    ]
    assert [row[0::5][:2] for row in cells(both)][2:] == [
        ["1 Feb 2024", "FP: 4 of 5 “put in place”"],
        ["1 Mar 2024", "–"],
        ["1 Apr 2024", "7 of 9 “put in place”"],
    ]
    ids = [element["id"] for element in parse(client.get("/en/figures/")).walk() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_all_text_keeps_its_size_and_nothing_is_told_by_colour_alone(client, world):
    _both, plan = parse(client.get("/en/figures/")).all("figure", class_="chart")

    texts = plan.one("svg", role="img").all("text")
    assert [text for text in texts if text.inside(viewBox="0 0 100 5")] == []
    assert all(re.fullmatch(r"[\d.]+em", text["y"]) for text in texts)
    assert [text.text for text in texts][-4:] == [
        "1 completed, documented",
        "1 recorded as completed",
        "2 missions counted",
        "4 of 5“put in place”1 Feb 2024",
    ]
    assert [item.text for item in plan.one("ul", class_="chart-key").all("li")] == [
        "completed, documented",
        "recorded as completed",
        "missions counted: all but the withdrawn",
        "reported: “put in place”",
    ]


def test_the_chart_of_one_instrument_has_its_own_figures_alone_and_takes_two_queries(world, django_assert_num_queries):
    plan, bank = world
    figures = of_completion(ON)
    with django_assert_num_queries(2):
        chart = progress_chart([plan], figures, ON)
        assert [(figure.value, figure.total) for figure in chart.reported] == [(4, 5)]
    assert progress_chart([bank], figures, ON).reported == []
    assert [figure.value for figure in progress_chart(world, figures, ON).reported] == [4, 7]
    before = date(2024, 3, 31)
    assert [figure.value for figure in progress_chart(world, of_completion(before), before).reported] == [4]


def test_before_anything_is_on_record_there_is_a_sentence_and_no_picture(client, world):
    page = parse(client.get("/en/figures/?known_at=2020-01-01"))

    assert page.all("figure") == []
    assert page.text.count("No mission is on record for this day.") == 2
