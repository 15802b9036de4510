"""The data set: one archive of all public data, with `verify.py`.

It states its date and data version, and contains no present time.
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
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..bilingual import PATHS, strip_unsafe
from ..models import Head, Source
from ..reports import csv
from ..reports.build import LICENCE
from ..reports.report import Report, Sheet
from . import ledger
from .schema import in_both, schema
from .tables import TABLES

MEDIA_TYPE = "application/zip"
VERIFY = Path(__file__).with_name("verify.py")
README = "opendata/README.{}.md"
MEMORY = 1024 * 1024

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


def dataset(head: Head) -> Dataset:
    facts = stated(head)
    sheets = tuple(table.sheet(facts["as_of"]) for table in TABLES)
    return Dataset(**facts, records=sheets[0], entry=head.entry, entries=ledger.entries(), sheets=sheets)


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
    "ledger.jsonl": (ledger.MEDIA_TYPE, _("Ledger"), _("Every entry, one a line, in the form whose hash it states.")),
}


def members(dataset: Dataset) -> Iterator[tuple[dict[str, Any], Write]]:
    made: dict[str, Write] = {
        "README.md": lambda part: part.write(readme(dataset)),
        "verify.py": lambda part: part.write(VERIFY.read_bytes()),
        "ledger.jsonl": partial(ledger.write, replace(dataset, records=dataset.entries)),
    }
    for path, make in made.items():
        yield resource(path, *ABOUT[path]), make
    for table, sheet in zip(TABLES, dataset.sheets, strict=True):
        tabular = {"type": "table", "profile": "tabular-data-resource", "schema": schema(table)}
        about = resource(f"{table.name}.csv", "text/csv", table.title, table.description)
        yield about | tabular, partial(csv.write, replace(dataset, records=sheet))


def resource(path: str, media_type: str, title: Any, description: Any) -> dict[str, Any]:
    name, _dot, ending = path.lower().rpartition(".")
    return {
        "name": name,
        "type": "json" if ending == "json" else "file",
        "path": path,
        "title": in_both(title),
        "description": in_both(description),
        "format": ending,
        "mediatype": media_type,
        "encoding": "utf-8",
    }


@cache
def shape() -> str:
    """Return the digest of scripts, texts and columns in the archive."""
    templates: list[Any] = [get_template(README.format(language)) for language in PATHS.values()]
    facts = {
        "script": VERIFY.read_text(),
        "texts": [each.template.source for each in templates],
        "files": [resource(path, *about) for path, about in ABOUT.items()],
        "tables": [(table.name, in_both(table.title), in_both(table.description), schema(table)) for table in TABLES],
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
        "title": in_both(_("Hub Tracker")),
        "description": in_both(_("The missions, their status and all changes, as open data.")),
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
