"""Never a stale byte: whatever is written in whatever way, another process answers with it at once."""

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from missions.models import Mission, ReportedFigure, Source, Theme
from missions.status import Status
from tests import factories
from tests.cache import forget
from tests.contract.addresses import ADDRESSES
from tests.contract.site import build_site

READ = [
    "/en/", "/zh-hans/missions/?owner=O1&sort=-due", "/en/missions/FP-001/", "/en/owners/", "/en/figures/",
    "/en/reports/", "/en/changes.atom", "/en/report/completion.csv", "/api/v1/summary?by=status", "/badge/FP.svg",
    "/calendar.ics", "/data/ledger.jsonl",
]  # fmt: skip


class Reader:
    """The other process."""

    def __init__(self, process):
        self.process = process

    def send(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def read(self, forget=False):
        if forget:
            self.send(forget=True)
        return {address: self.send(get=address) for address in READ}


@contextmanager
def reading(environment, **more):
    command = [sys.executable, "-m", "tests.web.reader"]
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "hubtracker.settings", **more}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        yield Reader(process)


@pytest.fixture
def mission(own_database):
    mission = factories.mission("FP-001", due=date(2030, 1, 1), areas=[factories.area("A1")])
    factories.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 15))
    factories.mission("FP-002", lead_owner=factories.organisation("O2"))
    figure = {"indicator_en": "Done", "indicator_zh": "完成", "unit": "missions", "measure": "completed"}
    ReportedFigure.objects.create(as_of=date(2024, 1, 1), value=1, source=factories.source("s1"), **figure)
    return mission


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def edit(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()


WRITES = {
    "a confirmation": lambda mission: factories.report(mission, Status.IN_PROGRESS, on=date(2024, 2, 1)),
    "a report": lambda mission: factories.report(mission, Status.COMPLETED, on=date(2024, 3, 1)),
    "a due date": lambda mission: factories.deadline(mission, date(2031, 1, 1), on=date(2024, 4, 1)),
    "a correction": lambda m: factories.correct(m.changes.filter(status=Status.COMPLETED)[0], status=Status.PAUSED),
    "an opening": lambda _mission: factories.mission("FP-003"),
    "an edit of a mission": lambda mission: edit(Mission.objects.get(pk=mission.pk), title_en="Renamed"),
    "an owner above": lambda _mission: edit(factories.organisation("O2"), parent=factories.organisation("O1")),
    "another area": lambda mission: mission.areas.add(factories.area("A2")),
    "a supporting owner": lambda mission: mission.supporting_owners.add(factories.organisation("O2")),
    "no area": lambda mission: mission.areas.clear(),
    "a figure, in bulk": lambda _mission: ReportedFigure.objects.update(value=2),
    "a source, in bulk": lambda _mission: Source.objects.update(title="Another"),
    "a frozen report": lambda _mission: factories.frozen_report("R-1"),
    "raw SQL": lambda _mission: sql("UPDATE missions_mission SET title_zh = '改名' WHERE code = 'FP-002'"),
    "raw SQL that deletes": lambda _mission: sql("DELETE FROM missions_mission_supporting_owners"),
}


@pytest.mark.both_databases
def test_another_process_answers_with_every_write_and_every_midnight(own_database, mission):
    with reading(own_database) as reader:
        before = reader.read()
        assert ({status for status, _etag, _digest in before.values()}, reader.read()) == ({200}, before)

        unseen, stale = [], []
        for name, write in WRITES.items():
            write(mission)
            after = reader.read()
            if all(after[address][2] == before[address][2] for address in READ):
                unseen.append(name)
            fresh = reader.read(forget=True)
            stale += [(name, address) for address in READ if after[address] != fresh[address]]
            before = after
        assert (unseen, stale) == ([], [])

        with transaction.atomic():
            Theme.objects.update(name_en="Rolled back")
            meanwhile = reader.read()
            transaction.set_rollback(True)
        assert (meanwhile, reader.read()) == (before, before)

        # The day ends at 16:00 UTC; on 1 January the mission is due, and a day later it is overdue.
        days = []
        for moment in ("2030-12-31T15:59:59Z", "2030-12-31T16:00:00Z", "2031-01-01T16:00:00Z"):
            reader.send(clock=moment)
            days.append(reader.read())
        etags, digests = ([day["/en/report/completion.csv"][n] for day in days] for n in (1, 2))
        assert (len({*etags}), digests[1] != digests[2]) == (3, True)
        assert days[-1] == reader.read(forget=True)
        with reading(own_database, HUB_SITE_URL="http://localhost:9999") as other:
            other.send(clock="2031-01-01T16:00:00Z")
            tags = {address: etag for address, (_status, etag, _digest) in other.read().items()}
        # The settings that a page shows are part of its tag; the ledger shows none.
        assert [address for address in READ if tags[address] == days[-1][address][1]] == ["/data/ledger.jsonl"]


def revision():
    with connection.cursor() as cursor:
        cursor.execute("SELECT revision FROM missions_head")
        return cursor.fetchone()[0]


# Accounts come along with the history of a record, which shows none of them; the head is the revision itself; a file
# is written before the entry that cites it.
NOT_SHOWN = {"missions_user", "missions_head", "missions_evidencefile"}


def test_a_write_to_any_table_that_an_answer_is_read_from_makes_a_new_revision(client, db):
    """A table that refuses every change needs no revision."""
    site, tables, silent = build_site(), set(), []
    forget()
    with CaptureQueriesContext(connection) as queries:
        for address in ADDRESSES:
            client.get(address).close()
        client.get(f"/evidence/{site['file']}/").close()
    for query in queries:
        tables.update(re.findall(r'(?:FROM|JOIN) "?(missions_\w+)"?', query["sql"]))

    for table in sorted(tables - NOT_SHOWN):
        before = revision()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE {table} SET id = id")
                silent += [table] if cursor.rowcount and revision() == before else []
        except DatabaseError:
            continue  # refused
    assert (silent, len(tables) > 20) == ([], True)


def test_a_site_that_was_restored_counts_the_same_revisions_again_and_answers_again(client, db):
    factories.mission("FP-001")
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT copy")
        Theme.objects.update(name_en="Before")
        before = client.get("/en/themes/")
        cursor.execute("ROLLBACK TO copy")
    Theme.objects.update(name_en="After")

    after = client.get("/en/themes/")
    assert ("Before" in before.text, "After" in after.text, before["ETag"] == after["ETag"]) == (True, True, False)
