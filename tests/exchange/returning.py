"""Return forms in tests: made, filled in and read without a spreadsheet program, and what was made of them."""

import uuid
from datetime import datetime
from io import BytesIO

import openpyxl

from missions.exchange.return_form import ASKED, write_form
from missions.exchange.returns import carry_out, read_return
from missions.exchange.workbooks import Day, Grid, address
from missions.models import Mission, StatusChange, Step, Submission, SubmittedEvidence

KEY = uuid.UUID(int=7)
REPORTED = {
    "new_status": "推进中 In progress",
    "effective_on": Day("2024-03-02"),
    "headline_zh": "已开工",
}


def form(missions=None, **owner):
    """The form for these missions, by default for all, as XLSX."""
    file = BytesIO()
    write_form(Mission.objects.all() if missions is None else missions, file, **owner)
    return file.getvalue()


def grids(content):
    """The sheets of a form, as `read_workbook` gives them."""
    book = openpyxl.load_workbook(BytesIO(content))
    return [Grid(sheet.title, [[value(cell) for cell in row] for row in sheet.values]) for sheet in book.worksheets]


def value(cell):
    if isinstance(cell, datetime):
        return Day(cell.date().isoformat())
    return float(cell) if isinstance(cell, int) else cell


def places(sheets):
    """The places of the columns of a form by their names, and of its rows by their codes."""
    rows = sheets[0].rows
    names = next(row for row in rows if "new_status" in row)
    columns = {name: place for place, name in enumerate(names) if name}
    return columns, {row[columns["code"]]: place for place, row in enumerate(rows)}


def filled(sheets, **by_code):
    """The same sheets, with the cells of these rows filled in. In a code that has a hyphen, write an underscore."""
    columns, rows = places(sheets)
    for code, said in by_code.items():
        for name, value in said.items():
            sheets[0].rows[rows[code.replace("_", "-")]][columns[name]] = value
    return sheets


def above(sheets):
    """The place of the hidden row of names; below it stands the heading."""
    return next(place for place, row in enumerate(sheets[0].rows) if "new_status" in row)


def at(sheets, code, column):
    """The address of the cell of this column in the row of this code."""
    columns, rows = places(sheets)
    return address(rows[code], columns[column])


def read(by, **by_code):
    """A form of all missions, filled in and read."""
    return read_return(filled(grids(form()), **by_code), by=by)


def submitted(sheets, *chosen, by, key=KEY):
    """What is submitted of the form by whoever looks at it and confirms; of its conflicts the `chosen` ones."""
    return carry_out(sheets, chosen, previewed=read_return(sheets, by=by).digest, by=by, key=key)


def states(found):
    """The state of each row, by its code."""
    return {row.code: str(row.state) for row in found.rows}


def to_be_filled_in():
    return [column.name for column in ASKED]


def commands(sheets, verb, rows):
    """What a spreadsheet program is told, so that it fills in these cells of these rows."""
    return [(verb, at(sheets, code, name), text) for code, said in rows.items() for name, text in said.items()]


def problems(found):
    """All that is wrong with the rows, as (address of the cell, message)."""
    return [problem for row in found.rows for problem in row.problems]


def written():
    """How many rows there are of all that submitting writes."""
    return [model.objects.count() for model in (Submission, SubmittedEvidence, Step, StatusChange)]
