"""`verify.py` accepts a data set as it was made, and names what was altered, even together with the sums."""

import ast
import csv
import io
import json
import re
import sys

import pytest

from missions.ledger.entries import canonical, sha256
from tests.opendata.unpacking import head_line, reseal, verified, verified_here


def ledger_lines(folder):
    return (folder / "ledger.jsonl").read_bytes().splitlines(keepends=True)


def write_ledger(folder, lines):
    (folder / "ledger.jsonl").write_bytes(b"".join(lines))


def forged(lines, place, **changes):
    """A line for that place with its own right hash and the hash of the line before."""
    entry = json.loads(lines[place - 1])
    entry |= {"id": place + 1, "prev_hash": entry.pop("hash"), **changes}
    return f"{canonical({**entry, 'hash': sha256(canonical(entry))})}\n".encode()


def ledger(change):
    """A tampering that turns the lines of the ledger into others."""
    return lambda folder: write_ledger(folder, change(ledger_lines(folder)))


def table(name, change):
    """A tampering that turns the rows of a table, its header first, into others."""

    def tamper(folder):
        path = folder / f"{name}.csv"
        text = io.StringIO(newline="")
        csv.writer(text).writerows(change(list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))))
        path.write_text(text.getvalue(), "utf-8-sig", newline="")

    return tamper


def cell(name, column, value, row=0):
    def change(lines):
        lines[row + 1][lines[0].index(column)] = value
        return lines

    return table(name, change)


def text(name, old, new):
    def tamper(folder):
        content = (folder / name).read_text("utf-8")
        assert content.count(old) == 1
        (folder / name).write_text(content.replace(old, new), "utf-8", newline="")

    return tamper


LINE = "entry {0}: line {0} of ledger.jsonl".format
SHAPE = "{}.csv is missing, or its columns".format
# What is altered → what the first line of the finding begins with. All sums are written again afterwards.
TAMPERED = {
    "an entry is removed": (ledger(lambda lines: lines[:3] + lines[4:]), LINE(4)),
    "the first entry is removed": (ledger(lambda lines: lines[1:]), LINE(1)),
    "the last entry is removed": (ledger(lambda lines: lines[:-1]), "head.json entry is 8 instead of 7"),
    "two entries change places": (ledger(lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]]), LINE(3)),
    "an entry is inserted": (ledger(lambda lines: [*lines[:2], forged(lines, 2), *lines[2:]]), LINE(4)),
    "an entry is rewritten with its hash": (
        ledger(lambda lines: [*lines[:2], forged(lines, 2, headline_en="Another"), *lines[3:]]), LINE(4),
    ),
    "an entry is added": (
        ledger(lambda lines: [*lines, forged(lines, 8, kind="report", status="paused")]),
        "head.json entry is 8 instead of 9",
    ),
    "a status changes in the ledger": (
        ledger(lambda lines: [line.replace(b'us":"completed"', b'us":"withdrawn"') for line in lines]), LINE(2),
    ),
    **{f"a line {line[:9]!r} is added": (ledger(lambda lines, line=line: [*lines, line]), LINE(9))
       for line in (b"\n", b"null\n", b"{}\n", b"[" * 100_000, b"9" * 5000, b'{"hash":"\\ud800"}\n', b"\xff\n")},
    "a status": (
        cell("missions", "status", "paused"), "entry 2: missions.csv M-1 status is paused instead of completed",
    ),
    "a first day": (cell("missions", "status_since", "2024-01-02"), "entry 2: missions.csv M-1 status_since is"),
    "a due date": (
        cell("missions", "due", "2025-12-31"), "entry 3: missions.csv M-1 due is 2025-12-31 instead of empty",
    ),
    "a first due date": (cell("missions", "due_first", ""), "entry 3: missions.csv M-1 due_first is empty"),
    "a number of moves": (cell("missions", "due_moves", "0"), "entry 3: missions.csv M-1 due_moves is 0 instead of 1"),
    "a deadline state": (cell("missions", "deadline", "on_time", 2), "entry 7: missions.csv M-3 deadline is on_time"),
    "a corrected status": (cell("missions", "status", "paused", 1), "entry 6: missions.csv M-2 status is paused"),
    "a mission is removed": (
        table("missions", lambda lines: [lines[0], *lines[2:]]), "entry 2: missions.csv M-1 status is missing",
    ),
    "a mission is added": (
        table("missions", lambda lines: [*lines, ["M-9", *lines[1][1:]]]), "missions.csv M-9 status is completed",
    ),
    "another owner": (cell("missions", "owner", "O2"), "tallies.csv"),
    **{f"a label {name}": (cell("missions", name, "Another"), f"missions.csv M-1 {name} is Another instead of")
       for part in ("status", "deadline", "kind", "provenance", "owner", "theme")
       for name in (f"{part}_en", f"{part}_zh")},
    **{f"a tally of {column}": (cell("tallies", column, "7"), f"tallies.csv all all {column} is 7 instead of")
       for column in ("missions", "unreported", "paused", "completed", "withdrawn", "documented")},
    "a tally is removed": (
        table("tallies", lambda lines: [lines[0], *lines[2:]]), "tallies.csv all all missions is missing",
    ),
    "a tally is added": (
        table("tallies", lambda lines: [*lines, ["theme", "T9", *"00000000"]]), "tallies.csv theme T9 missions is 0",
    ),
    **{f"evidence, its {column}": (cell("evidence", column, "x", row), f"evidence.csv {entry} {column} is x instead of")
       for row, entry in ((0, "2 1"), (1, "2 2"), (4, "8 1"))
       for column in ("code", "effective_on", "status", "due", "basis", "headline_en", "title", "publisher",
                      "published_on", "event_on", "url", "file", "sha256")},
    "evidence is renumbered": (cell("evidence", "number", "7", 1), "evidence.csv 2 "),
    **{f"a key twice in {name}": (table(name, lambda lines: [*lines, lines[1]]), SHAPE(name))
       for name in ("missions", "tallies")},
    "a column is renamed": (table("missions", lambda lines: [["state", *lines[0][1:]], *lines[1:]]), SHAPE("missions")),
    "a column is removed": (table("missions", lambda lines: [line[:-1] for line in lines]), SHAPE("missions")),
    "a column is twice": (table("tallies", lambda lines: [[*line, line[-1]] for line in lines]), SHAPE("tallies")),
    "a row is longer": (table("tallies", lambda lines: [*lines[:-1], [*lines[-1], "1"]]), SHAPE("tallies")),
    "a table is empty": (table("missions", lambda lines: []), SHAPE("missions")),
    "the head's entry": (text("head.json", '"entry": 8', '"entry": 9'), "head.json entry is 9 instead of 8"),
    "the head's date": (text("head.json", '"as_of": "2', '"as_of": "1'), "head.json as_of is 1"),
    "the head's name": (text("head.json", '"revision"', '"version"'), "head.json is missing or damaged"),
    "the description": (lambda folder: (folder / "datapackage.json").write_text('{"resources": []}'), ""),
}  # fmt: skip


@pytest.fixture
def made(folder):
    assert verified_here(folder) == (head_line(), 0)
    return folder


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_data_set_is_named_though_its_sums_were_written_again(made, name):
    tamper, finding = TAMPERED[name]
    tamper(made)
    reseal(made)

    printed, code = verified_here(made)
    assert code == 1
    assert printed.startswith(finding)


def test_an_altered_byte_anywhere_in_the_ledger_names_its_line(made):
    """Every seventh byte, each as another character, a line's end, a control character or no UTF-8."""
    content, wrong = (made / "ledger.jsonl").read_bytes(), []
    (made / "datapackage.json").write_text('{"resources": []}')  # so that the script comes to the ledger at once
    reseal(made)
    for place in range(0, len(content), 7):
        for byte in {content[place] ^ 1, b"\n\r\0\xff"[place % 4]} - {content[place]}:
            (made / "ledger.jsonl").write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
            printed, code = verified_here(made)
            if (printed.startswith(LINE(content[:place].count(b"\n") + 1)), code) != (True, 1):
                wrong.append((place, byte))
    assert wrong == []


FILES = [
    "README.md",
    "verify.py",
    "missions.csv",
    "organisations.csv",
    "reports.csv",
    "report_files.csv",
    "figures.csv",
]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_altered_or_missing_is_named_by_the_sums(made, name):
    content = (made / name).read_bytes()
    for altered in (content + b"\n", b"", b"\xff\xfe\x00", None):
        (made / name).write_bytes(altered) if altered is not None else (made / name).unlink()
        printed, code = verified_here(made)
        assert (printed.startswith(f"file {name} content is "), code) == (True, 1)


@pytest.mark.parametrize(
    "name", ["head.json", "datapackage.json", "ledger.jsonl", "missions.csv", "evidence.csv", "themes.csv"]
)
@pytest.mark.parametrize("damage", [b"", b"\xff\xfe\x00", b"null\n", b"[1, 2]\n", b"{}\n", b'"\n', b"0", None])
def test_a_damaged_file_ends_in_a_finding_and_no_traceback(made, name, damage):
    (made / name).write_bytes(damage) if damage is not None else (made / name).unlink()
    if damage and name not in ("head.json", "datapackage.json"):
        reseal(made)

    printed, code = verified_here(made)
    assert (name in printed, code, "Traceback" in printed) == (True, 1, False)


def test_the_script_run_by_a_reader_accepts_and_refuses(made):
    assert verified(made) == (head_line(), 0)
    cell("missions", "status", "paused")(made)
    reseal(made)

    printed, code = verified(made)
    assert (printed.splitlines()[0], code) == ("entry 2: missions.csv M-1 status is paused instead of completed", 1)


def test_the_script_is_at_most_120_lines_of_the_standard_library_of_python_3_8(made):
    program = (made / "verify.py").read_text()
    imported = re.findall(r"^(?:import|from) (\w+)", program, re.MULTILINE)

    assert (len(program.splitlines()) <= 120, max(map(len, program.splitlines())) <= 120) == (True, True)
    assert ast.parse(program, feature_version=(3, 8))
    assert set(imported) - sys.stdlib_module_names == set()
