"""Reports as CSV: UTF-8 with a byte order mark, one header row, then the records and nothing else."""

import csv
import io
from collections.abc import Iterable

from django.http import QueryDict
from django_tables2 import Table

from ..tables import ChangeTable, MissionTable
from .report import Report

MEDIA_TYPE = "text/csv; charset=utf-8"

# A spreadsheet runs a cell that begins with one of these as a formula; an apostrophe before it keeps it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(cell):
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def rows(table: Table) -> Iterable[list]:
    yield [column.name for column in table.columns.iterall() if not column.column.exclude_from_export]
    values = table.as_values()
    next(values)  # The headings for people; a file names its columns.
    yield from values


def write(report: Report, file) -> None:
    """Writes a completion report into the binary file `file`."""
    _write(MissionTable(report.records, query=QueryDict(), day=QueryDict()), file)


def write_changes(report: Report, file) -> None:
    """Writes what changed into the binary file `file`."""
    _write(ChangeTable(report.records), file)


def _write(table, file):
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows(table))
    text.detach()
