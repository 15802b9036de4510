"""An import of the register: differences by field, then the change.

Values that only the ledger sets, such as a due date, are refused for existing missions. A field edited on both sides
is refused.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _
from import_export.exceptions import ImportError as RowRefused

from ..models import Head, Mission
from .cells import Column, Text, shown
from .new_missions import NewMissions
from .programme_tables import MISSIONS, loops, wrong_missions
from .records import parents_first
from .register import TABLES, VERSION, RecordResource, named, stored
from .sheets import Problem, Sheet, SheetRow, read_grid
from .workbooks import Grid

BATCH = 200  # rows between two signs of progress


class RowChange(NamedTuple):
    """The changes of one row, by column."""

    row: SheetRow
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

    def lines(self) -> Iterator[str]:
        if self.is_new:
            yield str(self.row.problem(_("new")))
            return
        for column, was, text in self.fields:
            words = {"present": shown(was), "text": shown(text)}
            yield str(self.row.problem(_("“%(present)s” becomes “%(text)s”") % words, column.name))


def whole(text: Text) -> str:
    return ";".join(text) if isinstance(text, list) else text


class ImportFailed(Exception):
    """Nothing was written; `problems` has the reasons."""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__(problems)
        self.problems = problems


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


class RegisterImport:
    """`look` finds the differences, `write` applies them."""

    def __init__(self, grids: Sequence[Grid], *, by=None, reason: str):
        self.by, self.reason = by, reason
        self.sheets = {sheet.table.model: sheet for sheet in read_sheets(grids)}
        self.rows = sum(len(sheet.rows) for sheet in self.sheets.values())
        self.records: dict[type[models.Model], dict] = {}
        self.changes: list[RowChange] = []
        self.problems: list[Problem] = []

    def look(self) -> Iterator[int]:
        """Yield the number of rows compared; then the findings are attributes."""
        self.revision = Head.objects.get().revision
        self.records = {table.model: {named(table.key_of(one)): one for one in stored(table)} for table in TABLES}
        self.problems = self._in_order(self._problems())
        if self.problems:
            return
        yield from self._take({model: sheet.rows for model, sheet in self.sheets.items()}, dry_run=True)
        new = [change.row for change in self.changes if change.is_new and change.row.table.model is Mission]
        self.new_missions = NewMissions(new, self)
        self.problems = self._in_order([*self.problems, *self.new_missions.problems()])

    def write(self) -> Iterator[int]:
        """Write all or nothing; yield the number of rows. Raises ImportFailed."""
        found: dict[type[models.Model], list[SheetRow]] = {model: [] for model in self.sheets}
        for change in self.changes:
            found[change.row.table.model].append(change.row)
        self.changes = []  # each is found again, and written
        with transaction.atomic():
            if Head.objects.lock().revision != self.revision:
                raise ImportFailed([Problem(_("The data have changed since the preview: look again."))])
            yield from self._take(found, dry_run=False)
            if refusals := self.new_missions.record():
                raise ImportFailed(refusals)

    def _take(self, rows: Mapping[type[models.Model], Sequence[SheetRow]], *, dry_run) -> Iterator[int]:
        done = 0
        for table in TABLES:
            here = list(rows.get(table.model, ()))
            resource = RecordResource(table)
            for some in batched(parents_first(here) if table.parent else here, BATCH):
                try:
                    resource.take(some, self, dry_run=dry_run)
                except RowRefused as refused:
                    if not isinstance(refused.error, DatabaseError):
                        raise refused.error from None
                    message = _("The database refuses this row: %(reason)s")
                    # The first line is the reason; the others are the database's context.
                    problem = resource.row.problem(message % {"reason": shown(str(refused.error).partition("\n")[0])})
                    raise ImportFailed([problem]) from refused
                done += len(some)
                yield done

    def note(self, row, is_new, fields):
        self.changes.append(RowChange(row, is_new, fields))

    def refuse(self, problem):
        self.problems.append(problem)

    @property
    def counts(self) -> list[str]:
        created = Counter(change.row.table.name for change in self.changes if change.is_new)
        updated = Counter(change.row.table.name for change in self.changes if not change.is_new)
        tables = [
            _("%(file)s: %(created)d new, %(updated)d changed")
            % {"file": sheet.file, "created": created[sheet.table.name], "updated": updated[sheet.table.name]}
            for sheet in self.sheets.values()
            if created[sheet.table.name] or updated[sheet.table.name]
        ]
        words = {"opened": len(self.new_missions.opened), "withdrawn": len(self.new_missions.successors)}
        ledger = _("ledger: %(opened)d opened, %(withdrawn)d withdrawn") % words
        return [*tables, ledger] if any(words.values()) else tables

    def lines(self) -> list[str]:
        changes = (line for change in self.changes for line in change.lines())
        return [*self.counts, *changes, *map(str, self.new_missions.replacements)]

    def says(self, model: type[models.Model], code: str, name: str) -> Text:
        table = next(table for table in TABLES if table.model is model)
        rows = self.sheets[model].rows if model in self.sheets else ()
        row = next((row for row in rows if named(row.key) == code), None)
        column = next(column for column in table.columns if column.name == name)
        return row.texts[name] if row else column.present(self.records[model][code])

    # --- what is wrong with the file itself, or beside the records ---

    def _in_order(self, problems: Iterable[Problem]) -> list[Problem]:
        places = {sheet.file: (at, sheet.places) for at, sheet in enumerate(self.sheets.values())}

        def place(problem):
            at, columns = places[problem.file]
            return at, problem.line, columns.get(problem.column, -1)

        return sorted(problems, key=place)

    def _problems(self) -> Iterator[Problem]:
        for sheet in self.sheets.values():
            yield from sheet.problems
            yield from self._wrong_references(sheet)
            if sheet.table.parent:
                yield from self._loops(sheet, sheet.table.parent)
        if missions := self.sheets.get(Mission):
            yield from wrong_missions(missions)
            yield from self._ledgers_own(missions)

    def _loops(self, sheet: Sheet, parent: Column) -> Iterator[Problem]:
        above = {code: str(parent.present(one)) for code, one in self.records[sheet.table.model].items()}
        texts = {row["code"]: row[parent.name] for row in sheet.rows if parent.name in row.texts}
        yield from loops(sheet, {row["code"]: "" for row in sheet.rows} | above | texts)

    def _wrong_references(self, sheet: Sheet) -> Iterator[Problem]:
        message = _("There is no “%(code)s”, neither here nor in this file.")
        for column in sheet.table.columns:
            if column.refers_to is None:
                continue
            coming = self.sheets[column.refers_to].rows if column.refers_to in self.sheets else ()
            known = self.records[column.refers_to].keys() | {named(row.key) for row in coming}
            for row in sheet.rows:
                for code in column.codes(row.get(column.name)):
                    if code not in known and column.name not in row.wrong:
                        yield row.problem(message % {"code": shown(code)}, column.name)

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
