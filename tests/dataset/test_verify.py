"""`verify.py` confirms a data set that is as it was made, and names what was altered since."""

import ast
import csv
import io
import json
import re
import sys
from datetime import date, timedelta

import pytest

from missions.dataset.package import VERIFY
from missions.models import Head
from missions.models.ledger import canonical, sha256
from missions.status import Status
from tests import build
from tests.dataset.unpacking import day, head_line, small_ledger, unpacked, verified, verified_here
from tests.public.world import World

NOT_PUBLISHED = "of ledger.jsonl is not the one that was published"


@pytest.fixture
def folder(client, noon, tmp_path):
    """The data set of a small ledger."""
    small_ledger()
    return unpacked(client, tmp_path)


def lines(folder):
    return (folder / "ledger.jsonl").read_bytes().splitlines(keepends=True)


def write(folder, lines):
    (folder / "ledger.jsonl").write_bytes(b"".join(lines))


def replaced(folder, file, old, new):
    """Puts `new` in the place of `old`, which the file has once."""
    content = (folder / file).read_text("utf-8")
    assert content.count(old) == 1
    (folder / file).write_text(content.replace(old, new), "utf-8", newline="")


def broken(number):
    return f"entry {number}: line {number} {NOT_PUBLISHED}\n", 1


# --- as it was made ---------------------------------------------------------------------------------------------------


def test_a_small_ledger_is_confirmed(folder):
    assert verified(folder) == verified_here(folder) == (head_line(), 0)


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(3))
def test_programmes_that_nobody_would_think_of_are_confirmed(client, noon, tmp_path, seed):
    World(seed)

    assert verified(unpacked(client, tmp_path)) == (head_line(), 0)


def test_a_site_without_a_programme_is_confirmed(client, db, tmp_path):
    assert verified(unpacked(client, tmp_path)) == (head_line(), 0)


def test_the_script_is_short_and_needs_no_more_than_python_3_8():
    program = VERIFY.read_text()
    imported = re.findall(r"^(?:import|from) (\w+)", program, re.MULTILINE)

    assert len(program.splitlines()) < 60
    assert ast.parse(program, feature_version=(3, 8))
    assert set(imported) - sys.stdlib_module_names == set()
    assert "import" not in re.sub(r"^(?:import|from .* import) .*$", "", program, flags=re.MULTILINE)


# --- the ledger -------------------------------------------------------------------------------------------------------


def test_one_byte_altered_anywhere_names_the_entry_of_its_line(folder):
    ledger = (folder / "ledger.jsonl").read_bytes()
    wrong, number = [], 1
    for place, byte in enumerate(ledger):
        # Another character, a line's end of either kind, a control character, what is no UTF-8: of a line's end all.
        others = [byte ^ 1, *b"\n\r\0\xff"]
        for other in others if byte == ord("\n") else others[place % 5 :][:1]:
            (folder / "ledger.jsonl").write_bytes(ledger[:place] + bytes([other]) + ledger[place + 1 :])
            if other != byte and verified_here(folder) != broken(number):
                wrong.append((place, byte, other))
        number += byte == ord("\n")

    assert wrong == []
    assert number == 7


def test_one_bit_altered_is_named_to_whoever_runs_the_script(folder):
    ledger = (folder / "ledger.jsonl").read_bytes()
    for place in (0, len(ledger) // 2, len(ledger) - 1):
        (folder / "ledger.jsonl").write_bytes(ledger[:place] + bytes([ledger[place] ^ 128]) + ledger[place + 1 :])

        assert verified(folder) == broken(ledger[:place].count(b"\n") + 1)


@pytest.mark.parametrize("place", range(5))
def test_an_entry_that_was_removed_is_found_where_it_stood(folder, place):
    ledger = lines(folder)
    write(folder, ledger[:place] + ledger[place + 1 :])

    assert verified(folder) == broken(place + 1)


def test_the_last_entry_is_missed_by_the_head(folder):
    ledger = lines(folder)
    last = json.loads(ledger[-2])["hash"]
    write(folder, ledger[:-1])

    printed, code = verified(folder)
    assert printed.splitlines()[:2] == [
        "head.json entry is 6 instead of 5",
        f"head.json hash is {Head.objects.get().hash} instead of {last}",
    ]
    assert code == 1


@pytest.mark.parametrize("place", range(5))
def test_entries_that_changed_places_are_found(folder, place):
    ledger = lines(folder)
    ledger[place : place + 2] = reversed(ledger[place : place + 2])
    write(folder, ledger)

    assert verified(folder) == broken(place + 1)


def forged(ledger, place, **changes):
    """A line for that place with its own true hash, and the hash of the line before."""
    entry = json.loads(ledger[place - 1])
    entry |= {"id": place + 1, "prev_hash": entry.pop("hash"), **changes}
    return f"{canonical({**entry, 'hash': sha256(canonical(entry))})}\n".encode()


@pytest.mark.parametrize("place", range(1, 6))
def test_an_entry_that_was_inserted_is_found_by_the_one_behind_it(folder, place):
    ledger = lines(folder)
    write(folder, [*ledger[:place], forged(ledger, place), *ledger[place:]])

    assert verified(folder) == broken(place + 2)


def test_an_entry_that_was_added_is_found_by_the_head(folder):
    ledger = lines(folder)
    more = forged(ledger, 6, corrects=None, kind="report")
    write(folder, [*ledger, more])

    printed, code = verified(folder)
    assert printed.splitlines()[:2] == [
        "head.json entry is 6 instead of 7",
        f"head.json hash is {Head.objects.get().hash} instead of {json.loads(more)['hash']}",
    ]
    assert code == 1


def test_an_entry_that_was_written_anew_with_its_hash_is_found_by_the_one_behind_it(folder):
    ledger = lines(folder)
    ledger[2] = forged(ledger, 2, headline_en="Another reason")
    write(folder, ledger)

    assert verified(folder) == broken(4)


@pytest.mark.parametrize("more", [b"\n", b"null\n", b"{}\n", b"[" * 100_000, b"9" * 5000, b'{"hash":"\\ud800"}\n'])
def test_what_is_no_entry_is_no_entry(folder, more):
    write(folder, [*lines(folder), more])

    assert verified(folder) == broken(7)


# --- the other files --------------------------------------------------------------------------------------------------

# What is altered in missions.csv, and what is said of it.
MISSIONS = {
    "a status": (
        "M-1,FP,completed,2024",
        "M-1,FP,paused,2024",
        "entry 2: missions.csv M-1 status is paused instead of completed",
    ),
    "a day": (
        "completed,2024-01-01,",
        "completed,2024-01-02,",
        "entry 2: missions.csv M-1 status_since is 2024-01-02 instead of 2024-01-01",
    ),
    "a due date": (
        "none,O1,T1,,First,",
        "none,O1,T1,2025-12-31,First,",
        "entry 3: missions.csv M-1 due is 2025-12-31 instead of empty",
    ),
    "a status that was corrected": (
        "M-2,FP,in_progress,",
        "M-2,FP,paused,",
        "entry 6: missions.csv M-2 status is paused instead of in_progress",
    ),
}


@pytest.mark.parametrize("name", MISSIONS)
def test_a_mission_that_stands_otherwise_than_its_entries_say_is_named_with_the_entry(folder, name):
    old, new, finding = MISSIONS[name]
    replaced(folder, "missions.csv", old, new)

    printed, code = verified(folder)
    assert (printed.splitlines()[0], printed.endswith(head_line()), code) == (finding, True, 1)


def csv_lines(folder, name):
    return (folder / name).read_bytes().splitlines(keepends=True)


def test_a_mission_that_was_left_out_is_named(folder):
    head, _first, second = csv_lines(folder, "missions.csv")
    (folder / "missions.csv").write_bytes(head + second)

    printed, code = verified(folder)

    assert printed.splitlines()[:4] == [
        "entry 2: missions.csv M-1 status is missing instead of completed",
        "entry 2: missions.csv M-1 status_since is missing instead of 2024-01-01",
        "entry 3: missions.csv M-1 due is missing instead of empty",
        "entry 3: missions.csv M-1 deadline is missing instead of none",
    ]
    assert code == 1


def test_a_mission_without_an_entry_is_named(folder):
    head, first, second = csv_lines(folder, "missions.csv")
    (folder / "missions.csv").write_bytes(head + first + second + second.replace(b"M-2", b"M-3"))

    printed, code = verified(folder)

    assert printed.splitlines()[0] == "missions.csv M-3 status is in_progress instead of missing"
    assert code == 1


SHAPE = "is missing, or its columns are not those of datapackage.json in each row, or a key stands twice\n"


@pytest.mark.parametrize("file", ["missions.csv", "tallies.csv"])
def test_a_key_that_stands_twice_is_found(folder, file):
    head, *rows = csv_lines(folder, file)
    for again in rows:
        (folder / file).write_bytes(b"".join([head, *rows, again]))

        assert verified_here(folder) == (f"{file} {SHAPE}", 1)


@pytest.mark.parametrize("file", ["missions.csv", "tallies.csv"])
def test_a_column_that_is_renamed_missing_added_or_there_twice_is_found(folder, file):
    content = (folder / file).read_text("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(content, newline=""))
    twice = [[*row, row[-1]] for row in (header, *rows)]
    added = [[*row, "x"] for row in (header, *rows)]
    missing = [row[:-1] for row in (header, *rows)]
    renamed = [["state" if cell in ("status", "paused") else cell for cell in header], *rows]
    for table in (twice, added, missing, renamed):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(table)
        (folder / file).write_text(text.getvalue(), "utf-8-sig", newline="")

        assert verified(folder) == (f"{file} {SHAPE}", 1)


@pytest.mark.parametrize("file", ["missions.csv", "tallies.csv"])
@pytest.mark.parametrize("end", [b",1\r\n", b"\r\n\r\n", b"\r\n,\r\n"])
def test_a_row_with_other_cells_is_found(folder, file, end):
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content.removesuffix(b"\r\n") + end)

    assert verified(folder) == (f"{file} {SHAPE}", 1)


@pytest.mark.parametrize("place", range(2, 10))
def test_every_number_of_the_tallies_is_counted_again(folder, place):
    head, *tallies = (folder / "tallies.csv").read_text("utf-8-sig").splitlines(keepends=True)
    for number, row in enumerate(tallies):
        cells = row.strip().split(",")
        wrong = ",".join([*cells[:place], str(int(cells[place]) + 1), *cells[place + 1 :]])
        altered = [head, *tallies[:number], f"{wrong}\n", *tallies[number + 1 :]]
        (folder / "tallies.csv").write_text("".join(altered), "utf-8-sig")

        name = head.strip().split(",")[place]
        finding = f"tallies.csv {cells[0]} {cells[1]} {name} is {int(cells[place]) + 1} instead of {cells[place]}"
        assert verified_here(folder) == (f"{finding}\n{head_line()}", 1)


def test_a_row_of_the_tallies_that_is_missing_is_named(folder):
    head, _whole, *tallies = csv_lines(folder, "tallies.csv")
    (folder / "tallies.csv").write_bytes(b"".join([head, *tallies]))

    printed, code = verified(folder)

    assert (printed.splitlines()[0], code) == ("tallies.csv all all missions is missing instead of 2", 1)


def test_a_row_of_the_tallies_that_counts_nothing_is_named(folder):
    with (folder / "tallies.csv").open("ab") as file:
        file.write(b"theme,T9" + b",0" * 8 + b"\r\n")

    printed, code = verified(folder)

    assert printed.splitlines()[0] == "tallies.csv theme T9 missions is 0 instead of missing"
    assert (len(printed.splitlines()), code) == (9, 1)


def test_the_tallies_follow_the_missions_and_the_missions_their_register(folder):
    replaced(folder, "missions.csv", "in_progress,2024-03-01,none,O1,", "in_progress,2024-03-01,none,O2,")

    printed, code = verified(folder)

    assert "tallies.csv owner O2 missions is missing instead of 1" in printed.splitlines()
    assert code == 1


# By days from the day of the data set to the due date, with the status: the deadline state.
DEADLINES = {
    (-1, "paused"): "overdue",
    (0, "paused"): "due_soon",
    (30, "in_progress"): "due_soon",
    (31, "not_started"): "on_time",
    (-1, "completed"): "met",
    (-900, "completed"): "met_late",
    (-900, "withdrawn"): "none",
    (None, "paused"): "none",
}


@pytest.mark.parametrize(("days", "status"), DEADLINES)
def test_a_deadline_state_that_is_not_the_days_is_named(client, db, tmp_path, days, status):
    today = date.fromisoformat(day())
    due = None if days is None else today + timedelta(days)
    build.report(build.mission("M-1", due=due), status, on=today - timedelta(800))
    folder = unpacked(client, tmp_path)
    assert verified(folder) == (head_line(), 0)
    true = DEADLINES[days, status]
    false = "none" if true == "overdue" else "overdue"
    replaced(folder, "missions.csv", f"{today - timedelta(800)},{true},", f"{today - timedelta(800)},{false},")

    finding = f"entry 1: missions.csv M-1 deadline is {false} instead of {true}"
    assert verified(folder) == (f"{finding}\n{head_line()}", 1)


AS_MADE = "head.json, datapackage.json or ledger.jsonl is not as it was made\n"
HEADS = {
    "the number of the entry": ('"entry": 6', '"entry": 7', "head.json entry is 7 instead of 6\n"),
    "the hash": ('"hash": "', '"hash": "0', "head.json hash is 0"),
    "the form": ('"entry": 6,', '"entry": 6', AS_MADE),
    "a name": ('"revision"', '"version"', AS_MADE),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_that_is_not_the_ledgers_is_found(folder, name):
    old, new, finding = HEADS[name]
    replaced(folder, "head.json", old, new)

    printed, code = verified(folder)

    assert printed.startswith(finding)
    assert (printed.count("\n"), code) == (1 + (finding != AS_MADE), 1)


@pytest.mark.parametrize("said", ["2024-02-30", "2024-6-30", "today", "", "2024-06-30T00:00"])
def test_a_day_of_the_head_that_is_none_is_found(folder, said):
    replaced(folder, "head.json", f'"as_of": "{day()}"', f'"as_of": "{said}"')

    assert verified(folder) == (AS_MADE, 1)


def test_a_day_in_another_form_is_found(folder):
    replaced(folder, "head.json", f'"as_of": "{day()}"', f'"as_of": "{day().replace("-", "")}"')

    # Python before 3.11 reads no such day at all.
    assert (verified(folder)[0].startswith(("head.json as_of is ", AS_MADE)), verified(folder)[1]) == (True, 1)


@pytest.mark.parametrize("said", ["2024-06-28", "2024-03-01", "1999-12-31"])
def test_a_day_before_the_newest_entry_was_recorded_is_found(folder, said):
    replaced(folder, "head.json", f'"as_of": "{day()}"', f'"as_of": "{said}"')

    printed, code = verified(folder)

    assert (printed.splitlines()[0], code) == (f"head.json as_of is {said} instead of 2024-06-29", 1)


def test_a_day_before_an_entry_took_effect_is_found(client, noon, tmp_path):
    mission = build.mission("M-1")
    build.report(mission, Status.PAUSED, on=date(2024, 6, 30))
    folder = unpacked(client, tmp_path)
    replaced(folder, "head.json", f'"as_of": "{day()}"', '"as_of": "2024-06-29"')

    printed, code = verified(folder)

    assert (printed.splitlines()[0], code) == ("head.json as_of is 2024-06-29 instead of 2024-06-30", 1)


@pytest.mark.parametrize("name", ["head.json", "datapackage.json", "ledger.jsonl", "missions.csv", "tallies.csv"])
def test_a_file_that_is_missing_is_named_in_one_line(folder, name):
    (folder / name).unlink()

    printed, code = verified(folder)

    assert name in printed
    assert (printed.count("\n"), code) == (1, 1)
