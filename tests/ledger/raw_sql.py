"""Writes to the tables by SQL, past the application, and an example of everything that the database protects."""

from copy import copy
from datetime import date
from types import SimpleNamespace

from django.db import IntegrityError, connection, models, transaction

from missions.models import EntryKind, ImportState, Mission, State, StatusChange
from missions.status import Basis, Status
from tests import factories

LEDGER, EVIDENCE, HEAD, MISSION = "missions_statuschange", "missions_evidence", "missions_head", "missions_mission"
STEP, FILE, IMPORT, REPLACES = "missions_step", "missions_evidencefile", "missions_import", "missions_mission_replaces"
REPORT, REPORT_FILE = "missions_frozenreport", "missions_frozenfile"
REPLACED_ON = date(2023, 6, 1)


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)  # without any, % is an operator


def select(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def is_refused(write, *params):
    """Whether the database refuses a write, now or at the transaction's end.

    The write is a statement with its parameters, or a function of them; if it returns an unsaved record, that is
    inserted.
    """
    try:
        with transaction.atomic():
            result = sql(write, *params) if isinstance(write, str) else write(*params)
            if isinstance(result, models.Model) and result._state.adding:
                insert(result)
            connection.check_constraints()
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    return False


def insert(record, verb="INSERT", after="", **columns):
    """Inserts a record by SQL; `columns` are added, such as SQLite's rowid."""
    fields = [field for field in record._meta.concrete_fields if field.value_from_object(record) is not None]
    values = {f.column: f.get_db_prep_save(f.value_from_object(record), connection) for f in fields} | columns
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    sql(f"{verb} INTO {record._meta.db_table} ({names}) VALUES ({marks}) {after}", *values.values())


def changed(record, **changes):
    """An unsaved copy of a record."""
    new = copy(record)
    for field, value in changes.items():
        setattr(new, field, value)
    new._state.adding = True
    return new


def new_mission(mission, **changes):
    """An unsaved copy of a mission that the database accepts, but for `changes`."""
    plain = {"id": 10**6, "code": "M-9", "number": 10**6, "status": None, "status_since": None, "due": None}
    return changed(mission, **{**plain, "due_first": None, **changes})


def next_entry(mission, **changes):
    """The entry that the database accepts next, with its true hash, but for `changes`."""
    newest = StatusChange.objects.latest("id")
    plain = {
        "id": newest.pk + 1,
        "kind": EntryKind.REPORT,
        "status": Status.IN_PROGRESS,
        "previous": Status.UNREPORTED,
        "effective_on": date(2024, 2, 1),
        "recorded_at": newest.recorded_at,
        "basis": Basis.DOCUMENT,
        "headline_en": "By SQL",
        "headline_zh": "绕过程序",
        "prev_hash": newest.hash,
        "sets_status": True,
        "sets_due": False,
    }
    entry = StatusChange(**{**plain, "mission": mission, **changes})
    entry.hash = changes.get("hash") or entry.computed_hash([])
    return entry


def next_opening(mission, **changes):
    plain = {"kind": EntryKind.OPENING, "status": Status.UNREPORTED, "previous": None, "sets_due": True}
    return next_entry(mission, **{**plain, **changes})


def next_correction(entry, **changes):
    plain = {"kind": EntryKind.CORRECTION, "corrects": entry, "previous": entry.status}
    return next_entry(**{"mission": entry.mission, **plain, **changes})


def next_deadline(mission, **changes):
    plain = {"kind": EntryKind.DEADLINE, "status": Status.UNREPORTED, "sets_status": False, "sets_due": True}
    return next_entry(mission, **{**plain, "due": date(2025, 1, 1), "decided_by": "Office", **changes})


def example():
    """Records of every protected kind: a mission with every kind of entry, one only opened, one not opened, …"""
    full = factories.mission("M-1", due=date(2025, 12, 31), status=Status.IN_PROGRESS, on=date(2023, 1, 1))
    report = full.changes.latest("id")
    paused = factories.report(full, Status.PAUSED, on=date(2023, 6, 1))
    correction = factories.correct(paused, effective_on=date(2023, 7, 1))
    deadline = factories.deadline(full, date(2026, 6, 30), on=date(2023, 8, 1))
    file = factories.evidence_file()
    factories.report(full, Status.COMPLETED, on=date(2024, 1, 1), evidence=[factories.evidence(file=file)])
    full.refresh_from_db()
    superseded = factories.frozen_report("first")
    done, waiting = factories.imported(name="done.xlsx", content=b"x", kind="return"), factories.imported()
    done.decide(ImportState.DONE, by=done.by)
    withdrawn = factories.mission("M-4", status=Status.WITHDRAWN, on=REPLACED_ON)
    successor, other = factories.mission("M-5", opened=False), factories.mission("M-6", opened=False)
    for mission in (successor, other):
        factories.opening(mission, on=REPLACED_ON)
    successor.replaces.add(withdrawn)
    # fmt: off
    made = SimpleNamespace(
        full=full, report=report, paused=paused, correction=correction, deadline=deadline,
        opened=factories.mission("M-2"), unopened=factories.mission("M-3", opened=False),
        withdrawn=withdrawn, successor=successor, other=other, link=Mission.replaces.through.objects.get(),
        file=file, step=factories.submission(full).steps.create(state=State.SUBMITTED, by=file.uploaded_by),
        superseded=superseded, frozen=factories.frozen_report("second", supersedes=superseded),
        waiting=waiting, done=done,
    )
    # fmt: on
    # PostgreSQL refuses any TRUNCATE while foreign keys wait for the end of the transaction.
    connection.check_constraints()
    return made
