"""At midnight in Shanghai deadlines change on the pages, without a write and without a restart."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from missions.models import Head
from missions.status import Status
from tests import build
from tests.public.dom import listed, parse

MIDNIGHT = datetime(2024, 6, 30, 16, tzinfo=UTC)  # 1 July begins in Shanghai
SECOND = timedelta(seconds=1)


@pytest.fixture
def missions(db):
    with time_machine.travel(MIDNIGHT - timedelta(hours=1), tick=False):
        build.mission("IN-30-DAYS", due=date(2024, 7, 31))
        build.mission("YESTERDAY", due=date(2024, 6, 30))
        build.mission("PAUSED", due=date(2024, 6, 30), status=Status.PAUSED)
        build.mission("DONE", due=date(2024, 6, 30), status=Status.COMPLETED)


def shown(client):
    """Code → deadline state in the list's column of due dates."""
    rows = [row for row in parse(client.get("/en/missions/")).one(id="results").all("tr") if row.get("data-code")]
    return {row["data-code"]: row.one(class_="deadline").text for row in rows}


def found(client, state):
    return listed(client.get(f"/en/missions/?deadline={state}"))


def test_at_midnight_in_shanghai_the_list_moves_on_without_write_and_restart(client, missions):
    with time_machine.travel(MIDNIGHT - SECOND, tick=False):
        before = {"IN-30-DAYS": "Not yet due", "YESTERDAY": "Due soon", "PAUSED": "Due soon", "DONE": "Met"}
        assert shown(client) == before
        assert (found(client, "due_soon"), found(client, "overdue")) == (["YESTERDAY", "PAUSED"], [])
    revision = Head.objects.get().revision

    with time_machine.travel(MIDNIGHT + SECOND, tick=False):
        after = {"IN-30-DAYS": "Due soon", "YESTERDAY": "Overdue", "PAUSED": "Overdue", "DONE": "Met"}
        assert shown(client) == after
        assert (found(client, "due_soon"), found(client, "overdue")) == (["IN-30-DAYS"], ["YESTERDAY", "PAUSED"])
        assert Head.objects.get().revision == revision


def test_at_midnight_the_report_has_a_new_day_and_the_old_one_can_still_be_asked_for(client, missions):
    with time_machine.travel(MIDNIGHT - SECOND, tick=False):
        last_night = client.get("/en/report/completion.csv")
        then = last_night.getvalue()
        assert last_night["X-Hub-As-Of"] == "2024-06-30"
        assert client.get("/en/missions/?as_of=2024-07-01").status_code == 400

    with time_machine.travel(MIDNIGHT + SECOND, tick=False):
        this_morning = client.get("/en/report/completion.csv")
        assert this_morning["X-Hub-As-Of"] == "2024-07-01"
        assert this_morning.getvalue() != then
        assert client.get("/en/missions/?as_of=2024-07-01").status_code == 200
        again = client.get("/en/report/completion.csv?as_of=2024-06-30")
        assert again.getvalue() == then
        assert again["Content-Disposition"] == last_night["Content-Disposition"]


def test_the_day_of_another_time_zone_is_used_where_the_site_is_set_to_it(client, missions, settings):
    settings.TIME_ZONE = "America/New_York"  # pytest-django resets Django's cached zone with the setting

    with time_machine.travel(MIDNIGHT + SECOND, tick=False):
        assert shown(client)["YESTERDAY"] == "Due soon"
        assert client.get("/en/missions/?as_of=2024-07-01").status_code == 400
