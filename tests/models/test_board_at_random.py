"""The owner board of a world at random: it agrees with a count by hand, and the projection with the ledger."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.timezone import localdate

from missions.models import Membership, Mission, Role, StatusChange, Submission
from missions.models.board import board, never_reported, totals
from missions.models.days import today
from tests import build
from tests.models.oracle import Said, standing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# The owners whose own reports these authors give, by the world of `anything`.
GIVES = {"above": {"O0", "O1", "O2"}, "former": {"O3", "O4"}, "own": {"O4", "O5"}, "coordinator": set()}


def authors():
    """Who reports: one from above O1 and O2, one who edits no more, one of two owners, and a coordinator."""
    build.organisation("O2", parent=build.organisation("O1", parent=build.organisation("O0")))
    of = {"above": ["O0"], "former": ["O3", "O4"], "own": ["O4", "O5"], "coordinator": []}
    elsewhere = build.organisation("ELSEWHERE")
    found = {name: build.user(name, Role.EDITOR, organisation=elsewhere) for name in of}
    for name, codes in of.items():
        for code in codes:
            Membership.objects.create(user=found[name], role=Role.EDITOR, organisation=build.organisation(code))
    found["former"].memberships.all().delete()
    Membership.objects.create(user=found["coordinator"], role=Role.COORDINATOR)
    return list(found.values())


def anything(seed):
    """Owners, missions, entries and submissions of all kinds, as they come, over the first half of a year."""
    chance, everybody = random.Random(seed), authors()
    coming = [None, "in_progress", "paused", "completed", "withdrawn"]
    with time_machine.travel(datetime(2024, 1, 1, 4, tzinfo=UTC), tick=False) as clock:
        for _ in range(30):
            clock.shift(timedelta(days=chance.randrange(6)))
            owner, official = build.organisation(f"O{chance.randrange(9)}"), chance.choice(everybody)
            due = chance.choice([None, today() + timedelta(days=chance.randrange(-40, 90))])
            mission = build.mission(lead_owner=owner, due=due, opened=chance.random() < 0.8)
            if not mission.status:
                continue
            if status := chance.choice(coming):
                entry = build.report(mission, status, by=chance.choice([None, official]))
                if chance.random() < 0.2:
                    build.correct(entry, status="not_started", by=official)
            if chance.random() < 0.3:
                build.submission(mission, status="withdrawn").submit(by=build.nameless())


def recount():
    """Owner → its counts and the day of its last report, counted by hand."""
    everything = [
        Said(c.pk, c.mission.code, c.kind, c.status, c.due, c.effective_on, localdate(c.recorded_at), c.corrects_id)
        for c in StatusChange.objects.select_related("mission")
    ]
    reports = {}
    for change in StatusChange.objects.filter(kind="report", recorded_by__isnull=False).order_by("recorded_at"):
        if change.mission.lead_owner.code in GIVES[change.recorded_by.username]:
            reports[change.mission.code] = localdate(change.recorded_at)
    waiting = Counter(s.mission.code for s in Submission.objects.select_related("mission") if s.state == "submitted")
    found = {}
    for mission in Mission.objects.select_related("lead_owner"):
        stood = standing(everything, mission.code, today())
        if stood is None or stood[0] == "withdrawn":
            continue
        numbers, days = found.setdefault(mission.lead_owner.code, (Counter(), []))
        numbers += Counter(led=1, waiting=waiting[mission.code])
        numbers[{"due_soon": "due_soon", "overdue": "overdue"}.get(stood[-1], "other")] += 1
        numbers["silent"] += mission.code not in reports
        days += [reports[mission.code]] if mission.code in reports else []
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_board_agrees_with_a_count_by_hand_and_with_the_list_of_those_who_never_reported(seed):
    anything(seed)
    with time_machine.travel(datetime(2024, 7, 1, 4, tzinfo=UTC), tick=False):
        rows, expected = board(), recount()
        never = list(never_reported())
        everything = Mission.objects.as_of().exclude(status_asof="withdrawn").count()

    assert {row.owner.code: row.counts for row in rows} == {
        code: {name: numbers[name] for name in ("led", "due_soon", "overdue", "silent", "waiting")}
        for code, (numbers, _days) in expected.items()
    }
    assert {row.owner.code: row.reported_on for row in rows} == {
        code: max(days, default=None) for code, (_numbers, days) in expected.items()
    }
    assert sorted(row.owner.code for row in rows if row.reported_on is None) == [owner.code for owner in never]
    assert totals(rows)["led"] == everything


@pytest.mark.parametrize("seed", range(3))
def test_the_projection_says_of_today_what_the_ledger_says(seed):
    anything(seed)
    said = ("pk", "status_asof", "since_asof", "due_asof", "deadline_asof")
    with time_machine.travel(datetime(2024, 7, 1, 4, tzinfo=UTC), tick=False):
        by_the_ledger, projected = (
            list(missions.order_by("pk").values_list(*said))
            for missions in (Mission.objects.as_of(), Mission.objects.now())
        )

    assert len(projected) > 10
    assert projected == by_the_ledger
