"""`verify_ledger` finds whatever was changed past the database's rules, and names the first entry concerned."""

import contextlib
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from missions.ledger import verification
from missions.models import Evidence, EvidenceFile, Head, Mission, StatusChange
from missions.status import Status
from tests import factories
from tests.databases import evidence_in, on_postgresql
from tests.ledger.raw_sql import EVIDENCE, FILE, HEAD, LEDGER, MISSION, insert, next_entry, sql
from tests.ledger.tampering import (
    create_foreign_trigger,
    drop_trigger,
    first_entry,
    rules_disabled,
    tamper,
    triggers,
    verify,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """So that the ledger below is read in several chunks."""
    monkeypatch.setattr(verification, "CHUNK", 5)


@pytest.fixture(scope="module")
def world(module_db, tmp_path_factory):
    """Thirteen entries of two missions, which the tests name by number; entry 12 cites a file."""
    with evidence_in(tmp_path_factory.mktemp("files")):
        first = factories.mission("M-1", due=date(2025, 12, 31))
        factories.report(first, Status.IN_PROGRESS, on=date(2023, 1, 1))
        factories.report(first, Status.PAUSED, on=date(2023, 6, 1), evidence=[factories.evidence(is_public=False)])
        second = factories.mission("M-2")
        due = factories.deadline(second, date(2026, 6, 30), on=date(2023, 8, 1))
        factories.report(second, Status.NOT_STARTED, on=date(2023, 9, 1))
        factories.correct(due, due=date(2026, 9, 30))
        two = [factories.evidence(), factories.evidence(title="Second")]
        factories.report(first, Status.COMPLETED, on=date(2024, 1, 1), evidence=two)
        factories.report(second, Status.IN_PROGRESS, on=date(2024, 2, 1))
        factories.correct(factories.report(second, Status.PAUSED, on=date(2024, 4, 1)), effective_on=date(2023, 12, 1))
        file = factories.evidence_file("evidence.pdf")
        factories.report(second, Status.IN_PROGRESS, on=date(2024, 3, 1), evidence=[factories.evidence(file=file)])
        third = factories.mission("M-3")
        assert third.changes.get().pk == 13
        yield file


@contextlib.contextmanager
def undone():
    """What is changed within the block is undone before the test ends: broken foreign keys are looked for there."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def found_after(*statements):
    """(the first entry named, exit code) after the statements, or after calls of the functions."""
    with undone():
        with rules_disabled():
            for statement in statements:
                sql(statement) if isinstance(statement, str) else statement()
        lines, code = verify()
        return first_entry(lines), code


def test_a_sound_ledger_is_one_line_with_its_head(world):
    [line], code = verify()

    head = Head.objects.get()
    assert (code, head.entry, head.hash in line, f"revision {head.revision}" in line) == (0, 13, True, True)


def test_a_head_that_was_saved_earlier_is_on_the_chain(world):
    digest = StatusChange.objects.get(pk=5).hash
    found = {entry: verify(f"--against={entry}:{digest}") for entry in (5, 4, 99)}

    assert {entry: code for entry, (_lines, code) in found.items()} == {5: 0, 4: 1, 99: 1}
    assert [first_entry(found[entry][0]) for entry in (4, 99)] == [4, 99]


OTHER = {
    "mission_id": f"(SELECT MIN(id) FROM {MISSION} WHERE id <> mission_id)", "corrects_id": "6", "change_id": "4",
    "recorded_at": "'2024-01-01 00:00:00.000000'", "url": "'https://example.org/'", "status": "'withdrawn'",
    "previous": "'paused'", "kind": "'report'", "basis": "'owner'",
    **dict.fromkeys(["due", "effective_on", "published_on", "event_on"], "'2023-08-02'"),
}  # fmt: skip
# Who recorded an entry is not hashed; PostgreSQL's checks hold, and refuse another kind.
UNTESTED = {"id", "recorded_by_id", "reported_by_id", "source_id", "file_id"}
UNTESTED |= {"kind", "sets_status", "sets_due"} if on_postgresql() else set()


def test_any_column_of_an_entry_or_its_evidence_that_is_changed_is_found(world):
    for row, where in (
        (StatusChange.objects.get(pk=7), "id = 7"),
        (Evidence.objects.get(change=2), "change_id = 2"),
        (Evidence.objects.get(change=3), "change_id = 3"),  # not public
    ):
        columns = {field.column: getattr(row, field.attname) for field in row._meta.concrete_fields}
        columns = {name: value for name, value in columns.items() if name not in UNTESTED}
        others = {
            name: f"NOT {name}" if isinstance(value, bool) else OTHER.get(name, f"'{'x' * 64}'")
            for name, value in columns.items()
        }
        table, entry = row._meta.db_table, int(where.split()[-1])

        found = {
            name: found_after(f"UPDATE {table} SET {name} = {other} WHERE {where}") for name, other in others.items()
        }

        assert found == dict.fromkeys(others, (entry, 1))


def set_mission(code, change):
    return f"UPDATE {MISSION} SET {change} WHERE code = '{code}'"


def file_set(change):
    return f"UPDATE {FILE} SET {change}"


TAMPERED = {
    "an entry removed": (f"DELETE FROM {LEDGER} WHERE id = 6", 6),
    "entries removed": (f"DELETE FROM {LEDGER} WHERE id IN (2, 3)", 2),
    "the first entry removed": (f"DELETE FROM {LEDGER} WHERE id = 1", 1),
    "the newest entry removed": (f"DELETE FROM {LEDGER} WHERE id = 13", 13),
    "all entries removed": (f"DELETE FROM {LEDGER}", 1),
    "the newest entry renumbered": (f"UPDATE {LEDGER} SET id = 14 WHERE id = 13", 13),
    "evidence removed": (f"DELETE FROM {EVIDENCE} WHERE title = 'Second'", 8),
    "evidence moved to another entry": (f"UPDATE {EVIDENCE} SET change_id = 9 WHERE change_id = 6", 6),
    "evidence of no entry": (lambda: insert(factories.evidence(change_id=99)), 99),
    "evidence added": (lambda: insert(factories.evidence(change_id=4)), 4),
    "a mission removed": (f"DELETE FROM {MISSION} WHERE code = 'M-2'", 4),
    "a mission's code": (set_mission("M-1", "code = 'M-9'"), 1),
    "a projected status": (set_mission("M-2", "status = 'paused'"), 12),
    "a projected first day": (set_mission("M-1", "status_since = '2023-12-31'"), 8),
    "a projected due date": (set_mission("M-2", "due = '2026-06-30'"), 7),
    "a projected first due date": (set_mission("M-2", "due_first = '2026-06-30'"), 7),
    "a projected number of moves": (set_mission("M-2", "due_moves = 1"), 7),
    "a projection removed": (set_mission("M-1", "due = NULL"), 1),
    "the head set back": (f"UPDATE {HEAD} SET entry = 12", 13),
    "the head set ahead": (f"UPDATE {HEAD} SET entry = 14", 14),
    "the head's hash": (f"UPDATE {HEAD} SET hash = '{'a' * 64}'", 13),
    "a file's digest": (file_set(f"sha256 = '{'f' * 64}'"), 12),
    "a file's size": (file_set("size = size + 1"), 12),
    "a file's name": (file_set("name = 'other.pdf'"), 12),
    "a file's path": (file_set("content = 'zz/1'"), 12),
    "a path outside of the folder": (file_set("content = '../../etc/passwd'"), 12),
    "a file's record removed": (f"DELETE FROM {FILE}", 12),
    "a file that is no longer cited": (f"UPDATE {EVIDENCE} SET file_id = NULL WHERE change_id = 12", 12),
}
UNREADABLE_ON_SQLITE = {
    "a day that does not exist": (f"UPDATE {LEDGER} SET effective_on = '2023-02-30' WHERE id = 9", 9),
    "a day in another form": (f"UPDATE {LEDGER} SET effective_on = '2024-2-1' WHERE id = 9", 9),
}
TAMPERED |= {} if on_postgresql() else UNREADABLE_ON_SQLITE


def test_tampering_is_found_and_the_first_entry_named(world):
    found = {name: found_after(statement) for name, (statement, _entry) in TAMPERED.items()}

    assert found == {name: (entry, 1) for name, (_statement, entry) in TAMPERED.items()}


def test_every_entry_that_was_changed_is_named_in_order(world):
    with undone():
        tamper(f"UPDATE {LEDGER} SET basis = 'owner' WHERE id IN (2, 9, 6)")
        tamper(f"UPDATE {MISSION} SET due = NULL WHERE code = 'M-2'")
        lines, code = verify()

    assert ([first_entry([line]) for line in lines], code) == ([2, 6, 9, 7], 1)


def test_tampering_that_belongs_to_no_entry_is_found(world):
    factories.mission("M-4", opened=False)

    assert found_after(f"DELETE FROM {HEAD}")[1] == 1
    line, code = found_after(set_mission("M-4", "status = 'paused', status_since = '2023-01-01'"))
    assert ("M-4" in line, code) == (True, 1)


def test_a_missing_trigger_and_a_foreign_trigger_are_found(world):
    missing = next(name for table, name in triggers() if table == LEDGER)
    for name, change in ((missing, lambda: drop_trigger(LEDGER, missing)), ("zz", create_foreign_trigger)):
        with undone():
            change()
            [line], code = verify()
        assert (name in line, code) == (True, 1)


FORGED = {
    "recorded before the newest": lambda newest: {"recorded_at": newest.recorded_at - timedelta(days=1)},
    "that corrects another mission's entry": lambda newest: {"kind": "correction", "corrects_id": 2},
    "that corrects itself": lambda newest: {"kind": "correction", "corrects_id": 14},
}


def test_a_forged_entry_with_its_true_hash_is_found(world):
    mission, newest = Mission.objects.get(code="M-2"), StatusChange.objects.latest("id")

    def forge(**changes):
        entry = next_entry(mission, previous="in_progress", effective_on=date(2024, 3, 2), **changes)
        insert(entry)
        sql(f"UPDATE {HEAD} SET entry = 14, hash = %s", entry.hash)

    found = {name: found_after(partial(forge, **changes(newest))) for name, changes in FORGED.items()}

    assert found == dict.fromkeys(FORGED, (14, 1))


CHANGED_FILES = {
    "a byte altered": lambda path: path.write_bytes(b"%PDF-1.5" + factories.PDF[8:]),
    "a byte added": lambda path: path.write_bytes(factories.PDF + b"\n"),
    "deleted": lambda path: path.unlink(),
}


@pytest.mark.parametrize("name", CHANGED_FILES)
def test_a_cited_file_that_is_not_what_was_cited_is_found(world, name):
    path = Path(world.content.path)
    CHANGED_FILES[name](path)

    assert found_after() == (12, 1)
    assert found_after(file_set(f"size = 8, sha256 = '{'0' * 64}'")) == (12, 1)
    path.write_bytes(factories.PDF)


def test_files_that_nothing_needs_are_listed_and_are_no_error(world):
    uncited, submitted = factories.evidence_file("draft.pdf"), factories.evidence_file("submitted.pdf")
    factories.submission(evidence=[factories.submitted_evidence(file=submitted)])
    stray = Path(default_storage.path("")) / "stray"
    stray.write_text("")
    try:
        lines, code = verify()
    finally:
        stray.unlink()
        for file in EvidenceFile.objects.exclude(pk=world.pk):
            Path(file.content.path).unlink()

    orphans = {line.split()[2].rstrip(":") for line in lines if line.startswith("orphan file")}
    assert (orphans, code) == ({uncited.content.name, "stray"}, 0)


def test_a_longer_ledger_takes_no_query_for_each_entry(world, monkeypatch):
    monkeypatch.setattr(verification, "CHUNK", 1000)
    queries = []
    for _size in (1, 2):
        mission = factories.mission(status=Status.PAUSED)
        factories.report(mission, Status.PAUSED, on=date(2024, 2, 1))
        with CaptureQueriesContext(connection) as captured:
            assert verify()[1] == 0
        queries.append(len(captured))

    assert queries[0] == queries[1]
