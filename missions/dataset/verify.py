"""Check this data set. Run `python3 verify.py` in its folder: it prints each difference, then the head.

It recomputes the chain of ledger.jsonl, and from it head.json, evidence.csv, tallies.csv and states in missions.csv. It
looks up the labels there. datapackage.json has size and SHA-256 of all files, and head.json those of datapackage.json.
"""

import csv
import hashlib
import json
import re
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
STATE = ("status", "status_since", "due", "deadline")
SETS = {"opening": STATE, "report": STATE[:2], "deadline": STATE[2:]}  # the columns that each kind of entry sets
TABLES = {"missions": ["code"], "evidence": ["entry", "number"], "tallies": ["dimension", "code"]}  # with their keys
TABLES.update({"organisations": ["code"], "themes": ["code"]})
DIMENSIONS = ("all", "instrument", "theme", "owner", "status", "deadline")
UNSAFE = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
head_line, problems, sets, entry_of, states, tables, evidence, labels = "", [], {}, {}, {}, {}, {}, {}


def csv_cell(value):
    """Return the value without control characters, and with an apostrophe if a spreadsheet would run it."""
    text = re.sub(UNSAFE, "\ufffd", str(value or ""))
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def compare(name, columns, rows, expected):
    """Report each cell that differs. Rows are dictionaries, by their keys."""
    for key, column in [(key, column) for key in {**expected, **rows} for column in columns]:
        cells = [table.get(key, {}).get(column) for table in (rows, expected)]
        if cells[0] != cells[1]:
            found, wanted = ("missing" if cell is None else cell or "empty" for cell in cells)
            entry = f"entry {entry_of[key, column]}: " if (key, column) in entry_of else ""
            problems.append(f"{entry}{' '.join([name, *key, column])} is {found} instead of {wanted}")


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
        # An entry is recorded at a time in UTC, which may be the day after that of the site.
        days += [entry["effective_on"], str(date.fromisoformat(entry["recorded_at"][:10]) - timedelta(days=1))]
        entries.append(entry)
    newest = {"entry": len(entries), "hash": last_hash, "as_of": max(days)}
    compare("head.json", newest, {(): head}, {(): newest})
    for name, key in TABLES.items():
        error = f"{name}.csv is missing, or its columns are not those of datapackage.json, or a key occurs twice"
        with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            columns, *rows = csv.reader(file)
        records = [dict(zip(columns, row)) for row in rows]
        tables[name] = {tuple(record[column] for column in key): record for record in records}
        if columns != fields[f"{name}.csv"] or {*map(len, rows)} - {len(columns)} or len(tables[name]) < len(rows):
            raise ValueError
    error = "the CSV files cannot be compared with ledger.jsonl"
    corrected, counts = {entry["corrects"] for entry in entries}, Counter()
    cited = [name for name in fields["evidence.csv"] if name not in ("entry", "number", "source")]
    for entry in sorted(entries, key=lambda entry: (entry["effective_on"], entry["id"])):
        for number, item in enumerate(entry["evidence"], start=1):
            attached = item.get("file") or {"name": "", "sha256": item.get("sha256")}
            row = {**entry, **item, "code": entry["mission"], "file": attached["name"], "sha256": attached["sha256"]}
            row["status"] = row["status"] if "status" in sets[entry["id"]] else ""
            evidence[str(entry["id"]), str(number)] = {column: csv_cell(row.get(column)) for column in cited}
        if entry["id"] in corrected:
            continue
        state = states.setdefault((entry["mission"],), dict.fromkeys([*STATE, "documented_on"], ""))
        entry["status_since"] = state["status_since"] if state["status"] == entry["status"] else entry["effective_on"]
        for column in sets[entry["id"]]:
            state[column], entry_of[(entry["mission"],), column] = entry.get(column) or "", entry["id"]
        is_completion = "status" in sets[entry["id"]] and entry["status"] == "completed"
        if is_completion and entry["basis"] == "document" and any("title" in item for item in entry["evidence"]):
            state["documented_on"] = entry["effective_on"]
    for key, state in states.items():
        is_completed, due, since = state["status"] == "completed", state["due"], state["status_since"]
        in_time, late = ("met", "met_late") if is_completed else ("due_soon" if due <= soon else "on_time", "overdue")
        is_late, has_none = due < (since if is_completed else today), not due or state["status"] == "withdrawn"
        state["deadline"] = "none" if has_none else late if is_late else in_time
        counted = ["missions", state["status"], *["documented"] * (is_completed and state["documented_on"] >= since)]
        row = {**tables["missions"].get(key, {}), **state, "all": "all"}
        counts.update((dimension, row.get(dimension), column) for dimension in DIMENSIONS for column in counted)
    compare("missions.csv", STATE, tables["missions"], states)
    compare("evidence.csv", cited, tables["evidence"], evidence)
    groups = dict.fromkeys([("all", "all"), *(count[:2] for count in counts)])
    expected = {key: {name: str(counts[(*key, name)]) for name in fields["tallies.csv"][2:]} for key in groups}
    compare("tallies.csv", fields["tallies.csv"][2:], tables["tallies"], expected)
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
