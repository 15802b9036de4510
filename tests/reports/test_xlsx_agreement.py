"""The workbook beside the report, in a programme with everything in it, read back in two ways."""

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import openpyxl
import python_calamine

from missions.dictionary import change_columns, evidence_columns, mission_columns
from missions.reports import pages
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
    table,
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
        read = rows(book[name])
        told = [{column: value or None for column, value in row.items()} for row in sheet.dicts()]
        days = {column for row in told for column, value in row.items() if isinstance(value, date)}
        assert [{**row, **{day: row[day] and row[day].date() for day in days}} for row in read] == [
            {column: 0 if row[column] is None and column == "evidence" else row[column] for column in row}
            for row in told
        ]
        assert len(read) == len(sheet) > 0
    numbers = [cell for cell in book[CHANGES]["B"][2:] if cell.data_type == "n"]
    assert len(numbers) == len(found.changes)


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
        assert english == [str(column.label) for column in columns()]
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


def test_reported_stands_beside_documented(world):
    found = report()

    read = table(workbook(written(found))[SUMMARY], "官方公布与有据可查 Reported beside documented")

    told = [
        [row.documented, row.completed, row.counted, *((said.value, said.total) if said else (None, None))]
        for row in found.reconciliations
        for said in row.reported or [None]
    ]
    assert [row[2:7] for row in read] == told
    assert any(row[5] for row in read)


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
    assert {status: THEMES["light"][status] for status in Status} == pages.COLOURS
    assert f'<a:srgbClr val="{pages.COLOURS[Status.COMPLETED][1:].upper()}"/>' in drawn[0]


def test_charts_draw_the_cells_of_their_tables(world):
    body = written(report())
    summary = workbook(body)[SUMMARY]

    for chart in charts(body):
        for series in re.findall(r"<c:ser>.*?</c:ser>", chart):
            for kind in ("cat", "val"):
                ((formula, cached),) = re.findall(rf"<c:{kind}>.*?<c:f>.*?!(.*?)</c:f>(.*?)</c:{kind}>", series)
                cells = [row[0].value for row in summary[formula.replace("$", "")]]
                told = [value for value in cells if value is not None]
                assert re.findall(r"<c:v>(.*?)</c:v>", cached) == [str(value) for value in told]
                assert told


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
