"""How things stood on a day, by all that is known and by what was known then."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import Mission
from missions.status import Status
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def at(*moment):
    """The clock stands at this moment in UTC, which in Shanghai is eight hours later."""
    return time_machine.travel(datetime(*moment, tzinfo=UTC), tick=False)


def stood(on=None, known_at=None):
    rows = Mission.objects.as_of(on, known_at).order_by("code")
    return [tuple(row) for row in rows.values_list("code", "status_asof", "since_asof", "due_asof")]


def test_before_the_first_load_nothing_was_known():
    with at(2024, 3, 2, 4):
        build.mission("M-1", status=Status.PAUSED, on=date(2023, 1, 1))

    assert stood(on=date(2023, 6, 1)) == [("M-1", "paused", date(2023, 1, 1), None)]
    assert stood(on=date(2023, 6, 1), known_at=date(2024, 3, 2)) == stood(on=date(2023, 6, 1))
    assert stood(on=date(2023, 6, 1), known_at=date(2024, 3, 1)) == []
    assert stood(known_at=date(2024, 3, 1)) == []


def test_before_its_day_of_issue_a_mission_is_not_there():
    with at(2024, 3, 2, 4):
        build.mission("M-1")

    assert stood(on=date(2021, 2, 23)) == []
    assert stood(on=date(2021, 2, 24)) == [("M-1", "unreported", date(2021, 2, 24), None)]


def test_a_mission_without_an_opening_is_never_there():
    build.mission("M-1", opened=False)
    build.mission("M-2")

    assert [code for code, *_rest in stood()] == ["M-2"]
    assert list(Mission.objects.public().values_list("code", flat=True)) == ["M-2"]


def test_a_correction_counts_from_the_day_on_which_it_is_known():
    with at(2024, 1, 10, 4):
        mission = build.mission("M-1")
        entry = build.report(mission, Status.COMPLETED, on=date(2024, 1, 1))
    with at(2024, 2, 10, 4):
        correction = build.correct(entry, status=Status.IN_PROGRESS, effective_on=date(2024, 1, 5))
    with at(2024, 3, 10, 4):
        build.correct(correction, status=Status.PAUSED, effective_on=date(2023, 12, 1))

    on = date(2024, 1, 20)
    assert stood(on, known_at=date(2024, 2, 9)) == [("M-1", "completed", date(2024, 1, 1), None)]
    assert stood(on, known_at=date(2024, 2, 10)) == [("M-1", "in_progress", date(2024, 1, 5), None)]
    assert stood(date(2024, 1, 4), known_at=date(2024, 2, 10)) == [("M-1", "unreported", build.ISSUED, None)]
    assert stood(on) == [("M-1", "paused", date(2023, 12, 1), None)]


def test_a_correction_of_a_due_date_counts_from_the_day_on_which_it_is_known():
    with at(2024, 1, 10, 4):
        mission = build.mission("M-1", due=date(2024, 6, 30))
        entry = build.deadline(mission, date(2024, 9, 30), on=date(2024, 1, 5))
    with at(2024, 2, 10, 4):
        build.correct(entry, due=date(2024, 12, 31), effective_on=date(2024, 1, 8))

    opened = ("M-1", "unreported", build.ISSUED)
    assert stood(date(2024, 1, 6), known_at=date(2024, 2, 9)) == [(*opened, date(2024, 9, 30))]
    assert stood(date(2024, 1, 6)) == [(*opened, date(2024, 6, 30))]
    assert stood(date(2024, 1, 8)) == [(*opened, date(2024, 12, 31))]


def test_the_day_on_which_it_was_known_ends_at_midnight_in_shanghai():
    """Trap 9: a day shifts by one through time zones."""
    with at(2024, 1, 1, 4):
        mission = build.mission("M-1")
    with at(2024, 3, 1, 15, 59, 59, 999999):
        build.report(mission, Status.PAUSED, on=date(2024, 2, 1))
    with at(2024, 3, 1, 16):
        build.report(mission, Status.IN_PROGRESS, on=date(2024, 2, 2))

    on = date(2024, 3, 1)
    assert [stood(on, date(2024, 2, n))[0][1] for n in (28, 29)] == ["unreported", "unreported"]
    assert [stood(on, date(2024, 3, n))[0][1] for n in (1, 2)] == ["paused", "in_progress"]


def test_an_event_told_late_shows_on_its_own_day():
    with at(2024, 1, 10, 4):
        mission = build.mission("M-1", status=Status.COMPLETED, on=date(2024, 1, 10))
    with at(2024, 2, 10, 4):
        build.report(mission, Status.PAUSED, on=date(2023, 1, 1))

    assert stood(date(2023, 6, 1)) == [("M-1", "paused", date(2023, 1, 1), None)]
    assert stood(date(2023, 6, 1), known_at=date(2024, 1, 31)) == [("M-1", "unreported", build.ISSUED, None)]


def test_a_mission_that_was_replaced_is_counted_on_no_day_together_with_its_successor():
    with at(2024, 3, 2, 4):
        old, new = build.mission("OLD"), build.mission("NEW", opened=False)
        build.report(old, Status.WITHDRAWN, on=date(2024, 3, 1))
        build.opening(new, on=date(2024, 3, 1))

    assert [row[:2] for row in stood(date(2024, 2, 29))] == [("OLD", "unreported")]
    assert [row[:2] for row in stood(date(2024, 3, 1))] == [("NEW", "unreported"), ("OLD", "withdrawn")]
