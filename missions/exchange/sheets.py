"""Tables of records, read from CSV files or sheets with all problems."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .cells import Column, Text, shown, typed, unified
from .workbooks import LARGEST_FILE, Grid, NoValue, Value, address, csv_rows, has_content, kind_of


@dataclass(frozen=True)
class Problem:
    message: str
    file: str = ""
    line: int = 0
    column: str = ""
    cell: str = ""  # in a sheet of a workbook
    place: int = -1  # of the column in the file

    def __str__(self):
        place = {"file": self.file, "line": self.line, "column": self.column, "message": self.message}
        if self.cell:
            return _("%(file)s, cell %(cell)s: %(message)s") % {**place, "cell": self.cell}
        if self.column:
            return _("%(file)s, line %(line)d, column %(column)s: %(message)s") % place
        if self.line:
            return _("%(file)s, line %(line)d: %(message)s") % place
        return _("%(file)s: %(message)s") % place if self.file else self.message


class ImportFailed(ValidationError):
    """Nothing was written; `problems` has the reasons."""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__([str(problem) for problem in problems])
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
    is_grid: bool = False  # a sheet of a workbook: its cells have addresses
    places: dict[str, int] = field(default_factory=dict)  # of columns, from 0
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True

    def problem(self, message: str, line: int = 0, column: str = "") -> Problem:
        place = self.places.get(column, -1)
        cell = address(line - 1, place) if self.is_grid and place >= 0 else ""
        return Problem(message, self.file, line, column, cell, place)

    def refuse(self, message: str, line: int = 0, column: str = ""):
        self.is_whole = False
        self.problems.append(self.problem(message, line, column))


def read_csv(folder: Path, table: Table) -> Sheet:
    sheet = Sheet(table, table.file)
    try:
        with (folder / table.file).open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        kind_of(table.file, content)
        read_rows(sheet, csv_rows(content, ["utf-8-sig"]))
    except FileNotFoundError:
        sheet.refuse(_("The file is missing: add it, with its first line at least."))
    except OSError as error:
        sheet.refuse(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror})
    except ValidationError as error:
        sheet.refuse(error.messages[0], getattr(error, "line", 0))
    check_keys(sheet)
    return sheet


def read_grid(table: Table, grid: Grid) -> Sheet:
    sheet = Sheet(table, grid.name or table.name, is_grid=True)
    read_rows(sheet, enumerate(grid.rows, 1))
    check_keys(sheet)
    return sheet


def read_rows(sheet: Sheet, rows: Iterable[tuple[int, Sequence[Value]]]) -> None:
    """Read a header and records."""
    filled = ((line, values) for line, values in rows if any(map(has_content, values)))
    line, names = next(filled, (1, []))
    header = ["" if value is None or isinstance(value, NoValue) else unified(str(value)) for value in names]
    check_header(sheet, list(filter(None, header)), line)
    if not sheet.is_whole:
        return
    places = sheet.places = {name: at for at, name in enumerate(header) if name}
    for line, values in filled:
        row = SheetRow(sheet, line)
        sheet.rows.append(row)
        for column in sheet.table.columns:
            if column.name in places:
                at = places[column.name]
                # Rows may end before the last column.
                read_cell(row, column, values[at] if at < len(values) else None)
        if sheet.table.position:
            row.texts[sheet.table.position.name] = str(len(sheet.rows))
        for at, value in enumerate(values):
            if (at >= len(header) or not header[at]) and has_content(value):
                message = _("The column of this cell has no name: name it in the first row, or empty the cell.")
                cell = address(line - 1, at) if sheet.is_grid else ""
                sheet.problems.append(Problem(message, sheet.file, line, cell=cell))


def read_cell(row: SheetRow, column: Column, value: Value) -> None:
    text = ""
    try:
        text = typed(column, value)
        row.texts[column.name] = column.read(text)
    except ValidationError as error:
        row.wrong.add(column.name)
        # Kept for keys: a reference to a misspelled code is not an error itself.
        row.texts[column.name] = [] if column.is_list else column.tidy(text)
        row.sheet.problems += [row.problem(message, column.name) for message in error.messages]


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
