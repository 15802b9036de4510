"""`verify_ledger`: one line for a sound ledger, and each entry by number where it is not."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Head, Mission, StatusChange, record_many, triggers, verification
from missions.status import Status
from tests import build
from tests.models import foreign_triggers
from tests.models.forging import EVIDENCE, LEDGER, MISSION, STRETCH, sql
from tests.models.tampering import rules_out_of_force, tamper
from tests.models.verifying import HASH, MISSING, UNREADABLE, found, stood, verified

pytestmark = pytest.mark.both_databases

MANAGE = Path(__file__).parent.parent.parent / "manage.py"


def test_a_sound_ledger_is_one_line_with_its_head(ledger):
    head = Head.objects.get()

    assert verified() == (f"The ledger is sound: 11 entries, head {head.hash}, revision {head.revision}.\n", 0)


def test_an_empty_ledger_is_sound(own_database):
    revision = Head.objects.get().revision

    assert verified() == (f"The ledger is sound: 0 entries, head {'0' * 64}, revision {revision}.\n", 0)


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
    # that is not said, since it cannot be known. Entry 6, of no mission any more, is known to be none of M-2's.
    if connection.vendor == "postgresql":
        entry, change, of_the_rest = 6, "mission_id = 0", [f"entry 7: {stood('M-2', '2023-08-01')}"]
    else:
        entry, change, of_the_rest = 9, "effective_on = '2023-02-30'", []
    tamper(f"UPDATE {LEDGER} SET {change} WHERE id = {entry}")
    tamper(f"UPDATE {EVIDENCE} SET title = 'evidence' WHERE change_id = 10")

    assert found() == [f"entry {entry}: {UNREADABLE}", f"entry 10: {HASH}", *of_the_rest]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL holds no day that is none")
def test_a_mission_that_cannot_be_read_is_named(ledger):
    tamper(f"UPDATE {MISSION} SET status_since = '2023-02-30' WHERE code = 'M-2'")
    mission = Mission.objects.only("pk").get(code="M-2")

    assert found() == [f"mission {mission.pk} cannot be read"]


# SQLite keeps any text as a day, and compares texts: "2024-2-1" is a day that no date is before.
@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL holds no day that is none")
@pytest.mark.parametrize("day", ["2023-02-30", "2024-2-1", "someday", ""])
@pytest.mark.parametrize("column", ["until", "since", "due"])
def test_a_stretch_whose_day_is_not_as_it_is_compared_is_found(ledger, column, day):
    tamper(f"UPDATE {STRETCH} SET {column} = %s WHERE first_day = '2023-12-01'", day)

    assert found() == [f"entry 11: {stood('M-2', '2023-12-01')}"]


def test_a_trigger_that_is_missing_is_found(ledger):
    with connection.cursor() as cursor:
        triggers.dialect(connection).drop(cursor, "missions_statuschange", "hub_ledger_no_update")

    assert verified() == ("the trigger hub_ledger_no_update is missing or altered\n", 1)


@pytest.mark.parametrize("name", foreign_triggers.FOREIGN)
def test_a_trigger_that_does_not_belong_to_the_site_is_named_with_its_table(ledger, name):
    table, trigger = foreign_triggers.make(name)

    assert verified() == (f"the table {table} has a trigger that does not belong to this site: {trigger}\n", 1)


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
    queries, file = [], build.evidence_file()
    build.report(Mission.objects.get(code="M-2"), Status.IN_PROGRESS, evidence=[build.evidence(file=file)])
    for number in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert found() == []
        queries.append(len(captured))
        mission = build.mission(f"N-{number}")
        record_many([(confirmation(mission), [build.evidence(file=file)]) for _ in range(300)], by=None)

    assert queries == [20, 20]


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


def test_a_report_that_comes_between_two_reads_is_no_difference(ledger, monkeypatch):
    differing, found_at_first = verification._differing, []

    def with_a_report_in_between(missions):
        if not found_at_first:
            build.report(StatusChange.objects.get(pk=2).mission, Status.IN_PROGRESS, on=date(2024, 6, 1))
            found_at_first.extend(differing(missions))
            return found_at_first
        return differing(missions)

    monkeypatch.setattr(verification, "_differing", with_a_report_in_between)

    assert found() == []
    assert {str(problem).split(" instead")[0] for _mission, problem in found_at_first} == {
        "entry 12: M-1 has status completed",
        "entry 12: M-1 has status_since 2024-01-01",
    }
