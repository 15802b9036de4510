"""The database itself refuses every write that would change the ledger or what else is kept for good."""

from datetime import date, timedelta

import pytest
from django.db import connection

from missions.models import Evidence, EvidenceFile, FrozenFile, FrozenReport, Head, Import, Mission, StatusChange, Step
from missions.status import Status
from tests import factories
from tests.databases import on_postgresql
from tests.ledger.raw_sql import (
    FILE,
    HEAD,
    IMPORT,
    MISSION,
    changed,
    example,
    insert,
    is_refused,
    new_mission,
    next_correction,
    next_deadline,
    next_entry,
    next_opening,
    select,
    sql,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

Replaces = Mission.replaces.through
NEVER_CHANGED = {
    model._meta.db_table: [field.column for field in model._meta.concrete_fields]
    for model in (StatusChange, Evidence, Replaces, Step, FrozenReport, FrozenFile)
}
NEVER_DELETED = [*NEVER_CHANGED, HEAD]
MERGE = "MERGE INTO {table} t USING {table} s ON s.id = t.id WHEN MATCHED THEN "


@pytest.fixture(scope="module")
def world(module_db):
    return example()


def refused(statement, tables):
    return [table for table in tables if is_refused(statement.format(table=table))]


def test_no_column_of_a_permanent_table_is_updated(world):
    updates = [f"UPDATE {table} SET {column} = {column}" for table, cols in NEVER_CHANGED.items() for column in cols]

    assert [update for update in updates if not is_refused(update)] == []
    assert [table for table in NEVER_CHANGED if not select(f"SELECT 1 FROM {table}")] == []


def test_no_row_of_a_permanent_table_is_deleted(world):
    assert refused("DELETE FROM {table}", NEVER_DELETED) == NEVER_DELETED
    # Rows that nothing refers to, so that no foreign key protects them, and rows of tables from which others go.
    bare = factories.frozen_report("bare", files={})
    for row in (world.deadline, bare, world.opened, world.file, world.done):
        key = row._meta.pk.get_db_prep_save(row.pk, connection)
        assert is_refused(f"DELETE FROM {row._meta.db_table} WHERE id = %s", key), row


def test_no_row_is_inserted_over_another(world):
    tables = [*NEVER_DELETED, MISSION, FILE, IMPORT]
    writes = ["INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET id = excluded.id"]
    writes += ["INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO NOTHING"]
    if not on_postgresql():
        writes += [f"INSERT OR {verb} INTO {{table}} SELECT * FROM {{table}}" for verb in ("REPLACE", "IGNORE")]

    assert [refused(write, tables) for write in writes] == [tables] * len(writes)


@pytest.mark.skipif(not on_postgresql(), reason="SQLite has neither TRUNCATE nor MERGE")
def test_no_permanent_table_is_truncated_or_merged_on_postgresql(world):
    protected = [*NEVER_DELETED, IMPORT]
    truncated = [*protected, FILE, MISSION, "missions_user", "missions_source"]

    assert refused("TRUNCATE {table} CASCADE", truncated) == truncated
    assert refused("TRUNCATE {table} RESTART IDENTITY CASCADE", protected) == protected
    assert refused(MERGE + "UPDATE SET id = t.id", NEVER_DELETED) == NEVER_DELETED
    assert refused(MERGE + "DELETE", NEVER_DELETED) == NEVER_DELETED


def over(record, **changes):
    """A row with a new id that collides with another in a unique column."""
    return lambda: insert(changed(record, id=10**6, **changes), "INSERT OR REPLACE")


@pytest.mark.skipif(on_postgresql(), reason="PostgreSQL has no REPLACE")
def test_no_row_is_replaced_through_another_unique_column_on_sqlite(world):
    at, entry = world, next_entry(world.opened)
    evidence, file = Evidence.objects.first(), at.frozen.files.first()
    mission = new_mission(at.opened, provenance=at.unopened.provenance)
    writes = {
        "hash": lambda: insert(next_entry(at.opened, hash=at.report.hash), "REPLACE"),
        "corrected entry": lambda: insert(next_correction(at.paused), "REPLACE"),
        "opening": lambda: insert(next_opening(at.full), "REPLACE"),
        "row number": lambda: insert(entry, "REPLACE", rowid=1),
        "evidence": lambda: (insert(factories.evidence(id=evidence.pk, change_id=entry.pk), "REPLACE"), insert(entry)),
        "link": over(at.link),
        "import key": over(at.waiting, name="other.csv"),
        "report slug": over(at.frozen, supersedes_id=None, reason_en="", reason_zh=""),
        "superseded report": over(at.frozen, slug="third", reason_en="Why", reason_zh="缘由"),
        "report file": lambda: (
            insert(changed(file, report_id="third"), "REPLACE"),
            factories.frozen_report("third", files={}),
        ),
        "mission id": lambda: insert(changed(mission, id=at.unopened.pk), "REPLACE"),
        "mission code": lambda: insert(changed(mission, code="M-3"), "REPLACE"),
        "mission number": lambda: insert(changed(mission, number=at.unopened.number), "REPLACE"),
        "mission number by update": lambda: sql(
            f"UPDATE OR REPLACE {MISSION} SET number = %s WHERE code = 'M-1'", at.unopened.number
        ),
    }

    assert [name for name, write in writes.items() if not is_refused(write)] == []


def completed_with(**evidence):
    def write(at):
        entry = next_entry(at.opened, status=Status.COMPLETED)
        insert(factories.evidence(change_id=entry.pk, **evidence))
        insert(entry)

    return write


def link(new, old):
    return lambda at: Replaces.objects.create(from_mission=getattr(at, new), to_mission=getattr(at, old))


ACCEPTED = {
    "a report": lambda at: next_entry(at.opened),
    "an opening": lambda at: next_opening(at.unopened),
    "a correction": lambda at: next_correction(at.report, status=Status.PAUSED),
    "a new due date": lambda at: next_deadline(at.opened),
    "no due date": lambda at: next_deadline(at.opened, due=None),
    "completed with an address": completed_with(),
    "completed with a file": lambda at: completed_with(url="", file=at.file, is_public=False)(at),
    "completed with a source": lambda at: completed_with(url="", source=factories.source())(at),
    "a mission": lambda at: new_mission(at.opened),
    "the place of a withdrawn mission": link("other", "withdrawn"),
    "deletion of a file that nothing cites": lambda _: factories.evidence_file().delete(),
    "deletion of an import that was not carried out": lambda at: Import.objects.filter(pk=at.waiting.pk).delete(),
    "title of a mission": lambda _: Mission.objects.update(title_en="Another"),
}


def test_the_database_accepts_what_the_rules_allow(world):
    assert [name for name, write in ACCEPTED.items() if is_refused(write, world)] == []


def chain_with_a_wrong_link(at):
    first = next_entry(at.opened)
    StatusChange.objects.bulk_create([first, next_entry(at.opened, id=first.pk + 1, prev_hash="f" * 64)])


def recorded_before(at):
    moment = StatusChange.objects.latest("id").recorded_at
    return next_entry(at.opened, recorded_at=moment - timedelta(microseconds=1))


def two_days_ahead(at):
    return next_entry(at.opened, effective_on=at.report.recorded_at.date() + timedelta(days=2))


def deletion_of_a_file_that_a_submission_cites(at):
    file = factories.evidence_file()
    factories.submission(at.full, evidence=[factories.submitted_evidence(file=file)])
    sql(f"DELETE FROM {FILE} WHERE id = %s", EvidenceFile._meta.pk.get_db_prep_save(file.pk, connection))


# Each differs in one thing from a write that is accepted.
REFUSED = {
    "a wrong prev_hash": lambda at: next_entry(at.opened, prev_hash="f" * 64),
    "a chain with a wrong link": chain_with_a_wrong_link,
    "a gap in the ids": lambda at: next_entry(at.opened, id=next_entry(at.opened).pk + 1),
    "an id below the first": lambda at: next_entry(at.opened, id=0),
    "an id of an entry that is there": lambda at: next_entry(at.opened, id=2),
    "a hash that is there": lambda at: next_entry(at.opened, hash=at.report.hash),
    "an entry recorded before the newest": recorded_before,
    "an entry of the day after tomorrow": two_days_ahead,
    "completed without evidence": lambda at: next_entry(at.opened, status=Status.COMPLETED),
    "completed with a title alone": completed_with(url=""),
    "a correction to completed without evidence": lambda at: next_correction(at.report, status=Status.COMPLETED),
    "a report before the opening": lambda at: next_entry(at.unopened),
    "a second opening": lambda at: next_opening(at.opened),
    "a second correction of an entry": lambda at: next_correction(at.paused),
    "a correction of another mission's entry": lambda at: next_correction(at.report, mission=at.opened),
    "a correction that sets the date of a report": lambda at: next_correction(at.report, sets_due=True),
    "a correction that sets the status of a date": lambda at: next_correction(at.deadline, sets_due=True),
    "a report that sets the date": lambda at: next_entry(at.opened, sets_due=True),
    "a new due date that nobody decided": lambda at: next_deadline(at.opened, decided_by=""),
    "a corrected due date that nobody decided": lambda at: next_correction(
        at.deadline, sets_status=False, sets_due=True, due=date(2030, 1, 1)
    ),
    "evidence for an earlier entry": lambda at: factories.evidence(change=at.report),
    "evidence for the newest entry": lambda _: factories.evidence(change=StatusChange.objects.latest("id")),
    "evidence whose entry never comes": lambda at: factories.evidence(change_id=next_entry(at.opened).pk),
    "a second head": lambda at: Head(id=2, advanced_at=at.report.recorded_at),
    "a new mission with a status": lambda at: new_mission(at.opened, status="paused", status_since=date(2023, 1, 1)),
    "the place of an open mission": link("other", "opened"),
    "the place of a mission without entries": link("other", "unopened"),
    "a place taken by a mission without entries": link("unopened", "withdrawn"),
    "a place taken by one that opened on another day": link("opened", "withdrawn"),
    "a further file of a report": lambda at: factories.frozen_file(at.frozen.slug),
    "a file of a report that never comes": lambda _: factories.frozen_file("never"),
    "a second report that supersedes another": lambda at: factories.frozen_report("third", supersedes=at.superseded),
    "deletion of a file that a submission cites": deletion_of_a_file_that_a_submission_cites,
}
UPDATES = [
    f"UPDATE {HEAD} SET entry = entry - 1, revision = revision + 1",
    f"UPDATE {HEAD} SET hash = '{'f' * 64}', revision = revision + 1",
    f"UPDATE {HEAD} SET revision = revision - 1",
    f"UPDATE {HEAD} SET revision = revision + 2",
    f"UPDATE {MISSION} SET status = 'paused' WHERE code = 'M-1'",
    f"UPDATE {MISSION} SET status_since = '2022-01-01' WHERE code = 'M-1'",
    f"UPDATE {MISSION} SET due = '2030-01-01' WHERE code = 'M-1'",
    f"UPDATE {MISSION} SET due_first = '2030-01-01' WHERE code = 'M-1'",
    f"UPDATE {MISSION} SET status = 'paused', status_since = '2023-01-01' WHERE code = 'M-3'",
    f"UPDATE {MISSION} SET code = 'X-1' WHERE code = 'M-3'",
    f"UPDATE {MISSION} SET id = 99 WHERE code = 'M-3'",
    "UPDATE missions_organisation SET code = 'X'",
    f"UPDATE {IMPORT} SET state = 'dropped' WHERE state = 'done'",
]


def test_the_database_refuses_what_breaks_a_rule(world):
    assert [name for name, write in REFUSED.items() if not is_refused(write, world)] == []
    assert [update for update in UPDATES if not is_refused(update)] == []


def test_nothing_that_was_handed_in_changes_but_for_the_decision_on_an_import(world):
    fields = {"name": "other.png", "media_type": "image/png", "size": 1, "sha256": "f" * 64, "content": "00/other"}
    other_file = EvidenceFile.objects.create(uploaded_by=factories.nameless(), **fields)
    for row, other in ((world.file, other_file), (world.waiting, world.done)):
        table, key = row._meta.db_table, row._meta.pk
        columns = {field.column for field in row._meta.concrete_fields} - {"state", "decided_at"}
        update = f"UPDATE {table} SET {{0}} = (SELECT {{0}} FROM {table} WHERE id = %s) WHERE id = %s"
        keys = [key.get_db_prep_save(each.pk, connection) for each in (other, row)]

        assert {column for column in columns if is_refused(update.format(column), *keys)} == columns
