"""JSON, described by `schema.json`. Lists are written row by row."""

import json
import re
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from ..bilingual import Words, from_fields, untranslated
from ..figures.models import Reconciliation, Reported
from ..ledger.entries import in_utc
from ..models import FrozenReport, Mission
from ..query.file_rows import MISSION_FILE
from ..status import Deadline, Status
from .build import CompletionReport, Movement, page_addresses
from .report import as_text
from .totals import Group, Total

MEDIA_TYPE = "application/json"
SCHEMA = Path(__file__).with_name("schema.json")
TYPES = {models.IntegerField: "integer"}  # dates, decimals and texts are strings


def write(report: CompletionReport, file: IO[bytes]) -> None:
    head = summary(report)
    lists = {"missions": report.records, "changes": report.changes, "evidence": report.evidence}
    file.write(text(head)[:-1].encode())
    for name, sheet in lists.items():
        file.write(f',"{name}":['.encode())
        for place, row in enumerate(sheet.dicts()):
            file.write(f"{',' if place else ''}\n{text(row)}".encode())
        file.write(b"]")
    file.write(b"}\n")


def json_schema() -> str:
    """The JSON Schema of the report; what it does not say of a mission's columns is read off its fields."""
    schema = json.loads(SCHEMA.read_text())
    mission = schema["$defs"]["mission"]
    schema["$defs"]["status"] = {"enum": Status.values}
    schema["$defs"]["deadline"] = {"enum": Deadline.values}
    pattern = re.compile(*mission["patternProperties"])
    mission["required"] = list(MISSION_FILE.readers)
    for name in mission["required"]:
        if name not in mission["properties"] and not pattern.match(name):
            field: Any = Mission._meta.get_field(name)
            kind = next((each for of, each in TYPES.items() if isinstance(field, of)), "string")
            mission["properties"][name] = {"type": [kind, "null"] if field.null else kind}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=as_text)


def summary(report: CompletionReport) -> dict[str, Any]:
    return {
        "schema": settings.SITE_URL + reverse("report-schema"),
        "title": words(report.title),
        "programme": report.programme and words(report.programme),
        "edition": edition(report.frozen),
        "language": report.language,
        "query": report.query,
        "as_of": report.as_of,
        "known_at": report.known_at,
        "since": report.since,
        "until": report.until,
        "count": len(report.records),
        "revision": report.revision,
        "advanced_at": report.advanced_at.isoformat(),
        "ledger_head": report.ledger_head,
        "filter": [{"label": words(fact.label), "value": words(fact.value)} for fact in report.filter],
        "rule": words(report.rule),
        "whole": group(report.whole),
        "totals": {total.dimension: totals(total) for total in report.totals},
        "reported_beside_documented": [reconciliation(row) for row in report.reconciliations],
        "movements": {movement.kind: moved(movement) for movement in report.movements},
        "notes": [words(note) for note in report.notes],
    }


def edition(frozen: FrozenReport | None) -> dict[str, Any]:
    superseded = frozen and frozen.supersedes
    return {
        "kind": frozen.edition if frozen else "live",
        **(publication(frozen) if frozen else dict.fromkeys(("slug", "url", "published_at"))),
        "reason": words(from_fields(frozen, "reason")) if superseded else None,
        "supersedes": superseded
        and {**publication(superseded), "title": words(from_fields(superseded, "title")), "seal": superseded.seal},
    }


def publication(frozen: FrozenReport) -> dict[str, Any]:
    return {
        "slug": frozen.slug,
        "url": words(page_addresses("frozen-report", frozen.slug)),
        "published_at": in_utc(frozen.published_at),
    }


def words(text: Words) -> dict[str, str]:
    return text._asdict()


def group(found: Group) -> dict[str, Any]:
    return {
        "code": found.code,
        "title": words(found.title),
        "records": found.records,
        "statuses": dict(sorted(found.statuses.items())),
        "completed": found.completed,
        "documented": found.documented,
        "counted": found.counted,
    }


def moved(movement: Movement) -> dict[str, Any]:
    codes = [code for code, _title in movement]
    return {"label": words(movement.label), "count": movement.count, "codes": codes}


def totals(total: Total) -> dict[str, Any]:
    return {"label": words(total.label), "groups": [group(found) for found in total.groups]}


def reconciliation(row: Reconciliation) -> dict[str, Any]:
    return {
        "instruments": row.codes,
        "documented": row.documented,
        "completed": row.completed,
        "counted": row.counted,
        "reported": [reported(figure) for figure in row.reported],
    }


def reported(figure: Reported) -> dict[str, Any]:
    source = figure.source
    return {
        "value": figure.value,
        "total": figure.total,
        "measure": figure.measure,
        "day": figure.as_of,
        "source": {
            "title": untranslated(source.title).en,
            "publisher": untranslated(source.publisher).en,
            "published_on": source.published_on,
            "url": source.url,
            "title_zh": untranslated(source.title_zh).zh,
            "publisher_zh": untranslated(source.publisher_zh).zh,
            "form": source.form,
        },
    }
