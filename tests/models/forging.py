"""Writes straight into the tables of the ledger, as nobody should: for the tests of what the database refuses."""

from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from missions.models import (
    EntryKind,
    EvidenceFile,
    FrozenReport,
    Import,
    ImportState,
    Mission,
    State,
    StatusChange,
    Step,
)
from missions.status import Basis, Status
from tests import build

LEDGER, EVIDENCE, HEAD, MISSION = "missions_statuschange", "missions_evidence", "missions_head", "missions_mission"
STEP, FILE = "missions_step", "missions_evidencefile"
REPORT, REPORT_FILE = "missions_frozenreport", "missions_frozenfile"
IMPORT, REPLACES, STRETCH = "missions_import", "missions_mission_replaces", "missions_stretch"
COMPLETED_ON, REPORTED_ON, REPLACED_ON = date(2024, 1, 1), date(2023, 1, 1), date(2023, 6, 1)
PROJECTED = {"status": None, "status_since": None, "due": None}


@dataclass
class Ledger:
    """What the attacks find: a mission with every kind of entry, one with an opening, one without any; a file; reports.

    The second of two frozen reports supersedes the first. Of two imports one was carried out. Of two missions that
    opened on the day on which a third was withdrawn, the first takes its place.
    """

    full: Mission
    opened: Mission
    unopened: Mission
    file: EvidenceFile
    step: Step
    superseded: FrozenReport
    frozen: FrozenReport
    waiting: Import
    imported: Import
    withdrawn: Mission
    successor: Mission
    other_successor: Mission

    @property
    def link_id(self):
        return Mission.replaces.through.objects.get().pk

    @property
    def report(self):
        return self.full.changes.get(kind=EntryKind.REPORT, status=Status.IN_PROGRESS)

    @property
    def correction(self):
        return self.full.changes.get(kind=EntryKind.CORRECTION)


def stage():
    full = build.mission("M-1", due=date(2025, 12, 31), status=Status.IN_PROGRESS, on=REPORTED_ON)
    paused = build.report(full, Status.PAUSED, on=date(2023, 6, 1))
    build.correct(paused, effective_on=date(2023, 7, 1))
    build.deadline(full, date(2026, 6, 30), on=date(2023, 8, 1))
    file = build.evidence_file()
    build.report(full, Status.COMPLETED, on=COMPLETED_ON, evidence=[build.evidence(file=file)])
    full.refresh_from_db()
    step = build.submission(full).steps.create(state=State.SUBMITTED, by=file.uploaded_by)
    superseded = build.frozen_report("first")
    frozen = build.frozen_report("second", supersedes=superseded)
    opened, unopened = build.mission("M-2"), build.mission("M-3", opened=False)
    waiting, imported = build.imported(file.uploaded_by), build.imported(file.uploaded_by)
    imported.decide(ImportState.DONE, by=file.uploaded_by)
    missions = replaced()
    made = Ledger(full, opened, unopened, file, step, superseded, frozen, waiting, imported, *missions)
    # PostgreSQL refuses any TRUNCATE while foreign keys wait for the end of the transaction.
    connection.check_constraints()
    return made


def replaced():
    """A withdrawn mission, the one that takes its place, and another that opened on that day."""
    withdrawn = build.mission("M-4", status=Status.WITHDRAWN, on=REPLACED_ON)
    successor, other = build.mission("M-5", opened=False), build.mission("M-6", opened=False)
    for mission in (successor, other):
        build.opening(mission, on=REPLACED_ON)
    successor.replaces.add(withdrawn)
    return withdrawn, successor, other


def attempt(write, at):
    """Makes the write with all that would come of it at the end of its transaction."""
    with transaction.atomic():
        write(at)
        connection.check_constraints()


def rows():
    """All that a refused write must leave as it is."""
    with connection.cursor() as cursor:
        found = {}
        for table in (LEDGER, EVIDENCE, HEAD, MISSION, REPLACES, STEP, FILE, IMPORT, REPORT, REPORT_FILE, STRETCH):
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found[table] = cursor.fetchall()
        return found


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def next_entry(mission, **changes):
    """The entry that the database would accept next, with its true hash; or one that differs from it by `changes`."""
    newest = StatusChange.objects.latest("id")
    plain = {
        "id": newest.pk + 1,
        "kind": EntryKind.REPORT,
        "status": Status.IN_PROGRESS,
        "previous": Status.UNREPORTED,
        "effective_on": date(2024, 2, 1),
        "recorded_at": newest.recorded_at,
        "basis": Basis.DOCUMENT,
        "headline_en": "Round the door",
        "headline_zh": "绕过入口",
        "prev_hash": newest.hash,
        "sets_status": True,
        "sets_due": False,
    }
    plain["decided_by"] = "Municipal Government" if changes.get("sets_due") else ""
    entry = StatusChange(**{**plain, "mission": mission, **changes})
    entry.hash = changes.get("hash") or entry.computed_hash([])
    return entry


def insert(record, verb="INSERT", after="", **columns):
    """Inserts a record by raw SQL; `columns` are added, such as SQLite's rowid."""
    fields = [field for field in record._meta.concrete_fields if field.value_from_object(record) is not None]
    values = {f.column: f.get_db_prep_save(f.value_from_object(record), connection) for f in fields} | columns
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    sql(f"{verb} INTO {record._meta.db_table} ({names}) VALUES ({marks}) {after}", *values.values())


def opening(mission, **changes):
    same = {"kind": EntryKind.OPENING, "status": Status.UNREPORTED, "previous": None, "sets_due": True}
    return next_entry(mission, **{**same, **changes})


def correction(entry, **changes):
    same = {"kind": EntryKind.CORRECTION, "corrects": entry, "previous": entry.status}
    return next_entry(**{"mission": entry.mission, **same, **changes})


def completed(at, entry=None, **cited):
    """Evidence that differs by `cited` from what would do, and then the entry, by default one that says completed."""
    entry = entry or next_entry(at.opened, status=Status.COMPLETED)
    insert(build.evidence(change_id=entry.id, **cited))
    insert(entry)


def saved(record, **changes):
    for field, value in changes.items():
        setattr(record, field, value)
    record.save()


def bulk_updated(record, field, value):
    setattr(record, field, value)
    type(record).objects.bulk_update([record], [field])


def another(mission, **changes):
    """A mission that is not saved yet, in all but `changes` a copy with a code and a number of its own."""
    made = copy(mission)
    for field, value in {"id": 10**6, "code": "M-9", "number": 10**6, **PROJECTED, **changes}.items():
        setattr(made, field, value)
    made._state.adding = True
    return made


def on(mission, change):
    sql(f"UPDATE {MISSION} {change} WHERE id = %s", mission.pk)
