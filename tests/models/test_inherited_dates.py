"""A mission that takes the place of others starts with their first date and their moves, on both clocks."""

import contextlib
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.index import indexes
from missions.models import Mission, StatusChange, record_many
from missions.models.days import today
from missions.models.verification import problems
from missions.status import Status
from tests import build
from tests.models.drafts import draft
from tests.models.oracle import Said, standing
from tests.models.replacing import replaced

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OPENED, DAY = date(2024, 1, 1), date(2024, 3, 1)
DUE, LATER, LATEST = date(2025, 12, 31), date(2026, 6, 30), date(2027, 12, 31)


def dates(mission):
    mission.refresh_from_db()
    return mission.due, mission.due_first, mission.due_moves


def test_a_later_date_of_its_own_is_one_more_move():
    old = build.mission(due=DUE)
    build.deadline(old, LATER, on=date(2023, 6, 1))

    assert dates(replaced(old, "NEW-1", LATEST)) == (LATEST, DUE, 2)


def test_the_same_date_is_none():
    assert dates(replaced(build.mission(due=DUE), "NEW-1", DUE)) == (DUE, DUE, 0)


@time_machine.travel(datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False)
def test_without_a_date_of_its_own_it_has_the_first_one_still():
    assert dates(replaced(build.mission(due=DUE), "NEW-1", None)) == (None, DUE, 0)
    assert list(Mission.objects.as_of().filter(is_past_first=True).values_list("code", flat=True)) == ["NEW-1"]


def test_of_several_it_has_the_earliest_first_date_and_the_most_moves():
    often, early = build.mission(due=LATER), build.mission(due=DUE)
    for month, due in ((1, LATEST), (2, LATER)):
        build.deadline(often, due, on=date(2023, month, 1))

    assert dates(replaced([often, early], "NEW-1", LATER)) == (LATER, DUE, 2)


def test_a_correction_of_what_it_replaces_reaches_it():
    old = build.mission(due=DUE)
    new = replaced(old, "NEW-1", LATER)
    newest = replaced(new, "NEW-2", LATER, on=date(2024, 2, 1))
    assert [dates(each) for each in (new, newest)] == [(LATER, DUE, 1)] * 2

    build.correct(old.changes.get(kind="opening"), due=LATER)

    assert [dates(each) for each in (new, newest)] == [(LATER, LATER, 0)] * 2
    assert list(problems()) == []


def test_the_counts_of_a_list_follow_a_correction_of_what_was_replaced(client):
    old = build.mission(due=DUE)
    replaced(old, "NEW-1", LATER)
    moved = "/api/v1/missions?moved=1"
    assert client.get(moved).json()["total"] == 1
    assert indexes.now().values(today(), None)["moved"]["1"].bit_count() == 1

    build.correct(old.changes.get(kind="opening"), due=LATER)

    assert indexes.now().values(today(), None)["moved"].get("1", 0) == 0


def test_twelve_successors_take_as_many_queries_as_two():
    taken = []
    for number, size in (("A", 2), ("B", 12)):
        olds = [build.mission(due=DUE) for _each in range(size)]
        for place, old in enumerate(olds):
            replaced(old, f"{number}-{place}", LATER)
        drafts = [draft(Mission.objects.get(code=f"{number}-{place}"), Status.PAUSED) for place in range(size)]
        with CaptureQueriesContext(connection) as queries:
            record_many([(each, []) for each in drafts], by=None)
        taken.append(len(queries))

    assert taken[0] == taken[1]


def world(chance):
    """Missions in a chain and beside it, with dates that move and are corrected; returns who replaces whom."""
    moments = (datetime(2024, 3, n, 12, tzinfo=ZoneInfo("Asia/Shanghai")) for n in range(1, 29))
    replaces = {}
    with time_machine.travel(next(moments), tick=False) as clock:
        here = [build.mission(f"OLD-{n}", due=chance.choice([None, DUE, LATER])) for n in range(3)]
        for step in range(12):
            clock.move_to(next(moments))
            mission = chance.choice(here)
            entries = mission.changes.filter(sets_due=True, correction=None)
            on = DAY - timedelta(days=chance.randrange(20)) + timedelta(days=step)
            on = max(on, mission.changes.get(kind="opening").effective_on)
            due = chance.choice([None, DUE, LATER, LATEST])
            if chance.random() < 0.3:
                entry = chance.choice(list(entries))
                with contextlib.suppress(ValidationError):  # it would come after what follows the opening on its day
                    build.correct(entry, due=due, evidence=[])
            elif mission.due != due and mission.status != Status.WITHDRAWN:
                refused_or_recorded(mission, due, on)
            mission.refresh_from_db()
            if step in (3, 6, 9):
                olds = [each for each in chance.sample(here, k=2) if each.status != Status.WITHDRAWN]
                on = DAY + timedelta(days=step)
                olds = [each for each in olds if each.changes.filter(effective_on__gt=on).count() == 0]
                if olds:
                    new = replaced(olds, f"NEW-{step}", chance.choice([None, DUE, LATER, LATEST]), on=on)
                    replaces[new.code] = [old.code for old in olds]
                    here = [*(Mission.objects.get(pk=each.pk) for each in here), new]
    return replaces


def refused_or_recorded(mission, due, on):
    standing_due = mission.changes.standing(on).filter(sets_due=True).newest_first().values_list("due", flat=True)
    if standing_due.first() != due:
        build.deadline(mission, due, on=on)


@pytest.mark.parametrize("seed", range(6))
def test_on_both_clocks_it_agrees_with_a_naive_reading(seed):
    replaces = world(Random(seed))
    everything = [
        Said(c.pk, c.mission.code, c.kind, c.status, c.due, c.effective_on, c.recorded_at.date(), c.corrects_id)
        for c in StatusChange.objects.select_related("mission").order_by("pk")
    ]
    codes = list(Mission.objects.values_list("code", flat=True))
    clocks = [(on, known) for on in range(0, 28, 4) for known in (None, *range(1, 28, 5))]
    with time_machine.travel(datetime(2024, 4, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        for on, known in [(DAY + timedelta(days=on), known and DAY + timedelta(days=known)) for on, known in clocks]:
            expected = {code: standing(everything, code, on, known or date.max, replaces) for code in codes}
            rows = Mission.objects.as_of(on, known).values_list(
                "code", "status_asof", "since_asof", "due_asof", "due_first_asof", "due_moves_asof", "deadline_asof"
            )
            assert {code: tuple(rest) for code, *rest in rows} == {c: stood for c, stood in expected.items() if stood}
        assert replaces
        assert list(problems()) == []
