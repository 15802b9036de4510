"""Recomputes from ledger.jsonl what the files beside it say. Run `python3 verify.py`: it ends with 1 if they differ."""

import csv
import hashlib
import json
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
SETS = {"opening": ("status", "due"), "report": ("status",), "deadline": ("due",)}
STATE = {"status": "status", "status_since": "status", "due": "due", "deadline": "due"}  # a column: what decides it
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
sys.excepthook = lambda *_error: print(trouble)  # what is wrong, and no more
trouble = "head.json cannot be read, or lacks an entry, its hash, a revision, or as_of, a day"
head = json.loads((HERE / "head.json").read_bytes())
as_of, end, _ = date.fromisoformat(head["as_of"]), (int(head["entry"]), head["hash"]), head["revision"]
# The chain: a line has the one form, the number and the hash that it states, and it states the hash of the line before.
trouble, ledger, sets, last, latest = "ledger.jsonl cannot be read", [], {}, "0" * 64, ("", 0)
for number, line in enumerate((HERE / "ledger.jsonl").read_bytes().splitlines(keepends=True), start=1):
    trouble = f"entry {number}: line {number} of ledger.jsonl is not the one that was published"
    entry = json.loads(line.decode())
    content = canonical({name: entry[name] for name in entry if name != "hash"}).encode()
    if (f"{canonical(entry)}\n".encode(), number, last) != (line, entry["id"], entry["prev_hash"]):
        raise ValueError
    last = hashlib.sha256(content).hexdigest()
    sets[number] = SETS.get(entry["kind"]) or sets[entry["corrects"]]  # a correction: what it corrects has set
    recorded = date.fromisoformat(entry["recorded_at"][:10]) - timedelta(days=1)  # UTC: elsewhere it may be a day less
    ledger, latest = [*ledger, entry], max(latest, (entry["effective_on"], number), (str(recorded), number))
    if last != entry["hash"]:
        raise ValueError
trouble = f"entry {max(len(ledger), end[0])}: ledger.jsonl ends at entry {len(ledger)}, hash {last}"
if (len(ledger), last) != end:
    raise ValueError
trouble = f"entry {latest[1]}: as_of in head.json is {head['as_of']}, and cannot be before {latest[0]}"
if str(as_of) != head["as_of"] or str(as_of) < latest[0]:
    raise ValueError
# The missions: what the entries come to that were not corrected, in the order of days.
missions, decided, corrected = {}, {}, {entry["corrects"] for entry in ledger}
for entry in sorted((e for e in ledger if e["id"] not in corrected), key=lambda e: (e["effective_on"], e["id"])):
    code, number, status, day = (entry[name] for name in ("mission", "id", "status", "effective_on"))
    mission = missions.setdefault(code, dict.fromkeys([*STATE, "documented"], ""))
    decided.update({(code, part): number for part in sets[number]})
    if "due" in sets[number]:
        mission["due"] = entry["due"] or ""
    if "status" in sets[number]:
        mission.update({"status": status, "status_since": day} if status != mission["status"] else {})
        if (status, entry["basis"]) == ("completed", "document") and any("title" in e for e in entry["evidence"]):
            mission["documented"] = day
    due, since, status = ...
