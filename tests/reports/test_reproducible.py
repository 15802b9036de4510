"""The same query on the same revision has the same bytes: later, in another process, and while others write."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from missions.models import ReportedFigure
from missions.status import Status
from tests import factories
from tests.cache import forget
from tests.databases import in_place_of_the_default
from tests.opendata.unpacking import ARCHIVE, LEDGER
from tests.public.parameters import address
from tests.reports.reading import ENDINGS, csv_rows, fetched
from tests.reports.test_numbers import moved, report

TODAY = datetime.now(UTC).date() - timedelta(days=1)
STATED = ("Content-Disposition", "Repr-Digest")
# A year later by the clock.
IN_ANOTHER_PROCESS = """
import sys, django, time_machine
from datetime import UTC, datetime, timedelta
django.setup()
from django.test import Client
with time_machine.travel(datetime.now(UTC) + timedelta(days=366)):
    for address in sys.argv[1:]:
        response = Client(SERVER_NAME="127.0.0.1").get(address)
        response.getvalue()
        print(response["Content-Disposition"], response["Repr-Digest"])
"""


def get(client, address):
    response = client.get(address)
    return response, response.getvalue()


@pytest.mark.both_databases
def test_another_process_makes_the_same_files_a_year_later(client, own_database):
    areas = [factories.area(f"A{n}") for n in range(5)]
    for number in range(5):
        fields = {"areas": areas[number:] + areas[:number], "supporting": [factories.organisation("O2")]}
        due = TODAY + timedelta(number - 2)
        mission = factories.mission(f"M-{number}", title_en="Smile 😀 =1+1", status=Status.COMPLETED, due=due, **fields)
        mission.sources.add(factories.source(f"s{9 - number}"))
    for on in (TODAY, datetime.now(UTC).date() + timedelta(days=2)):  # one is published later, without a write
        words = {"indicator_en": f"{on}", "indicator_zh": "数", "unit": "missions", "source": factories.source("f")}
        ReportedFigure.objects.create(as_of=on, value=1, **words)
    query = [("area", f"A{n}") for n in range(5)]
    query += [("as_of", f"{TODAY}"), ("sort", "-owner"), ("lang", "both"), ("since", "2020-01-01")]
    addresses = [address(f"report/completion.{ending}", *query, language="zh-hans") for ending in ENDINGS]
    addresses += [ARCHIVE, LEDGER]
    files = [get(client, each) for each in addresses]

    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, *addresses],
        env={**own_database, "DJANGO_SETTINGS_MODULE": "hubtracker.settings", "PYTHONHASHSEED": "7",
             "TZ": "America/New_York", "LANG": "C"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    lines = [" ".join(response[header] for header in STATED) for response, _body in files]
    assert other.stdout.splitlines() == lines
    assert (len(set(lines)), {response.status_code for response, _body in files}) == (8, {200})
    assert all(len(body) > 1000 for _response, body in files)


def test_a_past_date_has_the_same_bytes_after_deadlines_passed_and_later_entries(client, noon):
    mission = factories.mission("M-1", due=date(2024, 7, 1))
    factories.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 1))
    old = {ending: fetched(client, ending, ("as_of", "2024-06-30"), ("lang", "both")) for ending in ENDINGS}

    noon.move_to(datetime(2025, 6, 30, tzinfo=UTC))

    for ending, (response, body) in old.items():
        later, same = fetched(client, ending, ("as_of", "2024-06-30"), ("lang", "both"))
        assert (same, [later[name] for name in STATED]) == (body, [response[name] for name in STATED])
    assert csv_rows(fetched(client, "csv")[1])[0]["deadline"] == "overdue"
    factories.report(mission, Status.COMPLETED, on=date(2024, 7, 1))
    factories.deadline(mission, date(2024, 12, 31), on=date(2024, 7, 2))
    assert fetched(client, "csv", ("as_of", "2024-06-30"))[1] == old["csv"][1]


def test_known_at_decides_which_entries_and_evidence_are_in_a_report(client, db):
    def summary(query=""):
        document = report(client, f"since=2024-04-01&{query}")
        evidence = [row["title"] for row in document["evidence"]]
        return document["whole"]["completed"], moved(client, f"since=2024-04-01&{query}"), evidence

    with time_machine.travel(datetime(2024, 6, 1, 4, tzinfo=UTC), tick=False):
        mission, evidence = factories.mission("X-1"), [factories.evidence(title="Old")]
        entry = factories.report(mission, Status.COMPLETED, on=date(2024, 5, 1), evidence=evidence)
    with time_machine.travel(datetime(2024, 6, 20, 4, tzinfo=UTC), tick=False):
        factories.correct(entry, status=Status.PAUSED, evidence=[factories.evidence(title="New")])
    with time_machine.travel(datetime(2024, 6, 30, 4, tzinfo=UTC), tick=False):
        assert summary() == (0, {"corrected": ["X-1"]}, ["New"])
        assert summary("known_at=2024-06-19") == (1, {"newly_completed": ["X-1"]}, ["Old"])
        assert summary("until=2024-06-19") == (0, {}, ["New"])
        assert summary("as_of=2024-04-30&known_at=2024-06-19") == (0, {}, [])


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["/en/report/completion.json", ARCHIVE])
def test_what_is_written_while_a_file_is_made_is_in_the_next_one(client, own_database, path):
    mission = factories.mission("M-1", status=Status.IN_PROGRESS, on=date(2024, 1, 1))
    before = get(client, path)
    name, waiting = connection.settings_dict["NAME"], ["a write"]
    forget()

    def write():
        with in_place_of_the_default(name):
            factories.report(mission, Status.PAUSED, on=date(2024, 2, 1))
            mission.lead_owner.name_en = "Renamed"
            mission.lead_owner.save()

    def write_after_the_read(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if waiting and "missions_organisation" in sql:
            waiting.clear()
            with ThreadPoolExecutor(1) as threads:
                threads.submit(write).result()
        return result

    with connection.execute_wrapper(write_after_the_read):
        meanwhile = get(client, path)
    after = get(client, path)

    contents = {response["X-Hub-Revision"]: body for response, body in (before, after)}
    assert (waiting, len(set(contents.values()))) == ([], 2)
    assert meanwhile[1] == contents[meanwhile[0]["X-Hub-Revision"]]
    if path.endswith("json"):
        assert json.loads(after[1])["missions"][0]["status"] == "paused"
