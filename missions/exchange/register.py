"""The register as sheets: an export, and an import that shows differences by field before it writes them.

Values that only the ledger sets, such as a due date, are refused for existing missions. A field edited on both sides
is refused.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date
from typing import IO, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from odf import table as odf
from odf.opendocument import OpenDocumentSpreadsheet
from odf.text import P
from xlsxwriter import Workbook

from ..columns import WIDTHS
from ..models import Head, Instrument, Mission, Organisation, StatusChange
from ..register.history import Change
from .cells import Column, Text, as_text, shown, whole
from .new_missions import NewMissions
from .sheets import ImportFailed, Problem, Sheet, SheetRow, Table, read_grid
from .tables import (
    MISSIONS,
    OWNERS,
    REGISTER,
    SOURCES,
    assign,
    becomes,
    columns,
    counts,
    in_order,
    loops,
    parents_first,
    save,
    stored_records,
    wrong_missions,
    wrong_references,
)
from .template import width
from .workbooks import Grid

# What a programme's own files lack; there the position is the place in the file.
MORE = {
    OWNERS.name: columns(Organisation, "closed_on"),
    MISSIONS.name: (
        *columns(StatusChange, "opened_on=effective_on", required=False, is_ledgers=True),
        *columns(Mission, "replaces", required=False, is_ledgers=True),
    ),
}
# Never exported: where a non-public source was read.
PRIVATE = {(SOURCES.name, "seen_at")}
# The exported version: it separates edits on the site from edits in the file.
VERSION = "version"
# Dates of earlier years are text: spreadsheets disagree on 1900, and a typed year becomes a date in 1905.
FIRST_YEAR_OF_DAYS = "1906"
HEADER = {"bold": True, "font_size": 10, "bg_color": "#eef1f4", "bottom": 1, "valign": "top"}
CELL = {"font_size": 10, "valign": "top"}
# What spreadsheets run as formulas, and what looks already guarded.
RISKY = re.compile(r"'*[=+\-@\t\r\n]")
CHANGED_HERE = gettext_lazy(
    "Changed here since this file went out, by %(who)s on %(when)s: it is “%(present)s” now. Download the register "
    "again; or empty the cell in the column “version”, and what this file says is written over it."
)


def history(model: type[models.Model]) -> Any:
    return model.history  # type: ignore[attr-defined]  # each of the register has one


def registered(table: Table) -> Table:
    version = Column(VERSION, history(table.model).model, "history_id", required=False, is_ledgers=True)
    found = [column for column in table.columns if (table.name, column.name) not in PRIVATE]
    more = (*filter(None, [table.position]), *MORE.get(table.name, ()), version)
    return replace(table, columns=(*found, *more), position=None)


# Each after those it refers to.
TABLES = tuple(map(registered, REGISTER))


def stored(table: Table) -> models.QuerySet:
    newest = history(table.model).filter(id=OuterRef("pk")).order_by("-history_id").values("history_id")
    records = stored_records(table).annotate(history_id=Subquery(newest[:1]))
    if table.model is not Mission:
        return records
    openings = StatusChange.objects.uncorrected().filter(mission=OuterRef("pk"), sets_status=True, sets_due=True)
    return records.annotate(effective_on=Subquery(openings.values("effective_on")[:1]))


def named(key: tuple[str, ...]) -> str | tuple[str, ...]:
    return key[0] if len(key) == 1 else key


# --- out --------------------------------------------------------------------------------------------------------------


def export(table: Table) -> list[list[str]]:
    """Return the records as rows of text, in the order of the table's columns."""
    return [[whole(column.present(record)) for column in table.columns] for record in stored(table)]


def write_xlsx(file: IO[bytes]) -> None:
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"created": Head.objects.get().advanced_at.astimezone(UTC)})
    head, text = book.add_format(HEADER), book.add_format(CELL)
    day = book.add_format({**CELL, "num_format": "yyyy-mm-dd", "align": "left"})
    for table in TABLES:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 1)
        if table.name == MISSIONS.name:
            sheet.activate()  # what most come for
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, WIDTHS.get(column.name) or width(column))
            sheet.write_string(0, place, column.name, head)
        rows = export(table)
        for at, row in enumerate(rows, 1):
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                if not cell:
                    continue
                if isinstance(column.field, models.DateField) and cell >= FIRST_YEAR_OF_DAYS:
                    sheet.write_datetime(at, place, date.fromisoformat(cell), day)
                elif isinstance(column.field, models.IntegerField | models.DecimalField) and cell != column.none:
                    sheet.write_number(at, place, float(cell), text)
                else:
                    sheet.write_string(at, place, cell, text)
        sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
    book.close()


def write_ods(file: IO[bytes]) -> None:
    book = OpenDocumentSpreadsheet()
    for table in TABLES:
        sheet = odf.Table(name=table.name)
        for cells in [[column.name for column in table.columns], *export(table)]:
            row = odf.TableRow()
            for text in cells:
                cell = odf.TableCell(valuetype="string")
                cell.addElement(P(text=text))
                row.addElement(cell)
            sheet.addElement(row)
        book.spreadsheet.addElement(sheet)
    book.write(file)


def write_csv(file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    rows = csv.writer(text)
    missions = next(table for table in TABLES if table.name == MISSIONS.name)
    rows.writerow(column.name for column in missions.columns)
    rows.writerows([f"'{cell}" if RISKY.match(cell) else cell for cell in row] for row in export(missions))
    text.detach()


WRITERS: dict[str, Callable[[IO[bytes]], None]] = {"xlsx": write_xlsx, "ods": write_ods, "csv": write_csv}


# --- in ---------------------------------------------------------------------------------------------------------------


class RowChange(NamedTuple):
    """The changes of one row: column, text here, text of the file."""

    row: SheetRow
    record: Any
    is_new: bool
    fields: Sequence[tuple[Column, Text, Text]]

    @property
    def place(self) -> str:
        return f"{self.row.sheet.file} · {' · '.join(self.row.key)}"

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        if self.is_new:
            texts = ((name, whole(text)) for name, text in self.row.texts.items())
            return [(name, "", text) for name, text in texts if text and name != VERSION]
        return [(column.name, whole(was), whole(text)) for column, was, text in self.fields]

    def lines(self) -> list[Problem]:
        if self.is_new:
            return [self.row.problem(_("new"))]
        return [becomes(self.row, column.name, was, text) for column, was, text in self.fields]


def read_sheets(grids: Sequence[Grid]) -> list[Sheet]:
    """Return the sheets by table; a single sheet may have any name.

    Raises ValidationError where one holds something that would be passed over, or none holds anything.
    """
    tables = {table.name: table for table in TABLES}
    filled = [grid for grid in grids if any(grid.filled())] if len(grids) > 1 else grids
    found: dict[str, Grid] = {}
    for grid in filled:
        name = grid.name.strip().lower()
        if name not in tables and len(filled) == 1:
            name = MISSIONS.name
        if name in found:
            raise ValidationError(_("Two sheets are named “%(name)s”: take one out.") % {"name": name})
        if name not in tables:
            message = _(
                "The sheet “%(name)s” is no table of the register: take it out, or name it like one: %(names)s."
            )
            raise ValidationError(message % {"name": shown(grid.name), "names": ", ".join(tables)})
        found[name] = grid
    if not found:
        message = _("None of the sheets is named like a table of the register: %(names)s.")
        raise ValidationError(message % {"names": ", ".join(tables)})
    return [read_grid(tables[name], grid) for name, grid in found.items()]


def text_at(column: Column, version: Any) -> Text:
    """Return the column's text in a version of the history."""
    if not column.is_list:
        return column.present(version)
    field: Any = column.field
    items = getattr(version, field.name).select_related(field.m2m_reverse_field_name())
    return sorted(getattr(item, field.m2m_reverse_field_name()).code for item in items)


class RegisterImport:
    """`look` finds the differences, `write` applies them."""

    def __init__(self, grids: Sequence[Grid], *, by=None, reason: str):
        self.by, self.reason = by, reason
        self.sheets = {sheet.table.model: sheet for sheet in read_sheets(grids)}
        self.records: dict[type[models.Model], dict] = {}
        self.changes: list[RowChange] = []
        self.problems: list[Problem] = []

    def look(self) -> Iterator[tuple[int, int]]:
        """Compare; yield how many rows of how many are compared. Then the findings are attributes."""
        self.revision = Head.objects.get().revision
        self.records = {table.model: {named(table.key_of(one)): one for one in stored(table)} for table in TABLES}
        self.problems = in_order(self._problems(), self.sheets.values())
        if self.problems:
            return
        self.issued_on = {code: as_text(one.issued_on or "") for code, one in self.records[Instrument].items()}
        if instruments := self.sheets.get(Instrument):
            self.issued_on |= {row["code"]: row["issued_on"] for row in instruments.rows}
        sheets = [self.sheets[table.model] for table in TABLES if table.model in self.sheets]
        rows = [row for sheet in sheets for row in parents_first(sheet)]
        for done, row in enumerate(rows, 1):
            self._compare(row)
            yield done, len(rows)
        new = [change.row for change in self.changes if change.is_new and change.row.table.model is Mission]
        self.new_missions = NewMissions(new, self)
        self.problems = in_order([*self.problems, *self.new_missions.problems()], self.sheets.values())

    def write(self) -> Iterator[tuple[int, int]]:
        """Write all or nothing; yield how many rows of how many are written. Raises ImportFailed."""
        with transaction.atomic():
            if Head.objects.lock().revision != self.revision:
                raise ImportFailed([Problem(_("The data have changed since the preview: look again."))])
            for done, change in enumerate(self.changes, 1):
                self._save(change)
                yield done, len(self.changes)
            self.new_missions.record()

    def _compare(self, row: SheetRow) -> None:
        records = self.records[row.table.model]
        record = records.get(named(row.key))
        if record is None:
            records[named(row.key)] = record = row.table.model()
            new = [(column, "", row.texts[column.name]) for column in row.stored_columns]
            self.changes.append(RowChange(row, record, True, new))
            return
        texts = [(column, column.present(record), row.texts[column.name]) for column in row.stored_columns]
        differing = [(column, was, text) for column, was, text in texts if was != text]
        if differing and row.get(VERSION) not in ("", str(record.history_id)):
            differing = self._without_conflicts(row, record, differing)
        if differing:
            self.changes.append(RowChange(row, record, False, differing))

    def _without_conflicts(self, row: SheetRow, record, differing):
        """Return the differences made in the file; note as problems those made on both sides."""
        base = record.history.filter(history_id=row[VERSION]).first()
        if base is None:
            message = _("This is no version of this record: leave the cell as it was exported, or empty it.")
            self.problems.append(row.problem(message, VERSION))
            return []
        newest = Change(record.history.select_related("history_user").latest("history_id"))
        mine = []
        for column, was, text in differing:
            exported = text_at(column, base)
            if was == exported:
                mine.append((column, was, text))
            elif text != exported:
                words = {"who": newest.who, "when": date_format(localtime(newest.at)), "present": shown(was) or "–"}
                self.problems.append(row.problem(CHANGED_HERE % words, column.name))
        return mine

    def _save(self, change: RowChange) -> None:
        columns, texts = [column for column, _was, _text in change.fields], change.row.texts
        try:
            assign(change.record, columns, texts, self.records)
            save(change.record, columns, texts, self.records, reason=self.reason, by=self.by)
        except DatabaseError as error:
            message = _("The database refuses this row: %(reason)s")
            # The first line is the reason; the others are the database's context.
            problem = change.row.problem(message % {"reason": shown(str(error).partition("\n")[0])})
            raise ImportFailed([problem]) from error

    @property
    def counts(self) -> list[str]:
        tables = []
        for sheet in self.sheets.values():
            if found := [change.is_new for change in self.changes if change.row.sheet is sheet]:
                tables.append(counts(sheet.file, found.count(True), found.count(False)))
        words = {"opened": len(self.new_missions.opened), "withdrawn": len(self.new_missions.successors)}
        ledger = _("ledger: %(opened)d opened, %(withdrawn)d withdrawn") % words
        return [*tables, ledger] if any(words.values()) else tables

    def lines(self) -> list[str]:
        changes = (line for change in self.changes for line in change.lines())
        return [*self.counts, *map(str, [*changes, *self.new_missions.replacements])]

    # --- checks before any comparison ---

    def _problems(self) -> Iterator[Problem]:
        message = _("There is no “%(code)s”, neither here nor in this file.")
        known: dict = {model: ({*records}, "") for model, records in self.records.items()}
        for model, sheet in self.sheets.items():
            known[model][0].update(named(row.key) for row in sheet.rows)
        for sheet in self.sheets.values():
            yield from sheet.problems
            yield from wrong_references(sheet, known, message)
            if parent := sheet.table.parent:
                above = {code: str(parent.present(one)) for code, one in self.records[sheet.table.model].items()}
                texts = {row["code"]: row[parent.name] for row in sheet.rows if parent.name in row.texts}
                yield from loops(sheet, {row["code"]: "" for row in sheet.rows} | above | texts)
        if missions := self.sheets.get(Mission):
            yield from wrong_missions(missions)
            yield from self._ledgers_own(missions)

    def _ledgers_own(self, missions: Sheet) -> Iterator[Problem]:
        """Refuse changes of values that only the ledger sets."""
        message = _(
            "The ledger says “%(present)s”: restore the cell, and record the "
            "change in the back office, with its date and reason."
        )
        for column in (column for column in missions.table.columns if column.is_ledgers and column.name != VERSION):
            for row in missions.rows:
                record = self.records[Mission].get(row["code"])
                if record is None or column.name in row.wrong:
                    continue
                if (present := column.present(record)) != row.texts[column.name]:
                    yield row.problem(message % {"present": shown(present) or "–"}, column.name)
