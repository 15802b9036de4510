"""The owner board: what is counted for whom, in which order, and which editors can be asked."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils.timezone import localdate

from missions.models import Membership, Mission, Role, StatusChange, Submission, User
from missions.models.board import board, never_reported, owners, totals
from missions.models.days import today
from tests import build
from tests.models.oracle import Said, standing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAY = timedelta(days=1)


@pytest.fixture
def official():
    return build.nameless()


def editor(name, organisation, *, email=True, active=True):
    user = User.objects.create(username=name, email=f"{name}@example.org" if email else "", is_active=active)
    Membership.objects.create(user=user, role=Role.EDITOR, organisation=organisation)
    return user


def counts(code):
    (row,) = [row for row in board() if row.owner.code == code]
    return row.counts


def test_a_mission_counts_for_its_direct_lead_owner_alone():
    above = build.organisation("ABOVE")
    below, beside = build.organisation("BELOW", parent=above), build.organisation("BESIDE")
    build.mission(lead_owner=above)
    for _ in range(2):
        build.mission(lead_owner=below, supporting=[beside, above])

    assert [(row.owner.code, row.counts["led"]) for row in board()] == [("BELOW", 2), ("ABOVE", 1)]


def test_what_is_withdrawn_or_not_open_yet_is_not_on_the_board(official):
    for code, fields in {"GONE": {"status": "withdrawn"}, "CLOSED": {"opened": False}, "BOTH": {}}.items():
        build.mission(lead_owner=build.organisation(code), due=today() - DAY, **fields)
    both = build.organisation("BOTH")
    build.mission(lead_owner=both, opened=False)
    gone = build.mission(lead_owner=both, due=today() - DAY)
    build.report(gone, "in_progress", by=official)
    build.report(gone, "withdrawn", on=date(2024, 2, 1), by=official)
    build.submission(gone, status="withdrawn", effective_on=date(2024, 3, 1)).submit(by=official)
    (row,) = board()

    assert (row.owner, row.days) == (both, None)
    assert row.counts == {"led": 1, "due_soon": 0, "overdue": 1, "silent": 1, "waiting": 0}


def test_deadlines_are_those_of_today():
    with time_machine.travel(datetime(2024, 6, 1, 4, tzinfo=UTC), tick=False) as clock:
        build.mission(due=date(2024, 7, 1))
        build.mission(due=date(2024, 7, 2))
        build.mission(due=date(2024, 5, 31))
        build.mission(due=date(2024, 5, 31), status="completed", on=date(2024, 5, 1))
        first = counts("O1")
        clock.move_to(datetime(2024, 7, 1, 16, 30, tzinfo=UTC))  # the second of July in Shanghai
        later = counts("O1")

    assert [(found["due_soon"], found["overdue"]) for found in (first, later)] == [(1, 1), (1, 2)]


def test_only_a_status_that_an_official_reported_is_a_report(official):
    silent = build.organisation("SILENT")
    by_the_programme = build.mission(lead_owner=silent, status="in_progress", due=today())
    build.correct(by_the_programme.changes.last(), by=official, status="paused")
    build.deadline(by_the_programme, None, on=today(), by=official)
    build.submission(by_the_programme).submit(by=official)
    build.submission(by_the_programme)
    for status in ("paused", None):
        mission = build.mission(lead_owner=build.organisation("HEARD"), status=status)
    build.report(mission, "in_progress", by=official)

    found = [(row.owner.code, row.days, row.counts["silent"], row.counts["waiting"]) for row in board()]
    assert found == [("SILENT", None, 1, 1), ("HEARD", 0, 1, 0)]


def test_a_report_that_was_corrected_since_was_one(official):
    build.correct(build.report(build.mission(), "in_progress", by=official), status="paused")

    assert [row.days for row in board()] == [0]


@pytest.mark.parametrize(("hour", "day", "ago"), [(15, date(2024, 6, 1), 2), (16, date(2024, 6, 2), 1)])
def test_the_day_of_a_report_is_that_of_its_recording_in_the_sites_time_zone(official, hour, day, ago):
    with time_machine.travel(datetime(2024, 6, 1, hour, 30, tzinfo=UTC), tick=False) as clock:
        build.report(build.mission(), "in_progress", on=date(2024, 1, 1), by=official)
        clock.move_to(datetime(2024, 6, 3, 4, tzinfo=UTC))
        (row,) = board()

    assert (row.reported_on, row.days) == (day, ago)


# Organisation → day and hour in June on which an official reported one of its missions, overdue missions, others.
IN_ORDER = {
    "N-TWO": (None, 2, 0),
    "N-ONE-OF-THREE": (None, 1, 2),
    "N-ONE-OF-TWO": (None, 1, 1),
    "N-A": (None, 0, 1),
    "N-a": (None, 0, 1),
    "R-LONG-AGO": ((1, 4), 0, 1),
    "R-LATE": ((2, 5), 1, 0),  # days are compared: an hour more or less is no difference
    "R-MORE": ((2, 6), 0, 2),
    "R-A": ((2, 7), 0, 1),
    "R-B": ((2, 4), 0, 1),
    "R-LATEST": ((3, 4), 3, 0),
}


def test_who_never_reported_stands_first_then_whose_last_report_is_the_longest_ago(official):
    with time_machine.travel(datetime(2024, 5, 1, 4, tzinfo=UTC), tick=False) as clock:
        for code, (_reported, overdue, others) in reversed(IN_ORDER.items()):
            for due in [today()] * overdue + [None] * others:
                build.mission(lead_owner=build.organisation(code), due=due)
        for (day, hour), code in sorted((reported, code) for code, (reported, *_) in IN_ORDER.items() if reported):
            clock.move_to(datetime(2024, 6, day, hour, tzinfo=UTC))
            build.report(Mission.objects.filter(lead_owner__code=code).first(), "in_progress", by=official)

        assert [row.owner.code for row in board()] == list(IN_ORDER)


def test_the_editors_to_write_to_are_the_own_ones_or_those_of_the_nearest_above_who_have_any():
    top = build.organisation("TOP")
    middle = build.organisation("MIDDLE", parent=top)
    low = build.organisation("LOW", parent=middle)
    alone = build.organisation("ALONE")
    for owner in (top, low, alone):
        build.mission(lead_owner=owner)
    for place, owner in (("middle", middle), ("low", low), ("alone", alone)):
        editor(f"{place}-inactive", owner, active=False)
        editor(f"{place}-without-address", owner, email=False)
    for owner in (low, alone):
        build.user(f"auditor-{owner.code}", Role.AUDITOR)
    b, a = editor("b", top), editor("a", top)

    def reached():
        return {row.owner.code: (row.reached, row.editors) for row in board()}

    assert reached() == {"TOP": (top, [a, b]), "LOW": (top, [a, b]), "ALONE": (None, [])}
    nearer = editor("nearer", middle)
    assert reached()["LOW"] == (middle, [nearer])
    own = editor("own", low)
    assert reached() == {"TOP": (top, [a, b]), "LOW": (low, [own]), "ALONE": (None, [])}


@pytest.mark.parametrize("number", [3, 30])
def test_the_board_takes_three_queries_however_many_owners_there_are(number, official, django_assert_num_queries):
    for place in range(number):
        owner = build.organisation(f"O{place}", parent=build.organisation(f"P{place}"))
        build.report(build.mission(lead_owner=owner, due=today()), "in_progress", by=official)
        editor(f"editor-{place}", owner.parent)

    with django_assert_num_queries(3):
        rows = board()
    assert [len(row.editors) for row in rows] == [1] * number


def anything(seed):
    """Owners, missions, entries and submissions of all kinds, as they come, over the first half of a year."""
    chance, official = random.Random(seed), build.nameless()
    coming = [None, "in_progress", "paused", "completed", "withdrawn"]
    with time_machine.travel(datetime(2024, 1, 1, 4, tzinfo=UTC), tick=False) as clock:
        for _ in range(30):
            clock.shift(timedelta(days=chance.randrange(6)))
            owner = build.organisation(f"O{chance.randrange(9)}")
            due = chance.choice([None, today() + timedelta(days=chance.randrange(-40, 90))])
            mission = build.mission(lead_owner=owner, due=due, opened=chance.random() < 0.8)
            if not mission.status:
                continue
            if status := chance.choice(coming):
                entry = build.report(mission, status, by=chance.choice([None, official]))
                if chance.random() < 0.2:
                    build.correct(entry, status="not_started", by=official)
            if chance.random() < 0.3:
                build.submission(mission, status="withdrawn").submit(by=official)


def recount():
    """Owner → its counts and the day of its last report, counted by hand."""
    everything = [
        Said(c.pk, c.mission.code, c.kind, c.status, c.due, c.effective_on, localdate(c.recorded_at), c.corrects_id)
        for c in StatusChange.objects.select_related("mission")
    ]
    reports = {}
    for change in StatusChange.objects.select_related("mission").order_by("recorded_at"):
        if change.kind == "report" and change.recorded_by_id:
            reports[change.mission.code] = localdate(change.recorded_at)
    waiting = Counter(s.mission.code for s in Submission.objects.select_related("mission") if s.state == "submitted")
    found = {}
    for mission in Mission.objects.select_related("lead_owner"):
        stood = standing(everything, mission.code, today())
        if stood is None or stood[0] == "withdrawn":
            continue
        numbers, days = found.setdefault(mission.lead_owner.code, (Counter(), []))
        numbers += Counter(led=1, waiting=waiting[mission.code])
        numbers[{"due_soon": "due_soon", "overdue": "overdue"}.get(stood[3], "other")] += 1
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
    assert [row.owner for row in rows if row.reported_on is None] == never
    assert [row.owner for row in rows] == list(owners())
    assert totals(rows)["led"] == everything
