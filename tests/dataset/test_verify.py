"""`verify.py` confirms a data set that is as it was made, and names what was altered since."""

import ast
import csv
import io
import json
import re
import sys
from datetime import date, timedelta

import pytest
from django.db import transaction

from missions.dataset import package
from missions.models import Head
from missions.models.ledger import canonical, sha256
from missions.status import Status
from tests import build
from tests.dataset.unpacking import (
    day,
    every_table,
    head_line,
    members,
    reseal,
    rows,
    small_ledger,
    unpacked,
    verified,
    verified_here,
)
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
    return f"entry {number}: line {number} {NOT_PUBLISHED}\n{head_line()}", 1


def verified_resealed(folder):
    """What the script finds in files that were altered together with their sums."""
    reseal(folder)
    return verified_here(folder)


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
    program = package.VERIFY.read_text()
    imported = re.findall(r"^(?:import|from) (\w+)", program, re.MULTILINE)

    assert len(program.splitlines()) <= 120
    assert max(map(len, program.splitlines())) <= 120
    assert ast.parse(program, feature_version=(3, 8))
    assert set(imported) - sys.stdlib_module_names == set()
    assert "import" not in re.sub(r"^(?:import|from .* import) .*$", "", program, flags=re.MULTILINE)


# --- the ledger -------------------------------------------------------------------------------------------------------


def test_one_byte_altered_anywhere_names_the_entry_of_its_line(folder):
    ledger = (folder / "ledger.jsonl").read_bytes()
    wrong, number = [], 1
    expected = {line: broken(line) for line in range(1, 8)}
    # Without a list of other files, the script comes to the ledger at once.
    (folder / "datapackage.json").write_text('{"resources": []}')
    reseal(folder)
    for place, byte in enumerate(ledger):
        # Another character, a line's end of either kind, a control character, what is no UTF-8: of a line's end all.
        others = [byte ^ 1, *b"\n\r\0\xff"]
        for other in others if byte == ord("\n") else others[place % 5 :][:1]:
            (folder / "ledger.jsonl").write_bytes(ledger[:place] + bytes([other]) + ledger[place + 1 :])
            if other != byte and verified_here(folder) != expected[number]:
                wrong.append((place, byte, other))
        number += byte == ord("\n")

    assert wrong == []
    assert number == 7


def test_one_altered_bit_is_named_in_a_process_of_its_own(folder):
    ledger = (folder / "ledger.jsonl").read_bytes()
    for place in (0, len(ledger) // 2, len(ledger) - 1):
        (folder / "ledger.jsonl").write_bytes(ledger[:place] + bytes([ledger[place] ^ 128]) + ledger[place + 1 :])

        reseal(folder)
        assert verified(folder) == broken(ledger[:place].count(b"\n") + 1)


@pytest.mark.parametrize("place", range(5))
def test_an_entry_that_was_removed_is_found_where_it_stood(folder, place):
    ledger = lines(folder)
    write(folder, ledger[:place] + ledger[place + 1 :])

    assert verified_resealed(folder) == broken(place + 1)


def test_the_last_entry_is_missed_by_the_head(folder):
    ledger = lines(folder)
    last = json.loads(ledger[-2])["hash"]
    write(folder, ledger[:-1])

    printed, code = verified_resealed(folder)
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

    assert verified_resealed(folder) == broken(place + 1)


def forged(ledger, place, **changes):
    """A line for that place with its own true hash, and the hash of the line before."""
    entry = json.loads(ledger[place - 1])
    entry |= {"id": place + 1, "prev_hash": entry.pop("hash"), **changes}
    return f"{canonical({**entry, 'hash': sha256(canonical(entry))})}\n".encode()


@pytest.mark.parametrize("place", range(1, 6))
def test_an_entry_that_was_inserted_is_found_by_the_one_behind_it(folder, place):
    ledger = lines(folder)
    write(folder, [*ledger[:place], forged(ledger, place), *ledger[place:]])

    assert verified_resealed(folder) == broken(place + 2)


def test_an_entry_that_was_added_is_found_by_the_head(folder):
    ledger = lines(folder)
    more = forged(ledger, 6, corrects=None, kind="report")
    write(folder, [*ledger, more])

    printed, code = verified_resealed(folder)
    assert printed.splitlines()[:2] == [
        "head.json entry is 6 instead of 7",
        f"head.json hash is {Head.objects.get().hash} instead of {json.loads(more)['hash']}",
    ]
    assert code == 1


def test_an_entry_that_was_written_anew_with_its_hash_is_found_by_the_one_behind_it(folder):
    ledger = lines(folder)
    ledger[2] = forged(ledger, 2, headline_en="Another reason")
    write(folder, ledger)

    assert verified_resealed(folder) == broken(4)


@pytest.mark.parametrize("more", [b"\n", b"null\n", b"{}\n", b"[" * 100_000, b"9" * 5000, b'{"hash":"\\ud800"}\n'])
def test_what_is_no_entry_is_no_entry(folder, more):
    write(folder, [*lines(folder), more])

    assert verified_resealed(folder) == broken(7)


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
        "met,O1,T1,,First,",
        "met,O1,T1,2025-12-31,First,",
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

    printed, code = verified_resealed(folder)
    assert (printed.splitlines()[0], printed.endswith(head_line()), code) == (finding, True, 1)


def csv_lines(folder, name):
    return (folder / name).read_bytes().splitlines(keepends=True)


def test_a_mission_that_was_left_out_is_named(folder):
    head, _first, second = csv_lines(folder, "missions.csv")
    (folder / "missions.csv").write_bytes(head + second)

    printed, code = verified_resealed(folder)

    assert printed.splitlines()[:6] == [
        "entry 2: missions.csv M-1 status is missing instead of completed",
        "entry 2: missions.csv M-1 status_since is missing instead of 2024-01-01",
        "entry 3: missions.csv M-1 due is missing instead of empty",
        "entry 3: missions.csv M-1 due_first is missing instead of 2025-12-31",
        "entry 3: missions.csv M-1 due_moves is missing instead of 1",
        "entry 3: missions.csv M-1 deadline is missing instead of met",
    ]
    assert code == 1


def test_a_mission_without_an_entry_is_named(folder):
    head, first, second = csv_lines(folder, "missions.csv")
    (folder / "missions.csv").write_bytes(head + first + second + second.replace(b"M-2", b"M-3"))

    printed, code = verified_resealed(folder)

    assert printed.splitlines()[0] == "missions.csv M-3 status is in_progress instead of missing"
    assert code == 1


SHAPE = "is missing, or its columns are not those of datapackage.json, or a key occurs twice\n"


@pytest.mark.parametrize("file", ["missions.csv", "tallies.csv"])
def test_a_key_that_stands_twice_is_found(folder, file):
    head, *rows = csv_lines(folder, file)
    for again in rows:
        (folder / file).write_bytes(b"".join([head, *rows, again]))

        assert verified_resealed(folder) == (f"{file} {SHAPE}{head_line()}", 1)


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

        assert verified_resealed(folder) == (f"{file} {SHAPE}{head_line()}", 1)


@pytest.mark.parametrize("file", ["missions.csv", "tallies.csv"])
@pytest.mark.parametrize("end", [b",1\r\n", b"\r\n\r\n", b"\r\n,\r\n"])
def test_a_row_with_other_cells_is_found(folder, file, end):
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content.removesuffix(b"\r\n") + end)

    assert verified_resealed(folder) == (f"{file} {SHAPE}{head_line()}", 1)


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
        assert verified_resealed(folder) == (f"{finding}\n{head_line()}", 1)


def test_a_row_of_the_tallies_that_is_missing_is_named(folder):
    head, _whole, *tallies = csv_lines(folder, "tallies.csv")
    (folder / "tallies.csv").write_bytes(b"".join([head, *tallies]))

    printed, code = verified_resealed(folder)

    assert (printed.splitlines()[0], code) == ("tallies.csv all all missions is missing instead of 2", 1)


def test_a_row_of_the_tallies_that_counts_nothing_is_named(folder):
    with (folder / "tallies.csv").open("ab") as file:
        file.write(b"theme,T9" + b",0" * 8 + b"\r\n")

    printed, code = verified_resealed(folder)

    assert printed.splitlines()[0] == "tallies.csv theme T9 missions is 0 instead of missing"
    assert (len(printed.splitlines()), code) == (9, 1)


def test_the_tallies_follow_the_missions_and_the_missions_their_register(folder):
    replaced(folder, "missions.csv", "in_progress,2024-03-01,none,O1,", "in_progress,2024-03-01,none,O2,")

    printed, code = verified_resealed(folder)

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

    printed, code = verified_resealed(folder)
    assert printed.splitlines()[0] == f"entry 1: missions.csv M-1 deadline is {false} instead of {true}"
    assert code == 1


DAMAGED = "head.json is missing or damaged\n"
HEADS = {
    "the number of the entry": ('"entry": 6', '"entry": 7', "head.json entry is 7 instead of 6\n"),
    "the hash": ('6,\n  "hash": "', '6,\n  "hash": "0', "head.json hash is 0"),
    "the form": ('"entry": 6,', '"entry": 6', DAMAGED),
    "a name": ('"revision"', '"version"', DAMAGED),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_that_is_not_the_ledgers_is_found(folder, name):
    old, new, finding = HEADS[name]
    replaced(folder, "head.json", old, new)

    printed, code = verified(folder)

    assert printed.startswith(finding)
    assert (printed.count("\n"), code) == (1 + (finding != DAMAGED), 1)


@pytest.mark.parametrize("said", ["2024-02-30", "2024-6-30", "today", "", "2024-06-30T00:00"])
def test_a_day_of_the_head_that_is_none_is_found(folder, said):
    replaced(folder, "head.json", f'"as_of": "{day()}"', f'"as_of": "{said}"')

    assert verified(folder) == (DAMAGED, 1)


def test_a_day_in_another_form_is_found(folder):
    replaced(folder, "head.json", f'"as_of": "{day()}"', f'"as_of": "{day().replace("-", "")}"')

    # Python before 3.11 reads no such day at all.
    assert (verified(folder)[0].startswith(("head.json as_of is ", DAMAGED)), verified(folder)[1]) == (True, 1)


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


# --- sums -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker):
    """(a data set with something in every table, as a ZIP file; its head)"""
    with django_db_blocker.unblock(), transaction.atomic():
        every_table()
        package.write(package.dataset(Head.objects.get()), body := io.BytesIO())
        yield body.getvalue(), head_line()
        transaction.set_rollback(True)


@pytest.fixture
def head(archive):
    return archive[1]


@pytest.fixture
def full(archive, tmp_path):
    for name, content in members(archive[0]).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def set_cell(folder, table, column, value, row=0):
    """Put another value into a cell of a table, and leave the rest as it is."""
    path = folder / f"{table}.csv"
    header, *cells = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    assert cells[row][header.index(column)] != value
    cells[row][header.index(column)] = value
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *cells])
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


CELLS = [
    ("missions", "title_en", "Another"), ("missions", "description_en", "Another"), ("missions", "owner_en", "Another"),
    ("missions", "status_en", "Paused"), ("missions", "deadline_en", "None"), ("missions", "provenance", "unpublished"),
    ("missions", "status", "paused"), ("missions", "due", "2024-12-31"), ("missions", "owner", "O2"),
    ("evidence", "url", "https://example.com/"), ("figures", "value", "104"), ("organisations", "name_en", "Another"),
    ("sources", "publisher", "Another"), ("report_files", "size", "1"), ("tallies", "missions", "9"),
    ("themes", "name_zh", "另一"), ("mission_supporting_owners", "organisation", "O1"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "value"), CELLS)
def test_an_altered_cell_makes_a_file_another_than_the_one_published(full, table, column, value):
    set_cell(full, table, column, value)

    printed, code = verified_here(full)
    assert (printed.splitlines()[0].startswith(f"file {table}.csv content is "), code) == (True, 1)


def test_supporting_owners_that_were_removed_are_found(full):
    set_cell(full, "missions", "supporting_owners", "", row=2)

    printed, code = verified_here(full)
    assert (printed.splitlines()[0].startswith("file missions.csv content is "), code) == (True, 1)


FILES = [
    "README.md", "verify.py", "ledger.jsonl", "missions.csv", "evidence.csv", "reports.csv", "report_files.csv",
    "organisations.csv", "datapackage.json", "head.json",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_is_named(full, name):
    (full / name).unlink()

    printed, code = verified_here(full)
    assert (name in printed.splitlines()[0], "missing" in printed.splitlines()[0], code) == (True, True, 1)


def test_each_of_two_missing_files_is_named(full):
    for name in ("reports.csv", "report_files.csv"):
        (full / name).unlink()

    printed, code = verified(full)
    assert [line.split(" instead of ")[0] for line in printed.splitlines()[:-1]] == [
        "file reports.csv content is missing",
        "file report_files.csv content is missing",
    ]
    assert code == 1


def test_a_table_without_its_rows_is_named(full):
    path = full / "reports.csv"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])

    printed, code = verified_here(full)
    assert (printed.splitlines()[0].startswith("file reports.csv content is "), code) == (True, 1)


def test_sums_that_were_altered_are_found_by_the_head(full):
    described = json.loads((full / "datapackage.json").read_bytes())
    for resource in described["resources"]:
        resource["hash"] = "sha256:" + "0" * 64
    (full / "datapackage.json").write_text(json.dumps(described))

    printed, code = verified_here(full)
    named = [line.split()[1] for line in printed.splitlines()[:-1]]
    assert named == ["datapackage.json", *(resource["path"] for resource in described["resources"])]
    assert code == 1


DAMAGES = [b"", b"\xff\xfe\x00", b"null\n", b"[1, 2]\n", b"{}\n", b'"\n', b"0"]


@pytest.mark.parametrize("has_sums", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_ends_in_lines_and_no_traceback(full, name, has_sums):
    whole = (full / name).read_bytes()
    codes = set()
    for content in [*DAMAGES, whole[: len(whole) // 2]]:
        (full / name).write_bytes(content)
        if has_sums and name not in ("datapackage.json", "head.json"):
            reseal(full)
        codes.add(verified_here(full)[1])

    # Nothing but the sum tells whether these are as they were published.
    is_sum_alone = name in ("README.md", "verify.py", "reports.csv", "report_files.csv")
    assert codes == {int(not (has_sums and is_sum_alone))}


# --- labels and evidence, in files whose sums are right ---------------------------------------------------------------

LABELS = [f"{name}_{language}" for name in ("status", "deadline", "kind", "provenance", "owner", "theme")
          for language in ("en", "zh")]  # fmt: skip


@pytest.mark.parametrize("column", LABELS)
def test_a_label_that_is_not_that_of_its_code_is_named(full, head, column):
    right = rows(full, "missions")[0][column]
    set_cell(full, "missions", column, "Another")

    finding = f"missions.csv M-1 {column} is Another instead of {right}\n"
    assert verified_resealed(full) == (f"{finding}{head}", 1)


def test_a_code_without_a_label_is_named(full):
    set_cell(full, "missions", "provenance", "official")

    printed, code = verified_resealed(full)
    assert (printed.splitlines()[0].split(" is ")[0], code) == ("missions.csv M-1 provenance_en", 1)


EVIDENCE = [
    "code", "effective_on", "status", "due", "basis", "headline_en", "headline_zh", "title", "publisher",
    "published_on", "event_on", "url", "file", "sha256",
]  # fmt: skip


@pytest.mark.parametrize("column", EVIDENCE)
@pytest.mark.parametrize("row", range(3))
def test_evidence_that_is_not_that_of_the_ledger_is_named(full, head, column, row):
    evidence = rows(full, "evidence")[row]
    set_cell(full, "evidence", column, "x", row)

    right = evidence[column] or "empty"
    finding = f"evidence.csv {evidence['entry']} {evidence['number']} {column} is x instead of {right}"
    expected = finding if finding.isprintable() else ascii(finding)
    assert verified_resealed(full) == (f"{expected}\n{head}", 1)


def test_evidence_that_was_left_out_or_added_is_named(full):
    set_cell(full, "evidence", "number", "7", row=1)

    printed, code = verified_resealed(full)
    assert {line.split(" is ")[0].rsplit(" ", 1)[0] for line in printed.splitlines()[:-1]} == {
        "evidence.csv 2 2",
        "evidence.csv 2 7",
    }
    assert code == 1


def test_texts_are_compared_as_csv_files_have_them(client, noon, tmp_path, any_character):
    titles = ["=1+1", "-1", "@a", "\tb", "a\x07b", "a\u202eb", "a\nb\r\nc", "a\x85b\u2028c", ' "a", b', "'=c"]
    build.report(build.mission("M-1"), Status.PAUSED, evidence=[build.evidence(title=title) for title in titles])

    assert verified(unpacked(client, tmp_path)) == (head_line(), 0)
