"""Deadline states: the pure function by its boundaries, the database's by the function, and both at midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db.models import CharField, DateField, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.models import Head, Mission, Theme
from missions.models.standing import deadline as in_database
from missions.status import Status, deadline_state
from tests import build

TODAY = date(2024, 3, 2)
JUST_BEFORE_MIDNIGHT = datetime(2024, 3, 1, 15, 59, 59, tzinfo=UTC)
JUST_AFTER_MIDNIGHT = datetime(2024, 3, 1, 16, 0, 1, tzinfo=UTC)


def in_days(n):
    return TODAY + timedelta(days=n)


@pytest.mark.parametrize("status", ["unreported", "not_started", "in_progress", "paused"])
@pytest.mark.parametrize(
    ("due", "state"),
    [
        (None, "none"),
        (in_days(-365), "overdue"),
        (in_days(-1), "overdue"),
        (in_days(0), "due_soon"),
        (in_days(1), "due_soon"),
        (in_days(30), "due_soon"),
        (in_days(31), "on_time"),
        (in_days(365), "on_time"),
    ],
)
def test_the_state_of_what_is_open_goes_by_the_due_date(status, due, state):
    assert deadline_state(due, due, status, in_days(-100), TODAY) == state
    assert deadline_state(due, in_days(-400), status, in_days(-100), TODAY) == state


@pytest.mark.parametrize(
    ("due", "since", "state"),
    [
        (None, in_days(-1), "none"),
        (in_days(-10), in_days(-11), "met"),
        (in_days(-10), in_days(-10), "met"),
        (in_days(-10), in_days(-9), "met_late"),
        (in_days(10), in_days(-9), "met"),
    ],
)
def test_the_state_of_what_is_completed_goes_by_the_day_of_completion_and_the_first_date(due, since, state):
    assert deadline_state(due, due, "completed", since, TODAY) == state
    assert deadline_state(due and in_days(300), due, "completed", since, TODAY) == state
    assert deadline_state(None, due, "completed", since, TODAY) == state


@pytest.mark.parametrize("due", [None, in_days(-1), in_days(1)])
def test_what_is_withdrawn_has_no_deadline(due):
    assert deadline_state(due, due, "withdrawn", in_days(-100), TODAY) == "none"


near = st.integers(-35, 35).map(in_days)


@pytest.mark.django_db
@pytest.mark.both_databases
@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(due=st.none() | near, first=st.none() | near, status=st.sampled_from(Status.values), since=near, on=near)
def test_the_database_agrees_with_the_function(due, first, status, since, on):
    build.theme()
    row = {
        "due_asof": Value(due, DateField(null=True)),
        "due_first_asof": Value(first, DateField(null=True)),
        "status_asof": Value(status, CharField()),
        "since_asof": Value(since, DateField()),
    }
    one = Theme.objects.annotate(**row).annotate(deadline_asof=in_database(on))

    assert one.values_list("deadline_asof", flat=True).get() == deadline_state(due, first, status, since, on)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_at_midnight_in_shanghai_states_change_without_any_write():
    """Trap 9: a day shifts by one through time zones."""
    with time_machine.travel(JUST_BEFORE_MIDNIGHT, tick=False):
        soon = build.mission("SOON", due=date(2024, 4, 1), status=Status.PAUSED, on=date(2023, 1, 1))
        late = build.mission("LATE", due=date(2024, 3, 1), status=Status.PAUSED, on=date(2023, 1, 1))
        revision = Head.objects.get().revision
        before = dict(Mission.objects.as_of().values_list("code", "deadline_asof"))
    with time_machine.travel(JUST_AFTER_MIDNIGHT, tick=False):
        after = dict(Mission.objects.as_of().values_list("code", "deadline_asof"))

    assert before == {"SOON": "on_time", "LATE": "due_soon"}
    assert after == {"SOON": "due_soon", "LATE": "overdue"}
    assert Head.objects.get().revision == revision
    assert [m.due - TODAY for m in (soon, late)] == [timedelta(days=30), timedelta(days=-1)]
