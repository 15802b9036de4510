"""Missions that take the place of others: which are refused, and what becomes of those that are not."""

from datetime import date, timedelta

import pytest

from missions.exchange.openings import MOST_NAMED
from missions.exchange.programme import load_programme
from missions.exchange.workbooks import Day
from missions.models import Instrument, Mission, StatusChange
from missions.models.days import today
from missions.models.verification import problems as ledger_problems
from tests import build
from tests.exchange.registering import alone, cell, imported, refused

pytestmark = pytest.mark.django_db

ISSUED, SWITCH = date(2024, 3, 1), date(2026, 1, 15)
NOT_OPEN = "{} is not open: only an open mission is replaced."


@pytest.fixture(autouse=True)
def harbour(folder):
    """The mission WP-1 was completed on 1 February 2025, WP-3 has had no report."""
    load_programme(folder)


def new(code="WP-G1", number=101, **cells):
    plain = {
        "code": code, "instrument": "WP", "number": float(number), "kind": "project", "title_en": f"Official {number}",
        "title_zh": f"官方{number}", "theme": "QUAY", "lead_owner": "CITY", "provenance": "official",
        "source_keys": "plan", "opened_on": Day(SWITCH.isoformat()), "replaces": "WP-3",
    }  # fmt: skip
    return {**plain, **cells}


def problems(*rows, by=None):
    """What is refused of these rows, as (row, column, message)."""
    grids = alone("missions", *rows)
    names = {cell(grids, "missions", row["code"], column): (row["code"], column) for row in rows for column in row}
    found = []
    for problem in refused(grids, by):
        place, _colon, message = problem.removeprefix("missions, cell ").partition(": ")
        found.append((*names[place], message))
    return found


def in_english(day):
    return f"{day.day} {day:%b %Y}"


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"source_keys": None}, "source_keys", "Name the source of the list that takes the place of ours."),
        ({"opened_on": None}, "opened_on", "Say on which day it takes the place of the others."),
        ({"instrument": "WG"}, "replaces", "WP-3 belongs to another instrument."),
        ({"replaces": "WP-G1"}, "replaces", NOT_OPEN.format("WP-G1")),
        ({"replaces": "WP-99"}, "replaces", "There is no “WP-99”, neither here nor in this file."),
        (
            {"replaces": "WP-1", "opened_on": Day("2025-01-31")},
            "replaces",
            "WP-1: “Completed” (1 Feb 2025) may not follow “Withdrawn” (31 Jan 2025).",
        ),
    ],
)
def test_a_replacement_that_does_not_hold_is_refused(cells, column, message):
    assert problems(new(**cells)) == [("WP-G1", column, message)]


def test_a_day_in_the_future_is_refused_where_it_stands_and_for_the_old_mission():
    tomorrow = today() + timedelta(days=1)

    assert problems(new(opened_on=Day(tomorrow.isoformat()))) == [
        ("WP-G1", "opened_on", "The day lies in the future: import the mission on that day."),
        (
            "WP-G1",
            "replaces",
            "WP-3: This day lies in the future: enter the day on which it became true, at the latest today.",
        ),
    ]


def test_a_day_before_the_day_of_issue_is_refused_likewise():
    assert problems(new(opened_on=Day((ISSUED - timedelta(days=1)).isoformat()))) == [
        ("WP-G1", "opened_on", "A mission opens on the day of issue (2024-03-01) or later."),
        (
            "WP-G1",
            "replaces",
            "WP-3: Nothing can take effect before the mission's opening, and the opening comes first.",
        ),
    ]


def test_a_mission_that_is_withdrawn_or_was_never_opened_is_not_replaced():
    build.report(Mission.objects.get(code="WP-3"), "withdrawn", on=date(2025, 7, 1))
    build.mission("WP-8", instrument=Instrument.objects.get(code="WP"), number=8, opened=False)

    assert problems(new(replaces="WP-3;WP-8")) == [
        ("WP-G1", "replaces", NOT_OPEN.format("WP-3")),
        ("WP-G1", "replaces", NOT_OPEN.format("WP-8")),
    ]


def test_all_that_take_one_place_open_on_one_day():
    later = Day((SWITCH + timedelta(days=1)).isoformat())

    assert problems(new(), new("WP-G2", 102), new("WP-G3", 103, opened_on=later)) == [
        ("WP-G3", "opened_on", "All that take the place of WP-3 open on one day: on line 2 it is another."),
    ]


def test_where_a_second_reader_is_wanted_no_place_is_taken():
    instrument = Instrument.objects.get(code="WP")
    instrument.second_person = "everything"
    instrument.save()

    assert problems(new(), by=build.user()) == [
        (
            "WP-G1",
            "instrument",
            "WP wants a second reader: import the mission before that is asked for, or open it by hand.",
        )
    ]


def standing(on):
    """The missions of the instrument that count on a day, with their statuses."""
    missions = Mission.objects.as_of(on).filter(instrument__code="WP").exclude(status_asof="withdrawn")
    return dict(missions.order_by("code").values_list("code", "status_asof"))


@pytest.mark.both_databases
def test_one_takes_the_place_of_two_and_two_that_of_one():
    official = [new(replaces="WP-1;WP-2"), *(new(f"WP-G{n}", 100 + n) for n in (2, 3))]
    before = standing(SWITCH - timedelta(days=1))
    coordinator = build.user()

    imported(alone("missions", *official), by=coordinator)

    assert set(before) == {"WP-1", "WP-2", "WP-3", "WP-4"}
    assert standing(SWITCH - timedelta(days=1)) == before
    assert standing(SWITCH) == standing(today()) == {
        "WP-4": before["WP-4"], **dict.fromkeys(("WP-G1", "WP-G2", "WP-G3"), "unreported"),
    }  # fmt: skip
    links = {one.code: sorted(old.code for old in one.replaces.all()) for one in Mission.objects.all()}
    assert {code: found for code, found in links.items() if found} == {
        "WP-G1": ["WP-1", "WP-2"], "WP-G2": ["WP-3"], "WP-G3": ["WP-3"],
    }  # fmt: skip
    entries = StatusChange.objects.filter(effective_on=SWITCH)
    assert set(entries.values_list("kind", "status", "recorded_by")) == {
        ("opening", "unreported", coordinator.pk),
        ("report", "withdrawn", coordinator.pk),
    }
    assert entries.count() == 6
    assert list(ledger_problems()) == []


@pytest.mark.both_databases
def test_a_report_of_that_very_day_comes_first():
    build.report(Mission.objects.get(code="WP-3"), "in_progress", on=SWITCH)

    imported(alone("missions", new()))

    old = Mission.objects.get(code="WP-3")
    assert (old.status, old.status_since) == ("withdrawn", SWITCH)
    assert [entry.status for entry in old.changes.order_by("id")] == ["unreported", "in_progress", "withdrawn"]


@pytest.mark.both_databases
def test_what_took_a_place_can_be_replaced_itself_on_that_day_or_later():
    imported(alone("missions", new()))
    imported(alone("missions", new("WP-H1", 201, replaces="WP-G1")))

    assert [code for code in standing(SWITCH) if code[:4] in ("WP-3", "WP-G", "WP-H")] == ["WP-H1"]
    assert list(ledger_problems()) == []


def test_a_long_reason_names_the_first_and_counts_the_rest():
    imported(alone("missions", *(new(f"WP-G{n}", 100 + n) for n in range(1, MOST_NAMED + 2))))

    entry = StatusChange.objects.get(mission__code="WP-3", status="withdrawn")
    named = [f"WP-G{n}" for n in range(1, MOST_NAMED + 1)]
    assert entry.headline_en == f"Replaced by 13 missions, among them {', '.join(named)}."
    assert entry.headline_zh == f"由 13 项任务替代，其中包括 {'、'.join(named)}。"
    assert len(entry.headline_en) <= 300


def test_as_many_successors_with_the_longest_codes_still_make_one_sentence():
    codes = [f"WP-{n:02}".ljust(20, "X") for n in range(MOST_NAMED + 1)]

    imported(alone("missions", *(new(code, 100 + n) for n, code in enumerate(codes))))

    assert len(StatusChange.objects.get(mission__code="WP-3", status="withdrawn").headline_en) <= 300


def test_sources_of_all_that_take_the_place_are_cited_once():
    imported(alone("missions", new(source_keys="plan;paper_2024"), new("WP-G2", 102, source_keys="paper_2025;plan")))

    entry = StatusChange.objects.get(mission__code="WP-3", status="withdrawn")
    assert [item.source.key for item in entry.evidence.all()] == ["paper_2024", "plan", "paper_2025"]


def test_the_numbers_of_the_office_stand_beside_ours():
    imported(alone("missions", new("WP-E1", 1, provenance="editorial-split", replaces=None, opened_on=None)))

    assert set(Mission.objects.filter(instrument__code="WP", number=1).values_list("code", "provenance")) == {
        ("WP-1", "official"), ("WP-E1", "editorial-split"),
    }  # fmt: skip
