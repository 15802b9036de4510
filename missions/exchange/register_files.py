"""The register as a workbook or as CSV."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date
from typing import IO

import tablib
from django.db import models
from xlsxwriter import Workbook

from ..models import Head
from .cells import Column
from .programme_tables import MISSIONS
from .register import TABLES, export

# Column widths in characters; others by their names.
WIDE = {
    "title_en": 44, "title_zh": 44, "description_en": 60, "description_zh": 60, "title": 60, "url": 40, "notes": 40,
    "name_en": 44, "name_zh": 32, "indicator_en": 44, "indicator_zh": 32, "publisher": 32, "source_keys": 24,
    "issuer_en": 32, "issuer_zh": 28, "url_or_citation": 40, "supporting_owners": 20, "clause": 30, "replaces": 16,
}  # fmt: skip
# Dates of earlier years are text: spreadsheets disagree on 1900, and a typed year becomes a date in 1905.
FIRST_YEAR_OF_DAYS = "1906"
HEADER = {"bold": True, "font_size": 10, "bg_color": "#eef1f4", "bottom": 1, "valign": "top"}
CELL = {"font_size": 10, "valign": "top"}
# What spreadsheets run as formulas, and what looks already guarded.
RISKY = re.compile(r"'*[=+\-@\t\r\n]")


def write_xlsx(file: IO[bytes]) -> None:
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"created": Head.objects.get().advanced_at.astimezone(UTC)})
    head, text = book.add_format(HEADER), book.add_format(CELL)
    day = book.add_format({**CELL, "num_format": "yyyy-mm-dd", "align": "left"})
    for table, dataset in zip(TABLES, export().sheets(), strict=True):
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 1)
        if table.name == MISSIONS.name:
            sheet.activate()  # what most come for
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, WIDE.get(column.name, len(column.name) + 4))
            sheet.write_string(0, place, column.name, head)
        for at, row in enumerate(dataset, 1):
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                if not cell:
                    continue
                if isinstance(column.field, models.DateField) and cell >= FIRST_YEAR_OF_DAYS:
                    sheet.write_datetime(at, place, date.fromisoformat(cell), day)
                elif is_number(column, cell):
                    sheet.write_number(at, place, float(cell), text)
                else:
                    sheet.write_string(at, place, cell, text)
        sheet.autofilter(0, 0, len(dataset), len(table.columns) - 1)
    book.close()


def is_number(column: Column, cell: str) -> bool:
    is_numeric = isinstance(column.field, models.IntegerField | models.DecimalField)
    return is_numeric and cell != column.none


def write_ods(file: IO[bytes]) -> None:
    file.write(export().export("ods"))


def write_csv(file: IO[bytes]) -> None:
    missions: tablib.Dataset = next(sheet for sheet in export().sheets() if sheet.title == MISSIONS.name)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(missions.headers)
    rows.writerows([f"'{cell}" if RISKY.match(cell) else cell for cell in row] for row in missions)
    text.detach()


WRITERS: dict[str, Callable[[IO[bytes]], None]] = {"xlsx": write_xlsx, "ods": write_ods, "csv": write_csv}
