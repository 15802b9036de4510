"""The stretches of days follow the ledger, whatever the door writes; the migration makes them as the door does."""

from datetime import date
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Mission, StatusChange, Stretch, record_many, triggers
from missions.models.standing import PROJECTION
from missions.models.stretches import END, Stood
from missions.status import Status
from tests import build
from tests.models.attacks_on_stretches import last, new
from tests.models.drafts import draft
from tests.models.forging import stage
from tests.models.replacing import replaced
from tests.models.tampering import tamper
from tests.models.verifying import found

pytestmark = pytest.mark.both_databases

OPENED, JUNE, JULY, AUGUST = date(2021, 2, 24), date(2023, 6, 1), date(2023, 7, 1), date(2023, 8, 1)
DUE, LATER = date(2025, 12, 31), date(2026, 6, 30)


def stood(mission):
    """The stretches of the mission in their order, each as (first day, until, status, since, due)."""
    return list(mission.stretches.order_by("first_day").values_list(*Stood._fields[:5]))


def entry_of(mission, status, kind="report"):
    return mission.changes.get(status=status, kind=kind)


def in_one_batch(mission):
    days = [(Status.PAUSED, JULY), (Status.IN_PROGRESS, JUNE), (Status.COMPLETED, AUGUST)]
    record_many([(draft(mission, status, on), [build.evidence()]) for status, on in days], by=None)


UNTIL_JUNE = (OPENED, JUNE, "unreported", OPENED, DUE)

# What is told of a mission that opened, and is in progress since June, and the stretches thereafter.
TOLD = {
    "a report": (
        lambda mission: build.report(mission, Status.PAUSED, on=AUGUST),
        [UNTIL_JUNE, (JUNE, AUGUST, "in_progress", JUNE, DUE), (AUGUST, END, "paused", AUGUST, DUE)],
    ),
    "a confirmation": (
        lambda mission: build.report(mission, Status.IN_PROGRESS, on=AUGUST),
        [UNTIL_JUNE, (JUNE, AUGUST, "in_progress", JUNE, DUE), (AUGUST, END, "in_progress", JUNE, DUE)],
    ),
    "a confirmation of the same day": (
        lambda mission: build.report(mission, Status.IN_PROGRESS, on=JUNE),
        [UNTIL_JUNE, (JUNE, END, "in_progress", JUNE, DUE)],
    ),
    "another report of the same day": (
        lambda mission: build.report(mission, Status.PAUSED, on=JUNE),
        [UNTIL_JUNE, (JUNE, END, "paused", JUNE, DUE)],
    ),
    "there and back on one day": (
        lambda mission: [build.report(mission, s, on=AUGUST) for s in (Status.PAUSED, Status.IN_PROGRESS)],
        [UNTIL_JUNE, (JUNE, AUGUST, "in_progress", JUNE, DUE), (AUGUST, END, "in_progress", AUGUST, DUE)],
    ),
    "a report of a day between two entries": (
        lambda mission: build.report(mission, Status.IN_PROGRESS, on=date(2022, 1, 1)),
        [
            (OPENED, date(2022, 1, 1), "unreported", OPENED, DUE),
            (date(2022, 1, 1), JUNE, "in_progress", date(2022, 1, 1), DUE),
            (JUNE, END, "in_progress", date(2022, 1, 1), DUE),
        ],
    ),
    "a report of the day of the opening": (
        lambda mission: build.report(mission, Status.PAUSED, on=OPENED),
        [(OPENED, JUNE, "paused", OPENED, DUE), (JUNE, END, "in_progress", JUNE, DUE)],
    ),
    "a new due date": (
        lambda mission: build.deadline(mission, LATER, on=AUGUST),
        [UNTIL_JUNE, (JUNE, AUGUST, "in_progress", JUNE, DUE), (AUGUST, END, "in_progress", JUNE, LATER)],
    ),
    "no due date any more": (
        lambda mission: build.deadline(mission, None, on=JUNE),
        [UNTIL_JUNE, (JUNE, END, "in_progress", JUNE, None)],
    ),
    "a correction of the status": (
        lambda mission: build.correct(entry_of(mission, Status.IN_PROGRESS), status=Status.PAUSED),
        [UNTIL_JUNE, (JUNE, END, "paused", JUNE, DUE)],
    ),
    "a correction that moves an entry to another day": (
        lambda mission: build.correct(entry_of(mission, Status.IN_PROGRESS), effective_on=JULY),
        [(OPENED, JULY, "unreported", OPENED, DUE), (JULY, END, "in_progress", JULY, DUE)],
    ),
    "a correction that leads back to the opening's status": (
        lambda mission: build.correct(entry_of(mission, Status.IN_PROGRESS), status=Status.UNREPORTED),
        [UNTIL_JUNE, (JUNE, END, "unreported", OPENED, DUE)],
    ),
    "a correction of the opening": (
        lambda mission: build.correct(
            entry_of(mission, Status.UNREPORTED, "opening"), effective_on=date(2020, 1, 1), due=LATER
        ),
        [(date(2020, 1, 1), JUNE, "unreported", date(2020, 1, 1), LATER), (JUNE, END, "in_progress", JUNE, LATER)],
    ),
    "several entries in one batch, not in the order of their days": (
        in_one_batch,
        [
            UNTIL_JUNE,
            (JUNE, JULY, "in_progress", JUNE, DUE),
            (JULY, AUGUST, "paused", JULY, DUE),
            (AUGUST, END, "completed", AUGUST, DUE),
        ],
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOLD)
def test_the_stretches_follow(name):
    tell, expected = TOLD[name]
    mission = build.mission(due=DUE, status=Status.IN_PROGRESS, on=JUNE)
    assert stood(mission) == [UNTIL_JUNE, (JUNE, END, "in_progress", JUNE, DUE)]

    tell(mission)

    assert stood(mission) == expected


@pytest.mark.django_db
def test_a_mission_without_entries_has_no_stretch():
    mission = build.mission(opened=False)
    before = stood(mission)

    build.opening(mission)

    assert (before, stood(mission)) == ([], [(OPENED, END, "unreported", OPENED, None)])


@pytest.mark.django_db
def test_a_stretch_that_is_right_already_stays():
    mission = build.mission(status=Status.IN_PROGRESS, on=JUNE)
    first, second = mission.stretches.order_by("first_day")

    build.report(mission, Status.PAUSED, on=AUGUST)

    assert first in mission.stretches.all()
    assert second not in mission.stretches.all()


@pytest.mark.django_db
def test_twenty_missions_take_as_many_statements_as_one():
    missions = [build.mission() for _ in range(21)]
    statements = []
    for some in (missions[:1], missions[1:]):
        with CaptureQueriesContext(connection) as queries:
            record_many([(draft(mission, Status.PAUSED), []) for mission in some], by=None)
        verbs = [(query["sql"].split()[0], "missions_stretch" in query["sql"]) for query in queries]
        statements.append(verbs)

    assert statements[0] == statements[1]
    assert [verb for verb, of_stretches in statements[1] if of_stretches] == ["SELECT", "DELETE", "INSERT", "UPDATE"]


@pytest.mark.django_db
def test_the_database_takes_a_stretch_that_the_ledger_says():
    at = stage()

    new(at)  # its entry came round the door

    assert (date(2024, 2, 1), END, "in_progress", date(2024, 2, 1), None) in stood(at.opened)


@pytest.mark.django_db
def test_the_database_lets_go_of_a_stretch_that_the_ledger_does_not_say_any_more():
    at = stage()
    new(at)

    at.opened.stretches.get(first_day=OPENED).delete()

    assert [stretch.first_day for stretch in at.opened.stretches.all()] == [date(2024, 2, 1)]


@pytest.mark.django_db
def test_the_door_mends_what_came_round_it():
    at = stage()
    new(at)

    build.report(at.opened, Status.PAUSED, on=date(2024, 3, 1))

    assert [row[:3] for row in stood(at.opened)] == [
        (OPENED, date(2024, 2, 1), "unreported"),
        (date(2024, 2, 1), date(2024, 3, 1), "in_progress"),
        (date(2024, 3, 1), END, "paused"),
    ]


MOVED = ("a new due date", "no due date any more", "a correction of the opening")


def all_stood():
    return list(Stretch.objects.order_by("mission", "first_day").values_list("mission__code", *Stood._fields))


def test_the_migration_makes_the_stretches_that_the_door_would_have_made(own_database, monkeypatch):
    at = stage()
    for number, (tell, _expected) in enumerate(TOLD.values()):
        tell(build.mission(f"T-{number:02}", due=DUE, status=Status.IN_PROGRESS, on=JUNE))
    # With one who decided on a date there is no way back; without, the entry has not the hash of its content.
    tamper("UPDATE missions_statuschange SET decided_by = ''")
    changed = found()
    made = all_stood()
    monkeypatch.setattr(import_module("missions.migrations.0009_stretches"), "MISSIONS_AT_ONCE", 4)

    for _twice in range(2):
        call_command("migrate", "missions", "0008", verbosity=0)
        assert Stretch._meta.db_table not in connection.introspection.table_names()
        call_command("migrate", verbosity=0)

        assert all_stood() == made
        assert triggers.missing(connection) == []
        assert found() == changed
    build.report(at.opened, Status.PAUSED, on=AUGUST)
    assert last(at).status == "completed"
    assert stood(at.opened) == [(OPENED, AUGUST, "unreported", OPENED, None), (AUGUST, END, "paused", AUGUST, None)]


def test_the_migration_reads_first_dates_and_moves_as_the_door_does(own_database):
    stage()
    for number, name in enumerate(MOVED):
        TOLD[name][0](build.mission(f"T-{number:02}", due=DUE, status=Status.IN_PROGRESS, on=JUNE))
    replaced(build.mission("T-10", due=DUE), "T-11", LATER)
    replaced(Mission.objects.get(code="T-11"), "T-12", DUE)
    made, projections = all_stood(), list(Mission.objects.order_by("pk").values(*PROJECTION))
    call_command("migrate", "missions", "0013", verbosity=0)
    for table in ("stretch", "mission"):
        tamper(f"UPDATE missions_{table} SET due_first = NULL, due_moves = 0")
    assert all_stood() != made

    call_command("migrate", verbosity=0)

    assert all_stood() == made
    assert list(Mission.objects.order_by("pk").values(*PROJECTION)) == projections
    assert (triggers.missing(connection), found()) == ([], [])


def test_what_somebody_decided_on_keeps_a_site_from_going_back(own_database):
    build.deadline(build.mission(due=DUE), LATER, on=AUGUST)

    with pytest.raises(CommandError, match=r"^Entries of the ledger say who decided or who reported"):
        call_command("migrate", "missions", "0012", verbosity=0)

    assert StatusChange.objects.get(kind="deadline").decided_by == "Municipal Government"
