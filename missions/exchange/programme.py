"""Loads a programme from CSV files or a workbook: all or nothing.

A second load writes only what is new. `Register.loaded` holds what the file said last, so that edits on the site
are recognised and kept.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from ..models import EntryRejected, Head, Mission, Source, record_many
from ..register.history import LOADED
from .cells import Column, Text, shown
from .programme_entries import due_conflicts, opening_days, openings
from .programme_events import Events
from .programme_tables import EVENTS, REGISTER, SOURCES, TREES, Programme, ProgrammeErrors, loops
from .records import assign, parents_first, save
from .sheets import Problem, Sheet, SheetRow, Table

# What happens to a source missing from the file: it may have been removed for its address.
DISOWNED = {"url": "", "seen_at": "", "publisher": "Publisher not named", "publisher_zh": "来源未注明"}


@dataclass(frozen=True)
class Summary:
    files: Mapping[str, str]  # or sheets, by table
    created: Mapping[str, int]
    updated: Mapping[str, int]
    entries: int
    changes: tuple[str, ...]
    conflicts: tuple[str, ...]
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        counts = [
            _("%(file)s: %(created)d new, %(updated)d changed")
            % {"file": file, "created": self.created[table], "updated": self.updated[table]}
            for table, file in self.files.items()
        ]
        ledger = _("ledger: %(entries)d new") % {"entries": self.entries}
        return [*counts, ledger, *self.changes, *self.conflicts, *self.notes]


def load_programme(path: Path | str, *, dry_run: bool = False, force: bool = False) -> Summary:
    """Load or update a programme from CSV files or a workbook.

    `force` overwrites what was edited here; a dry run writes nothing. Raises ProgrammeErrors with every problem of
    every table. What the ledger refuses shows once the tables are right.
    """
    programme = Programme(Path(path))
    with transaction.atomic():
        # Lock out other writers: what is compared below must not change before it is written.
        Head.objects.lock()
        programme.check()
        load = Load(programme, force=force)
        load.write_register()
        load.write_ledger()
        if dry_run:
            transaction.set_rollback(True)
    return load.summary()


class Load:
    """One load: first the register, then the ledger."""

    def __init__(self, programme: Programme, *, force: bool):
        self.programme, self.force = programme, force
        self.records: dict[type[models.Model], dict[str, Any]] = {}
        self.created: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()
        self.entries = 0
        self.changes: list[Problem] = []
        self.conflicts: list[Problem] = []
        self.notes: list[Problem] = []
        self.problems: list[Problem] = []

    def summary(self) -> Summary:
        return Summary(
            files={table.name: self.programme[table].file for table in REGISTER if not self.programme[table].is_absent},
            created={table.name: self.created[table.name] for table in REGISTER},
            updated={table.name: self.updated[table.name] for table in REGISTER},
            entries=self.entries,
            changes=tuple(map(str, self.changes)),
            conflicts=tuple(map(str, self.conflicts)),
            notes=tuple(map(str, self.notes)),
        )

    def write_register(self):
        for table in REGISTER:
            if not self.programme[table].is_absent:
                self.write_table(self.programme[table])
        self.check_trees()
        if self.problems:
            raise ProgrammeErrors(self.problems)

    def write_ledger(self):
        missions = self.records[Mission]
        self.conflicts += due_conflicts(self.programme, missions)
        opened = opening_days()
        new = openings(self.programme, missions, opened)
        opened |= {entry.draft.mission.code: entry.draft.effective_on for entry in new}
        events = Events(self.programme[EVENTS], missions, self.records[Source], opened, force=self.force)
        self.changes += events.changes
        self.conflicts += events.conflicts
        self.note_vanished(self.programme[EVENTS], [(key,) for key in events.left])
        entries = [*new, *events.drafts]
        try:
            recorded = record_many([(entry.draft, entry.evidence) for entry in entries], by=None)
        except EntryRejected as refused:
            problems = [problem for at, error in refused.errors.items() for problem in entries[at].refusals(error)]
            raise ProgrammeErrors(problems) from None
        self.entries = len(recorded)
        events.save(recorded[len(new) :])

    def write_table(self, sheet: Sheet):
        table = sheet.table
        stored = {table.key_of(record): record for record in stored_records(table)}
        self.records[table.model] = {}
        for row in parents_first(sheet.rows) if table.parent else sheet.rows:
            record = stored.pop(row.key, None)
            if record is None:
                record = table.model()
                self.save(record, row, row.stored_columns)
                self.created[table.name] += 1
            else:
                self.merge(record, row)
            self.records[table.model][row.key[0]] = record
        vanished = {key: record for key, record in stored.items() if record.loaded is not None}
        if table is SOURCES and sheet.rows:
            vanished = {key: record for key, record in vanished.items() if not self.disown(sheet, record)}
        self.note_vanished(sheet, list(vanished))

    def merge(self, record, row: SheetRow):
        """Update the record, except for fields edited on the site."""
        columns = [column for column in row.stored_columns if self.is_to_change(record, row, column)]
        self.updated[row.table.name] += bool(columns)
        if columns or is_news(record, row):
            try:
                self.save(record, row, columns)
            except ValidationError as error:
                self.problems += [row.problem(message) for message in error.messages]

    def is_to_change(self, record, row: SheetRow, column: Column) -> bool:
        present, text = column.present(record), row.texts[column.name]
        if present == text:
            return False
        was_edited = record.loaded is None or present != record.loaded.get(column.name, "")
        words = {"present": shown(present), "text": shown(text)}
        if was_edited and not self.force:
            message = _("edited on the site (“%(present)s”), the file has “%(text)s”; left unchanged")
            self.conflicts.append(row.problem(message % words, column.name))
            return False
        self.changes.append(row.problem(_("“%(present)s” becomes “%(text)s”") % words, column.name))
        return True

    def save(self, record, row: SheetRow, columns: list[Column]):
        """Set these columns. Raises ValidationError for an invalid combination."""
        assign(record, columns, row.texts, self.records)
        record.loaded = loaded_texts(record, row)
        if record.pk is not None:
            record.validate_constraints()
        save(record, columns, row.texts, self.records, reason=LOADED)

    def disown(self, sheet: Sheet, source: Source) -> bool:
        loaded = {**(source.loaded or {}), **DISOWNED}
        if source.loaded == loaded:
            return False
        source.loaded = loaded
        columns = [column for column in SOURCES.stored_columns if column.name in DISOWNED]
        assign(source, columns, DISOWNED, self.records)
        save(source, columns, DISOWNED, self.records, reason=LOADED)
        self.updated[SOURCES.name] += 1
        message = _("%(key)s is no longer in the file: its address is emptied, and its publisher no longer named")
        self.changes.append(sheet.problem(message % {"key": source.key}))
        return True

    def note_vanished(self, sheet: Sheet, keys: list[tuple]):
        if keys:
            message = _("no longer in the file, left as they are: %(names)s")
            self.notes.append(sheet.problem(message % {"names": ", ".join(map(" ".join, keys))}))

    def check_trees(self):
        """Check that edited records and the file's records form a tree together."""
        for table in TREES:
            parents = dict(table.model._default_manager.values_list("code", "parent__code"))
            self.problems += loops(self.programme[table], parents)


def is_news(record, row: SheetRow) -> bool:
    loaded = record.loaded
    return loaded is None or any(text != loaded.get(name, "") for name, text in row.texts.items())


def loaded_texts(record, row: SheetRow) -> dict[str, Text]:
    return {**(record.loaded or {}), **row.texts}


def stored_records(table: Table) -> models.QuerySet:
    relations = [column.field.name for column in table.columns if column.refers_to]
    return table.model._default_manager.prefetch_related(*relations)
