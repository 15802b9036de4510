"""The register as sheets in tests: exported, edited cell by cell, brought in, and what stands in it afterwards."""

import io

from missions.exchange.register import TABLES
from missions.exchange.register_files import WRITERS
from missions.exchange.register_import import RegisterImport
from missions.exchange.workbooks import Grid, address, read_workbook
from missions.models import Organisation, ProgrammeDay
from tests.exchange.folders import everything

BY_NAME = {table.name: table for table in TABLES}


def exported(kind="xlsx"):
    file = io.BytesIO()
    WRITERS[kind](file)
    return file.getvalue()


def sheets(kind="xlsx"):
    """The register as an import reads it, to be edited."""
    return read_workbook(f"register.{kind}", exported(kind))


def sheet(grids, name):
    (grid,) = [grid for grid in grids if grid.name == name]
    return grid


def place(grids, name, key, column):
    """Row and column, from 0, of the record whose first cell is `key`."""
    header, *rows = sheet(grids, name).rows
    (row,) = [at for at, row in enumerate(rows, 1) if row[0] == key]
    return row, header.index(column)


def cell(grids, name, key, column):
    return address(*place(grids, name, key, column))


def edit(grids, name, key, /, **cells):
    """Changes cells of the record whose first cell is `key`; returns the sheets."""
    for column, value in cells.items():
        row, at = place(grids, name, key, column)
        sheet(grids, name).rows[row][at] = value
    return grids


def add(grids, name, /, **cells):
    """Adds a record at the end of a sheet; returns the sheets."""
    grid = sheet(grids, name)
    assert cells.keys() <= set(grid.rows[0])
    grid.rows.append([cells.get(column) for column in grid.rows[0]])
    return grids


def alone(name, *records):
    """A file with one sheet, of these records and no other."""
    header = [column.name for column in BY_NAME[name].columns]
    assert all(record.keys() <= set(header) for record in records)
    return [Grid(name, [header, *([record.get(column) for column in header] for record in records)])]


def looked(grids, by=None):
    """What a file would change. Nothing has been written."""
    before = everything()
    found = RegisterImport(grids, by=by, reason="import 1")
    for _done in found.look():
        pass
    assert everything() == before
    return found


def refused(grids, by=None):
    """The problems for which a file is not imported."""
    found = looked(grids, by)
    assert found.problems
    return [str(problem) for problem in found.problems]


def imported(grids, by=None):
    """Brings a file in, and returns what it changed."""
    found = looked(grids, by)
    assert found.problems == []
    for _done in found.write():
        pass
    return found


def changes(found):
    """What an import changes: (table, key, column) → (what was there, what is said)."""
    return {
        (change.row.table.name, change.row.key, column.name): (was, said)
        for change in found.changes
        for column, was, said in change.fields
    }


def plain():
    """Every field of every record of the register, by table and key, without a word of the import's own."""
    return {table.name: {names_of(one): fields_of(one) for one in records(table)} for table in TABLES}


def records(table):
    return table.model.objects.all()


def names_of(record):
    if hasattr(record, "indicator_en"):
        return f"{record.as_of} {record.instrument_id} {record.indicator_en} {record.source.key}"
    if isinstance(record, ProgrammeDay):
        return f"{record.date} {record.source.key}"
    return record.key if hasattr(record, "key") else record.code


def fields_of(record):
    fields = {field.name: field.value_from_object(record) for field in record._meta.concrete_fields}
    lists = record._meta.many_to_many
    return fields | {field.name: sorted(names_of(one) for one in getattr(record, field.name).all()) for field in lists}


def versions():
    """How many versions each record's history has."""
    return {table.name: {names_of(one): one.history.count() for one in records(table)} for table in TABLES}


def differences(before, after):
    """(table, key, field) → (before, after), of two dictionaries of records."""
    assert {name: set(found) for name, found in before.items()} == {name: set(found) for name, found in after.items()}
    return {
        (name, key, field): (value, after[name][key][field])
        for name, found in before.items()
        for key, fields in found.items()
        for field, value in fields.items()
        if value != after[name][key][field]
    }


def organisations():
    return dict(Organisation.objects.values_list("code", "parent__code"))
