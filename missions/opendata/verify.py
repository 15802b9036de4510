"""Check this data set. Run `python3 verify.py` in its folder: it prints each difference, then the head."""

import csv
import hashlib
import json
import re
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
STATE = ("status", "status_since", "due", "due_first", "due_moves", "deadline")
SETS = {"opening": STATE, "report": STATE[:2], "deadline": STATE[2:]}  # the columns that each kind of entry sets
KEYS = {"evidence": ["entry", "number"], "tallies": ["dimension", "code"]}  # of a table; of the others, the code
DIMENSIONS = ("all", "instrument", "theme", "owner", "status", "deadline")
UNSAFE = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
RUN = tuple("=+-@\t\r\n")  # a spreadsheet would run a text that begins so: an apostrophe stands before it
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
head_line, problems, sets, entry_of, states, tables, evidence, labels, dates = "", [], {}, {}, {}, {}, {}, {}, {}


def compare(name, columns, rows, expected):
    """Report each differing cell. Rows are dictionaries by key."""
    for key, column in [(key, column) for key in {**expected, **rows} for column in columns]:
        cells = [table.get(key, {}).get(column) for table in (rows, expected)]
        if cells[0] != cells[1]:
            found, wanted = ("missing" if cell is None else cell or "empty" for cell in cells)
            entry = f"entry {entry_of[key, column]}: " if (key, column) in entry_of else ""
            problems.append(f"{entry}{' '.join([name, *key, column])} is {found} instead of {wanted}")


def moved(code, day):
    """Return due date, first due date and number of moves on a date."""
    opened, dues = dates[code][0][0], [due for on, due in dates[code] if on <= day]
    own = next(filter(None, dues), "")  # its own first date; every other one after it is a move
    moves = sum(map(str.__ne__, dues[dues.index(own) :], dues[dues.index(own) + 1 :]))
    before = [each for each in tables["missions"].get((code,), {}).get("replaces", "").split(";") if each in dates]
    old = [moved(each, opened) for each in before if dates[each][0][0] <= opened]
    first = min((first for _, first, _ in old if first), default=own)
    return dues[-1], first, moves + max((n + ("" < due < own) for due, _, n in old), default=0)


try:
    error = "head.json is missing or damaged"  # what to report if the lines that follow fail
    head = json.loads((FOLDER / "head.json").read_bytes())
    today, soon = (str(date.fromisoformat(head["as_of"]) + timedelta(days)) for days in (0, 30))
    head_line = "entry {entry}, hash {hash}, revision {revision}, as of {as_of}".format(**head)
    error = "datapackage.json is missing or damaged"
    files = {file["path"]: file for file in json.loads((FOLDER / "datapackage.json").read_bytes())["resources"]}
    fields = {name: [f["name"] for f in files[name]["schema"]["fields"]] for name in files if "schema" in files[name]}
    listed = {"datapackage.json": head["datapackage"], **files}
    content = {name: (FOLDER / name).read_bytes() for name in listed if (FOLDER / name).is_file()}
    found = {(n,): {"content": f"{len(b)} bytes, sha256:{hashlib.sha256(b).hexdigest()}"} for n, b in content.items()}
    expected = {(n,): {"content": f"{file['bytes']} bytes, {file['hash']}"} for n, file in listed.items()}
    compare("file", ["content"], found, expected)
    error, last_hash, days, entries = "ledger.jsonl is missing", "0" * 64, [today], []
    for number, line in enumerate((FOLDER / "ledger.jsonl").read_bytes().splitlines(keepends=True), start=1):
        error = f"entry {number}: line {number} of ledger.jsonl is not the one that was published"
        entry = json.loads(line.decode())
        digest = hashlib.sha256(canonical({k: entry[k] for k in entry if k != "hash"}).encode()).hexdigest()
        if line != f"{canonical({**entry, 'id': number, 'prev_hash': last_hash, 'hash': digest})}\n".encode():
            raise ValueError
        sets[number], last_hash = SETS.get(entry["kind"]) or sets[entry["corrects"]], digest
        entries.append({**entry, "status": entry["status"] if "status" in sets[number] else ""})
        days += [entry["effective_on"], str(date.fromisoformat(entry["recorded_at"][:10]) - timedelta(days=1))]
    newest = {(): {"entry": len(entries), "hash": last_hash, "as_of": max(days)}}
    compare("head.json", ["entry", "hash", "as_of"], {(): head}, newest)
    for name in ("missions", "evidence", "tallies", "organisations", "themes"):
        error = f"{name}.csv is missing, or its columns are not those of datapackage.json, or a key occurs twice"
        with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            columns, *rows = csv.reader(file)
        records = [dict(zip(columns, row)) for row in rows]
        tables[name] = {tuple(record[column] for column in KEYS.get(name, ["code"])): record for record in records}
        if columns != fields[f"{name}.csv"] or {*map(len, rows)} - {len(columns)} or len(tables[name]) < len(rows):
            raise ValueError
    error = "the CSV files cannot be compared with ledger.jsonl"
    corrected, counts = {entry["corrects"] for entry in entries}, Counter()
    cited = [name for name in fields["evidence.csv"] if name not in ("entry", "number", "source")]
    for entry, number, item in [(each, *piece) for each in entries for piece in enumerate(each["evidence"], start=1)]:
        attached = item.get("file") or {"name": "", "sha256": item.get("sha256")}
        row = {**entry, **item, **attached, "code": entry["mission"], "file": attached["name"]}
        cells = {column: re.sub(UNSAFE, "\ufffd", str(row.get(column) or "")) for column in cited}
        evidence[str(entry["id"]), str(number)] = {c: "'" * (text[:1] in RUN) + text for c, text in cells.items()}
    for entry in sorted((e for e in entries if e["id"] not in corrected), key=lambda e: (e["effective_on"], e["id"])):
        its, code, pieces = sets[entry["id"]], entry["mission"], entry["evidence"]
        state = states.setdefault((code,), dict.fromkeys([*STATE, "documented_on"], ""))
        entry["status_since"] = state["status_since"] if state["status"] == entry["status"] else entry["effective_on"]
        dates.setdefault(code, []).extend([(entry["effective_on"], entry["due"] or "")] * ("due" in its))
        for column in its:
            state[column], entry_of[(code,), column] = entry.get(column) or "", entry["id"]
        if {entry["status"], entry["basis"]} == {"completed", "document"} and any("title" in piece for piece in pieces):
            state["documented_on"] = entry["effective_on"]
    for key, state in states.items():
        state["due"], state["due_first"], state["due_moves"] = map(str, moved(key[0], today))
        is_completed, since = state["status"] == "completed", state["status_since"]
        due, day = (state["due_first"], since) if is_completed else (state["due"], today)
        in_time, late = ("met", "met_late") if is_completed else ("due_soon" if due <= soon else "on_time", "overdue")
        state["deadline"] = "none" if not due or state["status"] == "withdrawn" else late if due < day else in_time
        counted = ["missions", state["status"], *["documented"] * (is_completed and state["documented_on"] >= since)]
        row = {**tables["missions"].get(key, {}), **state, "all": "all"}
        counts.update((dimension, row.get(dimension), column) for dimension in DIMENSIONS for column in counted)
    compare("missions.csv", STATE, tables["missions"], states)
    compare("evidence.csv", cited, tables["evidence"], evidence)
    columns, groups = fields["tallies.csv"][2:], [("all", "all"), *(count[:2] for count in counts)]
    expected = {key: {column: str(counts[(*key, column)]) for column in columns} for key in groups}
    compare("tallies.csv", columns, tables["tallies"], expected)
    for field in files["missions.csv"]["schema"]["fields"]:
        labels[field["name"]] = {each["value"]: each["label"].split(" / ") for each in field.get("categories", [])}
    for column, table in (("owner", "organisations"), ("theme", "themes")):
        labels[column] = {key[0]: [row["name_en"], row["name_zh"]] for key, row in tables[table].items()}
    for name, words in labels.items():
        columns = [f"{name}_en", f"{name}_zh"] if words else []
        right = {key: dict(zip(columns, words.get(row[name], []))) for key, row in tables["missions"].items()}
        compare("missions.csv", columns, tables["missions"], right)
except Exception:
    problems.append(error)
sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
print(*(line if line.isprintable() else ascii(line) for line in [*problems, head_line] if line), sep="\n")
sys.exit(bool(problems))
