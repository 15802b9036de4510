"""Spreadsheets as people send them: the sheets of a file, and what stands in each cell, without what only looks so."""

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

# What the file says of its kind by its first bytes; a CSV file says nothing. Excel puts an XLS workbook into a
# container; old export programs sent the bare workbook, in the format of 1995.
SIGNATURES = {"xlsx": (b"PK\3\4",), "ods": (b"PK\3\4",), "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08")}
# Before a text that a spreadsheet would run as a formula, our CSV files have an apostrophe.
GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


class Day(str):
    """An ISO day that stood in its cell as a day."""


class Moment(str):
    """A day with a time, or a time alone, that stood in its cell as such."""


class NoValue(NamedTuple):
    """Why nothing can be read from a cell."""

    reason: str


class WorkbooksBusy(ValidationError):
    """As many workbooks are being read as may be at the same time."""

    def __init__(self):
        super().__init__(_("Two workbooks are being read. Try again in half a minute."), code="busy")


type Value = str | float | bool | Day | Moment | NoValue | None


@dataclass(frozen=True)
class Grid:
    """One sheet: its cells by row and column, both from 0. A row may be shorter than others."""

    name: str
    rows: list[list[Value]] = field(default_factory=list)

    def filled(self) -> Iterator[tuple[int, list[Value]]]:
        """The rows in which something stands, with their places."""
        for place, row in enumerate(self.rows):
            if any(value is not None and str(value).strip() for value in row):
                yield place, row


def address(row: int, column: int) -> str:
    """How spreadsheets call a cell: B3 for row 2, column 1."""
    return f"{xl_col_to_name(column)}{row + 1}"


def read_workbook(name: str, content: bytes) -> list[Grid]:
    """The sheets of the file `name`, of a CSV file the one.

    Raises ValidationError where it cannot be read, and WorkbooksBusy where it cannot be read now.
    """
    kind = kind_of(name, content)
    if kind == "csv":
        # One more than are allowed: rows without a sign in them take much more memory than their file.
        rows = islice(csv_rows(content), MOST_ROWS + 1)
        grids = [Grid("", [list(map(csv_value, row)) for row in rows])]
    else:
        grids = [Grid(sheet["name"], sheet["rows"]) for sheet in unpacked(kind, content)]
    if any(len(grid.rows) > MOST_ROWS for grid in grids):
        raise ValidationError(_("A sheet has more than %(most)d rows: split the file.") % {"most": MOST_ROWS})
    return grids


def handed_in(imported) -> list[Grid]:
    """The sheets of the file that an Import holds. Raises ValidationError and WorkbooksBusy."""
    return read_workbook(imported.name, bytes(imported.content))


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
    if not content.startswith(SIGNATURES.get(kind, (b"",))):
        raise unreadable(kind)
    return kind


def unreadable(kind):
    message = _(
        "This %(kind)s file cannot be read: it is damaged, protected by a password, of another kind, or far too "
        "large. Open it, save a copy without a password, and upload that."
    )
    return ValidationError(message % {"kind": kind.upper()})


def unpacked(kind: str, content: bytes) -> list[dict]:
    """What `unpack`, in its own process with its own bounds, makes of the file."""
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


def csv_rows(content: bytes) -> Iterator[list[str]]:
    """The records of a CSV file. One that is not UTF-8 is taken for what Chinese Excel writes, GBK."""
    if content.count(b",") > MOST_COMMAS:
        raise unreadable("csv")
    for encoding in ("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValidationError(
            _("The text of this file is neither UTF-8 nor GBK: save it as “CSV UTF-8”, and send that.")
        )
    try:
        yield from csv.reader(StringIO(text, newline=""), strict=True)
    except csv.Error:
        message = _("A quotation mark is not closed or stands alone: close it, and double those inside a cell.")
        raise ValidationError(message) from None


def csv_value(text: str) -> Value:
    """The text of a cell, without the apostrophe that guards it; None where it is empty."""
    return (text[1:] if GUARDED.match(text) else text) or None
