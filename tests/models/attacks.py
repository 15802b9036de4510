"""Writes that go round the door, each of which the database must refuse; by name, with the words of its refusal."""

from datetime import date, timedelta

from django.db import connection

from missions.models import EntryKind, Evidence, Head, Mission, StatusChange
from missions.status import Status
from tests import build
from tests.models import attacks_on_imports, attacks_on_reports, attacks_on_stretches
from tests.models.attacks_on_workflow import FILES, NEVER_CHANGE, STEPS, THERE_ALREADY
from tests.models.forging import (
    EVIDENCE,
    FILE,
    HEAD,
    LEDGER,
    MISSION,
    REPORTED_ON,
    STEP,
    another,
    bulk_updated,
    completed,
    correction,
    insert,
    next_entry,
    on,
    opening,
    saved,
    sql,
)


def chain_with_a_wrong_link(ledger):
    first = next_entry(ledger.opened)
    second = next_entry(ledger.opened, id=first.id + 1, prev_hash=first.prev_hash[::-1])
    StatusChange.objects.bulk_create([first, second])


APPEND_ONLY = "append-only"
NOT_NEXT = "the next one|prev_hash is not|written before its entry|there already"  # which comes first is no matter
LEDGER_SAYS = "are what the ledger says|stands as its last stretch of days says"

UPDATES = {
    "update by SQL": (lambda _: sql(f"UPDATE {LEDGER} SET headline_en = 'x'"), APPEND_ONLY),
    "update that changes nothing": (lambda _: sql(f"UPDATE {LEDGER} SET hash = hash WHERE id = 1"), APPEND_ONLY),
    "update of what is not hashed": (lambda _: sql(f"UPDATE {LEDGER} SET recorded_by_id = NULL"), APPEND_ONLY),
    "QuerySet.update()": (lambda _: StatusChange.objects.update(status="paused"), APPEND_ONLY),
    "bulk_update()": (lambda at: bulk_updated(at.report, "headline_en", "x"), APPEND_ONLY),
    "save() of an entry": (lambda at: saved(at.report, headline_en="x"), APPEND_ONLY),
    "update of evidence by SQL": (lambda _: sql(f"UPDATE {EVIDENCE} SET title = 'x'"), APPEND_ONLY),
    "QuerySet.update() of evidence": (lambda _: Evidence.objects.update(is_public=False), APPEND_ONLY),
    "bulk_update() of evidence": (lambda _: bulk_updated(Evidence.objects.first(), "title", "x"), APPEND_ONLY),
    "save() of evidence": (lambda _: saved(Evidence.objects.first(), url=""), APPEND_ONLY),
    "evidence moved to another entry": (lambda _: sql(f"UPDATE {EVIDENCE} SET change_id = 1"), APPEND_ONLY),
}

DELETES = {
    "delete by SQL": (lambda _: sql(f"DELETE FROM {LEDGER} WHERE id = (SELECT MAX(id) FROM {LEDGER})"), APPEND_ONLY),
    "delete of all by SQL": (lambda _: sql(f"DELETE FROM {LEDGER}"), APPEND_ONLY),
    "delete() of an entry": (lambda at: at.full.changes.get(kind=EntryKind.DEADLINE).delete(), APPEND_ONLY),
    "_raw_delete()": (lambda _: StatusChange.objects.all()._raw_delete("default"), APPEND_ONLY),
    "delete of evidence by SQL": (lambda _: sql(f"DELETE FROM {EVIDENCE}"), APPEND_ONLY),
    "delete() of evidence": (lambda _: Evidence.objects.first().delete(), APPEND_ONLY),
    "QuerySet.delete() of evidence": (lambda _: Evidence.objects.all().delete(), APPEND_ONLY),
}

INSERTS = {
    "a wrong prev_hash": (lambda at: insert(next_entry(at.opened, prev_hash="f" * 64)), "prev_hash is not"),
    "the first prev_hash again": (lambda at: insert(next_entry(at.opened, prev_hash="0" * 64)), NOT_NEXT),
    "a chain with a wrong link": (chain_with_a_wrong_link, "prev_hash is not"),
    "a reused id": (lambda at: insert(next_entry(at.opened, id=2)), NOT_NEXT),
    "an id of nought": (lambda at: insert(next_entry(at.opened, id=0)), "the next one"),
    "a gap in the ids": (lambda at: insert(next_entry(at.opened, id=99)), "the next one"),
    "create() with a reused id": (lambda at: next_entry(at.opened, id=2).save(force_insert=True), NOT_NEXT),
    "an entry recorded earlier": (
        lambda at: insert(next_entry(at.opened, recorded_at=at.report.recorded_at - timedelta(microseconds=1))),
        "not recorded before",
    ),
    "an entry of the future": (
        lambda at: insert(next_entry(at.opened, effective_on=at.report.recorded_at.date() + timedelta(days=2))),
        "lies in the future",
    ),
    "completed without evidence": (
        lambda at: insert(next_entry(at.opened, status=Status.COMPLETED)),
        "completed needs evidence",
    ),
    "completed with a title alone": (
        lambda at: completed(at, url="", is_public=False),
        "completed needs evidence that can be looked up",
    ),
    "corrected to completed with a title alone": (
        lambda at: completed(at, correction(at.report, status=Status.COMPLETED), url=""),
        "completed needs evidence that can be looked up",
    ),
    "a report before the opening": (lambda at: insert(next_entry(at.unopened)), "is its opening"),
    "a second opening": (lambda at: insert(opening(at.opened)), THERE_ALREADY),
    "a second correction": (lambda at: insert(correction(at.correction.corrects)), THERE_ALREADY),
    "a hash that is there": (lambda at: insert(next_entry(at.opened, hash=at.report.hash)), THERE_ALREADY),
    "a correction of another mission's entry": (
        lambda at: insert(correction(at.report, mission=at.opened)),
        "of the same mission",
    ),
    "a correction that sets the due date of a report": (
        lambda at: insert(correction(at.report, sets_due=True)),
        "sets what the corrected entry",
    ),
    "a correction that sets no status": (
        lambda at: insert(correction(at.report, sets_status=False, sets_due=True)),
        "sets what the corrected entry",
    ),
    "a correction that sets the status beside the due date": (
        lambda at: insert(correction(at.full.changes.get(kind=EntryKind.DEADLINE), sets_due=True)),
        "sets what the corrected entry",
    ),
    "a report that sets the due date": (
        lambda at: insert(next_entry(at.opened, sets_due=True)),
        "change_kind_says_what_it_sets",
    ),
    "evidence for an entry that exists": (
        lambda at: insert(build.evidence(change=at.report)),
        "written before its entry",
    ),
    "evidence for the newest entry": (
        lambda _: insert(build.evidence(change=StatusChange.objects.latest("id"))),
        "written before its entry",
    ),
    "evidence by the manager": (
        lambda at: at.report.evidence.create(title="Later"),
        "written before its entry",
    ),
    "evidence that replaces": (
        lambda at: insert(build.evidence(id=Evidence.objects.first().pk, change_id=next_entry(at.opened).id)),
        NOT_NEXT,
    ),
    "evidence whose entry never comes": (
        lambda at: insert(build.evidence(change_id=next_entry(at.opened).id)),
        "(?i)foreign key",
    ),
}

UPSERTS = {
    "upsert that updates": (
        lambda at: insert(at.report, after="ON CONFLICT (id) DO UPDATE SET headline_en = 'x'"),
        NOT_NEXT,
    ),
    "upsert by hash that updates": (
        lambda at: insert(next_entry(at.opened, hash=at.report.hash), after="ON CONFLICT (hash) DO UPDATE SET id = 99"),
        THERE_ALREADY,
    ),
    "upsert that does nothing": (lambda at: insert(at.report, after="ON CONFLICT DO NOTHING"), NOT_NEXT),
    "bulk_create() that updates conflicts": (
        lambda at: StatusChange.objects.bulk_create(
            [at.report], update_conflicts=True, unique_fields=["id"], update_fields=["headline_en"]
        ),
        NOT_NEXT,
    ),
    "bulk_create() that ignores conflicts": (
        lambda at: StatusChange.objects.bulk_create([at.report], ignore_conflicts=True),
        NOT_NEXT,
    ),
    "update_or_create()": (
        lambda at: StatusChange.objects.update_or_create(id=at.report.id, defaults={"headline_en": "x"}),
        APPEND_ONLY,
    ),
    "upsert of evidence": (
        lambda _: insert(Evidence.objects.first(), after="ON CONFLICT (id) DO UPDATE SET title = 'x'"),
        NOT_NEXT,
    ),
}

HEADS = {
    "head set back": (lambda _: sql(f"UPDATE {HEAD} SET entry = entry - 1"), "the newest ledger entry"),
    "head set back, the revision forth": (
        lambda _: sql(f"UPDATE {HEAD} SET entry = entry - 1, revision = revision + 1"),
        "the newest ledger entry",
    ),
    "head's hash changed": (lambda _: Head.objects.update(hash="f" * 64), "the newest ledger entry"),
    "revision set back": (lambda _: sql(f"UPDATE {HEAD} SET revision = revision - 1"), "revision"),
    "revision set far ahead": (lambda _: sql(f"UPDATE {HEAD} SET revision = revision + 2"), "revision"),
    "revision kept with another moment": (lambda _: Head.objects.update(advanced_at="2020-01-01T00:00Z"), "revision"),
    "head deleted": (lambda _: sql(f"DELETE FROM {HEAD}"), "stays"),
    "head deleted by the model": (lambda _: Head.objects.get().delete(), "stays"),
    "a second head": (lambda at: insert(Head(id=2, advanced_at=at.report.recorded_at)), THERE_ALREADY),
    "head replaced": (lambda at: insert(Head(id=1, advanced_at=at.report.recorded_at)), THERE_ALREADY),
    "upsert of the head": (
        lambda at: insert(
            Head(id=1, advanced_at=at.report.recorded_at), after="ON CONFLICT (id) DO UPDATE SET revision = 0"
        ),
        THERE_ALREADY,
    ),
}

MISSIONS = {
    "status by SQL": (lambda at: on(at.full, "SET status = 'paused'"), LEDGER_SAYS),
    "status by QuerySet.update()": (lambda _: Mission.objects.update(status=Status.COMPLETED), LEDGER_SAYS),
    "status by bulk_update()": (lambda at: bulk_updated(at.opened, "status", Status.PAUSED), LEDGER_SAYS),
    "status_since by SQL": (lambda at: on(at.full, "SET status_since = '2022-01-01'"), LEDGER_SAYS),
    "due by QuerySet.update()": (lambda _: Mission.objects.update(due=date(2030, 1, 1)), LEDGER_SAYS),
    "due removed": (lambda at: on(at.full, "SET due = NULL"), LEDGER_SAYS),
    "projection removed": (lambda at: on(at.full, "SET status = NULL, status_since = NULL, due = NULL"), LEDGER_SAYS),
    "projection of a mission that has no entry": (
        lambda at: on(at.unopened, "SET status = 'paused', status_since = '2023-01-01'"),
        LEDGER_SAYS,
    ),
    "mission made with a status": (
        lambda at: insert(another(at.opened, status=Status.PAUSED, status_since=REPORTED_ON)),
        "from the ledger alone",
    ),
    "create() with a status": (
        lambda at: another(at.opened, status=Status.PAUSED, status_since=REPORTED_ON).save(),
        "from the ledger alone",
    ),
    "code changed by SQL": (lambda at: on(at.full, "SET code = 'X-1'"), "never changes"),
    "code changed by save()": (lambda at: saved(at.unopened, code="X-1"), "never changes"),
    "code changed by QuerySet.update()": (lambda at: Mission.objects.update(code="X-1"), "never changes"),
    "id changed": (lambda at: on(at.full, "SET id = 99"), "never changes"),
    "mission with entries deleted by SQL": (lambda at: sql(f"DELETE FROM {MISSION}"), "stays"),
    "mission with entries deleted by the queryset": (lambda _: Mission.objects.all()._raw_delete("default"), "stays"),
    "mission that takes another's code": (lambda at: insert(another(at.opened, code="M-1")), THERE_ALREADY),
    "upsert of a mission": (
        lambda at: insert(another(at.opened, code="M-1"), after="ON CONFLICT (code) DO UPDATE SET status = 'paused'"),
        THERE_ALREADY,
    ),
}

SQLITE = {
    "INSERT OR REPLACE": (lambda at: insert(at.report, "INSERT OR REPLACE"), NOT_NEXT),
    "REPLACE INTO": (lambda at: insert(at.report, "REPLACE"), NOT_NEXT),
    "INSERT OR IGNORE": (lambda at: insert(at.report, "INSERT OR IGNORE"), NOT_NEXT),
    "REPLACE over another opening": (lambda at: insert(opening(at.full), "REPLACE"), THERE_ALREADY),
    "REPLACE over another correction": (
        lambda at: insert(correction(at.correction.corrects), "REPLACE"),
        THERE_ALREADY,
    ),
    "REPLACE over a hash": (lambda at: insert(next_entry(at.opened, hash=at.report.hash), "REPLACE"), THERE_ALREADY),
    "REPLACE over a row number": (lambda at: insert(next_entry(at.opened), "REPLACE", rowid=1), THERE_ALREADY),
    "UPDATE OR REPLACE": (lambda _: sql(f"UPDATE OR REPLACE {LEDGER} SET id = 1 WHERE id = 2"), APPEND_ONLY),
    "UPDATE OR IGNORE": (lambda _: sql(f"UPDATE OR IGNORE {LEDGER} SET headline_en = 'x'"), APPEND_ONLY),
    "REPLACE of evidence": (lambda _: insert(Evidence.objects.first(), "REPLACE"), NOT_NEXT),
    "UPDATE OR REPLACE of evidence": (lambda _: sql(f"UPDATE OR REPLACE {EVIDENCE} SET id = 1"), APPEND_ONLY),
    "REPLACE of the head": (
        lambda at: insert(Head(id=1, advanced_at=at.report.recorded_at), "REPLACE"),
        THERE_ALREADY,
    ),
    "REPLACE of a step": (lambda at: insert(at.step, "REPLACE"), THERE_ALREADY),
    "REPLACE of a file": (lambda at: insert(at.file, "REPLACE"), THERE_ALREADY),
    "UPDATE OR REPLACE of a file": (lambda _: sql(f"UPDATE OR REPLACE {FILE} SET size = 1"), NEVER_CHANGE),
    "REPLACE of a mission": (lambda at: insert(another(at.opened, id=at.full.pk), "REPLACE"), THERE_ALREADY),
    "REPLACE over a mission's code": (lambda at: insert(another(at.opened, code="M-1"), "REPLACE"), THERE_ALREADY),
    "REPLACE over a mission's number": (
        lambda at: insert(another(at.opened, number=at.full.number), "REPLACE"),
        THERE_ALREADY,
    ),
    "UPDATE OR REPLACE over a mission's number": (
        lambda at: sql(f"UPDATE OR REPLACE {MISSION} SET number = %s WHERE code = 'M-1'", at.unopened.number),
        THERE_ALREADY,
    ),
}

POSTGRESQL = {
    "TRUNCATE of the ledger": (lambda _: sql(f"TRUNCATE {LEDGER} CASCADE"), APPEND_ONLY),
    "TRUNCATE of evidence": (lambda _: sql(f"TRUNCATE {EVIDENCE}"), APPEND_ONLY),
    "TRUNCATE of the head": (lambda _: sql(f"TRUNCATE {HEAD}"), APPEND_ONLY),
    "TRUNCATE of steps": (lambda _: sql(f"TRUNCATE {STEP} CASCADE"), APPEND_ONLY),
    "TRUNCATE of files": (lambda _: sql(f"TRUNCATE {FILE} CASCADE"), APPEND_ONLY),
    "TRUNCATE of both": (lambda _: sql(f"TRUNCATE {EVIDENCE}, {LEDGER} CASCADE"), APPEND_ONLY),
    "TRUNCATE that restarts ids": (lambda _: sql(f"TRUNCATE {EVIDENCE} RESTART IDENTITY"), APPEND_ONLY),
    "TRUNCATE that cascades from missions": (lambda _: sql(f"TRUNCATE {MISSION} CASCADE"), APPEND_ONLY),
    "TRUNCATE that cascades from accounts": (lambda _: sql("TRUNCATE missions_user CASCADE"), APPEND_ONLY),
    "TRUNCATE that cascades from sources": (lambda _: sql("TRUNCATE missions_source CASCADE"), APPEND_ONLY),
    "MERGE that updates": (
        lambda _: sql(
            f"MERGE INTO {LEDGER} t USING {LEDGER} s ON s.id = t.id WHEN MATCHED THEN UPDATE SET headline_en = 'x'"
        ),
        APPEND_ONLY,
    ),
    "MERGE that deletes": (
        lambda _: sql(f"MERGE INTO {LEDGER} t USING {LEDGER} s ON s.id = t.id WHEN MATCHED THEN DELETE"),
        APPEND_ONLY,
    ),
}


# Name → (the write, the words of its refusal), for the database at hand.
ATTACKS = UPDATES | DELETES | INSERTS | UPSERTS | HEADS | MISSIONS | STEPS | FILES
ATTACKS |= attacks_on_reports.REPORTS | attacks_on_reports.FILES
ATTACKS |= attacks_on_imports.IMPORTS | attacks_on_imports.LINKS | attacks_on_stretches.STRETCHES
if connection.vendor == "postgresql":
    ATTACKS |= (
        POSTGRESQL | attacks_on_reports.POSTGRESQL | attacks_on_imports.POSTGRESQL | attacks_on_stretches.POSTGRESQL
    )
else:
    ATTACKS |= SQLITE | attacks_on_reports.SQLITE | attacks_on_imports.SQLITE | attacks_on_stretches.SQLITE
