"""The data set, one archive of all public data with `verify.py`, and the ledger as JSON Lines.

They state their date and data version, and contain no present time.
"""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cache, partial
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..bilingual import PATHS, strip_unsafe, translated
from ..models import Head, Mission, Organisation, Source, StatusChange
from ..query.file_rows import FileTable
from ..reports import csv
from ..reports.build import LICENCE
from ..reports.report import Report, Sheet
from .schema import schema
from .tables import TABLES, Table

MEDIA_TYPE = "application/zip"
LEDGER_MEDIA_TYPE = "application/x-ndjson"
VERIFY = Path(__file__).with_name("verify.py")
README = "opendata/README.{}.md"
MEMORY = 1024 * 1024
CHUNK = 1000  # entries

Write = Callable[[IO[bytes]], Any]


@dataclass(frozen=True)
class Dataset(Report):
    entry: int
    entries: Sheet
    sheets: tuple[Sheet, ...]


def stated(head: Head, since_id: int | None = None) -> dict[str, Any]:
    """Return the head fields of a file of this data version.

    Its day is the one on which the revision last advanced, so that the same revision gives the same bytes later.
    """
    day = localdate(head.advanced_at)
    return {
        "query": f"as_of={day}" if since_id is None else f"since_id={since_id}",
        "as_of": day,
        "known_at": None,
        "revision": head.revision,
        "advanced_at": head.advanced_at,
        "ledger_head": head.hash,
    }


def entries(since_id: int = 0) -> Sheet:
    mission = Prefetch("mission", Mission.objects.only("code"))
    organisation = Prefetch("reported_by", Organisation.objects.only("code"))
    found: QuerySet = StatusChange.objects.filter(pk__gt=since_id).order_by("pk")
    return Sheet(FileTable(), found.prefetch_related(mission, organisation, "evidence__file"), found.count())


def write_ledger(report: Report, file: IO[bytes]) -> None:
    """Write the entries in canonical form, one a line."""
    for entry in report.records.records.iterator(chunk_size=CHUNK):
        file.write(f"{entry.published_line()}\n".encode())


def dataset(head: Head) -> Dataset:
    facts = stated(head)
    sheets = tuple(table.sheet(facts["as_of"]) for table in TABLES)
    return Dataset(**facts, records=sheets[0], entry=head.entry, entries=entries(), sheets=sheets)


def write(dataset: Dataset, file: IO[bytes]) -> None:
    """Write the archive; equal data gives equal bytes."""
    with zipfile.ZipFile(file, "w") as archive:
        resources = [about | added(archive, dataset, about["path"], make) for about, make in members(dataset)]
        described = document(package(dataset, resources))
        sums = added(archive, dataset, "datapackage.json", lambda part: part.write(described))
        # Last, because it contains the checksums of the file with all other checksums.
        anchor = document(head(dataset) | {"datapackage": sums})
        added(archive, dataset, "head.json", lambda part: part.write(anchor))


def added(archive: zipfile.ZipFile, dataset: Dataset, name: str, make: Write) -> dict[str, Any]:
    with tempfile.SpooledTemporaryFile(max_size=MEMORY) as part:
        make(part)
        member = zipfile.ZipInfo(name, (*dataset.as_of.timetuple()[:3], 0, 0, 0))
        member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
        member.file_size = part.tell()
        part.seek(0)
        digest = hashlib.file_digest(part, "sha256").hexdigest()
        part.seek(0)
        with archive.open(member, "w") as target:
            shutil.copyfileobj(part, target)
    return {"bytes": member.file_size, "hash": f"sha256:{digest}"}


# --- members ----------------------------------------------------------------------------------------------------------


ABOUT = {
    "README.md": ("text/markdown", _("Read me"), _("What this is, and how to verify and cite it.")),
    "verify.py": (
        "text/x-python",
        _("Verification"),
        _("Checks the ledger, the tables against it, the labels, and the size and SHA-256 of every file."),
    ),
    "ledger.jsonl": (LEDGER_MEDIA_TYPE, _("Ledger"), _("Every entry, one a line, in the form whose hash it states.")),
}


def members(dataset: Dataset) -> Iterator[tuple[dict[str, Any], Write]]:
    made: dict[str, Write] = {
        "README.md": lambda part: part.write(readme(dataset)),
        "verify.py": lambda part: part.write(VERIFY.read_bytes()),
        "ledger.jsonl": partial(write_ledger, replace(dataset, records=dataset.entries)),
    }
    for path, make in made.items():
        yield resource(path, *ABOUT[path]), make
    for table, sheet in zip(TABLES, dataset.sheets, strict=True):
        yield table_resource(table), partial(csv.write, replace(dataset, records=sheet))


def resource(path: str, media_type: str, title: Any, description: Any) -> dict[str, Any]:
    name, _dot, ending = path.lower().rpartition(".")
    return {
        "name": name,
        "type": "json" if ending == "json" else "file",
        "path": path,
        "title": translated(title).in_one,
        "description": translated(description).in_one,
        "format": ending,
        "mediatype": media_type,
        "encoding": "utf-8",
    }


def table_resource(table: Table) -> dict[str, Any]:
    about = resource(f"{table.name}.csv", "text/csv", table.title, table.description)
    return about | {"type": "table", "profile": "tabular-data-resource", "schema": schema(table)}


@cache
def shape() -> str:
    """Return the digest of scripts, texts and columns in the archive."""
    templates: list[Any] = [get_template(README.format(language)) for language in PATHS.values()]
    facts = {
        "script": VERIFY.read_text(),
        "texts": [each.template.source for each in templates],
        "files": [resource(path, *about) for path, about in ABOUT.items()],
        "tables": [table_resource(table) for table in TABLES],
    }
    return hashlib.sha256(document(facts)).hexdigest()


def document(facts: dict[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()


def head(dataset: Dataset) -> dict[str, Any]:
    return {
        "entry": dataset.entry,
        "hash": dataset.ledger_head,
        "revision": dataset.revision,
        "advanced_at": dataset.advanced_at.astimezone(UTC).isoformat(),
        "as_of": dataset.as_of.isoformat(),
        "site": settings.SITE_URL,
    }


def readme(dataset: Dataset) -> bytes:
    files = [(table, len(sheet)) for table, sheet in zip(TABLES, dataset.sheets, strict=True)]
    facts = {"dataset": dataset, "files": files, "site": settings.SITE_URL, "licence": LICENCE}
    parts = []
    for language in PATHS.values():
        with override(language):
            parts.append(render_to_string(README.format(language), facts))
    return "\n".join(parts).encode()


def package(dataset: Dataset, resources: list[dict[str, Any]]) -> dict[str, Any]:
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "hubtracker",
        "title": translated(_("Hub Tracker")).in_one,
        "description": translated(_("The missions, their status and all changes, as open data.")).in_one,
        "homepage": settings.SITE_URL + reverse("home"),
        "version": str(dataset.revision),
        "created": dataset.advanced_at.astimezone(UTC).isoformat(),
        "as_of": dataset.as_of.isoformat(),
        "ledger_head": dataset.ledger_head,
        "licenses": [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": LICENCE}],
    }
    sources = [source(each) for each in dataset.sheets[SOURCES].records.iterator()]
    return described | ({"sources": sources} if sources else {}) | {"resources": resources}


SOURCES = [table.name for table in TABLES].index("sources")


def source(cited: Source) -> dict[str, str]:
    return {"title": strip_unsafe(cited.title)} | ({"path": cited.url} if cited.url else {})
