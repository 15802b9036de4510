"""Reports as CSV: UTF-8 with a byte order mark, one header row, then the records and nothing else."""

import csv
import io

from .report import Report

MEDIA_TYPE = "text/csv; charset=utf-8"

# A spreadsheet runs a cell that begins with one of these as a formula; an apostrophe before it keeps it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(cell):
    """The cell as it is written: true and false as in every other format, text that no spreadsheet runs."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def write(report: Report, file) -> None:
    """Writes the records of a report into the binary file `file`."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(report.records.names)
    rows.writerows([guarded(cell) for cell in row] for row in report.records)
    text.detach()
