"""Programmes as folders of files: the two that tests load, and ways to spoil a copy of one."""

import csv
from pathlib import Path

import pytest
from django.apps import apps

from missions.exchange.programme import ProgrammeErrors, load_programme
from missions.models import Head

TOP = Path(__file__).parent.parent.parent
HONGQIAO = TOP / "missions/data/hongqiao"
SMALL = TOP / "tests/programmes/willow_harbour"


def replace(folder, file, old, new):
    """Puts `new` in the place of `old`, which stands in the file once."""
    text = (folder / file).read_text()
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new))


def append(folder, file, *lines):
    with (folder / file).open("a") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def change(folder, file, code, /, **cells):
    """Changes cells of the one row whose first cell is `code`."""
    with (folder / file).open(newline="") as stream:
        header, *rows = csv.reader(stream)
    (row,) = [row for row in rows if row[0] == code]
    for column, cell in cells.items():
        row[header.index(column)] = cell
    write(folder, file, [header, *rows])


def write(folder, file, rows):
    with (folder / file).open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def everything():
    """How many rows each table has, history and links included, and where the ledger and the revision stand."""
    tables = apps.get_app_config("missions").get_models(include_auto_created=True)
    head = Head.objects.get()
    return {model._meta.label: model.objects.count() for model in tables}, head.entry, head.hash, head.revision


def refused(folder, **options):
    """The problems for which the folder is not loaded; nothing has been written."""
    before = everything()
    with pytest.raises(ProgrammeErrors) as caught:
        load_programme(folder, **options)
    assert everything() == before
    return [str(problem) for problem in caught.value.problems]


def written(summary):
    """What a load wrote: records created, records updated, ledger entries."""
    return sum(summary.created.values()), sum(summary.updated.values()), summary.entries
