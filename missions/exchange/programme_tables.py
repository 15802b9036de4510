"""The tables of a programme and the rules between them."""

import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..columns import PLAIN
from ..days import today
from ..models import (
    Area,
    Contradiction,
    Evidence,
    Instrument,
    LoadedEvent,
    Mission,
    Organisation,
    ProgrammeDay,
    Provenance,
    ReportedFigure,
    Source,
    StatusChange,
    Theme,
)
from ..models import Programme as ProgrammeRecord
from ..register.models import code_validator
from .cells import Column, shown
from .sheets import Problem, Sheet, SheetRow, Table, read_grid, read_sheet
from .workbooks import LARGEST_FILE, read_workbook

BY_REMIT = "by remit, not stated in a source"


def columns(model: type[models.Model], names: str) -> tuple[Column, ...]:
    return tuple(Column(name.rstrip("?"), model, is_optional=name.endswith("?")) for name in names.split())


SOURCES = Table(
    name="sources",
    model=Source,
    key=("key",),
    columns=columns(Source, "key title title_zh? publisher publisher_zh? published_on form? url seen_at? language"),
)
AREAS = Table(
    name="areas",
    model=Area,
    key=("code",),
    columns=(
        *columns(Area, "code name_en name_zh province_or_city province_or_city_zh? zone"),
        Column("parent_code", Area, "parent", is_optional=True),
    ),
    position=Column("position", Area),
)
THEMES = Table(
    name="themes",
    model=Theme,
    key=("code",),
    columns=columns(Theme, "code name_en name_zh"),
    position=Column("position", Theme),
)
INSTRUMENTS = Table(
    name="instruments",
    model=Instrument,
    key=("code",),
    columns=(
        Column("code", Instrument),
        Column("name_en", Instrument, "title_en"),
        Column("name_zh", Instrument, "title_zh"),
        *columns(Instrument, "issuer_en issuer_zh issued_on official_total"),
        Column("url_or_citation", Instrument, "citation"),
        *columns(Instrument, "notes notes_zh?"),
    ),
    position=Column("position", Instrument),
)
OWNERS = Table(
    name="owners",
    model=Organisation,
    key=("code",),
    columns=(
        *columns(Organisation, "code name_en name_zh level"),
        Column("parent_code", Organisation, "parent"),
        Column("source", Organisation, none=BY_REMIT),
    ),
    position=Column("position", Organisation),
)
MISSIONS = Table(
    name="missions",
    model=Mission,
    key=("code",),
    columns=(
        *columns(Mission, "code instrument number kind title_en title_zh description_en description_zh"),
        *columns(Mission, "theme lead_owner supporting_owners areas"),
        *(Column(column.name, Mission, is_optional=column.is_optional) for column in PLAIN),
        Column("due", Mission, is_ledgers=True),
        Column("provenance", Mission),
        Column("source_keys", Mission, "sources"),
    ),
)
FIGURES = Table(
    name="reported_figures",
    model=ReportedFigure,
    key=("as_of", "instrument", "indicator_en", "source_key"),
    columns=(
        Column("as_of", ReportedFigure),
        Column("instrument", ReportedFigure, none="hub"),
        *columns(ReportedFigure, "indicator_en indicator_zh value unit unit_zh?"),
        Column("source_key", ReportedFigure, "source"),
        *columns(ReportedFigure, "measure covers"),
    ),
)
PROGRAMME = Table(
    name="programme",
    model=ProgrammeRecord,
    key=("key",),
    columns=columns(ProgrammeRecord, "key name_en name_zh short_name_en short_name_zh about_en about_zh"),
    is_optional=True,
)
TIMELINE = Table(
    name="timeline",
    model=ProgrammeDay,
    key=("date", "source_key"),
    columns=(*columns(ProgrammeDay, "date label_en label_zh"), Column("source_key", ProgrammeDay, "source")),
    is_optional=True,
)
CONTRADICTIONS = Table(
    name="contradictions",
    model=Contradiction,
    key=("key",),
    columns=columns(Contradiction, "key text_en text_zh"),
    position=Column("position", Contradiction),
    is_optional=True,
)
EVENTS = Table(
    name="events",
    model=StatusChange,
    key=("key",),
    otherwise=("mission_code", "date", "new_status", "source_key", "headline_en"),
    columns=(
        Column("key", LoadedEvent, required=False, is_optional=True),
        Column("mission_code", StatusChange, "mission"),
        Column("date", Evidence, "event_on", required=True),
        Column("new_status", StatusChange, "status"),
        Column("headline_en", StatusChange, required=True),
        Column("headline_zh", StatusChange, required=True),
        Column("source_key", Evidence, "source", required=True),
    ),
)

# Each after those it refers to.
REGISTER = (SOURCES, AREAS, THEMES, INSTRUMENTS, OWNERS, MISSIONS, FIGURES, PROGRAMME, TIMELINE, CONTRADICTIONS)
TABLES = (*REGISTER, EVENTS)
TREES = [table for table in REGISTER if table.parent]
BELOW_ITSELF: Mapping[type[models.Model], Any] = {
    Area: gettext_lazy("An area cannot be below itself."),
    Organisation: gettext_lazy("An organisation cannot be below itself."),
}
WORKBOOKS = (".xlsx", ".xls", ".ods")
NEW_SITE = """\
  export HUB_DATA_DIR="$PWD/var/new"
  .venv/bin/python manage.py migrate
  .venv/bin/python manage.py load_programme %(path)s
  make run"""


class ProgrammeErrors(Exception):
    """All problems that prevent a load."""

    def __init__(self, problems: list[Problem]):
        super().__init__(problems)
        self.problems = problems

    def __str__(self):
        return "\n".join(map(str, self.problems))


def read_folder(folder: Path) -> list[Sheet]:
    """Read the CSV files. Raises ProgrammeErrors if the folder holds no programme."""
    if not any(os.path.exists(folder / table.file) for table in TABLES):
        words = {"folder": folder, "files": ", ".join(table.file for table in TABLES)}
        message = _("“%(folder)s” is not the folder of a programme: it has none of %(files)s.")
        raise ProgrammeErrors([Problem(message % words)])
    return [read_sheet(folder, table) for table in TABLES]


def read_template(path: Path) -> list[Sheet]:
    """Read the sheets named like tables. Raises ProgrammeErrors if there is none."""
    try:
        with path.open("rb") as file:
            grids = {grid.name.strip().lower(): grid for grid in read_workbook(path.name, file.read(LARGEST_FILE + 1))}
    except OSError as error:
        message = _("The file cannot be read: %(reason)s.") % {"reason": error.strerror}
        raise ProgrammeErrors([Problem(message, str(path))]) from None
    except ValidationError as error:
        raise ProgrammeErrors([Problem(message, str(path)) for message in error.messages]) from None
    if grids.keys().isdisjoint(table.name for table in TABLES):
        words = {"file": path, "sheets": ", ".join(table.name for table in TABLES)}
        message = _("“%(file)s” is not the workbook of a programme: it has none of the sheets %(sheets)s.")
        raise ProgrammeErrors([Problem(message % words)])
    return [read_grid(table, grids[table.name]) if table.name in grids else missing(table) for table in TABLES]


def missing(table: Table) -> Sheet:
    sheet = Sheet(table, table.name, is_absent=table.is_optional)
    if not table.is_optional:
        sheet.refuse(_("The sheet is missing: add it, with its first row at least."))
    return sheet


class Programme:
    def __init__(self, path: Path):
        self.path = path
        is_workbook = path.suffix.lower() in WORKBOOKS and not path.is_dir()
        sheets = read_template(path) if is_workbook else read_folder(path)
        self.sheets = {sheet.table.model: sheet for sheet in sheets}

    def __getitem__(self, table: Table) -> Sheet:
        return self.sheets[table.model]

    def check(self):
        """Raise ProgrammeErrors if a file is wrong by itself, with others or with the site."""
        self.check_instruments()
        problems = [problem for sheet in self.sheets.values() for problem in sheet.problems]
        for sheet in self.sheets.values():
            problems += self.wrong_references(sheet)
        problems += wrong_missions(self[MISSIONS])
        for table in TREES:
            problems += loops(self[table], {row["code"]: row.get("parent_code") for row in self[table].rows})
        problems += wrong_events(self)
        problems += [row.problem(_("A site has one programme: remove this row.")) for row in self[PROGRAMME].rows[1:]]
        if problems:
            raise ProgrammeErrors(self.in_order(problems))

    def check_instruments(self):
        """Raise ProgrammeErrors if the file has none of the site's instruments."""
        sheet, codes = self[INSTRUMENTS], list(Instrument.objects.values_list("code", flat=True))
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
            raise ProgrammeErrors([sheet.problem(message % {"codes": ", ".join(codes), "commands": commands})])

    def wrong_references(self, sheet: Sheet) -> Iterator[Problem]:
        message = _("There is no “%(code)s” in %(file)s.")
        for column in sheet.table.columns:
            target = self.sheets[column.refers_to] if column.refers_to else None
            if target is None or not target.is_whole:
                continue
            known = {row.key for row in target.rows}
            for row in sheet.rows:
                for code in column.codes(row.get(column.name)):
                    if (code,) not in known and column.name not in row.wrong:
                        yield row.problem(message % {"code": shown(code), "file": target.file}, column.name)

    def in_order(self, problems: list[Problem]) -> list[Problem]:
        tables = {sheet.file: sheet.table for sheet in self.sheets.values()}
        files = list(tables)
        columns = {(file, column.name): n for file, table in tables.items() for n, column in enumerate(table.columns)}
        return sorted(problems, key=lambda p: (files.index(p.file), p.line, columns.get((p.file, p.column), -1)))


def wrong_missions(sheet: Sheet) -> Iterator[Problem]:
    stored = {mission.code: mission for mission in Mission.objects.select_related("instrument")}
    holders = {numbering(m.instrument.code, m.provenance, str(m.number)): m.code for m in stored.values()}
    for row in sheet.rows:
        if bool(row["description_en"]) != bool(row["description_zh"]):
            empty = "description_zh" if row["description_en"] else "description_en"
            yield row.problem(_("Fill in the description in both languages, or in neither."), empty)
        if not row.wrong.isdisjoint({"instrument", "number"}):
            continue
        if mission := stored.get(row["code"]):
            yield from changed(row, {"instrument": mission.instrument.code, "number": str(mission.number)})
        number = numbering(row["instrument"], row["provenance"], row["number"])
        holder = holders.setdefault(number, row["code"])
        if holder != row["code"]:
            message = _("Number %(number)s of %(instrument)s is %(code)s: give each mission its own number.")
            words = {"number": row["number"], "instrument": shown(row["instrument"]), "code": shown(holder)}
            yield row.problem(message % words, "number")


def numbering(instrument: str, provenance: str, number: str) -> tuple[str, bool, str]:
    """Return the key of a number: official and own numbers are separate."""
    return instrument, provenance == Provenance.OFFICIAL, number


def changed(row: SheetRow, present: Mapping[str, str]) -> Iterator[Problem]:
    message = _("This never changes: it is “%(present)s” here and “%(text)s” in the file.")
    for column, text in present.items():
        if row[column] != text:
            yield row.problem(message % {"present": text, "text": shown(row[column])}, column)


def loops(sheet: Sheet, parents: Mapping[str, str | None]) -> Iterator[Problem]:
    for row in sheet.rows:
        way: set[str] = set()
        above = parents[row["code"]]
        while above and above not in way:
            way.add(above)
            above = parents.get(above)
        if row["code"] in way:
            yield row.problem(str(BELOW_ITSELF[sheet.table.model]), "parent_code")


def wrong_events(programme: Programme) -> Iterator[Problem]:
    now = today().isoformat()
    in_preparation = {
        row["code"]
        for row in programme[INSTRUMENTS].rows
        if "issued_on" not in row.wrong and not "" < row["issued_on"] <= now
    }
    waiting = {row["code"] for row in programme[MISSIONS].rows if row["instrument"] in in_preparation}
    missions = dict(LoadedEvent.objects.values_list("key", "entry__mission__code"))
    for row in programme[EVENTS].rows:
        yield from wrong_key(row)
        if row.get("key") in missions:
            yield from changed(row, {"mission_code": missions[row["key"]]})
        if row["date"] > now and "date" not in row.wrong:
            yield row.problem(_("The date is in the future: enter the event once it has happened."), "date")
        if row["mission_code"] in waiting:
            message = _(
                "The instrument of %(code)s is in preparation: enter its date of issue, or leave the event out."
            )
            yield row.problem(message % {"code": row["mission_code"]}, "mission_code")


def wrong_key(row: SheetRow) -> Iterator[Problem]:
    try:
        code_validator(row.get("key") or "none")
    except ValidationError as error:
        yield from (row.problem(message, "key") for message in error.messages)
