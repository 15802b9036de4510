"""The formats of a completion report."""

from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from ..models import FrozenReport
from ..report_filters import ReportFilter
from . import csv, docx, html, json, pdf, xlsx
from .completion import CompletionReport, completion_report, listing
from .report import TooLong
from .words import both

# A document of more rows is hundreds of pages that nobody reads, and takes minutes to set.
MOST_ROWS = 5000


class Format(NamedTuple):
    """How a report of a query is built, and what writes it into a binary file."""

    name: str
    media_type: str
    build: Callable[[ReportFilter], Any]
    write: Callable[[Any, IO[bytes]], None]

    @property
    def essence(self) -> str:
        """The media type without its parameters, as links state it."""
        return self.media_type.partition(";")[0]


def readable(query: ReportFilter, frozen: FrozenReport | None = None) -> CompletionReport:
    """The report that the query asks for, to be read from its first page to its last. Raises TooLong."""
    report = completion_report(query, frozen)
    lists = {_("Missions"): report.records, _("Changes"): report.changes, _("Evidence"): report.evidence}
    label, longest = max(lists.items(), key=lambda each: len(each[1]))
    if len(longest) > MOST_ROWS:
        long = [format.name for format in FORMATS.values() if format.build is not readable]
        message = _(
            "The list “%(list)s” of this report has %(rows)s rows, and a document to read holds %(most)s at most: "
            "narrow the query, or take it as %(formats)s."
        )
        said = {"list": both(label), "rows": len(longest), "most": MOST_ROWS, "formats": " / ".join(long)}
        raise TooLong(both(message, **said))
    return replace(report, records=report.records.kept())


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
    """The formats that hold so many records."""
    return {
        ending: format for ending, format in FORMATS.items() if records <= MOST_ROWS or format.build is not readable
    }
