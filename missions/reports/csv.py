"""The report as CSV: UTF-8 with a byte order mark, one header row, then the records and nothing else."""

import csv
import io
from collections.abc import Iterable

from django.http import QueryDict

from ..tables import MissionTable
from .completion import CompletionReport

# A spreadsheet runs a cell that begins with one of these as a formula; an apostrophe before it keeps it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(cell):
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def rows(report: CompletionReport) -> Iterable[list]:
    table = MissionTable(report.missions, query=QueryDict(), day=QueryDict())
    yield [column.name for column in table.columns.iterall() if not column.column.exclude_from_export]
    values = table.as_values()
    next(values)  # The headings for people; a file names its columns.
    yield from values


def write(report: CompletionReport, file) -> None:
    """Writes the report into the binary file `file`."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows(report))
    text.detach()
