"""The eight files of a programme, and what must hold between them."""

from datetime import date
from pathlib import Path

from django.db import models
from django.utils.translation import gettext as _

from ..models import Area, Evidence, Instrument, Mission, Organisation, ReportedFigure, Source, StatusChange, Theme
from ..models.days import today
from .cells import Column, shown
from .sheets import Problem, Row, Sheet, Table, read_sheet

BY_REMIT = "by remit, not stated in a source"


def columns(model: type[models.Model], names: str) -> list[Column]:
    """The columns that are named like their fields."""
    return [Column(name, model) for name in names.split()]


SOURCES = Table(
    name="sources",
    model=Source,
    key=("key",),
    columns=(*columns(Source, "key title publisher published_on url language"),),
)
AREAS = Table(
    name="areas",
    model=Area,
    key=("code",),
    columns=(*columns(Area, "code name_en name_zh province_or_city zone"),),
    position=Column("position", Area),
)
THEMES = Table(
    name="themes",
    model=Theme,
    key=("code",),
    columns=(*columns(Theme, "code name_en name_zh"),),
    position=Column("position", Theme),
)
INSTRUMENTS = Table(
    name="instruments",
    model=Instrument,
    key=("code",),
    columns=(
        *columns(Instrument, "code title_en title_zh issuer_en issuer_zh issued_on official_total"),
        Column("url_or_citation", Instrument, "citation"),
        Column("notes", Instrument),
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
        *columns(Mission, "theme lead_owner supporting_owners areas clause"),
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
        *columns(ReportedFigure, "indicator_en indicator_zh value unit"),
        Column("source_key", ReportedFigure, "source"),
        *columns(ReportedFigure, "measure covers"),
    ),
)
EVENTS = Table(
    name="events",
    model=StatusChange,
    key=("mission_code", "date", "new_status", "source_key", "headline_en"),
    columns=(
        Column("mission_code", StatusChange, "mission"),
        Column("date", Evidence, "event_on", required=True),
        Column("new_status", StatusChange, "status"),
        Column("headline_en", StatusChange, required=True),
        Column("headline_zh", StatusChange, required=True),
        Column("source_key", Evidence, "source", required=True),
    ),
)

# Each stands after those that it refers to.
REGISTER = (SOURCES, AREAS, THEMES, INSTRUMENTS, OWNERS, MISSIONS, FIGURES)


class ProgrammeErrors(Exception):
    """Why a programme was not loaded: all problems found."""

    def __init__(self, problems: list[Problem]):
        super().__init__(problems)
        self.problems = problems

    def __str__(self):
        return "\n".join(map(str, self.problems))


class Programme:
    """The eight files of a folder as read."""

    def __init__(self, folder: Path):
        tables = [*REGISTER, EVENTS]
        if not any((folder / table.file).exists() for table in tables):
            words = {"folder": folder, "files": ", ".join(table.file for table in tables)}
            message = _("“%(folder)s” is not the folder of a programme: it holds none of %(files)s.")
            raise ProgrammeErrors([Problem(message % words)])
        self.sheets = {table.name: read_sheet(folder, table) for table in tables}
        self.by_model = {sheet.table.model: sheet for sheet in self.sheets.values()}

    def __getitem__(self, table: Table) -> Sheet:
        return self.sheets[table.name]

    def check(self):
        """Raises ProgrammeErrors where a file is wrong by itself, beside the others or beside what is stored."""
        for sheet in self.sheets.values():
            self.check_references(sheet)
        check_missions(self[MISSIONS])
        check_owners(self[OWNERS])
        check_events(self)
        problems = [problem for sheet in self.sheets.values() for problem in in_order(sheet)]
        if problems:
            raise ProgrammeErrors(problems)

    def check_references(self, sheet):
        """What a cell refers to stands in its file. Nothing is said of a file that could not be read to its end."""
        for column in sheet.table.columns:
            target = self.by_model.get(column.refers_to)
            if target is None or not target.is_whole:
                continue
            known = {code for (code,) in target.by_key()}
            for row in sheet.rows:
                for code in column.codes(row.texts[column.name]):
                    if code not in known and column.name not in row.wrong:
                        words = {"code": shown(code), "file": target.table.file}
                        sheet.problem(_("There is no “%(code)s” in %(file)s.") % words, row.line, column.name)


def in_order(sheet: Sheet) -> list[Problem]:
    places = [column.name for column in sheet.table.columns]
    return sorted(
        sheet.problems,
        key=lambda problem: (problem.line, places.index(problem.column) if problem.column in places else -1),
    )


def check_missions(sheet: Sheet):
    stored = {mission.code: mission for mission in Mission.objects.select_related("instrument")}
    holders = {(m.instrument.code, str(m.number)): m.code for m in stored.values()}
    for row in sheet.rows:
        texts = row.texts
        if bool(texts["description_en"]) != bool(texts["description_zh"]):
            empty = "description_zh" if texts["description_en"] else "description_en"
            sheet.problem(_("Fill in the description in both languages, or in neither."), row.line, empty)
        if mission := stored.get(texts["code"]):
            check_unchanged(sheet, row, "instrument", mission.instrument.code)
            check_unchanged(sheet, row, "number", str(mission.number))
        holder = holders.setdefault((texts["instrument"], texts["number"]), texts["code"])
        if holder != texts["code"] and row.wrong.isdisjoint({"instrument", "number"}):
            words = {"number": texts["number"], "instrument": texts["instrument"], "code": holder}
            message = _("Number %(number)s of %(instrument)s is %(code)s: give each mission a number of its own.")
            sheet.problem(message % words, row.line, "number")


def check_unchanged(sheet: Sheet, row: Row, name: str, present: str):
    if row.texts[name] != present and name not in row.wrong:
        words = {"present": present, "text": row.texts[name]}
        message = _("This never changes: it is “%(present)s” here and “%(text)s” in the file.")
        sheet.problem(message % words, row.line, name)


def check_owners(sheet: Sheet):
    parents = {row.texts["code"]: row.texts["parent_code"] for row in sheet.rows}
    loops = below_themselves(parents)
    for row in sheet.rows:
        if row.texts["code"] in loops:
            sheet.problem(_("An organisation cannot stand below itself."), row.line, "parent_code")


def below_themselves(parents: dict) -> set[str]:
    """The codes that are met again on the way up from them; `parents` maps each to the code above it."""
    found = set()
    for code in parents:
        way, above = set(), parents[code]
        while above and above not in way:
            way.add(above)
            above = parents.get(above)
        if code in way:
            found.add(code)
    return found


def check_events(programme: Programme):
    sheet, now = programme[EVENTS], today().isoformat()
    waiting = {
        row.texts["code"]
        for row in programme[INSTRUMENTS].rows
        if "issued_on" not in row.wrong and not is_issued(row.texts["issued_on"])
    }
    waiting_missions = {row.texts["code"] for row in programme[MISSIONS].rows if row.texts["instrument"] in waiting}
    for row in sheet.rows:
        if row.texts["date"] > now and "date" not in row.wrong:
            sheet.problem(_("The day lies in the future: events come after they happened."), row.line, "date")
        if row.texts["mission_code"] in waiting_missions:
            message = _("The instrument of %(code)s is in preparation: give it a day of issue, or leave the event out.")
            sheet.problem(message % {"code": row.texts["mission_code"]}, row.line, "mission_code")


def is_issued(text: str) -> bool:
    return bool(text) and date.fromisoformat(text) <= today()
