"""Programmes as folders of CSV files: edit a copy, load it, and compare what is stored with what the files state."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Manager, Model

from missions import models
from missions.models import Head, StatusChange

TOP = Path(__file__).parent.parent.parent
HONGQIAO = TOP / "missions/data/hongqiao"
SMALL = TOP / "tests/programmes/willow_harbour"

MODELS = {
    "sources": models.Source, "areas": models.Area, "themes": models.Theme, "instruments": models.Instrument,
    "owners": models.Organisation, "missions": models.Mission, "reported_figures": models.ReportedFigure,
    "programme": models.Programme, "timeline": models.ProgrammeDay, "contradictions": models.Contradiction,
}  # fmt: skip
# Fields that are not called like their columns.
COLUMNS = {"parent_code": "parent", "source_key": "source", "source_keys": "sources", "url_or_citation": "citation"}
FIELDS = {("instruments", "name_en"): "title_en", ("instruments", "name_zh"): "title_zh"}
LISTS = ("areas", "supporting_owners", "source_keys", "covers")
NO_REFERENCE = ("hub", "by remit, not stated in a source")
COUNTS = re.compile(r"(\w+)(?:\.csv)?: (\d+) (?:new|opened), (\d+) (?:changed|withdrawn)")
PLACE = re.compile(r"[\w.]+(, (line|cell) \w+)?(, column \S+)?: ")


def replace(folder, file, old, new):
    """Replaces text that occurs once in the file."""
    text = (folder / file).read_text()
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new))


def append(folder, file, *lines):
    with (folder / file).open("a") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def change(folder, file, code, /, **cells):
    """Changes cells of the one row whose first cell is `code`."""
    header, *rows = read(folder, file)
    (row,) = [row for row in rows if row[0] == code]
    for column, cell in cells.items():
        row[header.index(column)] = cell
    write(folder, file, [header, *rows])


def read(folder, file):
    with (folder / file).open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.reader(stream))


def write(folder, file, rows):
    with (folder / file).open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def add_column(folder, file, name, cells):
    """Adds a column; `cells` maps first cells of rows to what they hold in it."""
    header, *rows = read(folder, file)
    write(folder, file, [[*header, name], *([*row, cells.get(row[0], "")] for row in rows)])


def everything():
    """How many rows each table has, history and links included, and where the ledger and the revision are."""
    tables = apps.get_app_config("missions").get_models(include_auto_created=True)
    head = Head.objects.get()
    return {model._meta.label: model.objects.count() for model in tables}, head.entry, head.hash, head.revision


# --- commands ---------------------------------------------------------------------------------------------------------


class Report(NamedTuple):
    """What a command reports: (new, changed) by table where not (0, 0), new ledger entries, places of its remarks."""

    counts: dict
    entries: int
    places: list[str]


NOTHING = Report({}, 0, [])


def place(line):
    """`missions.csv 5 title_en` of “missions.csv, line 5, column title_en: …”, `missions I7` of a workbook."""
    return re.sub(r"(line|column|cell) |[“”,]", "", line.partition(":")[0])


def run(*arguments):
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    lines = out.getvalue().splitlines()
    counts = {found[1]: (int(found[2]), int(found[3])) for line in lines if (found := COUNTS.fullmatch(line))}
    entries = next((int(line.split()[1]) for line in lines if re.fullmatch(r"ledger: \d+ new", line)), 0)
    totals = re.compile(rf"{COUNTS.pattern}|ledger: \d+ new")
    places = [place(line) for line in lines if PLACE.match(line) and not totals.fullmatch(line)]
    return Report({table: each for table, each in counts.items() if each != (0, 0)}, entries, places)


def load(path, *options):
    return run("load_programme", path, *options)


def failure(*arguments):
    """The message with which a command fails; nothing has been written."""
    before = everything()
    with pytest.raises(CommandError) as caught:
        call_command(*map(str, arguments), stdout=io.StringIO())
    assert everything() == before
    return str(caught.value)


def refused(path, *options, command="load_programme"):
    """The places of all problems for which the file is refused, in their order."""
    first, *problems = failure(command, path, *options).splitlines()
    assert re.findall(r"\d+", first) == [str(len(problems))]
    return [place(line) for line in problems]


# --- what files state, and what is stored -----------------------------------------------------------------------------


def differing(folder):
    """Table → (rows of the file, rows as stored) wherever they are not equal; the order of events does not matter."""
    tables = {path.stem: read(folder, path.name) for path in folder.glob("*.csv")}
    found = {}
    for table, (header, *rows) in tables.items():
        columns = [name for name in header if (table, name) != ("events", "key")]
        file = [[stated(name, cell) for name, cell in zip(header, row, strict=True) if name in columns] for row in rows]
        here = [[stored(record, FIELDS.get((table, name), name)) for name in columns] for record in records(table)]
        if table == "events":
            file, here = sorted(file), sorted(here)
        if file != here:
            found[table] = (file, here)
    return found


def stated(column, cell):
    text = "" if cell in NO_REFERENCE else cell.strip()
    if column in LISTS:
        return ";".join(sorted(text.split(";")))
    return format(Decimal(text).normalize(), "f") if re.fullmatch(r"\d+\.\d+", text) else text


def plain():
    """Every field of every record of the register, as text, by table and name."""
    found = {}
    for table, model in MODELS.items():
        names = [field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)]
        found[table] = {name_of(one): {name: stored(one, name) for name in names} for one in model.objects.all()}
    return found


def stored(record, field):
    match value := getattr(record, COLUMNS.get(field, field)):
        case None:
            return ""
        case Manager():
            return ";".join(sorted(name_of(each) for each in value.all()))
        case Model():
            return name_of(value)
        case Decimal():
            return format(value.normalize(), "f")
    return str(value)


def name_of(record):
    if hasattr(record, "indicator_en"):
        return f"{record.as_of} {record.instrument_id} {record.indicator_en} {record.source.key}"
    if hasattr(record, "label_en"):
        return f"{record.date} {record.source.key}"
    return record.key if hasattr(record, "key") else record.code


def records(table):
    if table != "events":
        model = MODELS[table]
        return model.objects.order_by("position" if hasattr(model, "position") else "pk")
    entries = StatusChange.objects.uncorrected().filter(kind__in=("report", "correction")).select_related("mission")
    return [
        SimpleNamespace(mission_code=entry.mission, date=piece.event_on, new_status=entry.status, source=piece.source,
                        headline_en=entry.headline_en, headline_zh=entry.headline_zh)
        for entry in entries.prefetch_related("evidence__source") for piece in entry.evidence.all()
    ]  # fmt: skip
