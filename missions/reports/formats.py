"""The formats of a report."""

from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from ..bilingual import translated
from ..models import FrozenReport
from ..query.filters import ReportFilter
from . import csv, docx, html, json, pdf, xlsx
from .build import CompletionReport, completion_report, listing
from .report import ReportTooLong

# More missions are hundreds of pages, which nobody reads.
MOST_ROWS = 5000


class Format(NamedTuple):
    name: str
    media_type: str
    build: Callable[[ReportFilter], Any]
    write: Callable[[Any, IO[bytes]], None]

    @property
    def essence(self) -> str:
        return self.media_type.partition(";")[0]


def readable(query: ReportFilter, frozen: FrozenReport | None = None) -> CompletionReport:
    """Build the report and read it completely. Raises ReportTooLong."""
    report = completion_report(query, frozen)
    if (count := len(report.records)) > MOST_ROWS:
        message = _(
            "This report has %(count)s missions. As %(documents)s it can have %(most)s at most: narrow the query, or "
            "download it as %(others)s."
        )
        others = offered(count)
        documents = [format.name for ending, format in FORMATS.items() if ending not in others]
        names = {"documents": " / ".join(documents), "others": " / ".join(each.name for each in others.values())}
        raise ReportTooLong(translated(message, count=count, most=MOST_ROWS, **names))
    return replace(report, records=report.records.in_memory())


FORMATS = {
    "html": Format("HTML", html.MEDIA_TYPE, readable, html.write),
    "pdf": Format("PDF", pdf.MEDIA_TYPE, readable, pdf.write),
    "docx": Format("Word", docx.MEDIA_TYPE, readable, docx.write),
    "csv": Format("CSV", csv.MEDIA_TYPE, listing, csv.write),
    "xlsx": Format("Excel", xlsx.MEDIA_TYPE, completion_report, xlsx.write),
    "json": Format("JSON", json.MEDIA_TYPE, completion_report, json.write),
}
"""Ending → format."""


def offered(records: int) -> dict[str, Format]:
    return {
        ending: format for ending, format in FORMATS.items() if records <= MOST_ROWS or format.build is not readable
    }
