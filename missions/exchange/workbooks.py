"""Reading of workbooks and CSV files into grids."""

import csv
import json
import re
import subprocess  # nosec B404 # for this program alone, see below
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from ..slots import NoFreeSlot, slot

KINDS = ("xlsx", "xls", "ods", "csv")
LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COMMAS = 2_000_000  # of a CSV file, which is read here and not in a process of its own
MOST_SECONDS = 30  # on the clock: a library that finds no memory may stand still and not end
MOST_AT_ONCE = 2
LONGEST_WAIT = 20

# The first bytes of a file; CSV has none.
SIGNATURES = {"xlsx": b"PK\3\4", "ods": b"PK\3\4", "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}
# Our CSV files put an apostrophe before text that a spreadsheet would run.
GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


class Day(str):
    """A cell with a date, as ISO text."""


class Moment(str):
    """A cell with a time."""


class NoValue(NamedTuple):
    """Why a cell has no value."""

    reason: str


class CsvError(ValidationError):
    def __init__(self, message: str, line: int):
        super().__init__(message)
        self.line = line


class WorkbooksBusy(ValidationError):
    """Too many workbooks are being read now."""

    def __init__(self):
        super().__init__(_("Two workbooks are being read. Try again in half a minute."), code="busy")


type Value = str | float | bool | Day | Moment | NoValue | None


def has_content(value: Value) -> bool:
    return value is not None and bool(str(value).strip())


@dataclass(frozen=True)
class Grid:
    """A sheet: cells by row and column from 0. Rows may differ in length."""

    name: str
    rows: list[list[Value]] = field(default_factory=list)

    def filled(self) -> Iterator[tuple[int, list[Value]]]:
        for place, row in enumerate(self.rows):
            if any(map(has_content, row)):
                yield place, row


def address(row: int, column: int) -> str:
    return f"{xl_col_to_name(column)}{row + 1}"


def read_workbook(name: str, content: bytes) -> list[Grid]:
    """Return the sheets of a file; a CSV file has one.

    Raises ValidationError where it cannot be read, and WorkbooksBusy where it cannot be read now.
    """
    kind = kind_of(name, content)
    if kind == "csv":
        # One more than allowed: rows without separators take much more memory than their file.
        rows = islice(csv_rows(content, ["utf-8-sig", "gb18030"]), MOST_ROWS + 1)
        grids = [Grid("", [row for _line, row in rows])]
    else:
        grids = [Grid(sheet["name"], sheet["rows"]) for sheet in unpacked(kind, content)]
    if any(len(grid.rows) > MOST_ROWS for grid in grids):
        raise ValidationError(_("A sheet has more than %(most)d rows: split the file.") % {"most": MOST_ROWS})
    return grids


def kind_of(name: str, content: bytes) -> str:
    kind = PurePath(name).suffix.lower().lstrip(".")
    if kind not in KINDS:
        message = _("“%(name)s” is no spreadsheet that can be read: send XLSX, XLS, ODS or CSV.")
        raise ValidationError(message % {"name": name})
    if len(content) > LARGEST_FILE:
        message = _("The file is larger than %(most)d MB: split it, or leave pictures out.")
        raise ValidationError(message % {"most": LARGEST_FILE // 1024**2})
    if not content.strip():
        raise ValidationError(_("This file is empty: choose the one that has the content."))
    if not content.startswith(SIGNATURES.get(kind, b"")):
        raise unreadable(kind)
    return kind


def unreadable(kind):
    message = _(
        "This %(kind)s file cannot be read: it is damaged, protected by a password, of another kind, or far too "
        "large. Open it, save a copy without a password, and upload that."
    )
    return ValidationError(message % {"kind": kind.upper()})


def unpacked(kind: str, content: bytes) -> list[dict]:
    """Run the reader in a child process with limits."""
    command = [sys.executable, "-m", "missions.exchange.read_workbook_subprocess", kind]
    try:
        with slot("workbook", most=MOST_AT_ONCE, wait=LONGEST_WAIT):
            done = subprocess.run(  # noqa: S603 # nosec B603 # nothing of the file is part of the command
                command, input=content, capture_output=True, cwd=settings.BASE_DIR, timeout=MOST_SECONDS, check=True
            )
    except NoFreeSlot:
        raise WorkbooksBusy from None
    except subprocess.SubprocessError as error:
        raise unreadable(kind) from error
    return json.loads(done.stdout, object_hook=special)


def special(value: dict):
    match value:
        case {"day": day}:
            return Day(day)
        case {"moment": moment} | {"time": moment}:
            return Moment(moment)
        case {"error": ""}:
            return NoValue(_("The formula has no value: open the file in a spreadsheet program, and save it."))
        case {"error": error}:
            return NoValue(
                _("The cell holds the error %(error)s: fix the formula, or type the value.") % {"error": error}
            )
        case {"merged": [first, last]}:
            message = _("The cell is part of the merged cells %(cells)s: split them, and fill in each.")
            return NoValue(message % {"cells": f"{address(*first)}:{address(*last)}"})
    return value


def csv_rows(content: bytes, encodings: list[str]) -> Iterator[tuple[int, list[Value]]]:
    """Yield line number and cells of each record. Raises CsvError."""
    if content.count(b",") > MOST_COMMAS:
        raise unreadable("csv")
    csv.field_size_limit(LARGEST_FILE)
    reader = csv.reader(StringIO(decoded(content, encodings), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, list(map(csv_value, cells))
            line = reader.line_num + 1
    except csv.Error:
        message = _("A quotation mark is not closed: close it, and double those inside a cell.")
        raise CsvError(message, line) from None


def decoded(content: bytes, encodings: list[str]) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
    raise CsvError(_("This is not UTF-8: save the file as “CSV UTF-8” and load it again."), line)


def csv_value(text: str) -> Value:
    return (text[1:] if GUARDED.match(text) else text) or None
