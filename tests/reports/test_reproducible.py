"""The same query on the same revision gives the same bytes: later, in another process, and while somebody writes."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from missions.models import Head
from missions.status import Status
from tests import build
from tests.databases import in_place_of_the_default
from tests.kept import forget
from tests.reports import reading
from tests.reports.test_csv import fetched, records

TODAY = datetime.now(UTC).date() - timedelta(days=1)

# A year later by the clock.
IN_ANOTHER_PROCESS = """
import sys, django, time_machine
from datetime import UTC, datetime, timedelta
django.setup()
from django.test import Client
with time_machine.travel(datetime.now(UTC) + timedelta(days=366)):
    for address in sys.argv[1:]:
        response = Client(SERVER_NAME="127.0.0.1").get(address)
        sys.stdout.buffer.write(response.getvalue())
        print(response["Content-Disposition"], response["Repr-Digest"], file=sys.stderr)
"""


@pytest.mark.both_databases
def test_another_process_sends_the_same_bytes_under_the_same_name_a_year_later(client, own_database):
    areas = [build.area(f"A{n}") for n in range(5)]
    for number in range(5):
        fields = {"areas": areas[number:] + areas[:number], "supporting": [build.organisation("O2")]}
        build.mission(f"M-{number}", title_en="Smile 😀 =1+1", status=Status.COMPLETED, due=date(2024, 1, 1), **fields)
    query = [("area", f"A{n}") for n in range(5)] + [("as_of", TODAY.isoformat()), ("sort", "-owner"), ("lang", "both")]
    answers = [reading.fetched(client, ending, *query, ("since", "2020-01-01")) for ending in reading.ENDINGS]
    bodies = [body for _response, body in answers]
    addresses = [
        f"/zh-hans/report/completion.{ending}?{response['X-Hub-Query']}"
        for ending, (response, _body) in zip(reading.ENDINGS, answers, strict=True)
    ]

    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, *addresses],
        env={
            **own_database,
            "DJANGO_SETTINGS_MODULE": "hubtracker.settings",
            "PYTHONHASHSEED": "7",
            "TZ": "America/New_York",
        },
        capture_output=True,
        check=True,
    )

    told = [line for line in other.stderr.decode().split("\n") if "sha-256" in line]
    assert told == [f"{response['Content-Disposition']} {response['Repr-Digest']}" for response, _body in answers]
    assert hashlib.sha256(other.stdout).hexdigest() == hashlib.sha256(b"".join(bodies)).hexdigest()
    assert len(set(told)) == 6


@pytest.mark.parametrize("ending", reading.ENDINGS)
def test_seconds_and_a_year_later_every_format_has_the_same_bytes_and_name(client, noon, ending):
    mission = build.mission("M-1", due=date(2024, 7, 1))
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 6, 1))
    query = [("as_of", "2024-06-30"), ("lang", "both")]
    first, body = reading.fetched(client, ending, *query)

    for seconds in (3, 366 * 86400):
        noon.shift(seconds)
        later, the_same = reading.fetched(client, ending, *query)
        assert the_same == body
        assert later["Content-Disposition"] == first["Content-Disposition"]


def test_the_same_day_asked_about_later_gives_the_same_bytes_though_deadlines_went_on(client, noon):
    build.mission("M-1", due=date(2024, 7, 1))
    now, body = fetched(client, ("as_of", "2024-06-30"))

    noon.move_to(datetime(2025, 6, 30, tzinfo=UTC))

    later, the_same = fetched(client, ("as_of", "2024-06-30"))
    assert the_same == body
    assert (later["Content-Disposition"], later["X-Hub-Revision"]) == (
        now["Content-Disposition"],
        now["X-Hub-Revision"],
    )
    assert records(fetched(client)[1])[0]["deadline"] == "overdue"


def test_every_write_that_a_reader_can_see_makes_a_new_revision_and_a_new_name(client, noon):
    mission = build.mission("M-1")
    names = [fetched(client)[0]["Content-Disposition"]]

    build.report(mission, Status.PAUSED)
    names.append(fetched(client)[0]["Content-Disposition"])
    mission.title_en = "Renamed"
    mission.save()
    names.append(fetched(client)[0]["Content-Disposition"])

    assert len(set(names)) == 3
    assert fetched(client)[0]["X-Hub-Revision"] == str(Head.objects.get().revision)


def test_a_day_in_the_past_is_not_changed_by_what_takes_effect_later(client, noon):
    mission = build.mission("M-1", due=date(2024, 6, 1))
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 1))
    _response, body = fetched(client, ("as_of", "2024-03-02"))

    build.report(mission, Status.COMPLETED, on=date(2024, 5, 1))
    build.deadline(mission, date(2024, 12, 31), on=date(2024, 5, 2))

    assert fetched(client, ("as_of", "2024-03-02"))[1] == body


def test_a_reported_status_is_on_the_list_and_in_the_report_at_once(client, noon):
    """The product's main job: an official says so, the public reads so."""
    mission = build.mission("M-1")
    assert records(fetched(client)[1])[0]["status"] == "unreported"

    build.report(mission, Status.COMPLETED, on=date(2024, 6, 20))

    (record,) = records(fetched(client)[1])
    assert (record["status"], record["status_since"], record["status_zh"]) == ("completed", "2024-06-20", "已完成")
    assert 'data-code="M-1" data-status="completed"' in client.get("/en/missions/").content.decode()
    assert records(fetched(client, ("as_of", "2024-06-19"))[1])[0]["status"] == "unreported"


def test_what_was_known_on_a_day_is_asked_for_by_the_second_clock(client, db):
    with time_machine.travel(datetime(2024, 6, 1, tzinfo=UTC), tick=False):
        mission = build.mission("M-1")
    with time_machine.travel(datetime(2024, 6, 30, 4, tzinfo=UTC), tick=False):
        build.report(mission, Status.PAUSED, on=date(2024, 1, 1))

        assert records(fetched(client, ("as_of", "2024-06-02"))[1])[0]["status"] == "paused"
        told = fetched(client, ("as_of", "2024-06-02"), ("known_at", "2024-06-02"))[1]
        assert records(told)[0]["status"] == "unreported"
        assert records(fetched(client, ("known_at", "2024-05-31"))[1]) == []


def told_meanwhile(client, ending, table, write):
    """The report that is being made while another connection writes, just after the first read of this table."""
    name = connection.settings_dict["NAME"]
    waiting = [write]
    forget()

    def in_another_thread(write):
        with in_place_of_the_default(name):
            write()

    def write_after_the_read(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if waiting and table in sql:
            with ThreadPoolExecutor(1) as threads:
                threads.submit(in_another_thread, waiting.pop()).result()
        return result

    with connection.execute_wrapper(write_after_the_read):
        found = reading.fetched(client, ending)
    assert waiting == []
    return found


@pytest.mark.both_databases
@pytest.mark.parametrize("ending", reading.ENDINGS)
def test_what_is_written_while_a_report_is_made_is_in_the_next_one(client, own_database, ending):
    """What was read before is not mixed with what came after: all of it is of the revision that the file states."""
    mission = build.mission("M-1", status=Status.IN_PROGRESS, on=date(2024, 1, 1))
    first, before = reading.fetched(client, ending)

    def write():
        build.report(mission, Status.PAUSED, on=date(2024, 2, 1))

    response, body = told_meanwhile(client, ending, "missions_mission", write)
    following, afterwards = reading.fetched(client, ending)

    assert (body, response["X-Hub-Revision"]) == (before, first["X-Hub-Revision"])
    assert reading.reading(ending, body, "en").missions == [("M-1", "in_progress")]
    assert reading.reading(ending, afterwards, "en").missions == [("M-1", "paused")]
    assert int(following["X-Hub-Revision"]) > int(response["X-Hub-Revision"])


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["missions_organisation", "missions_area", "missions_instrument"])
def test_names_that_were_read_to_check_the_query_are_of_the_revision_that_is_stated(client, own_database, table):
    """The choices of a query are read first; a record that is renamed just then has the name of its revision."""
    build.mission("M-1", lead_owner=build.organisation("O1", name_en="Old"))
    before = reading.fetched(client, "json")

    def write():
        owner = build.organisation("O1")
        owner.name_en = "New"
        owner.save()

    response, body = told_meanwhile(client, "json", table, write)
    following, afterwards = reading.fetched(client, "json")

    known = {first["X-Hub-Revision"]: said for first, said in (before, (following, afterwards))}
    assert len(known) == 2
    assert body == known[response["X-Hub-Revision"]]
