"""Two clocks and days: the effective day, the day on which the site knew, midnight in the site's zone."""

import time
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from missions.models import Head, Mission
from missions.status import Status
from tests import factories
from tests.ledger.tampering import verify

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OPENED = factories.ISSUED
FEB, MAR = date(2024, 2, 1), date(2024, 3, 1)


def at(*moment):
    """Sets the clock to this moment in UTC, which in Shanghai is eight hours later."""
    return time_machine.travel(datetime(*moment, tzinfo=UTC), tick=False)


def rows(on=None, known_at=None):
    missions = Mission.objects.as_of(on, known_at).order_by("code")
    return [tuple(row) for row in missions.values_list("code", "status_asof", "since_asof", "due_asof")]


@pytest.fixture
def known(db):
    """Missions whose entries were recorded on the 10th of January, February and March."""
    with at(2024, 1, 10, 4):
        corrected, dated, late = (
            factories.mission("C"),
            factories.mission("D", due=date(2024, 6, 30)),
            factories.mission("L"),
        )
        factories.mission("NOT-OPENED", opened=False)
        completed = factories.report(corrected, Status.COMPLETED, on=date(2024, 1, 1))
        moved = factories.deadline(dated, date(2024, 9, 30), on=date(2024, 1, 5))
    with at(2024, 2, 10, 4):
        correction = factories.correct(completed, status=Status.IN_PROGRESS, effective_on=date(2024, 1, 5))
        factories.correct(moved, due=date(2024, 12, 31), effective_on=date(2024, 1, 8))
        factories.report(late, Status.PAUSED, on=date(2023, 1, 1))
    with at(2024, 3, 10, 4):
        factories.correct(correction, status=Status.PAUSED, effective_on=date(2023, 12, 1))


@pytest.mark.parametrize(
    ("on", "known_at", "corrected", "due", "late"),
    [
        (date(2024, 1, 20), date(2024, 2, 9), ("completed", date(2024, 1, 1)), date(2024, 9, 30), "unreported"),
        (date(2024, 1, 20), date(2024, 2, 10), ("in_progress", date(2024, 1, 5)), date(2024, 12, 31), "paused"),
        (date(2024, 1, 4), date(2024, 2, 10), ("unreported", OPENED), date(2024, 6, 30), "paused"),
        (date(2024, 1, 6), date(2024, 2, 9), ("completed", date(2024, 1, 1)), date(2024, 9, 30), "unreported"),
        (date(2024, 1, 6), None, ("paused", date(2023, 12, 1)), date(2024, 6, 30), "paused"),
        (date(2022, 1, 1), None, ("unreported", OPENED), date(2024, 6, 30), "unreported"),
    ],
)
def test_a_correction_and_a_late_report_count_from_the_day_on_which_they_are_known(
    known, on, known_at, corrected, due, late
):
    found = {code: rest for code, *rest in rows(on, known_at)}

    assert (tuple(found["C"][:2]), found["D"][2], found["L"][0]) == (corrected, due, late)
    assert sorted(found) == ["C", "D", "L"]


def test_a_mission_is_there_from_its_opening_and_known_from_its_record(known):
    assert rows(OPENED - timedelta(days=1)) == []
    assert [code for code, *_rest in rows(OPENED)] == ["C", "D", "L"]
    assert rows(known_at=date(2024, 1, 9)) == rows(date(2024, 1, 1), date(2024, 1, 9)) == []
    assert sorted(Mission.objects.public().values_list("code", flat=True)) == ["C", "D", "L"]


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


# Clocks put forward or back, at midnight too; a day that never was; half hours; the ends of the world.
TURNS = {
    "Asia/Shanghai": datetime(2024, 2, 29, 16, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 30, 10, tzinfo=UTC),
    "America/Sao_Paulo": datetime(2018, 11, 4, 3, tzinfo=UTC),
    "America/Havana": datetime(2024, 11, 3, 5, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2024, 4, 6, 15, tzinfo=UTC),
    "Africa/Cairo": datetime(2024, 4, 25, 22, tzinfo=UTC),
    "Pacific/Kiritimati": datetime(2024, 12, 31, 10, tzinfo=UTC),
}


@pytest.mark.parametrize("zone", TURNS)
def test_entries_keep_their_order_and_day_where_clocks_turn_and_jump_back(zone):
    chance, clock, recorded = Random(zone), TURNS[zone] - timedelta(hours=30), []
    with timezone.override(zone):
        with time_machine.travel(clock, tick=False):
            mission = factories.mission(instrument=factories.instrument(issued_on=date(2009, 1, 1)))
        for step in range(16):
            clock += timedelta(seconds=chance.randint(-3600, 20_000))
            with time_machine.travel(clock, tick=False):
                status = [Status.PAUSED, Status.IN_PROGRESS][step % 2]
                recorded.append((factories.report(mission, status, on=date(2010, 1, 1)).recorded_at, status))
            assert recorded[-1][0] == max(clock, *(moment for moment, _status in recorded))

        days = [moment.astimezone(ZoneInfo(zone)).date() for moment, _status in recorded]
        last = dict(zip(days, (status for _moment, status in recorded), strict=True))
        with time_machine.travel(clock + timedelta(days=9), tick=False):
            assert {day: rows(known_at=day)[0][1] for day in last} == last
            assert len(last) > 1
            assert verify()[1] == 0


NOW = date(2024, 3, 2)


def deadline(due, status=None, since=-100, moved_to=None):
    """A mission due in so many days, and its state by code."""
    mission = factories.mission(due=due if due is None else NOW + timedelta(days=due))
    if moved_to is not None:
        factories.deadline(mission, NOW + timedelta(days=moved_to), on=NOW - timedelta(days=200))
    if status:
        factories.report(mission, status, on=NOW + timedelta(days=since))
    return mission.code


def test_the_deadline_state_follows_from_dates_and_status():
    with at(2024, 3, 2, 4):
        expected = {
            deadline(None): "none",
            deadline(-365): "overdue",
            deadline(-1): "overdue",
            deadline(-1, "paused"): "overdue",
            deadline(0, "in_progress"): "due_soon",
            deadline(30, "not_started"): "due_soon",
            deadline(31): "on_time",
            deadline(-365, moved_to=30): "due_soon",
            deadline(-365, moved_to=31): "on_time",
            deadline(None, "completed"): "none",
            deadline(-10, "completed", -10): "met",
            deadline(-10, "completed", -9): "met_late",
            deadline(-10, "completed", -9, moved_to=100): "met_late",
            deadline(10, "completed", -9, moved_to=-100): "met",
            deadline(-1, "withdrawn"): "none",
            deadline(1, "withdrawn"): "none",
        }
        assert dict(Mission.objects.as_of().values_list("code", "deadline_asof")) == expected
        assert dict(Mission.objects.as_of(known_at=NOW).values_list("code", "deadline_asof")) == expected


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
