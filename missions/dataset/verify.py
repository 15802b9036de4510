"""Recomputes from ledger.jsonl what the files beside it say. Run `python3 verify.py`: it ends with 1 if they differ."""

import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
SETS = {"opening": ("status", "due"), "report": ("status",), "deadline": ("due",)}
DIMENSIONS = ("all", "instrument", "theme", "owner", "status", "deadline")
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
sys.excepthook = lambda _kind, error, _trace: print(error)  # what is wrong, and no more
head = json.loads((HERE / "head.json").read_text("utf-8"))

# The chain: a line has the one form, the number and the hash that it states, and it states the hash of the line before.
ledger, sets, last = [], {}, "0" * 64
for number, line in enumerate((HERE / "ledger.jsonl").read_bytes().splitlines(keepends=True), start=1):
    try:
        entry = json.loads(line.decode())
        content = canonical({name: entry[name] for name in entry if name != "hash"})
        found = (f"{canonical(entry)}\n".encode(), number, last, hashlib.sha256(content.encode()).hexdigest())
        if found != (line, entry["id"], entry["prev_hash"], entry["hash"]):
            raise ValueError
        sets[number] = SETS.get(entry["kind"]) or sets[entry["corrects"]]  # a correction: what it corrects has set
    except Exception:
        raise ValueError(f"entry {number}: line {number} of ledger.jsonl is not the one that was published") from None
    ledger.append(entry)
    last = entry["hash"]
if (len(ledger), last) != (head["entry"], head["hash"]):
    raise ValueError(f"entry {max(len(ledger), head['entry'])}: ledger.jsonl ends at entry {len(ledger)}, hash {last}")
# The missions and their tallies: what the entries come to that were not corrected, in the order of days.
now, documented_on, corrected = {}, {}, {entry["corrects"] for entry in ledger}
standing = [entry for entry in ledger if entry["id"] not in corrected and entry["effective_on"] <= head["as_of"]]
for entry in sorted(standing, key=lambda entry: (entry["effective_on"], entry["id"])):
    code, number, status, day = (entry[name] for name in ("mission", "id", "status", "effective_on"))
    if "status" in sets[number]:
        since = now[code, "status_since"][0] if now.get((code, "status"), [""])[0] == status else day
        now[code, "status"], now[code, "status_since"] = (status, number), (since, number)
        if (status, entry["basis"]) == ("completed", "document") and any("title" in e for e in entry["evidence"]):
            documented_on[code] = day
    if "due" in sets[number]:
        now[code, "due"] = (entry["due"] or "", number)
wrong, tally = [], Counter()
for row in csv.DictReader((HERE / "missions.csv").read_text("utf-8-sig").split("\n")):
    documented = row["status"] == "completed" and documented_on.get(row["code"], "") >= row["status_since"]
    columns = ("missions", row["status"], *["documented"] * documented)
    tally.update((name, row.get(name, name), column) for name in DIMENSIONS for column in columns)
    for name in ("status", "status_since", "due"):
        value, number = now.pop((row["code"], name), ("", "none"))
        if row[name] != value:
            wrong.append(f"entry {number}: {row['code']} has {name} {row[name]} in missions.csv instead of {value}")
wrong += [f"entry {number}: {code} lacks its {name} in missions.csv" for (code, name), (_, number) in now.items()]
for row in csv.DictReader((HERE / "tallies.csv").read_text("utf-8-sig").split("\n")):
    tally.subtract({(row["dimension"], row["code"], name): int(row[name]) for name in [*row][2:]})
wrong += [f"tallies.csv: {' '.join(key)} is off by {-count}" for key, count in tally.items() if count]
print(*wrong, "entry {entry}, hash {hash}, revision {revision}, as of {as_of}".format(**head), sep="\n")
sys.exit(bool(wrong))
