"""The same query on the same revision gives the same bytes: later, and in another process."""

import hashlib
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from missions.models import Head
from missions.status import Status
from tests import build
from tests.reports.test_csv import fetched, records

TODAY = datetime.now(UTC).date() - timedelta(days=1)

IN_ANOTHER_PROCESS = """
import sys, django
django.setup()
from django.test import Client
for address in sys.argv[1:]:
    response = Client(SERVER_NAME="127.0.0.1").get(address)
    sys.stdout.buffer.write(response.getvalue())
    print(response["Content-Disposition"], response["Repr-Digest"], file=sys.stderr)
"""


@pytest.mark.both_databases
def test_another_process_sends_the_same_bytes_under_the_same_name(client, own_database):
    areas = [build.area(f"A{n}") for n in range(5)]
    for number in range(5):
        build.mission(f"M-{number}", areas=areas[number:] + areas[:number], supporting=[build.organisation("O2")])
    query = [("area", f"A{n}") for n in range(5)] + [("as_of", TODAY.isoformat()), ("sort", "-owner")]
    response, body = fetched(client, *query)
    address = f"/en/report/completion.csv?{response['X-Hub-Query']}"

    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, address],
        env={**own_database, "DJANGO_SETTINGS_MODULE": "hubtracker.settings", "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    )

    assert hashlib.sha256(other.stdout).hexdigest() == hashlib.sha256(body).hexdigest()
    assert other.stderr.decode().split("\n")[0] == f"{response['Content-Disposition']} {response['Repr-Digest']}"


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


def test_a_write_in_the_middle_of_a_report_is_in_it_with_its_revision_or_not_at_all(client, noon):
    mission = build.mission("M-1")
    waiting = [Status.PAUSED]

    def written_after_the_head_was_read(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if waiting and "missions_head" in sql:
            build.report(mission, waiting.pop())
        return result

    with connection.execute_wrapper(written_after_the_head_was_read):
        response, body = fetched(client)
    again, afterwards = fetched(client)

    assert waiting == []
    assert again["X-Hub-Revision"] == response["X-Hub-Revision"]
    assert afterwards == body
