"""The owner board: what is counted for whom, whose reports count, in which order, which editors can be asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from missions.models import Membership, Mission, Role, User
from missions.models.board import board, never_reported
from missions.models.days import today
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAY = timedelta(days=1)


def official_of(*owners):
    """Somebody who edits for these organisations, and whom no letter reaches."""
    user = build.nameless()  # a coordinator too
    for owner in owners:
        Membership.objects.create(user=user, role=Role.EDITOR, organisation=owner)
    return user


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


def test_what_is_withdrawn_or_not_open_yet_is_not_on_the_board():
    for code, fields in {"GONE": {"status": "withdrawn"}, "CLOSED": {"opened": False}, "BOTH": {}}.items():
        build.mission(lead_owner=build.organisation(code), due=today() - DAY, **fields)
    both = build.organisation("BOTH")
    official = official_of(both)
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


def test_only_a_status_that_an_editor_reported_is_a_report():
    silent, heard = build.organisation("SILENT"), build.organisation("HEARD")
    official = official_of(silent, heard)
    by_the_programme = build.mission(lead_owner=silent, status="in_progress", due=today())
    build.correct(by_the_programme.changes.last(), by=official, status="paused")
    build.deadline(by_the_programme, None, on=today(), by=official)
    build.submission(by_the_programme).submit(by=official)
    build.submission(by_the_programme)
    for status in ("paused", None):
        mission = build.mission(lead_owner=heard, status=status)
    build.report(mission, "in_progress", by=official)

    found = [(row.owner.code, row.days, row.counts["silent"], row.counts["waiting"]) for row in board()]
    assert found == [("SILENT", None, 1, 1), ("HEARD", 0, 1, 0)]


def test_a_report_that_was_corrected_since_was_one():
    official = official_of(build.organisation())
    build.correct(build.report(build.mission(), "in_progress", by=official), status="paused")

    assert [row.days for row in board()] == [0]


def test_what_coordinators_and_other_offices_report_for_an_owner_leaves_it_among_those_who_never_reported():
    owner = build.organisation("OWNER", parent=build.organisation("ABOVE"))
    others = official_of(build.organisation("BELOW", parent=owner), build.organisation("BESIDE", parent=owner.parent))
    for author in (build.user("coordinator", Role.COORDINATOR), build.nameless(), others):
        submission = build.submission(build.mission(lead_owner=owner), by=author)
        build.report(submission.mission, "in_progress", by=author)

    assert [(row.owner, row.days, row.counts["silent"]) for row in board()] == [(owner, None, 3)]
    assert list(never_reported()) == [owner]


@pytest.mark.parametrize("place", ["OWNER", "ABOVE", "TOP"])
def test_a_report_is_the_owners_by_its_own_editors_and_those_above_even_who_are_none_any_more(place):
    above = build.organisation("ABOVE", parent=build.organisation("TOP"))
    owner = build.organisation("OWNER", parent=above)
    coordinator = official_of(build.organisation(place))
    build.report(build.mission(lead_owner=owner), "in_progress", by=coordinator)
    found = [[(row.days, row.counts["silent"]) for row in board()]]
    coordinator.memberships.get(role=Role.EDITOR).delete()
    found.append([(row.days, row.counts["silent"]) for row in board()])

    assert found == [[(0, 0)], [(0, 0)]]
    assert list(never_reported()) == []


def test_what_was_reported_under_another_lead_owner_is_not_this_ones_report():
    before, now = build.organisation("BEFORE"), build.organisation("NOW")
    mission = build.mission(lead_owner=before)
    build.report(mission, "in_progress", by=official_of(before))
    mission.lead_owner = now
    mission.save()

    assert [(row.owner, row.days) for row in board()] == [(now, None)]


@pytest.mark.parametrize(("hour", "day", "ago"), [(15, date(2024, 6, 1), 2), (16, date(2024, 6, 2), 1)])
def test_the_day_of_a_report_is_that_of_its_recording_in_the_sites_time_zone(hour, day, ago):
    official = official_of(build.organisation())
    with time_machine.travel(datetime(2024, 6, 1, hour, 30, tzinfo=UTC), tick=False) as clock:
        build.report(build.mission(), "in_progress", on=date(2024, 1, 1), by=official)
        clock.move_to(datetime(2024, 6, 3, 4, tzinfo=UTC))
        (row,) = board()

    assert (row.reported_on, row.days) == (day, ago)


# Organisation → day and hour in June on which its editor reported one of its missions, overdue missions, others.
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


def test_who_never_reported_stands_first_then_whose_last_report_is_the_longest_ago():
    official = official_of(*(build.organisation(code) for code in IN_ORDER))
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
def test_the_board_takes_six_queries_however_many_owners_there_are(number, django_assert_num_queries):
    for place in range(number):
        owner = build.organisation(f"O{place}", parent=build.organisation(f"P{place}"))
        own = editor(f"editor-{place}", owner.parent)
        build.report(build.mission(lead_owner=owner, due=today()), "in_progress", by=own)

    with django_assert_num_queries(6):
        rows = board()
    assert [(len(row.editors), row.days) for row in rows] == [(1, 0)] * number


def test_the_board_and_those_who_never_reported_read_the_ledger_once(django_assert_num_queries):
    for ask, queries in ((board, 6), (lambda: list(never_reported()), 4)):
        with django_assert_num_queries(queries) as asked:
            ask()
        assert sum(query["sql"].count('FROM "missions_statuschange"') for query in asked) == 1


@pytest.mark.parametrize("number", [3, 30])
def test_those_who_never_reported_take_four_queries_however_many_there_are(number, django_assert_num_queries):
    for place in range(number):
        build.mission(lead_owner=build.organisation(f"O{place}"))

    with django_assert_num_queries(4):
        assert len(never_reported()) == number
