"""The Hongqiao programme as its first edition had it: no keys of events, no Chinese beside English, other sources."""

import csv
import shutil

from tests.exchange.folders import HONGQIAO, TOP, write

KEPT = TOP / "tests/programmes/first_edition"
LATER_COLUMNS = {"province_or_city_zh", "parent_code", "notes_zh", "clause_zh", "unit_zh"}
LATER_AREAS = {"SH", "SZ", "JX"}
BY_REMIT = "by remit, not stated in a source"


def table(folder, file):
    with (folder / file).open(newline="") as stream:
        return list(csv.DictReader(stream))


def first_edition(folder):
    """Writes its seven tables and its events into the new `folder`; returns it."""
    shutil.copytree(KEPT, folder)
    known = {source["key"] for source in table(KEPT, "sources.csv")}
    for name in ("areas", "themes", "instruments", "owners", "missions", "reported_figures"):
        rows = table(HONGQIAO, f"{name}.csv")
        later = LATER_COLUMNS - ({"parent_code"} if name == "owners" else set())
        columns = [column for column in rows[0] if column not in later]
        if name == "areas":
            rows = [row for row in rows if row["code"] not in LATER_AREAS]
        if name == "reported_figures":
            rows = [row for row in rows if row["source_key"] in known]
        for row in rows:
            if name == "owners" and row["source"] not in known:
                row["source"] = BY_REMIT
            if name == "missions":
                row["source_keys"] = ";".join(key for key in row["source_keys"].split(";") if key in known)
        write(folder, f"{name}.csv", [columns, *([row[column] for column in columns] for row in rows)])
    return folder
