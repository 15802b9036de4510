"""The data set read as a stranger reads it: its files alone, as the plain records that the oracle answers from."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.public.world import Entry, Plain

SITE = ZoneInfo("Asia/Shanghai")
SETS = {"opening": (True, True), "report": (True, False), "deadline": (False, True)}


@dataclass
class Unzipped:
    """A world for `tests.public.oracle.Answer`, and the tree of its organisations."""

    plain: list[Plain]
    parents: dict[str, str | None]


def unzipped(content: bytes) -> Unzipped:
    archive = zipfile.ZipFile(io.BytesIO(content))

    def rows(name):
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode("utf-8-sig"), newline="")))

    entries = entries_of(archive.read("ledger.jsonl").decode())
    plain = [
        Plain(
            code=row["code"],
            instrument=row["instrument"],
            number=int(row["number"]),
            theme=row["theme"],
            kind=row["kind"],
            provenance=row["provenance"],
            lead=row["owner"],
            supporting=row["supporting_owners"].split(";") if row["supporting_owners"] else [],
            areas=row["areas"].split(";") if row["areas"] else [],
            title_en=row["title_en"],
            title_zh=row["title_zh"],
            description_en=row["description_en"],
            description_zh=row["description_zh"],
            entries=entries[row["code"]],
        )
        for row in rows("missions")
    ]
    return Unzipped(plain, {row["code"]: row["parent"] or None for row in rows("organisations")})


def entries_of(lines: str) -> dict[str, list[Entry]]:
    """Mission → its entries. What a correction sets is what the entry sets that it takes the place of."""
    sets: dict[int, tuple[bool, bool]] = {}
    found: dict[str, list[Entry]] = {}
    for line in lines.splitlines():
        said = json.loads(line)
        sets[said["id"]] = SETS.get(said["kind"]) or sets[said["corrects"]]
        entry = Entry(
            id=said["id"],
            sets_status=sets[said["id"]][0],
            sets_due=sets[said["id"]][1],
            status=said["status"],
            due=date.fromisoformat(said["due"]) if said["due"] else None,
            effective_on=date.fromisoformat(said["effective_on"]),
            known_on=datetime.fromisoformat(said["recorded_at"]).astimezone(SITE).date(),
            corrects=said["corrects"],
        )
        found.setdefault(said["mission"], []).append(entry)
    return found
