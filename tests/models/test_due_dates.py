"""New due dates: what they set, and what they leave."""

from datetime import date

import pytest

from missions.models import EntryKind, Mission
from missions.status import Status
from tests import build
from tests.models.drafts import draft, projected, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_new_due_date_leaves_the_status_as_it_is():
    mission = build.mission(due=date(2024, 6, 30), status=Status.PAUSED, on=date(2024, 1, 1))

    entry = build.deadline(mission, date(2024, 12, 31), on=date(2024, 2, 1))

    assert (entry.status, entry.previous) == ("paused", "paused")
    assert projected(mission) == ("paused", date(2024, 1, 1), date(2024, 12, 31))


def test_a_back_dated_due_date_carries_the_status_of_its_day():
    mission = build.mission(due=date(2024, 6, 30), status=Status.PAUSED, on=date(2024, 1, 1))

    entry = build.deadline(mission, date(2024, 12, 31), on=date(2023, 2, 1))

    assert (entry.status, entry.previous) == ("unreported", "unreported")


def test_a_due_date_can_be_lifted():
    mission = build.mission(due=date(2024, 6, 30))

    build.deadline(mission, None, on=date(2024, 2, 1))

    assert projected(mission) == ("unreported", build.ISSUED, None)


def test_a_due_date_that_is_in_force_is_no_new_one():
    mission = build.mission(due=date(2024, 6, 30))
    same = draft(mission, kind=EntryKind.DEADLINE, due=date(2024, 6, 30))

    assert refusal(same) == {"due": ["This is the due date already."]}


def test_a_report_sets_no_due_date():
    mission = build.mission(due=date(2024, 6, 30))

    entry = build.report(mission, Status.PAUSED, due=date(2030, 1, 1))

    assert (entry.due, projected(mission)[2]) == (None, date(2024, 6, 30))


def test_a_moved_deadline_does_not_rewrite_who_was_overdue_last_year():
    """Trap 22: moving a deadline rewrites who was overdue last year."""
    mission = build.mission(due=date(2023, 6, 30), status=Status.IN_PROGRESS, on=date(2023, 1, 1))
    build.deadline(mission, date(2099, 12, 31), on=date(2024, 2, 1))

    on = [date(2023, 6, 30), date(2023, 7, 1), date(2024, 1, 31), date(2024, 2, 1)]

    stood = [Mission.objects.as_of(day).values_list("due_asof", "deadline_asof").get() for day in on]
    assert stood == [
        (date(2023, 6, 30), "due_soon"),
        (date(2023, 6, 30), "overdue"),
        (date(2023, 6, 30), "overdue"),
        (date(2099, 12, 31), "on_time"),
    ]
