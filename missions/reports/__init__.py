"""The formats of a completion report."""

from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from ..report_filters import ReportFilter
from . import csv, docx, html, json, pdf, xlsx
from .completion import CompletionReport, completion_report, listing
from .report import TooLong
from .words import Words, both

# A document of more rows is hundreds of pages that nobody reads, and takes minutes to set.
MOST_ROWS = 5000


class Format(NamedTuple):
    """How a report of a query is built, and what writes it into a binary file."""

    name: str
    media_type: str
    build: Callable[[ReportFilter], Any]
    write: Callable[[Any, IO[bytes]], None]


def document(query: ReportFilter, title: Words | None = None) -> CompletionReport:
    """The report that the query asks for, to be read from the first page to the last. Raises TooLong."""
    report = completion_report(query, title)
    if report.rows > MOST_ROWS:
        long = [format.name for format in FORMATS.values() if format.build is not document]
        message = _(
            "This report has %(rows)s rows, and a document to read holds %(most)s at most: narrow the query, or take "
            "it as %(formats)s."
        )
        raise TooLong(both(message, rows=report.rows, most=MOST_ROWS, formats=" / ".join(long)))
    return replace(report, records=report.records.kept())


FORMATS = {
    "html": Format("HTML", html.MEDIA_TYPE, document, html.write),
    "pdf": Format("PDF", pdf.MEDIA_TYPE, document, pdf.write),
    "docx": Format("Word", docx.MEDIA_TYPE, document, docx.write),
    "csv": Format("CSV", csv.MEDIA_TYPE, listing, csv.write),
    "xlsx": Format("Excel", xlsx.MEDIA_TYPE, completion_report, xlsx.write),
    "json": Format("JSON", json.MEDIA_TYPE, completion_report, json.write),
}
"""Ending → format."""


def offered(records: int) -> dict[str, Format]:
    """The formats that hold so many records."""
    return {
        ending: format for ending, format in FORMATS.items() if records <= MOST_ROWS or format.build is not document
    }
