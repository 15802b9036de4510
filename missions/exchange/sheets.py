"""Tables of records, read from CSV files or sheets with all problems."""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .cells import Column, Text, shown, typed, unified
from .workbooks import Grid, NoValue, Value, address, has_content

LARGEST_CSV = 64 * 1024 * 1024


@dataclass(frozen=True)
class Problem:
    message: str
    file: str = ""
    line: int = 0
    column: str = ""
    cell: str = ""  # in a sheet of a workbook

    def __str__(self):
        place = {"file": self.file, "line": self.line, "column": self.column, "message": self.message}
        if self.cell:
            return _("%(file)s, cell %(cell)s: %(message)s") % {**place, "cell": self.cell}
        if self.column:
            return _("%(file)s, line %(line)d, column %(column)s: %(message)s") % place
        if self.line:
            return _("%(file)s, line %(line)d: %(message)s") % place
        return _("%(file)s: %(message)s") % place if self.file else self.message


class ImportFailed(Exception):
    """Nothing was written; `problems` has the reasons."""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__(problems)
        self.problems = problems

    def __str__(self):
        return "\n".join(map(str, self.problems))


@dataclass(frozen=True)
class Table:
    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    position: Column | None = None  # filled with the record's place in the file
    otherwise: tuple[str, ...] = ()  # name a record together where a cell of `key` is empty
    is_optional: bool = False  # a programme may be without it, and says nothing of its records then

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def stored_columns(self) -> list[Column]:
        columns = [*self.columns, self.position] if self.position else self.columns
        return [column for column in columns if not column.is_ledgers]

    @property
    def parent(self) -> Column | None:
        own = (column for column in self.columns if column.refers_to is self.model and not column.is_list)
        return next(own, None)

    def key_of(self, record: models.Model) -> tuple:
        columns = {column.name: column for column in self.columns}
        return tuple(columns[name].present(record) for name in self.key)


@dataclass
class SheetRow:
    """One record: its line and its texts by column."""

    sheet: "Sheet" = field(repr=False, compare=False)
    line: int
    texts: dict[str, Text] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)  # the columns whose cells could not be read

    def __getitem__(self, column: str) -> str:
        return cast(str, self.texts[column])

    @property
    def table(self) -> Table:
        return self.sheet.table

    @property
    def stored_columns(self) -> list[Column]:
        return [column for column in self.table.stored_columns if column.name in self.texts]

    @property
    def key_columns(self) -> tuple[str, ...]:
        has_key = all(self.get(column) for column in self.table.key)
        return self.table.key if has_key else self.table.otherwise or self.table.key

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self[column] for column in self.key_columns)

    def get(self, column: str) -> str:
        return cast(str, self.texts.get(column, ""))

    def problem(self, message: str, column: str = "") -> Problem:
        return self.sheet.problem(message, self.line, column)


@dataclass
class Sheet:
    """A table as read. It is complete unless a problem stopped reading."""

    table: Table
    file: str
    places: dict[str, int] = field(default_factory=dict)  # of columns, from 0, in a sheet of a workbook
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True
    is_absent: bool = False  # an optional one that is not there

    def problem(self, message: str, line: int = 0, column: str = "") -> Problem:
        cell = address(line - 1, self.places[column]) if column in self.places else ""
        return Problem(message, self.file, line, column, cell)

    def refuse(self, message: str, line: int = 0, column: str = ""):
        self.is_whole = False
        self.problems.append(self.problem(message, line, column))


class ParseError(Exception):
    """Why the rest of a file cannot be read; line or 0."""

    def __init__(self, message, line=0):
        super().__init__(message, line)


def read_csv(folder: Path, table: Table) -> Sheet:
    sheet = Sheet(table, table.file, is_absent=table.is_optional and not os.path.lexists(folder / table.file))
    if not sheet.is_absent:
        try:
            read_rows(sheet, split_records(read_text(folder / table.file)), is_grid=False)
        except ParseError as reason:
            sheet.refuse(*reason.args)
    check_keys(sheet)
    return sheet


def read_grid(table: Table, grid: Grid) -> Sheet:
    sheet = Sheet(table, grid.name or table.name)
    read_rows(sheet, ((place + 1, values) for place, values in grid.filled()), is_grid=True)
    check_keys(sheet)
    return sheet


def read_rows(sheet: Sheet, rows: Iterator[tuple[int, Sequence[Value]]], *, is_grid: bool) -> None:
    """Read a header and records. Cells of a grid are typed by people, those of a CSV file are canonical."""
    line, names = next(rows, (1, []))
    header = ["" if value is None or isinstance(value, NoValue) else unified(str(value)) for value in names]
    check_header(sheet, [name for name in header if name or not is_grid], line)
    if not sheet.is_whole:
        return
    places = {name: at for at, name in enumerate(header) if name}
    if is_grid:
        sheet.places = places
    for line, values in rows:
        if not is_grid and len(values) != len(header):
            message = _("Cells in this row: %(cells)d, columns: %(columns)d. Check its commas and quotation marks.")
            sheet.refuse(message % {"cells": len(values), "columns": len(header)}, line)
            continue
        row = SheetRow(sheet, line)
        sheet.rows.append(row)
        for column in sheet.table.columns:
            if column.name in places:
                at = places[column.name]
                # Rows of a workbook may end before the last column.
                read_cell(row, column, values[at] if at < len(values) else None, is_grid=is_grid)
        if sheet.table.position:
            row.texts[sheet.table.position.name] = str(len(sheet.rows))
        for at, value in enumerate(values):
            if (at >= len(header) or not header[at]) and has_content(value):
                message = _("The column of this cell has no name: name it in the first row, or empty the cell.")
                sheet.problems.append(Problem(message, sheet.file, line, cell=address(line - 1, at)))


def read_cell(row: SheetRow, column: Column, value: Value, *, is_grid: bool) -> None:
    text = ""
    try:
        text = typed(column, value) if is_grid else cast(str, value)
        row.texts[column.name] = column.read(text)
    except ValidationError as error:
        row.wrong.add(column.name)
        # Kept for keys: a reference to a misspelled code is not an error itself.
        row.texts[column.name] = [] if column.is_list else column.tidy(text)
        row.sheet.problems += [row.problem(message, column.name) for message in error.messages]


def read_text(path: Path) -> str:
    """Return the file's text. Raises ParseError."""
    try:
        if path.stat().st_size > LARGEST_CSV:
            raise ParseError(_("The file is larger than %(limit)d MB: split it.") % {"limit": LARGEST_CSV >> 20})
        data = path.read_bytes()
    except FileNotFoundError:
        raise ParseError(_("The file is missing: add it, with its first line at least.")) from None
    except OSError as error:
        raise ParseError(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror}) from None
    not_utf8 = _("This is not UTF-8: save the file as “CSV UTF-8” and load it again.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError(not_utf8, data.count(b"\n", 0, error.start) + 1) from None
    if "\0" in text.partition("\n")[0]:  # UTF-16 without a byte order mark
        raise ParseError(not_utf8, 1)
    return text


def split_records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each record. Raises ParseError."""
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_CSV))
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            message = _("A quotation mark is not closed: close it, and double those inside a cell.")
            raise ParseError(message, line) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def check_header(sheet: Sheet, header: list[str], line: int):
    expected = [column.name for column in sheet.table.columns]
    optional = {column.name for column in sheet.table.columns if column.is_optional}
    if not set(expected) & set(header):
        names = {"columns": ",".join(expected)}
        sheet.refuse(_("The first line names none of the columns: it must be “%(columns)s”.") % names, line)
        return
    for name in expected:
        if name not in header and name not in optional:
            sheet.refuse(_("The column is missing: add it."), line, name)
    for name in dict.fromkeys(header):
        if name not in expected:
            sheet.refuse(_("The column is not known: remove it, or correct its name."), line, f"“{shown(name)}”")
        elif header.count(name) > 1:
            sheet.refuse(_("This column occurs twice: remove one."), line, name)


def check_keys(sheet: Sheet):
    lines: dict[tuple, int] = {}
    for row in sheet.rows:
        if not all(row.key) or (len(row.key) > 1 and row.wrong.intersection(row.key_columns)):
            continue
        first = lines.setdefault(row.key, row.line)
        if first == row.line:
            continue
        column, message = "", _("This record is already on line %(line)d: remove one, or correct it.")
        if len(row.key) == 1:
            column, message = (
                row.key_columns[0],
                _("“%(code)s” is already on line %(line)d: remove one, or correct it."),
            )
        sheet.problems.append(row.problem(message % {"code": shown(row.key[0]), "line": first}, column))
