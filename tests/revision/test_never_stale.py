"""Never a stale byte: whatever is written through any door, another process says it in its next answer."""

import json
import subprocess
import sys
from datetime import date

import pytest
from django.db import connection, transaction

from missions.models import Mission, ReportedFigure, Source, Theme
from missions.status import Status
from tests import build

pytestmark = pytest.mark.both_databases

ADDRESSES = [
    "/en/", "/zh-hans/missions/?owner=O1&sort=-due", "/en/missions/FP-001/", "/en/themes/T1/", "/en/owners/",
    "/en/changes/", "/en/figures/", "/en/reports/", "/en/changes.atom", "/en/report/completion.csv", "/en/data/",
    "/api/v1/missions", "/api/v1/summary?by=status", "/api/v1/organisations", "/badge/FP.svg", "/calendar.ics",
    "/data/ledger.jsonl", "/data/hubtracker.zip", "/sitemap.xml",
]  # fmt: skip


class Reader:
    """The other process."""

    def __init__(self, environment):
        command = [sys.executable, "-m", "tests.revision.reader"]
        environment = {**environment, "DJANGO_SETTINGS_MODULE": "hubtracker.settings"}
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def read(self):
        return {address: self.ask(get=address) for address in ADDRESSES}

    def read_anew(self):
        self.ask(forget=True)
        return self.read()


@pytest.fixture
def reader(own_database):
    reader = Reader(own_database)
    with reader.process:
        yield reader


@pytest.fixture
def mission(own_database):
    mission = build.mission("FP-001", due=date(2030, 1, 1), areas=[build.area("A1")])
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 15))
    build.mission("FP-002", lead_owner=build.organisation("O2"))
    figure = {"indicator_en": "Done", "indicator_zh": "完成", "unit": "missions", "measure": "completed"}
    ReportedFigure.objects.create(as_of=date(2024, 1, 1), value=1, source=build.source("s1"), **figure)
    return mission


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def edited(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()


WRITES = {
    "a confirmation": lambda mission: build.report(mission, Status.IN_PROGRESS, on=date(2024, 2, 1)),
    "a report": lambda mission: build.report(mission, Status.COMPLETED, on=date(2024, 3, 1)),
    "a due date": lambda mission: build.deadline(mission, date(2031, 1, 1), on=date(2024, 4, 1)),
    "a correction": lambda mission: build.correct(
        mission.changes.filter(status=Status.COMPLETED)[0], status=Status.PAUSED
    ),
    "an opening": lambda mission: build.mission("FP-003"),
    "an edit of a mission": lambda mission: edited(Mission.objects.get(pk=mission.pk), title_en="Renamed"),
    "an edit of a theme": lambda mission: edited(Theme.objects.get(code="T1"), name_zh="改名"),
    "an owner above": lambda mission: edited(build.organisation("O2"), parent=build.organisation("O1")),
    "another area": lambda mission: mission.areas.add(build.area("A2")),
    "an owner that supports": lambda mission: mission.supporting_owners.add(build.organisation("O2")),
    "no area": lambda mission: mission.areas.clear(),
    "a figure, in bulk": lambda mission: ReportedFigure.objects.update(value=2),
    "a source, in bulk": lambda mission: Source.objects.update(title="Another"),
    "a frozen report": lambda mission: build.frozen_report("R-1"),
    "raw SQL": lambda mission: sql("UPDATE missions_mission SET title_zh = '改名' WHERE code = 'FP-002'"),
    "raw SQL that deletes": lambda mission: sql("DELETE FROM missions_mission_supporting_owners"),
}


def test_what_is_written_stands_in_the_next_answer_of_another_process(reader, mission):
    unseen, stale, before = [], {}, reader.read()
    assert {status for status, _etag, _digest in before.values()} == {200}
    assert reader.read() == before

    for name, write in WRITES.items():
        write(mission)
        after = reader.read()
        if all(after[address][2] == before[address][2] for address in ADDRESSES):
            unseen.append(name)
        anew = reader.read_anew()
        stale |= {(name, address): after[address] for address in ADDRESSES if after[address] != anew[address]}
        before = after

    assert (unseen, stale) == ([], {})


def test_at_midnight_in_shanghai_every_answer_is_made_anew(reader, mission):
    reader.ask(clock="2029-12-31T15:59:59Z")
    before = reader.read()
    reader.ask(clock="2029-12-31T16:00:00Z")
    at_midnight = reader.read()
    reader.ask(clock="2030-01-01T16:00:00Z")
    overdue = reader.read()

    for earlier, later in ((before, at_midnight), (at_midnight, overdue)):
        assert earlier["/en/report/completion.csv"] != later["/en/report/completion.csv"]
    assert overdue == reader.read_anew()


def test_what_is_rolled_back_is_never_said(reader, mission):
    before = reader.read()
    with transaction.atomic():
        Theme.objects.update(name_en="Never said")
        meanwhile = reader.read()
        transaction.set_rollback(True)

    assert (meanwhile, reader.read()) == (before, before)
    Theme.objects.update(name_en="Said")
    assert reader.read()["/en/themes/T1/"] != before["/en/themes/T1/"]
