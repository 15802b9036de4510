"""The tables of a programme and of the register, and what an import of any of them checks and writes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..columns import PLAIN
from ..models import (
    Area,
    Contradiction,
    Evidence,
    Instrument,
    LoadedEvent,
    Mission,
    Organisation,
    Programme,
    ProgrammeDay,
    Provenance,
    ReportedFigure,
    Source,
    StatusChange,
    Theme,
)
from .cells import Column, Text, shown
from .sheets import Problem, Sheet, SheetRow, Table

BY_REMIT = "by remit, not stated in a source"
BELOW_ITSELF: Mapping[type[models.Model], Any] = {
    Area: gettext_lazy("An area cannot be below itself."),
    Organisation: gettext_lazy("An organisation cannot be below itself."),
}


def columns(model: type[models.Model], names: str, **options) -> tuple[Column, ...]:
    """Return columns of a model: `name`, `name=field` or, if files may lack it, `name?`."""
    found = []
    for each in names.split():
        name, _equals, field = each.rstrip("?").partition("=")
        found.append(Column(name, model, field, is_optional=each.endswith("?"), **options))
    return tuple(found)


def table(
    name: str,
    model: type[models.Model],
    *parts: str | Column,
    key: tuple[str, ...] = (),
    has_position: bool = False,
    **options,
) -> Table:
    """Return a table of these columns: names of the model's own, or columns. The first is the key by default."""
    found: list[Column] = []
    for part in parts:
        found += columns(model, part) if isinstance(part, str) else [part]
    position = Column("position", model) if has_position else None
    return Table(name, model, key or (found[0].name,), tuple(found), position, **options)


SOURCES = table(
    "sources", Source, "key title title_zh? publisher publisher_zh? published_on form? url seen_at? language"
)
AREAS = table(
    "areas",
    Area,
    "code name_en name_zh province_or_city province_or_city_zh? zone parent_code=parent?",
    has_position=True,
)
THEMES = table("themes", Theme, "code name_en name_zh", has_position=True)
INSTRUMENTS = table(
    "instruments",
    Instrument,
    "code name_en=title_en name_zh=title_zh issuer_en issuer_zh issued_on official_total url_or_citation=citation",
    "notes notes_zh?",
    has_position=True,
)
OWNERS = table(
    "owners",
    Organisation,
    "code name_en name_zh level parent_code=parent",
    Column("source", Organisation, none=BY_REMIT),
    has_position=True,
)
MISSIONS = table(
    "missions",
    Mission,
    "code instrument number kind title_en title_zh description_en description_zh",
    "theme lead_owner supporting_owners areas",
    *(Column(column.name, Mission, is_optional=column.is_optional) for column in PLAIN),
    Column("due", Mission, is_ledgers=True),
    "provenance source_keys=sources",
)
FIGURES = table(
    "reported_figures",
    ReportedFigure,
    "as_of",
    Column("instrument", ReportedFigure, none="hub"),
    "indicator_en indicator_zh value unit unit_zh? source_key=source measure covers",
    key=("as_of", "instrument", "indicator_en", "source_key"),
)
PROGRAMME = table(
    "programme", Programme, "key name_en name_zh short_name_en short_name_zh about_en about_zh", is_optional=True
)
TIMELINE = table(
    "timeline", ProgrammeDay, "date label_en label_zh source_key=source", key=("date", "source_key"), is_optional=True
)
CONTRADICTIONS = table("contradictions", Contradiction, "key text_en text_zh", has_position=True, is_optional=True)
EVENTS = table(
    "events",
    StatusChange,
    Column("key", LoadedEvent, required=False, is_optional=True),
    "mission_code=mission",
    Column("date", Evidence, "event_on", required=True),
    "new_status=status",
    *columns(StatusChange, "headline_en headline_zh", required=True),
    Column("source_key", Evidence, "source", required=True),
    otherwise=("mission_code", "date", "new_status", "source_key", "headline_en"),
)

# Each after those it refers to.
REGISTER = (SOURCES, AREAS, THEMES, INSTRUMENTS, OWNERS, MISSIONS, FIGURES, PROGRAMME, TIMELINE, CONTRADICTIONS)
TABLES = (*REGISTER, EVENTS)


# --- checks -----------------------------------------------------------------------------------------------------------


def in_order(problems: Iterable[Problem], sheets: Iterable[Sheet]) -> list[Problem]:
    """Sort problems by sheet, row and column, as in the file."""
    files = [sheet.file for sheet in sheets]
    return sorted(problems, key=lambda problem: (files.index(problem.file), problem.line, problem.place))


def wrong_references(sheet: Sheet, known: Mapping[Any, tuple[Collection, str]], message: str) -> Iterator[Problem]:
    """Check codes; `known` has those of each model and their file. A model that is not there is not checked."""
    for column in sheet.table.columns:
        if column.refers_to not in known:
            continue
        codes, file = known[column.refers_to]
        for row in sheet.rows:
            for code in column.codes(row.get(column.name)):
                if code not in codes and column.name not in row.wrong:
                    yield row.problem(message % {"code": shown(code), "file": file}, column.name)


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


# --- records ----------------------------------------------------------------------------------------------------------


def stored_records(table: Table) -> models.QuerySet:
    relations = [column.field.name for column in table.columns if column.refers_to]
    return table.model._default_manager.prefetch_related(*relations)


def parents_first(sheet: Sheet) -> list[SheetRow]:
    """Return the rows, sorted so that each comes after its parent."""
    if not sheet.table.parent:
        return sheet.rows
    by_code = {row["code"]: row for row in sheet.rows}
    above = {code: by_code.keys() & {row.get("parent_code")} for code, row in by_code.items()}
    return [by_code[code] for code in TopologicalSorter(above).static_order()]


def becomes(row: SheetRow, column: str, present: Text, text: Text) -> Problem:
    words = {"present": shown(present), "text": shown(text)}
    return row.problem(_("“%(present)s” becomes “%(text)s”") % words, column)


def counts(file: str, created: int, updated: int) -> str:
    words = {"file": file, "created": created, "updated": updated}
    return _("%(file)s: %(created)d new, %(updated)d changed") % words


def assign(record, columns: Sequence[Column], texts: Mapping[str, Text], records: Mapping) -> None:
    """Set fields from texts; `records` maps models to records by code."""
    for column in columns:
        if not column.is_list:
            setattr(record, column.field.name, column.value(texts[column.name], records))


def save(
    record, columns: Sequence[Column], texts: Mapping[str, Text], records: Mapping, *, reason: str, by=None
) -> None:
    """Save the columns and lists in one version by `by`."""
    record._change_reason, record._history_user = reason, by
    record.skip_history_when_saving = True
    if record.pk is None:
        record.save()  # a list needs a record to link from
    for column in columns:
        if column.is_list:
            getattr(record, column.field.name).set(column.value(texts[column.name], records))
    if columns:
        del record.skip_history_when_saving
    record.save()
