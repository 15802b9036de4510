"""Recomputes from ledger.jsonl what the files beside it say. Run `python3 verify.py`: it ends with 1 if they differ."""

import csv
import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path

HERE, STATE = Path(__file__).resolve().parent, ("status", "status_since", "due", "deadline")
SETS = {"opening": STATE, "report": STATE[:2], "deadline": STATE[2:]}  # what an entry decides
DIMENSIONS = ("all", "instrument", "theme", "owner", "status", "deadline")
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
trouble, ledger, sets, last = "head.json, datapackage.json or ledger.jsonl is not as it was made", {}, {}, "0" * 64
sys.excepthook = lambda *_error: print(trouble)  # what is wrong, and no more
head, package = (json.loads((HERE / name).read_bytes()) for name in ("head.json", "datapackage.json"))
told: dict = {("head.json", name): head[name] for name in ("entry", "hash", "as_of")}
today, soon = (str(date.fromisoformat(head["as_of"]) + timedelta(days)) for days in (0, 30))
days, revision = [today], head["revision"]  # days before which as_of is not: of a moment in UTC, the day before
# The chain: a line has the one form, the number and the hash that it states, and it states the hash of the line before.
for number, line in enumerate((HERE / "ledger.jsonl").read_bytes().splitlines(keepends=True), start=1):
    trouble = f"entry {number}: line {number} of ledger.jsonl is not the one that was published"
    entry = json.loads(line.decode())
    digest = hashlib.sha256(canonical({name: entry[name] for name in entry if name != "hash"}).encode()).hexdigest()
    if (f"{canonical(entry)}\n".encode(), number, last, digest) != (line, *map(entry.get, ("id", "prev_hash", "hash"))):
        raise ValueError
    ledger[number], sets[number], last = entry, SETS.get(entry["kind"]) or sets[entry["corrects"]], digest
    days += [entry["effective_on"], str(date.fromisoformat(entry["recorded_at"][:10]) - timedelta(days=1))]
wanted: dict = {("head.json", "entry"): len(ledger), ("head.json", "hash"): last, ("head.json", "as_of"): max(days)}
for name, size in (("missions.csv", 1), ("tallies.csv", 2)):  # how many columns are the key
    trouble = f"{name} is missing, or its columns are not those of datapackage.json in each row, or a key stands twice"
    columns, *rows = csv.reader((HERE / name).read_text("utf-8-sig").split("\n")[:-1])
    told.update({(name, *row[:size], columns[i]): row[i] for row in rows for i in range(size, len(columns))})
    fields = [f["name"] for file in package["resources"] if file["path"] == name for f in file["schema"]["fields"]]
    if columns != fields or [*map(len, rows)] != [len(columns)] * len({tuple(row[:size]) for row in rows}):
        raise ValueError
wanted.update({("tallies.csv", "all", "all", column): 0 for column in columns[2:]})
missions, by, wrong, standing = {}, {}, [], {*ledger} - {entry["corrects"] for entry in ledger.values()}
for entry in sorted((ledger[number] for number in standing), key=lambda entry: (entry["effective_on"], entry["id"])):
    now = missions.setdefault(entry["mission"], dict.fromkeys([*STATE, "documented"], ""))
    entry["status_since"] = now["status_since"] if now["status"] == entry["status"] else entry["effective_on"]
    for name in sets[entry["id"]]:
        now[name], by["missions.csv", entry["mission"], name] = entry.get(name) or "", f"entry {entry['id']}: "
    if "status" in sets[entry["id"]] and (entry["status"], entry["basis"]) == ("completed", "document"):
        now["documented"] = entry["effective_on"] if any("title" in e for e in entry["evidence"]) else now["documented"]
for code, now in missions.items():
    done, due, since = now["status"] == "completed", now["due"], now["status_since"]
    states = ("met", "met_late") if done else ("due_soon" if due <= soon else "on_time", "overdue")
    now["deadline"] = states[due < (since if done else today)] if due and now["status"] != "withdrawn" else "none"
    counted = ("missions", now["status"], "documented" * (done and now["documented"] >= since))
    wanted.update({("missions.csv", code, name): now[name] for name in STATE})
    values = [(name, now.get(name) or told.get(("missions.csv", code, name), name)) for name in DIMENSIONS]
    for place in [("tallies.csv", *value, column) for value in values for column in columns[2:]]:
        wanted[place] = wanted.get(place, 0) + (place[-1] in counted)
for place in [place for place in {**wanted, **told} if place[0] != "missions.csv" or place[-1] in STATE]:
    said, meant = (str(table.get(place, "missing")) or "empty" for table in (told, wanted))
    wrong += [f"{by.get(place, '')}{' '.join(place)} is {said} instead of {meant}"] if said != meant else []
print(*wrong, f"entry {head['entry']}, hash {head['hash']}, revision {revision}, as of {head['as_of']}", sep="\n")
sys.exit(bool(wrong))
