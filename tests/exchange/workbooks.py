"""Programmes as workbooks: the template, filled in by another program than the one that wrote it."""

import io
import tempfile
from datetime import date
from pathlib import Path

import openpyxl
from django.core.management import call_command

from tests.exchange.folders import read

DATES = {"published_on", "issued_on", "due", "as_of", "date"}
NUMBERS = {"number", "official_total", "value"}


def empty_template():
    """The template as openpyxl reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        call_command("programme_template", path, stdout=io.StringIO())
        return openpyxl.load_workbook(path)


def filled_template(folder):
    """The template with the rows of a folder of CSV files, dates and numbers as a spreadsheet holds them."""
    book = empty_template()
    for sheet in book.worksheets[1:]:
        if not (folder / f"{sheet.title}.csv").exists():
            continue
        header, *rows = read(folder, f"{sheet.title}.csv")
        places = {cell.value: cell.column for cell in sheet[1]}
        for line, row in enumerate(rows, 2):
            for name, text in zip(header, row, strict=True):
                sheet.cell(line, places[name]).value = as_typed(name, text)
    return book


def as_typed(name, text):
    if not text or name not in DATES | NUMBERS:
        return text or None
    return date.fromisoformat(text) if name in DATES else float(text)


def dates_of(book):
    """The cells that hold a date, with the date as ISO text."""
    return [
        (cell, cell.value.strftime("%Y-%m-%d"))
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.is_date and cell.value
    ]


def address(cell):
    """The cell as a problem names it."""
    return f"{cell.parent.title} {cell.coordinate}"


def content_of(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
