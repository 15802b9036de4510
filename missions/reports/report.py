"""The head of every file: site, date, data version."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ..bilingual import Words, strip_unsafe, translated
from ..days import today
from ..models import FrozenReport, Head, StatusChange
from ..query.file_rows import FileTable
from ..query.filters import MissionFilter

# These formats hold both languages, whichever is asked for.
BILINGUAL = ("csv", "json", "jsonl", "zip")


class ReportTooLong(Exception):
    """More rows than the format holds. `words` names formats that can."""

    def __init__(self, words: Words):
        super().__init__(words)
        self.words = words


def plain(value: Any) -> Any:
    return strip_unsafe(value) if isinstance(value, str) else value


def as_text(value: Any) -> str:
    """Return a date, time or decimal number as CSV and JSON write it.

    Times are in UTC; a number has neither an exponent nor trailing zeros. Other types raise TypeError.
    """
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
    raise TypeError(f"{value!r} has no text form")


@dataclass(frozen=True)
class Sheet:
    """Rows of one kind, read in chunks each time, unless `in_memory`."""

    table: FileTable
    records: QuerySet
    count: int
    rows: tuple[tuple[Any, ...], ...] | None = None

    def __len__(self) -> int:
        return self.count

    @property
    def names(self) -> list[str]:
        return list(self.table.readers)

    def first(self, most: int) -> "Sheet":
        return replace(self, records=self.records[:most], count=min(self.count, most))

    def in_memory(self) -> "Sheet":
        return replace(self, rows=tuple(self))

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for columns in self.columns():
            yield from zip(*columns, strict=True)

    def columns(self, made: Callable[[Any], Any] = plain) -> Iterator[list[Iterable[Any]]]:
        """Return the cells in chunks, column by column."""
        if self.rows is None:
            return self.table.read(self.records, made)
        return iter([[map(made, column) for column in zip(*self.rows, strict=True)]])

    def dicts(self) -> Iterator[dict[str, Any]]:
        names = self.names
        for row in self:
            yield dict(zip(names, row, strict=True))


@dataclass(frozen=True, kw_only=True)
class Report:
    """The head of a file and its records. It does not depend on the time of making.

    `frozen` is the published report, or None for a live copy.
    """

    query: str
    as_of: date
    known_at: date | None
    revision: int
    advanced_at: datetime
    ledger_head: str
    records: Sheet
    language: str = "both"
    frozen: FrozenReport | None = None
    note: Words | None = None

    def filename(self, ending: str) -> str:
        """Name a file by date, revision, language and query."""
        language = "" if ending in BILINGUAL else f"_{self.language}"
        query_hash = hashlib.sha256(self.query.encode()).hexdigest()[:8]
        return f"hubtracker_{self.as_of}_r{self.revision}{language}_{query_hash}.{ending}"


def stated(query: MissionFilter) -> dict[str, Any]:
    """Return the head fields of a file; use within `snapshot`."""
    head = Head.objects.get()
    return {
        "query": query.canonical_query,
        "as_of": query.form.on,
        "known_at": query.form.known,
        "revision": head.revision,
        "advanced_at": head.advanced_at,
        "ledger_head": head.hash,
    }


def explain_missing_records(known: date | None) -> Words | None:
    """Explain why there are no records before the site's first entry."""
    first = StatusChange.objects.recorded_since() if known and known < today() else None
    if not (known and first and known < first):
        return None
    return translated(_("This site has records since %(day)s and none from before."), day=first)
