"""Many writers at once, in two processes with real commits: what was accepted is in one chain, once, and all of it."""

import json
import subprocess
import time

import pytest
from django.db import IntegrityError, transaction

from missions.models import Evidence, Head, Mission, StatusChange
from tests import factories
from tests.ledger.tampering import verify
from tests.ledger.writer import send, start_writer

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]


def test_forty_writers_while_the_register_is_edited_and_the_ledger_verified(own_database):
    """Twenty write to missions of their own, twenty to the same one."""
    missions = [factories.mission(f"P-{n:02}") for n in range(20)]
    shared = factories.mission("SHARED")
    jobs = [{"code": mission.code, "status": "completed", "name": f"For {mission.code}"} for mission in missions]
    statuses = ["paused", "paused", "paused", "withdrawn"] * 5
    jobs += [{"code": "SHARED", "status": status, "name": f"Shared {n}"} for n, status in enumerate(statuses)]
    processes = [start_writer(own_database) for _process in range(2)]
    for number, process in enumerate(processes):
        send(process, jobs[number::2])

    not_edited, codes = list(missions), []
    while any(process.poll() is None for process in processes):
        if not_edited:
            mission = not_edited.pop()
            mission.title_en = "Edited"
            mission.save()
        codes.append(verify()[1])
        time.sleep(0.01)

    results = [result for process in processes for result in json.loads(process.communicate()[0])]
    accepted = {result["entry"]: result["name"] for result in results if "entry" in result}
    rejected = [result for result in results if "rejected" in result]
    entries = StatusChange.objects.exclude(kind="opening")
    assert accepted == dict(entries.values_list("id", "headline_en"))
    assert len(accepted) + len(rejected) == len(jobs)
    assert Head.objects.get().entry == 21 + len(accepted)
    assert set(codes) == {0} == {verify()[1]}
    own = Mission.objects.exclude(code="SHARED")
    assert set(own.values_list("status", flat=True)) == {"completed"}
    assert own.filter(title_en="Edited").count() == 20 - len(not_edited) > 0
    statuses = list(shared.changes.exclude(kind="opening").order_by("id").values_list("status", flat=True))
    assert statuses == sorted(statuses)  # "paused" until the first "withdrawn", and then nothing else
    assert {(each["code"], each["status"], *each["rejected"]) for each in rejected} <= {("SHARED", "paused", "status")}


def test_evidence_does_not_wait_for_the_entry_of_another_writer(own_database):
    factories.mission("P-1")
    process = start_writer(own_database)

    @transaction.atomic
    def slip_in():
        Evidence.objects.create(change_id=2, title="Slipped in")
        send(process, [{"code": "P-1", "status": "paused", "name": "By another"}])
        with pytest.raises(subprocess.TimeoutExpired):  # it waits for its turn
            process.wait(1)

    with pytest.raises(IntegrityError):
        slip_in()

    assert json.loads(process.communicate()[0])[0]["entry"] == 2
    assert list(Evidence.objects.values_list("title", flat=True)) == ["Evidence"]
    assert verify()[1] == 0
