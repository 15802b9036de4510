"""Loads a programme from CSV files or a workbook: all or nothing.

A second load writes only what is new. `Register.loaded` holds what the file said last, so that edits on the site
are recognised and kept.
"""

import os
import shlex
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from ..days import today
from ..models import Head, Instrument, LoadedEvent, Mission, Source, StatusChange
from ..register.history import LOADED
from ..register.models import code_validator
from .cells import Column, as_text, shown
from .events import Events
from .new_missions import NewEntry, opening, record_entries
from .sheets import ImportFailed, Problem, Sheet, SheetRow, Table, read_csv, read_grid
from .tables import (
    EVENTS,
    INSTRUMENTS,
    MISSIONS,
    PROGRAMME,
    SOURCES,
    TABLES,
    assign,
    becomes,
    changed,
    counts,
    in_order,
    loops,
    parents_first,
    save,
    stored_records,
    wrong_missions,
    wrong_references,
)
from .workbooks import LARGEST_FILE, read_workbook

WORKBOOKS = (".xlsx", ".xls", ".ods")
# What happens to a source missing from the file: it may have been removed for its address.
DISOWNED = {"url": "", "seen_at": "", "publisher": "Publisher not named", "publisher_zh": "来源未注明"}
NEW_SITE = """\
  export HUB_DATA_DIR="$PWD/var/new"
  .venv/bin/python manage.py migrate
  .venv/bin/python manage.py load_programme %(path)s
  make run"""


def load_programme(path: Path | str, *, dry_run: bool = False, force: bool = False) -> "Load":
    """Load or update a programme from CSV files or a workbook.

    `force` overwrites what was edited here; a dry run writes nothing. Raises ImportFailed with every problem of
    every table. What the ledger refuses shows once the tables are right.
    """
    load = Load(Path(path), force=force)
    with transaction.atomic():
        # Lock out other writers: what is compared below must not change before it is written.
        Head.objects.lock()
        load.check()
        load.write_register()
        load.write_ledger()
        if dry_run:
            transaction.set_rollback(True)
    return load


def read_folder(folder: Path) -> list[Sheet]:
    if not any(os.path.exists(folder / table.file) for table in TABLES):
        words = {"folder": folder, "files": ", ".join(table.file for table in TABLES)}
        message = _("“%(folder)s” is not the folder of a programme: it has none of %(files)s.")
        raise ImportFailed([Problem(message % words)])
    tables = [table for table in TABLES if not table.is_optional or os.path.lexists(folder / table.file)]
    return [read_csv(folder, table) for table in tables]


def read_template(path: Path) -> list[Sheet]:
    try:
        with path.open("rb") as file:
            grids = {grid.name.strip().lower(): grid for grid in read_workbook(path.name, file.read(LARGEST_FILE + 1))}
    except OSError as error:
        message = _("The file cannot be read: %(reason)s.") % {"reason": error.strerror}
        raise ImportFailed([Problem(message, str(path))]) from None
    except ValidationError as error:
        raise ImportFailed([Problem(message, str(path)) for message in error.messages]) from None
    if grids.keys().isdisjoint(table.name for table in TABLES):
        words = {"file": path, "sheets": ", ".join(table.name for table in TABLES)}
        message = _("“%(file)s” is not the workbook of a programme: it has none of the sheets %(sheets)s.")
        raise ImportFailed([Problem(message % words)])
    sheets = []
    for table in TABLES:
        if table.name in grids:
            sheets.append(read_grid(table, grids[table.name]))
        elif not table.is_optional:
            sheets.append(Sheet(table, table.name))
            sheets[-1].refuse(_("The sheet is missing: add it, with its first row at least."))
    return sheets


class Load:
    """One load: first the register, then the ledger."""

    def __init__(self, path: Path, *, force: bool):
        """Read the files. Raises ImportFailed if they are no programme."""
        self.path, self.force = path, force
        is_workbook = path.suffix.lower() in WORKBOOKS and not path.is_dir()
        sheets = read_template(path) if is_workbook else read_folder(path)
        self.sheets = {sheet.table.name: sheet for sheet in sheets}
        self.records: dict[type[models.Model], dict[str, Any]] = {}
        self.created: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()
        self.entries = 0
        self.changes: list[Problem] = []
        self.conflicts: list[Problem] = []
        self.notes: list[Problem] = []
        self.problems: list[Problem] = []

    def lines(self) -> list[str]:
        tables = [
            counts(sheet.file, self.created[name], self.updated[name])
            for name, sheet in self.sheets.items()
            if sheet.table is not EVENTS
        ]
        ledger = _("ledger: %(entries)d new") % {"entries": self.entries}
        return [*tables, ledger, *map(str, [*self.changes, *self.conflicts, *self.notes])]

    def rows(self, table: Table) -> list[SheetRow]:
        sheet = self.sheets.get(table.name)
        return sheet.rows if sheet else []

    # --- checks ---

    def check(self):
        """Raise ImportFailed if a file is wrong by itself, with others or with the site."""
        self.check_instruments()
        message = _("There is no “%(code)s” in %(file)s.")
        known = {
            sheet.table.model: ({row.key[0] for row in sheet.rows}, sheet.file)
            for sheet in self.sheets.values()
            if sheet.is_whole
        }
        problems = list(wrong_missions(self.sheets[MISSIONS.name]))
        for sheet in self.sheets.values():
            problems += sheet.problems
            problems += wrong_references(sheet, known, message)
            if sheet.table.parent:
                problems += loops(sheet, {row["code"]: row.get("parent_code") for row in sheet.rows})
        problems += self.wrong_events()
        problems += [row.problem(_("A site has one programme: remove this row.")) for row in self.rows(PROGRAMME)[1:]]
        if problems:
            raise ImportFailed(in_order(problems, self.sheets.values()))

    def check_instruments(self):
        """Raise ImportFailed if the file has none of the site's instruments."""
        sheet, codes = self.sheets[INSTRUMENTS.name], list(Instrument.objects.values_list("code", flat=True))
        in_file = {row["code"] for row in sheet.rows}
        is_filled = any(each.rows for each in self.sheets.values())
        if codes and is_filled and sheet.is_whole and in_file.isdisjoint(codes):
            message = _(
                "The file has none of the instruments of this site (%(codes)s). If it belongs "
                "to this programme, add one of them. If it is another "
                "programme, start a new site for it, with its own data folder "
                "(HUB_DATA_DIR) and its own database:\n%(commands)s"
            )
            commands = NEW_SITE % {"path": shlex.quote(str(self.path))}
            raise ImportFailed([sheet.problem(message % {"codes": ", ".join(codes), "commands": commands})])

    def wrong_events(self) -> Iterator[Problem]:
        now = today().isoformat()
        in_preparation = {
            row["code"]
            for row in self.rows(INSTRUMENTS)
            if "issued_on" not in row.wrong and not "" < row["issued_on"] <= now
        }
        waiting = {row["code"] for row in self.rows(MISSIONS) if row["instrument"] in in_preparation}
        missions = dict(LoadedEvent.objects.values_list("key", "entry__mission__code"))
        for row in self.rows(EVENTS):
            try:
                code_validator(row.get("key") or "none")
            except ValidationError as error:
                yield from (row.problem(message, "key") for message in error.messages)
            if row.get("key") in missions:
                yield from changed(row, {"mission_code": missions[row["key"]]})
            if row["date"] > now and "date" not in row.wrong:
                yield row.problem(_("The date is in the future: enter the event once it has happened."), "date")
            if row["mission_code"] in waiting:
                message = _(
                    "The instrument of %(code)s is in preparation: enter its date of issue, or leave the event out."
                )
                yield row.problem(message % {"code": row["mission_code"]}, "mission_code")

    # --- the register ---

    def write_register(self):
        sheets = [sheet for sheet in self.sheets.values() if sheet.table is not EVENTS]
        for sheet in sheets:
            self.write_table(sheet)
        # Edited records and the file's records must form a tree together.
        for sheet in sheets:
            if sheet.table.parent:
                parents = dict(sheet.table.model._default_manager.values_list("code", "parent__code"))
                self.problems += loops(sheet, parents)
        if self.problems:
            raise ImportFailed(self.problems)

    def write_table(self, sheet: Sheet):
        table = sheet.table
        stored = {table.key_of(record): record for record in stored_records(table)}
        self.records[table.model] = {}
        for row in parents_first(sheet):
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
        self.note_vanished(sheet, [" ".join(key) for key in vanished])

    def merge(self, record, row: SheetRow):
        """Update the record, except for fields edited on the site."""
        columns = [column for column in row.stored_columns if self.is_to_change(record, row, column)]
        self.updated[row.table.name] += bool(columns)
        loaded = record.loaded
        if columns or loaded is None or any(text != loaded.get(name, "") for name, text in row.texts.items()):
            try:
                self.save(record, row, columns)
            except ValidationError as error:
                self.problems += [row.problem(message) for message in error.messages]

    def is_to_change(self, record, row: SheetRow, column: Column) -> bool:
        present, text = column.present(record), row.texts[column.name]
        if present == text:
            return False
        was_edited = record.loaded is None or present != record.loaded.get(column.name, "")
        if was_edited and not self.force:
            message = _("edited on the site (“%(present)s”), the file has “%(text)s”; left unchanged")
            words = {"present": shown(present), "text": shown(text)}
            self.conflicts.append(row.problem(message % words, column.name))
            return False
        self.changes.append(becomes(row, column.name, present, text))
        return True

    def save(self, record, row: SheetRow, columns: list[Column]):
        """Set these columns. Raises ValidationError for an invalid combination."""
        assign(record, columns, row.texts, self.records)
        record.loaded = {**(record.loaded or {}), **row.texts}
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

    def note_vanished(self, sheet: Sheet, names: list[str]):
        if names:
            message = _("no longer in the file, left as they are: %(names)s")
            self.notes.append(sheet.problem(message % {"names": ", ".join(names)}))

    # --- the ledger ---

    def write_ledger(self):
        missions = self.records[Mission]
        openings = StatusChange.objects.uncorrected().filter(sets_status=True, sets_due=True)
        opened = dict(openings.values_list("mission__code", "effective_on"))
        new = list(self.openings(opened))
        opened |= {entry.draft.mission.code: entry.draft.effective_on for entry in new}
        events = Events(self.sheets[EVENTS.name], missions, self.records[Source], opened, force=self.force)
        self.changes += events.changes
        self.conflicts += events.conflicts
        self.note_vanished(self.sheets[EVENTS.name], events.left)
        entries = [*new, *events.drafts]
        recorded = record_entries(entries, by=None)
        self.entries = len(recorded)
        events.save(recorded[len(new) :])

    def openings(self, opened: dict[str, date]) -> Iterator[NewEntry]:
        """Yield the openings of new missions, and note due dates that differ from the ledger's."""
        message = _("“%(present)s” is in force, the file has “%(text)s”; record a new due date in the back office")
        for row in self.rows(MISSIONS):
            mission = self.records[Mission][row["code"]]
            issued_on, present = mission.instrument.issued_on, as_text(mission.due or "")
            if mission.code in opened:
                if row["due"] != present:
                    words = {"present": present, "text": shown(row["due"])}
                    self.conflicts.append(row.problem(message % words, "due"))
            elif issued_on and issued_on <= today():
                # An instrument without a date of issue is not public, and opens no mission.
                yield opening(row, mission, issued_on)
