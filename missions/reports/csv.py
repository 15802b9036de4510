"""CSV: UTF-8 with byte order mark, one header row."""

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
    """Return the cell with true/false as in JSON and formulas disabled."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def cell(value):
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
    file.write(codecs.BOM_UTF8 + f"{','.join(report.records.names)}\r\n".encode())
    for columns in report.records.columns(cell):
        lines = map(",".join, zip(*columns, strict=True))
        file.write("\r\n".join([*lines, ""]).encode())
