"""Forty writers at once, in two processes with real commits: what was accepted is in the ledger once, and all of it."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from missions.models import Evidence, Head, Mission, StatusChange
from missions.models.verification import problems
from tests import build

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]

TOP = Path(__file__).parent.parent.parent
WRITERS = 40


def started(environment):
    """A process that is ready to write."""
    command = [sys.executable, "-W", "error", "-m", "tests.models.writer"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=environment, cwd=TOP, **pipes)
    assert process.stdout.readline() == "ready\n"
    return process


def told(process, jobs):
    process.stdin.write("".join(json.dumps(job) + "\n" for job in jobs) + "\n")
    process.stdin.flush()


def reports(jobs, environment, meanwhile=lambda: None):
    """Lets two processes write half of the jobs each, at once; returns what became of every job."""
    processes = [started(environment) for _ in range(2)]
    for number, process in enumerate(processes):
        told(process, jobs[number::2])
    while any(process.poll() is None for process in processes):
        meanwhile()
        time.sleep(0.01)
    return [result for process in processes for result in json.loads(process.communicate()[0])]


def recorded():
    return dict(StatusChange.objects.exclude(kind="opening").values_list("id", "headline_en"))


def test_forty_writers_on_forty_missions_are_all_taken(own_database):
    codes = [build.mission(f"P-{n}").code for n in range(WRITERS)]
    jobs = [{"code": code, "status": "completed", "name": f"By {code}"} for code in codes]

    results = reports(jobs, own_database)

    assert {result["entry"]: result["name"] for result in results} == recorded()
    assert sorted(recorded().values()) == sorted(job["name"] for job in jobs)
    assert Head.objects.get().entry == 2 * WRITERS
    assert list(problems()) == []
    assert set(Mission.objects.values_list("status", flat=True)) == {"completed"}


def test_forty_writers_on_one_mission_are_taken_once_or_told_why_not(own_database):
    mission = build.mission("P-1")
    statuses = ["paused", "paused", "paused", "withdrawn"] * 10
    jobs = [{"code": "P-1", "status": status, "name": f"By {n}"} for n, status in enumerate(statuses)]

    results = reports(jobs, own_database)

    taken = {result["entry"]: result["name"] for result in results if "entry" in result}
    refused = [result for result in results if "refused" in result]
    assert taken == recorded()
    assert len(taken) + len(refused) == WRITERS
    said = list(mission.changes.exclude(kind="opening").order_by("id").values_list("status", flat=True))
    assert said == sorted(said)  # "paused" until the first "withdrawn", and then nothing else
    assert {message for result in refused for message in result["refused"]} == {
        "“Paused” (1 Jan 2024) may not follow “Withdrawn” (1 Jan 2024)."
    }
    assert list(problems()) == []


def test_the_register_is_edited_and_the_ledger_verified_while_forty_write(own_database):
    missions = [build.mission(f"P-{n:02}") for n in range(WRITERS)]
    jobs = [{"code": mission.code, "status": "completed", "name": "Done"} for mission in missions]
    not_edited, found = list(missions), []

    def edit_and_verify():
        if not_edited:
            mission = not_edited.pop()
            mission.title_en = "Edited"
            mission.save()
        found.extend(problems())

    reports(jobs, own_database, meanwhile=edit_and_verify)

    edited = [mission.code for mission in reversed(missions) if mission not in not_edited]
    assert found == []
    assert edited != []
    assert list(Mission.objects.filter(title_en="Edited").order_by("-code").values_list("code", flat=True)) == edited
    assert set(Mission.objects.values_list("status", flat=True)) == {"completed"}
    assert list(problems()) == []


def test_evidence_does_not_wait_for_the_entry_of_another_writer(own_database):
    build.mission("P-1")
    process = started(own_database)

    @transaction.atomic
    def slip_in():
        Evidence.objects.create(change_id=2, title="Slipped in")
        told(process, [{"code": "P-1", "status": "paused", "name": "By another"}])
        with pytest.raises(subprocess.TimeoutExpired):  # it waits for its turn
            process.wait(1)

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        slip_in()

    assert json.loads(process.communicate()[0])[0]["entry"] == 2
    assert list(Evidence.objects.values_list("title", flat=True)) == ["Evidence"]
    assert list(problems()) == []
