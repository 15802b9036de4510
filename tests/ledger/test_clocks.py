"""Days: midnight in the site's zone, clocks that are put back. `test_as_of.py` compares both clocks with an oracle."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from missions.models import Head, Mission
from missions.status import Status
from tests import factories
from tests.ledger.tampering import verify

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

FEB, MAR = date(2024, 2, 1), date(2024, 3, 1)


def at(*moment):
    """Sets the clock to this moment in UTC, which in Shanghai is eight hours later."""
    return time_machine.travel(datetime(*moment, tzinfo=UTC), tick=False)


def rows(on=None, known_at=None):
    missions = Mission.objects.as_of(on, known_at).order_by("code")
    return [tuple(row) for row in missions.values_list("code", "status_asof", "since_asof", "due_asof")]


@pytest.fixture
def server_in_los_angeles():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/Los_Angeles")
        time.tzset()
        yield
    time.tzset()


def test_a_day_ends_at_midnight_in_shanghai_wherever_the_server_is(server_in_los_angeles):
    """Trap 9: a day shifts by one through time zones."""
    with at(2024, 1, 1, 4):
        mission = factories.mission("M-1")
    with at(2024, 3, 1, 15, 59, 59, 999999):
        factories.report(mission, Status.PAUSED, on=MAR)
        with pytest.raises(ValidationError) as rejected:
            factories.report(mission, Status.PAUSED, on=date(2024, 3, 2))
        assert list(rejected.value.message_dict) == ["effective_on"]
    with at(2024, 3, 1, 16):
        factories.report(mission, Status.IN_PROGRESS, on=date(2024, 3, 2))
        assert rows() == [("M-1", "in_progress", date(2024, 3, 2), None)]

    assert [rows(MAR, date(2024, 2, 29))[0][1], rows(MAR, MAR)[0][1]] == ["unreported", "paused"]
    assert [rows(date(2024, 3, 2), MAR)[0][1], rows(date(2024, 3, 2))[0][1]] == ["paused", "in_progress"]


def test_an_entry_is_never_recorded_before_an_earlier_one():
    with at(2024, 3, 2, 4):
        mission = factories.mission("M-1")
        first = factories.report(mission, Status.PAUSED, on=FEB)
    with at(2024, 3, 1, 4):  # the clock was put back
        second = factories.report(mission, Status.IN_PROGRESS, on=FEB)

    assert second.recorded_at == first.recorded_at
    assert rows(known_at=date(2024, 3, 1)) == []
    assert [row[1] for row in rows(known_at=date(2024, 3, 2))] == ["in_progress"]
    assert verify()[1] == 0


def test_deadline_states_change_at_midnight_in_shanghai_without_a_write():
    """Trap 9: a day shifts by one through time zones."""
    with at(2024, 3, 1, 15, 59, 59):
        factories.mission("SOON", due=date(2024, 4, 1))
        factories.mission("LATE", due=MAR)
        revision = Head.objects.get().revision
        before = dict(Mission.objects.as_of().values_list("code", "deadline_asof"))
    with at(2024, 3, 1, 16):
        after = dict(Mission.objects.as_of().values_list("code", "deadline_asof"))

    assert (before, after) == ({"SOON": "on_time", "LATE": "due_soon"}, {"SOON": "due_soon", "LATE": "overdue"})
    assert Head.objects.get().revision == revision


def test_a_moved_deadline_does_not_rewrite_who_was_overdue_last_year():
    """Trap 22."""
    mission = factories.mission(due=date(2023, 6, 30), status=Status.IN_PROGRESS, on=date(2023, 1, 1))
    factories.deadline(mission, date(2099, 12, 31), on=FEB)

    days = [date(2023, 6, 30), date(2023, 7, 1), FEB - timedelta(days=1), FEB]
    found = [Mission.objects.as_of(day).values_list("deadline_asof", flat=True).get() for day in days]
    assert found == ["due_soon", "overdue", "overdue", "on_time"]
