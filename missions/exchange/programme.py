"""Loads a programme from a folder of CSV files: all or nothing, and a second time only what is new.

Between a file and the register stands `Register.loaded`, what the file said last: a field that differs from it was
edited here, and stays.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from ..models import EntryKind, Evidence, Head, Mission, Organisation, Refused, Source, StatusChange, record_many
from ..models.days import today
from ..status import Basis, Status
from .cells import Column, shown
from .programme_tables import EVENTS, MISSIONS, OWNERS, REGISTER, Programme, ProgrammeErrors, below_themselves
from .sheets import Problem, Row, Sheet, Table

REASON = "load_programme"

type Draft = tuple[StatusChange, list[Evidence]]


@dataclass(frozen=True)
class Summary:
    """What a load wrote, or would write: records by table, ledger entries, and what there is to say of them."""

    created: Mapping[str, int]
    updated: Mapping[str, int]
    entries: int
    changes: tuple[str, ...]
    conflicts: tuple[str, ...]
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        counts = [
            _("%(file)s: %(created)d new, %(updated)d changed.")
            % {"file": table.file, "created": self.created[table.name], "updated": self.updated[table.name]}
            for table in REGISTER
        ]
        ledger = _("Ledger: %(entries)d new entries.") % {"entries": self.entries}
        return [*counts, ledger, *self.changes, *self.conflicts, *self.notes]


def load_programme(folder: Path | str, *, dry_run: bool = False, force: bool = False) -> Summary:
    """Loads or updates the programme in `folder`. `force` overwrites what was edited here; a dry run writes nothing.

    Raises ProgrammeErrors with every problem of every file. What the ledger refuses shows once the files are right.
    """
    programme = Programme(Path(folder))
    with transaction.atomic():
        # Whoever else loads or records waits: what is compared below must not change before it is written.
        Head.objects.lock()
        programme.check()
        load = Load(programme, force=force)
        load.write_register()
        load.write_ledger()
        transaction.set_rollback(dry_run)
    return load.summary()


class Load:
    """One load: the register's records first, then the ledger's entries."""

    def __init__(self, programme: Programme, *, force: bool):
        self.programme, self.force = programme, force
        self.records: dict[type[models.Model], dict[str, models.Model]] = {}
        self.created: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()
        self.entries = 0
        self.changes: list[Problem] = []
        self.conflicts: list[Problem] = []
        self.notes: list[Problem] = []
        self.problems: list[Problem] = []

    def summary(self) -> Summary:
        said = [tuple(map(str, places)) for places in (self.changes, self.conflicts, self.notes)]
        return Summary(self.created, self.updated, self.entries, *said)

    def write_register(self):
        for table in REGISTER:
            self.write_table(self.programme[table])
        self.check_tree()
        if self.problems:
            raise ProgrammeErrors(self.problems)

    def write_table(self, sheet: Sheet):
        table = sheet.table
        stored = {key(table, record): record for record in stored_records(table)}
        written = self.records[table.model] = {}
        for row in parents_first(sheet) if table is OWNERS else sheet.rows:
            record = stored.pop(sheet.key(row), None)
            if record is None:
                record = table.model()
                self.save(record, row, table.of_register())
                self.created[table.name] += 1
            else:
                self.merge(table, row, record)
            written[sheet.key(row)[0]] = record
        self.note_vanished(table, [key for key, record in stored.items() if record.loaded is not None])

    def merge(self, table: Table, row: Row, record):
        """Brings the record to what the file says, save for what was edited here."""
        changed = [column for column in table.of_register() if self.is_to_change(table, row, record, column)]
        if changed:
            self.updated[table.name] += 1
        if changed or record.loaded != row.texts:
            try:
                self.save(record, row, changed)
            except ValidationError as error:
                self.problems += [Problem(message, table.file, row.line) for message in error.messages]

    def is_to_change(self, table, row, record, column) -> bool:
        present, said = column.present(record), row.texts[column.name]
        if present == said:
            return False
        was_edited = record.loaded is None or present != record.loaded.get(column.name)
        words = {"present": shown(present), "text": shown(said)}
        if was_edited and not self.force:
            message = _("edited here (“%(present)s”), the file says “%(text)s”; left as it is.")
            self.conflicts.append(Problem(message % words, table.file, row.line, column.name))
            return False
        message = _("“%(present)s” becomes “%(text)s”.")
        self.changes.append(Problem(message % words, table.file, row.line, column.name))
        return True

    def save(self, record, row: Row, columns: list[Column]):
        """Saves the record with the texts of these columns. Raises ValidationError where they go ill with the rest."""
        lists = [column for column in columns if column.is_list]
        fields = [column for column in columns if not column.is_list]
        for column in fields:
            setattr(record, column.field.name, column.value(row.texts[column.name], self.records))
        record.loaded = row.texts
        record._change_reason = REASON
        if record.pk:
            record.validate_constraints()
        # A change of lists alone is in the history already, once for each list; `loaded` is in none.
        (record.save if fields else record.save_without_historical_record)()
        for column in lists:
            getattr(record, column.field.name).set(column.value(row.texts[column.name], self.records))

    def note_vanished(self, table: Table, keys: list[tuple]):
        if keys:
            names = ", ".join(" ".join(key) for key in keys)
            message = _("no longer in the file, left as they are: %(names)s.")
            self.notes.append(Problem(message % {"names": names}, table.file))

    def check_tree(self):
        """What the file says and what was edited here can each be a tree, and not so together."""
        loops = below_themselves(dict(Organisation.objects.values_list("code", "parent__code")))
        for row in self.programme[OWNERS].rows:
            if row.texts["code"] in loops:
                message = _("An organisation cannot stand below itself.")
                self.problems.append(Problem(message, OWNERS.file, row.line, "parent_code"))

    def write_ledger(self):
        missions = self.records[Mission]
        self.conflicts += due_conflicts(self.programme, missions)
        entries = new_entries(self.programme, missions, self.records[Source])
        try:
            # An empty batch would still make a new revision on PostgreSQL.
            self.entries = len(entries and record_many([(entry.draft, entry.evidence) for entry in entries], by=None))
        except Refused as refused:
            problems = [problem for at, error in refused.errors.items() for problem in entries[at].refusals(error)]
            raise ProgrammeErrors(problems) from None


def stored_records(table: Table):
    related = [column for column in table.columns if column.refers_to]
    return table.model.objects.select_related(*(c.field.name for c in related if not c.is_list)).prefetch_related(
        *(c.field.name for c in related if c.is_list)
    )


def key(table: Table, record) -> tuple:
    """What the record's row is known by in its file."""
    return tuple(column.present(record) for column in table.key_columns)


def parents_first(rows: list[Row]) -> list[Row]:
    """The organisations in an order in which each finds the one above it saved."""
    by_code = {row.texts["code"]: row for row in rows}
    above = {code: filter(None, [row.texts["parent_code"]]) for code, row in by_code.items()}
    return [by_code[code] for code in TopologicalSorter(above).static_order()]
