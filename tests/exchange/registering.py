"""The register as a workbook: exported, edited cell by cell, imported, and what is stored afterwards."""

import io
import tempfile
from pathlib import Path

import openpyxl
from django.core.management import call_command

from tests.exchange import folders
from tests.exchange.folders import MODELS, name_of
from tests.exchange.workbooks import content_of

FOLDER = tempfile.TemporaryDirectory()


def exported(kind="xlsx"):
    path = Path(FOLDER.name) / f"register.{kind}"
    call_command("export_register", path, stdout=io.StringIO())
    return path.read_bytes()


def opened(content=None):
    """The register, by default as it is now, as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content or exported()))


def import_register(file, *options, name="register.xlsx"):
    """Imports a workbook of openpyxl or the content of a file."""
    return folders.run("import_register", saved(file, name), *options)


def refused(file, *options, name="register.xlsx"):
    """The places of all problems for which a file is refused; nothing has been written."""
    return folders.refused(saved(file, name), *options, command="import_register")


def failure(file, name="register.xlsx"):
    return folders.failure("import_register", saved(file, name))


def saved(file, name):
    path = Path(FOLDER.name) / name
    path.write_bytes(file if isinstance(file, bytes) else content_of(file))
    return path


def cell(book, sheet, key, column):
    """The cell of the record whose first cell is `key`, by default of the first record."""
    header, *rows = book[sheet].iter_rows()
    row = next(row for row in rows if key in (row[0].value, None))
    return row[[each.value for each in header].index(column)]


def edit(book, sheet, key, /, **cells):
    """Changes cells of a record; returns the workbook."""
    for column, value in cells.items():
        place = cell(book, sheet, key, column)
        place.value = value
        if isinstance(value, str):
            place.data_type = "s"  # openpyxl takes "=1+1" for a formula
    return book


def add(book, sheet, /, **cells):
    """Adds a record at the end of a sheet; returns the workbook."""
    columns = [each.value for each in book[sheet][1]]
    assert cells.keys() <= set(columns)
    book[sheet].append([cells.get(column) for column in columns])
    return book


def versions():
    """How many versions each record's history has."""
    return {
        table: {name_of(one): one.history.count() for one in model.objects.all()} for table, model in MODELS.items()
    }


def differences(before, after):
    """(table, key, field) → (before, after), of two dictionaries of the same records."""
    assert {name: set(found) for name, found in before.items()} == {name: set(found) for name, found in after.items()}
    return {
        (name, key, field): (value, after[name][key][field])
        for name, found in before.items()
        for key, fields in found.items()
        for field, value in fields.items()
        if value != after[name][key][field]
    }
