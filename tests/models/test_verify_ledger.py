"""`verify_ledger` finds whatever was changed with the database's rules out of force, and names the entry."""

import io
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Head, StatusChange, record_many, triggers, verification
from missions.status import Status
from tests import build
from tests.conftest import copied, in_place_of_the_default
from tests.models.attacks import EVIDENCE, HEAD, LEDGER, MISSION, insert, next_entry, sql
from tests.models.tampering import rules_out_of_force, tamper

pytestmark = pytest.mark.both_databases

MANAGE = Path(__file__).parent.parent.parent / "manage.py"

HASH = "its hash is not that of its content and evidence"
PREV = "its prev_hash is not the hash of the entry before it"
FLAGS = "its flags do not say what an entry of its kind sets"
MISSING, UNREADABLE = "it is missing", "it cannot be read"
STRAY = "there is evidence for it, but no such entry"


@pytest.fixture(scope="module")
def template(migrated_database, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), copied(migrated_database, folder) as (name, _environment):
        with in_place_of_the_default(name):
            eleven_entries()
        yield name


@pytest.fixture
def ledger(template, django_db_blocker, tmp_path):
    """A database with eleven entries; yields the environment in which another process finds it."""
    with django_db_blocker.unblock(), copied(template, tmp_path) as (name, environment):
        with in_place_of_the_default(name):
            yield environment


def eleven_entries():
    """Entries of two missions; the findings below name them by number."""
    first = build.mission("M-1", due=date(2025, 12, 31))
    build.report(first, Status.IN_PROGRESS, on=date(2023, 1, 1))
    build.report(first, Status.PAUSED, on=date(2023, 6, 1), evidence=[build.evidence(is_public=False)])
    second = build.mission("M-2")
    due = build.deadline(second, date(2026, 6, 30), on=date(2023, 8, 1))
    build.report(second, Status.NOT_STARTED, on=date(2023, 9, 1))
    build.correct(due, due=date(2026, 9, 30))
    build.report(first, Status.COMPLETED, on=date(2024, 1, 1), evidence=[build.evidence(), build.evidence(title="2")])
    build.report(second, Status.IN_PROGRESS, on=date(2024, 2, 1))
    build.correct(build.report(second, Status.PAUSED, on=date(2024, 4, 1)), effective_on=date(2023, 12, 1))
    build.mission("M-3", opened=False)


def found():
    return [str(problem) for problem in verification.problems()]


def verified():
    """(what verify_ledger prints, its exit code)"""
    out = io.StringIO()
    try:
        call_command("verify_ledger", stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def test_a_sound_ledger_is_one_line_with_its_head(ledger):
    head = Head.objects.get()

    assert verified() == (f"The ledger is sound: 11 entries, head {head.hash}, revision {head.revision}.\n", 0)


def test_an_empty_ledger_is_sound(own_database):
    revision = Head.objects.get().revision

    assert verified() == (f"The ledger is sound: 0 entries, head {'0' * 64}, revision {revision}.\n", 0)


CHANGED = {
    "kind": (f"UPDATE {LEDGER} SET kind = 'deadline', corrects_id = NULL WHERE id = 7", [f"entry 7: {HASH}"]),
    "status": (f"UPDATE {LEDGER} SET status = 'paused' WHERE id = 6", [f"entry 6: {HASH}"]),
    "previous": (f"UPDATE {LEDGER} SET previous = 'paused' WHERE id = 6", [f"entry 6: {HASH}"]),
    "effective_on": (f"UPDATE {LEDGER} SET effective_on = '2023-09-02' WHERE id = 6", [f"entry 6: {HASH}"]),
    "basis": (f"UPDATE {LEDGER} SET basis = 'owner' WHERE id = 2", [f"entry 2: {HASH}"]),
    "headline_en": (f"UPDATE {LEDGER} SET headline_en = 'now in_progress' WHERE id = 2", [f"entry 2: {HASH}"]),
    "headline_zh": (f"UPDATE {LEDGER} SET headline_zh = '现为in-progress' WHERE id = 2", [f"entry 2: {HASH}"]),
    "corrects": (f"UPDATE {LEDGER} SET corrects_id = 4 WHERE id = 7", [f"entry 7: {HASH}", f"entry 7: {FLAGS}"]),
    "prev_hash": (
        f"UPDATE {LEDGER} SET prev_hash = '{'a' * 64}' WHERE id = 6",
        [f"entry 6: {PREV}", f"entry 6: {HASH}"],
    ),
    "hash": (f"UPDATE {LEDGER} SET hash = '{'a' * 64}' WHERE id = 6", [f"entry 6: {HASH}", f"entry 7: {PREV}"]),
    "sets_due": (f"UPDATE {LEDGER} SET sets_due = NOT sets_due WHERE id = 11", [f"entry 11: {FLAGS}"]),
    "sets_status": (f"UPDATE {LEDGER} SET sets_status = NOT sets_status WHERE id = 7", [f"entry 7: {FLAGS}"]),
    "a mission's code": (
        f"UPDATE {MISSION} SET code = 'M-9' WHERE code = 'M-1'",
        [f"entry 1: {HASH}", f"entry 2: {HASH}", f"entry 3: {HASH}", f"entry 8: {HASH}"],
    ),
    "evidence": (f"UPDATE {EVIDENCE} SET title = 'evidence' WHERE change_id = 2", [f"entry 2: {HASH}"]),
    "evidence that is not public": (
        f"UPDATE {EVIDENCE} SET title = 'evidence' WHERE change_id = 3",
        [f"entry 3: {HASH}"],
    ),
    "whether evidence is public": (f"UPDATE {EVIDENCE} SET is_public = true WHERE change_id = 3", [f"entry 3: {HASH}"]),
    "evidence moved": (
        f"UPDATE {EVIDENCE} SET change_id = 9 WHERE change_id = 6",
        [f"entry 6: {HASH}", f"entry 9: {HASH}"],
    ),
    "evidence removed": (f"DELETE FROM {EVIDENCE} WHERE change_id = 8 AND title = '2'", [f"entry 8: {HASH}"]),
    "evidence moved to no entry": (
        f"UPDATE {EVIDENCE} SET change_id = 99 WHERE change_id = 6",
        [f"entry 6: {HASH}", f"entry 99: {STRAY}"],
    ),
    "an entry removed": (
        f"DELETE FROM {LEDGER} WHERE id = 6",
        [f"entry 6: {MISSING}", f"entry 6: {STRAY}"],
    ),
    "entries removed": (
        f"DELETE FROM {LEDGER} WHERE id IN (2, 3)",
        [f"entry 2: {MISSING}, and so are those up to entry 3", f"entry 2: {STRAY}", f"entry 3: {STRAY}"],
    ),
    "the last entry's number": (
        f"UPDATE {LEDGER} SET id = 12 WHERE id = 11",
        [f"entry 11: {MISSING}", f"entry 12: {HASH}", "entry 12: the head of the ledger is not this entry, the newest one", f"entry 11: {STRAY}"],
    ),
    "a projected status": (
        f"UPDATE {MISSION} SET status = 'paused' WHERE code = 'M-2'",
        ["entry 9: M-2 has status paused instead of in_progress"],
    ),
    "a projected day": (
        f"UPDATE {MISSION} SET status_since = '2023-12-31' WHERE code = 'M-1'",
        ["entry 8: M-1 has status_since 2023-12-31 instead of 2024-01-01"],
    ),
    "a projected due date": (
        f"UPDATE {MISSION} SET due = '2026-06-30' WHERE code = 'M-2'",
        ["entry 7: M-2 has due 2026-06-30 instead of 2026-09-30"],
    ),
    "two projections": (
        f"UPDATE {MISSION} SET due = NULL WHERE code IN ('M-1', 'M-2')",
        ["entry 1: M-1 has due None instead of 2025-12-31", "entry 7: M-2 has due None instead of 2026-09-30"],
    ),
    "projections in the order of entries": (
        f"UPDATE {MISSION} SET status_since = '2023-12-31', due = '2025-12-31' WHERE code IN ('M-1', 'M-2')",
        [
            "entry 7: M-2 has due 2025-12-31 instead of 2026-09-30",
            "entry 8: M-1 has status_since 2023-12-31 instead of 2024-01-01",
            "entry 9: M-2 has status_since 2023-12-31 instead of 2024-02-01",
        ],
    ),
    "a projection without an entry": (
        f"UPDATE {MISSION} SET status = 'paused', status_since = '2023-01-01' WHERE code = 'M-3'",
        [
            "M-3 has status paused instead of None",
            "M-3 has status_since 2023-01-01 instead of None",
        ],
    ),
    "the head set back": (
        f"UPDATE {HEAD} SET entry = 10",
        ["entry 11: the head of the ledger is not this entry, the newest one"],
    ),
    "the head's hash": (
        f"UPDATE {HEAD} SET hash = '{'a' * 64}'",
        ["entry 11: the head of the ledger is not this entry, the newest one"],
    ),
    "the head set ahead": (f"UPDATE {HEAD} SET entry = 12", [f"entry 12: {MISSING}"]),
    "the head removed": (f"DELETE FROM {HEAD}", ["the head of the ledger is missing"]),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_is_found(ledger, name):
    statement, findings = CHANGED[name]

    tamper(statement)

    assert verified() == ("\n".join([*findings, ""]), 1)


# Changes after which the ledger also says something else of today than the projection does.
CHANGED_WITH_PROJECTION = {
    "due": (f"UPDATE {LEDGER} SET due = '2026-12-31' WHERE id = 7", HASH, 7),
    "due removed": (f"UPDATE {LEDGER} SET due = NULL WHERE id = 1", HASH, 1),
    "mission": (f"UPDATE {LEDGER} SET mission_id = (SELECT id FROM {MISSION} WHERE code = 'M-1') WHERE id = 9", HASH, 9),
    "corrects itself": (f"UPDATE {LEDGER} SET corrects_id = 7 WHERE id = 7", HASH, 7),
    "corrects another mission's": (f"UPDATE {LEDGER} SET corrects_id = 2 WHERE id = 7", HASH, 7),
    "order of days": (f"UPDATE {LEDGER} SET effective_on = '2023-01-01' WHERE id = 8", HASH, 8),
    "the last entry removed": (f"DELETE FROM {LEDGER} WHERE id = 11", MISSING, 11),
    "the first entry removed": (f"DELETE FROM {LEDGER} WHERE id = 1", MISSING, 1),
    "all removed": (f"DELETE FROM {LEDGER}", f"{MISSING}, and so are those up to entry 11", 1),
    "missions removed": (f"DELETE FROM {MISSION}", UNREADABLE, 1),
}


@pytest.mark.parametrize("name", CHANGED_WITH_PROJECTION)
def test_the_first_line_names_the_changed_entry(ledger, name):
    statement, finding, entry = CHANGED_WITH_PROJECTION[name]

    tamper(statement)

    printed, code = verified()
    assert (printed.splitlines()[0], code) == (f"entry {entry}: {finding}", 1)


def forged(ledger_entry, **changes):
    """A next entry with its true hash, which only its content gives away."""
    return next_entry(ledger_entry.mission, previous="in_progress", effective_on=date(2024, 2, 1), **changes)


FORGED = {
    "recorded earlier": (
        lambda newest: forged(newest, recorded_at=newest.recorded_at - timedelta(days=1)),
        "it was recorded before the entry before it",
    ),
    "with flags of another kind": (lambda newest: forged(newest, sets_status=False), FLAGS),
    "that corrects another mission's": (
        lambda newest: forged(newest, kind="correction", corrects=StatusChange.objects.get(pk=2)),
        FLAGS,
    ),
    "that corrects itself": (lambda newest: forged(newest, kind="correction", corrects_id=12), FLAGS),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_entry_is_found(ledger, name):
    forge, finding = FORGED[name]
    entry = forge(StatusChange.objects.get(pk=11))

    with rules_out_of_force():
        if connection.vendor == "postgresql":
            sql(f"ALTER TABLE {LEDGER} DROP CONSTRAINT change_kind_says_what_it_sets")
        insert(entry)
        sql(f"UPDATE {HEAD} SET entry = 12, hash = %s", entry.hash)

    assert found()[0] == f"entry 12: {finding}"


def test_an_entry_before_the_first_is_found(ledger):
    newest = StatusChange.objects.get(pk=11)

    with rules_out_of_force():
        insert(next_entry(newest.mission, id=0, previous="in_progress"))

    assert found() == ["entry 0: the first entry is entry 1"]


def columns_with_text():
    if connection.vendor == "postgresql":
        return ["headline_en", "headline_zh", "prev_hash", "hash"]
    # SQLite keeps text in a column of any type. The account is not hashed; the number has its own tests above.
    not_tried = {"id", "recorded_by_id"}
    return [field.column for field in StatusChange._meta.concrete_fields if field.column not in not_tried]


def test_any_one_character_of_an_entry_that_is_changed_is_found(ledger):
    missed = []
    with rules_out_of_force():
        for column in columns_with_text():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {column} FROM {LEDGER} WHERE id = 7")
                value = str(cursor.fetchone()[0] or "")
            for place in range(len(value)):
                other = "b" if value[place] == "a" else "a"
                sql(f"UPDATE {LEDGER} SET {column} = %s WHERE id = 7", value[:place] + other + value[place + 1 :])
                if next(iter(found())).split(":")[0] != "entry 7":
                    missed.append((column, place))
                sql(f"UPDATE {LEDGER} SET {column} = %s WHERE id = 7", value)

    assert missed == []


def test_an_entry_that_cannot_be_read_is_named_and_the_rest_is_still_checked(ledger):
    # PostgreSQL's columns hold nothing that is not of their type. Without entry 9, another status would be in force:
    # that is not said, since it cannot be known.
    entry, change = (6, "mission_id = 0") if connection.vendor == "postgresql" else (9, "effective_on = '2023-02-30'")
    tamper(f"UPDATE {LEDGER} SET {change} WHERE id = {entry}")
    tamper(f"UPDATE {EVIDENCE} SET title = 'evidence' WHERE change_id = 10")

    assert found() == [f"entry {entry}: {UNREADABLE}", f"entry 10: {HASH}"]


def test_a_trigger_that_is_missing_is_found(ledger):
    with connection.cursor() as cursor:
        triggers.dialect(connection).drop(cursor, "hub_ledger_no_update")

    assert verified() == ("the trigger hub_ledger_no_update is missing or altered\n", 1)


def test_all_is_found_where_the_ledger_is_read_in_small_chunks(ledger, monkeypatch):
    monkeypatch.setattr(verification, "CHUNK", 2)
    sound = found()
    tamper(f"UPDATE {LEDGER} SET basis = 'owner' WHERE id IN (2, 3, 10)")
    tamper(f"UPDATE {MISSION} SET due = NULL WHERE code = 'M-2'")

    assert sound == []
    assert found() == [
        f"entry 2: {HASH}",
        f"entry 3: {HASH}",
        f"entry 10: {HASH}",
        "entry 7: M-2 has due None instead of 2026-09-30",
    ]


def confirmation(mission):
    words = {"headline_en": "Still so", "headline_zh": "照旧"}
    return StatusChange(mission=mission, status="paused", effective_on=date(2024, 1, 1), basis="owner", **words)


def test_as_many_queries_read_three_hundred_entries_as_read_eleven(ledger):
    queries = []
    for number in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert found() == []
        queries.append(len(captured))
        mission = build.mission(f"N-{number}")
        record_many([(confirmation(mission), []) for _ in range(300)], by=None)

    assert queries == [12, 12]


def verify_in_another_process(environment):
    command = [sys.executable, MANAGE, "verify_ledger"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_command_line_prints_one_line_and_exits_with_0(ledger):
    done = verify_in_another_process(ledger)

    assert (done.stdout.count("\n"), done.stderr, done.returncode) == (1, "", 0)


def test_the_command_line_names_the_first_broken_entry_and_exits_with_1(ledger):
    tamper(f"DELETE FROM {LEDGER} WHERE id = 5")

    done = verify_in_another_process(ledger)

    assert (done.stdout.splitlines()[0], done.returncode) == (f"entry 5: {MISSING}", 1)
