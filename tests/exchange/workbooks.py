"""Programmes as workbooks: the template, filled in by another program than the one that wrote it."""

import csv
import io
import subprocess
from datetime import date

import openpyxl

from missions.exchange.programme_tables import TABLES
from missions.exchange.template import write_template
from tests.exchange.libreoffice import SOFFICE


def empty_template():
    """The template as openpyxl reads it."""
    file = io.BytesIO()
    write_template(file)
    return openpyxl.load_workbook(file)


def filled_template(folder):
    """The template with the rows of a folder of CSV files, days and numbers as a spreadsheet keeps them."""
    book = empty_template()
    for table in TABLES:
        columns = {column.name: column for column in table.columns}
        if not (folder / table.file).exists():
            continue
        with (folder / table.file).open(newline="", encoding="utf-8-sig") as stream:
            for line, record in enumerate(csv.DictReader(stream), 2):
                for place, name in enumerate(columns, 1):
                    book[table.name].cell(line, place).value = as_typed(columns[name], record.get(name, ""))
    return book


def as_typed(column, text):
    kind = column.field.get_internal_type()
    if not text or kind not in ("DateField", "PositiveIntegerField", "DecimalField"):
        return text or None
    return date.fromisoformat(text) if kind == "DateField" else float(text)


def converted(path, kind):
    """The workbook as LibreOffice saves it anew."""
    folder = path.parent / kind
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{kind}"
