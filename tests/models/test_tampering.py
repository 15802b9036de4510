"""`verify_ledger` finds whatever was changed with the database's rules out of force, and names the entry."""

from datetime import date, timedelta

import pytest
from django.db import connection

from missions.models import StatusChange
from tests.models.forging import EVIDENCE, HEAD, LEDGER, MISSION, STRETCH, insert, next_entry, sql
from tests.models.tampering import rules_out_of_force, tamper
from tests.models.verifying import FLAGS, HASH, MISSING, NOT_THE_HEAD, PREV, STRAY, UNREADABLE, found, stood, verified

pytestmark = pytest.mark.both_databases

# A copy of how M-2 stands since its last entry, from another day on.
ANOTHER_FROM = (
    f"INSERT INTO {STRETCH} (mission_id, first_day, until, status, since, due, due_moves)"
    f" SELECT mission_id, '{{}}', until, status, since, due, due_moves FROM {STRETCH} WHERE first_day = '2024-02-01'"
)

# What a replay says where the correction of a due date counts as a date of its own.
MOVED = [
    "entry 7: M-2 has due_first 2026-09-30 instead of 2026-06-30",
    "entry 7: M-2 has due_moves 0 instead of 1",
]

CHANGED = {
    "kind": (
        f"UPDATE {LEDGER} SET kind = 'deadline', corrects_id = NULL WHERE id = 7",
        [f"entry 7: {HASH}", *MOVED, f"entry 7: {stood('M-2', '2023-08-01')}"],
    ),
    "status": (
        f"UPDATE {LEDGER} SET status = 'paused' WHERE id = 6",
        [f"entry 6: {HASH}", f"entry 6: {stood('M-2', '2023-09-01')}"],
    ),
    "previous": (f"UPDATE {LEDGER} SET previous = 'paused' WHERE id = 6", [f"entry 6: {HASH}"]),
    "effective_on": (
        f"UPDATE {LEDGER} SET effective_on = '2023-09-02' WHERE id = 6",
        [f"entry 6: {HASH}", f"entry 7: {stood('M-2', '2023-08-01')}"],
    ),
    "basis": (f"UPDATE {LEDGER} SET basis = 'owner' WHERE id = 2", [f"entry 2: {HASH}"]),
    "headline_en": (f"UPDATE {LEDGER} SET headline_en = 'now in_progress' WHERE id = 2", [f"entry 2: {HASH}"]),
    "headline_zh": (f"UPDATE {LEDGER} SET headline_zh = '现为in-progress' WHERE id = 2", [f"entry 2: {HASH}"]),
    "corrects": (
        f"UPDATE {LEDGER} SET corrects_id = 4 WHERE id = 7",
        [f"entry 7: {HASH}", f"entry 7: {FLAGS}", stood("M-2", "2021-02-24"), *MOVED],
    ),
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
        [f"entry 6: {MISSING}", f"entry 6: {STRAY}", f"entry 7: {stood('M-2', '2023-08-01')}"],
    ),
    "entries removed": (
        f"DELETE FROM {LEDGER} WHERE id IN (2, 3)",
        [
            f"entry 2: {MISSING}, and so are those up to entry 3",
            f"entry 2: {STRAY}",
            f"entry 3: {STRAY}",
            f"entry 1: {stood('M-1', '2021-02-24')}",
        ],
    ),
    "the last entry's number": (
        f"UPDATE {LEDGER} SET id = 12 WHERE id = 11",
        [f"entry 11: {MISSING}", f"entry 12: {HASH}", f"entry 12: {NOT_THE_HEAD}", f"entry 11: {STRAY}"],
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
    "a stretch's status": (
        f"UPDATE {STRETCH} SET status = 'paused' WHERE first_day = '2023-09-01'",
        [f"entry 6: {stood('M-2', '2023-09-01')}"],
    ),
    "a stretch's since": (
        f"UPDATE {STRETCH} SET since = '2023-12-02' WHERE first_day = '2023-12-01'",
        [f"entry 11: {stood('M-2', '2023-12-01')}"],
    ),
    "a stretch's due date": (
        f"UPDATE {STRETCH} SET due = NULL WHERE first_day = '2024-02-01'",
        [f"entry 9: {stood('M-2', '2024-02-01')}"],
    ),
    "a stretch's first day": (
        f"UPDATE {STRETCH} SET first_day = '2023-11-30' WHERE first_day = '2023-12-01'",
        [stood("M-2", "2023-11-30")],
    ),
    "a stretch's end": (
        f"UPDATE {STRETCH} SET until = '2024-02-02' WHERE first_day = '2023-12-01'",
        [f"entry 11: {stood('M-2', '2023-12-01')}"],
    ),
    "the last stretch's end": (
        f"UPDATE {STRETCH} SET until = '2100-12-31' WHERE first_day = '2024-01-01'",
        [f"entry 8: {stood('M-1', '2024-01-01')}"],
    ),
    "the first stretches removed": (
        f"DELETE FROM {STRETCH} WHERE first_day = '2021-02-24'",
        [f"entry 1: {stood('M-1', '2021-02-24')}", f"entry 4: {stood('M-2', '2021-02-24')}"],
    ),
    "a stretch removed": (
        f"DELETE FROM {STRETCH} WHERE first_day = '2023-12-01'",
        [f"entry 11: {stood('M-2', '2023-12-01')}"],
    ),
    "the last stretch removed": (
        f"DELETE FROM {STRETCH} WHERE first_day = '2024-02-01'",
        [f"entry 9: {stood('M-2', '2024-02-01')}"],
    ),
    "stretches removed": (
        f"DELETE FROM {STRETCH} WHERE first_day IN ('2023-09-01', '2024-02-01', '2024-01-01')",
        [f"entry 6: {stood('M-2', '2023-09-01')}", f"entry 8: {stood('M-1', '2024-01-01')}"],
    ),
    "a stretch added before the opening": (ANOTHER_FROM.format("2020-01-01"), [stood("M-2", "2020-01-01")]),
    "a stretch added within another": (ANOTHER_FROM.format("2023-10-01"), [stood("M-2", "2023-10-01")]),
    "a stretch doubled from the next day on": (ANOTHER_FROM.format("2024-02-02"), [stood("M-2", "2024-02-02")]),
    "a stretch moved to a mission without entries": (
        f"UPDATE {STRETCH} SET mission_id = (SELECT id FROM {MISSION} WHERE code = 'M-3')"
        " WHERE first_day = '2024-02-01'",
        [stood("M-3", "2024-02-01"), f"entry 9: {stood('M-2', '2024-02-01')}"],
    ),
    "a stretch moved to another mission": (
        f"UPDATE {STRETCH} SET mission_id = (SELECT id FROM {MISSION} WHERE code = 'M-1')"
        " WHERE first_day = '2023-08-01'",
        [stood("M-1", "2023-08-01"), f"entry 7: {stood('M-2', '2023-08-01')}"],
    ),
    "the head set back": (
        f"UPDATE {HEAD} SET entry = 10",
        [f"entry 11: {NOT_THE_HEAD}"],
    ),
    "the head's hash": (
        f"UPDATE {HEAD} SET hash = '{'a' * 64}'",
        [f"entry 11: {NOT_THE_HEAD}"],
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
    "mission": (f"UPDATE {LEDGER} SET mission_id = (SELECT MIN(id) FROM {MISSION}) WHERE id = 9", HASH, 9),
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
