"""Days stay days: whatever the clock does, in whichever zone the site and its server stand."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from missions.models import Mission
from missions.models.days import end_of, today
from missions.models.verification import problems
from missions.status import Status
from tests import build

TOP = Path(__file__).parent.parent.parent
# East and west of everything, half hours, summers that begin at midnight, a day that never was, an hour of 30 minutes.
ZONES = [
    "Asia/Shanghai", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Europe/Berlin",
    "America/New_York", "America/Sao_Paulo", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Pacific/Apia",
    "Australia/Lord_Howe",
]  # fmt: skip
zones = st.sampled_from(ZONES)
moments = st.integers(0, 90 * 365 * 86_400).map(lambda s: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
# Moments at which the clocks of a zone are put forward or back, and a leap day's end.
TURNS = [
    datetime(2018, 11, 4, 3, tzinfo=UTC), datetime(2018, 2, 18, 2, tzinfo=UTC), datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 4, 25, 22, tzinfo=UTC), datetime(2024, 11, 3, 5, tzinfo=UTC),
    datetime(2024, 2, 29, 16, tzinfo=UTC), datetime(2028, 2, 29, 16, tzinfo=UTC), datetime(2100, 2, 28, 16, tzinfo=UTC),
]  # fmt: skip
near_turns = st.builds(
    lambda turn, seconds: turn + timedelta(seconds=seconds), st.sampled_from(TURNS), st.integers(-90_000, 90_000)
)


@given(zone=zones, moment=moments | near_turns, days=st.integers(-2, 2))
@example(zone="Pacific/Apia", moment=datetime(2011, 12, 30, 10, tzinfo=UTC), days=-1)
@example(zone="America/Sao_Paulo", moment=datetime(2018, 11, 4, 3, tzinfo=UTC), days=0)
@settings(max_examples=2000, deadline=None)
def test_a_moment_belongs_to_the_day_that_the_zone_has_then(zone, moment, days):
    there = moment.astimezone(ZoneInfo(zone)).date()
    day = there + timedelta(days=days)

    with timezone.override(zone), time_machine.travel(moment, tick=False):
        assert today() == there
        assert (moment < end_of(day)) == (there <= day)


@pytest.mark.both_databases
@given(zone=zones, start=near_turns, steps=st.lists(st.integers(-3600, 40_000), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_clock_that_jumps_back_an_hour_puts_no_entry_before_another(db, zone, start, steps):
    """What the ledger says was known by a day is what a list of the moments says, and the chain holds."""
    with transaction.atomic(), timezone.override(zone):
        with time_machine.travel(start, tick=False):
            mission = build.mission(instrument=build.instrument(issued_on=date(2009, 1, 1)))
        clock = start
        for step in steps:
            clock += timedelta(seconds=step)
            with time_machine.travel(clock, tick=False):
                build.report(mission, Status.IN_PROGRESS, on=today())
        entries = list(mission.changes.order_by("id"))
        days = {entry.pk: entry.recorded_at.astimezone(ZoneInfo(zone)).date() for entry in entries}
        known = {day: set(mission.changes.known(day).values_list("id", flat=True)) for day in days.values()}
        found = list(problems())
        transaction.set_rollback(True)

    recorded = [entry.recorded_at for entry in entries]
    assert recorded == sorted(recorded)
    assert recorded[-1] == max(start, *(start + timedelta(seconds=sum(steps[: n + 1])) for n in range(len(steps))))
    assert known == {day: {pk for pk, own in days.items() if own <= day} for day in days.values()}
    assert found == []


@pytest.mark.both_databases
def test_a_leap_day_is_a_day_like_any_other(db):
    with time_machine.travel(datetime(2024, 3, 1, 4, tzinfo=UTC), tick=False):
        mission = build.mission("M-1", due=date(2028, 2, 29))
        build.report(mission, Status.PAUSED, on=date(2024, 2, 29))

    stood = {
        day: Mission.objects.as_of(day).get().status_asof
        for day in (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1))
    }

    assert list(stood.values()) == ["unreported", "paused", "paused"]
    assert Mission.objects.get().due == date(2028, 2, 29)


SAID = """
import django
django.setup()
from missions.models.days import today
print(today().isoformat())
"""


@pytest.mark.parametrize("server", ["America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("site", ["Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_zone_of_the_server_does_not_matter(tmp_path, server, site):
    environment = {
        **os.environ, "TZ": server, "HUB_TIME_ZONE": site, "HUB_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "hubtracker.settings",
    }  # fmt: skip
    before = datetime.now(ZoneInfo(site)).date().isoformat()

    said = subprocess.check_output([sys.executable, "-c", SAID], cwd=TOP, env=environment, text=True)

    after = datetime.now(ZoneInfo(site)).date().isoformat()
    assert said.strip() in (before, after)  # midnight may come in between
