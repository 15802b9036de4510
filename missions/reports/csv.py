"""Reports as CSV: UTF-8 with a byte order mark, one header row, then the records and nothing else."""

import codecs
from datetime import date
from decimal import Decimal
from typing import IO

from .report import Report, as_text, plain

MEDIA_TYPE = "text/csv; charset=utf-8"

# A spreadsheet runs a cell that begins with one of these as a formula; an apostrophe before it keeps it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMULAS = frozenset(FORMULA_STARTS)


def guarded(cell):
    """The cell as it is written: true and false as in JSON, text that no spreadsheet runs."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def cell(value):
    """The value as CSV holds it. A text that can be printed has nothing to be made inert, and no end of a line."""
    if isinstance(value, str) and value.isprintable():
        text = f"'{value}" if value[:1] in FORMULAS else value
    elif isinstance(value, date | Decimal):
        text = as_text(value)
    else:
        text = "" if value is None else str(guarded(plain(value)))
    if '"' in text:
        return f'"{text.replace('"', '""')}"'
    return f'"{text}"' if "," in text or "\n" in text or "\r" in text else text


def write(report: Report, file: IO[bytes]) -> None:
    """Writes the records of a report into the binary file `file`."""
    file.write(codecs.BOM_UTF8 + f"{','.join(report.records.names)}\r\n".encode())
    for columns in report.records.columns(cell):
        lines = map(",".join, zip(*columns, strict=True))
        file.write("\r\n".join([*lines, ""]).encode())
