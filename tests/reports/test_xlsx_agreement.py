"""The workbook beside the report, in a programme with everything in it, read back in two ways."""

import io
import zipfile
from datetime import datetime, time
from xml.etree import ElementTree

import openpyxl
import python_calamine
from django.utils.timezone import localtime

from missions.dictionary import change_columns, evidence_columns, mission_columns
from missions.reports.workbook import COLOURS
from missions.status import Status
from tests.reports.test_csv import FIRST
from tests.reports.test_xlsx import (
    CHANGES,
    DICTIONARY,
    EVIDENCE,
    MISSIONS,
    SHEETS,
    SUMMARY,
    TITLE,
    charts,
    report,
    rows,
    workbook,
    written,
)
from tests.structure.test_colours import THEMES

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def test_the_sheets_stand_in_their_order_and_the_first_one_is_shown(world):
    book = workbook(written(report()))

    assert book.sheetnames == SHEETS
    assert book.active.title == TITLE


def test_every_row_is_that_of_the_report_with_days_as_days_and_numbers_as_numbers(world):
    found = report(since="2020-01-01")
    book = workbook(written(found))

    for name, sheet in ((MISSIONS, found.records), (CHANGES, found.changes), (EVIDENCE, found.evidence)):
        read = [{column: plain(value) for column, value in row.items()} for row in rows(book[name])]
        assert read == [{column: plain(value) for column, value in row.items()} for row in sheet.dicts()]
        assert len(read) == len(sheet) > 0
    kinds = {
        column: {type(row[column]) for row in rows(book[CHANGES])} for column in ("entry", "day", "is_confirmation")
    }
    assert kinds == {"entry": {int}, "day": {datetime}, "is_confirmation": {bool}}


def plain(value):
    """A cell's value as the report has it: the reader gives a day as a moment, and a text of no signs as nothing.

    A moment is compared to the second, in the zone of the site.
    """
    if isinstance(value, datetime):
        value = localtime(value).replace(tzinfo=None) if value.tzinfo else value
        is_day = value.time() == time()
        return value.date() if is_day else value.replace(microsecond=0)
    return None if value == "" else value


def test_another_reader_finds_the_same_codes_statuses_and_days(world):
    found = report()
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(written(found)))

    _labels, names, *read = book.get_sheet_by_name(MISSIONS).to_python()

    assert book.sheet_names == SHEETS
    assert names == found.records.names
    assert names[:10] == FIRST
    told = [(row["code"], row["status"], row["status_since"], row["due"] or "") for row in found.records.dicts()]
    assert [(row[0], row[2], row[3], row[7]) for row in read] == told
    assert len(told) == 32


def test_the_first_row_has_the_labels_of_the_dictionary_in_both_languages(world):
    book = workbook(written(report()))

    for name, columns in ((MISSIONS, mission_columns), (CHANGES, change_columns), (EVIDENCE, evidence_columns)):
        english = [row.value.split("\n")[-1] for row in book[name][1]]
        expected = [str(column.label) for column in columns()]
        assert english == [f"{label} (Asia/Shanghai)" if label == "Recorded at" else label for label in expected]
    assert book[MISSIONS]["A1"].value == "代码\nCode"


def test_the_headings_stay_in_sight_and_repeat_in_print_and_the_names_can_be_filtered_by(world):
    found = report(since="2020-01-01")
    book = workbook(written(found))

    for name, sheet in ((MISSIONS, found.records), (CHANGES, found.changes), (EVIDENCE, found.evidence)):
        page = book[name]
        corner = openpyxl.utils.get_column_letter(len(sheet.names))
        assert page.freeze_panes == "B3"
        assert page.auto_filter.ref == f"A2:{corner}{len(sheet) + 2}"
        assert (page.print_title_rows, page.print_title_cols) == ("$1:$2", "$A:$A")


def test_charts_name_their_axes_describe_themselves_and_have_the_colours_of_the_site(world):
    body = written(report())

    drawn = charts(body)
    assert len(drawn) == 3
    for chart in drawn:
        assert chart.count("<c:title>") == 3
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        drawing = ElementTree.fromstring(parts.read("xl/drawings/drawing1.xml"))
    descriptions = [each.get("descr") for each in drawing.iter(f"{DRAWING}cNvPr")]
    assert len([text for text in descriptions if text.endswith("table of this sheet.")]) == 3
    assert {status: THEMES["light"][status] for status in Status} == COLOURS
    assert f'<a:srgbClr val="{COLOURS[Status.COMPLETED][1:].upper()}"/>' in drawn[0]


def test_charts_cover_no_cell_with_data(world):
    body = written(report())

    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        drawing = ElementTree.fromstring(parts.read("xl/drawings/drawing1.xml"))
    spans = [[int(mark.text) + 1 for mark in anchor.iter(f"{DRAWING}row")] for anchor in drawing]
    covered = {row for first, last in spans for row in range(first, last + 1)}
    filled = {cell.row for row in workbook(body)[SUMMARY].iter_rows() for cell in row if cell.value is not None}
    assert filled.isdisjoint(covered)
    assert len(covered) == sum(last - first + 1 for first, last in spans) > 30


def test_every_column_is_explained(world):
    found = report()

    read = [row[:2] for row in workbook(written(found))[DICTIONARY].iter_rows(min_row=2, values_only=True)]

    lists = ((MISSIONS, found.records), (CHANGES, found.changes), (EVIDENCE, found.evidence))
    assert read == [(name, column) for name, sheet in lists for column in sheet.names]


def test_a_later_moment_gives_the_same_bytes_and_no_member_has_a_time(world, noon):
    body = written(report(as_of="2024-06-29"))
    noon.shift(86400 * 400)

    assert written(report(as_of="2024-06-29")) == body
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        assert {part.date_time[:3] for part in parts.infolist()} == {(1980, 1, 31)}
