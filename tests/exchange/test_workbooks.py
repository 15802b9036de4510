"""What is read from spreadsheets of each kind, as people and old programs make them."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest
import xlsxwriter
from django.utils.translation import override
from odf import opendocument, table, text

from missions.exchange.workbooks import Day, Grid, Moment, NoValue, address, read_workbook
from tests.exchange import biff
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.packing import SHEET, repacked
from tests.exchange.workbooks import converted

NOT_WORKED_OUT = NoValue("The formula has no value: open the file in a spreadsheet program, and save it.")


def broken(error):
    return NoValue(f"The cell holds the error {error}: mend the formula, or type the value.")


def part_of(cells):
    return NoValue(f"The cell is part of the merged cells {cells}: split them, and fill in each.")


def rows(name, content):
    """The rows of the one sheet, each without empty cells at its end."""
    (grid,) = read_workbook(name, content)
    return [without_end(row) for row in grid.rows]


def without_end(row):
    return row[: max((place for place, value in enumerate(row, 1) if value is not None), default=0)]


def written(fill, **options):
    """An XLSX file with one sheet that `fill` writes, by the book's formats."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, options) as book:
        fill(book.add_worksheet("任务"), lambda shown: book.add_format({"num_format": shown}))
    return file.getvalue()


def mixed(sheet, shown_as):
    """What stands in sheets of offices."""
    sheet.write_row(0, 0, ["编号", "标题", "  spaces  ", "１２３　", "line 1\nline 2"])
    sheet.write_number(1, 0, 45353)
    sheet.write_datetime(1, 1, date(2024, 3, 2), shown_as('yyyy"年"m"月"d"日"'))
    sheet.write_datetime(1, 2, datetime.fromisoformat("2024-03-02T18:30"), shown_as("yyyy-mm-dd hh:mm"))
    sheet.write_datetime(1, 3, time(12), shown_as("hh:mm"))
    sheet.write_boolean(1, 4, True)
    sheet.write_formula(2, 0, "=1+1", None, 2)
    sheet.write_formula(2, 1, "=1/2", None, 0.5)
    sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 3, "=#REF!", None, "#REF!")
    sheet.write_formula(2, 4, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 5, "=1/0", None, "#DIV/0!")
    sheet.merge_range("A4:A6", "down")
    sheet.merge_range("B4:C5", "across")
    sheet.write(5, 3, "end")
    sheet.write(7, 0, "hidden")
    sheet.set_row(7, None, None, {"hidden": True})


MIXED = [
    ["编号", "标题", "  spaces  ", "１２３　", "line 1\nline 2"],
    [45353.0, Day("2024-03-02"), Moment("2024-03-02T18:30:00"), Moment("12:00:00"), True],
    [2.0, 0.5, broken("#DIV/0!"), broken("#REF!"), broken("#DIV/0!"), broken("#DIV/0!")],
    ["down", part_of("B4:C5"), part_of("B4:C5")],
    ["down", part_of("B4:C5"), part_of("B4:C5")],
    ["down", None, None, "end"],
    [],
    ["hidden"],
]


def kinds(value):
    """The types, which comparison takes no note of: a day is a text, and 1 is true."""
    return [[type(cell) for cell in row] for row in value]


@pytest.mark.parametrize("kind", ["xlsx", *(pytest.param(kind, marks=needs_libreoffice) for kind in ("ods", "xls"))])
def test_each_kind_says_what_stands_there(tmp_path, kind):
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(written(mixed))
    path = path if kind == "xlsx" else converted(path, kind)

    found = rows(path.name, path.read_bytes())

    assert found == MIXED
    assert kinds(found) == kinds(MIXED)


@pytest.mark.parametrize("kind", ["xlsx", pytest.param("ods", marks=needs_libreoffice)])
def test_a_formula_that_came_to_a_text_says_it(tmp_path, kind):
    def joined(sheet, _shown_as):
        sheet.write_formula(0, 0, '="甲"&"乙"', None, "甲乙")

    path = tmp_path / "sheet.xlsx"
    path.write_bytes(written(joined))
    path = path if kind == "xlsx" else converted(path, kind)

    assert rows(path.name, path.read_bytes()) == [["甲乙"]]


def test_openpyxls_formulas_have_no_value():
    book = openpyxl.Workbook()
    book.active.append(["code", "=1+1", 3, date(2024, 3, 2)])
    file = io.BytesIO()
    book.save(file)

    assert rows("x.xlsx", file.getvalue()) == [["code", NOT_WORKED_OUT, 3.0, Day("2024-03-02")]]


def test_a_formula_without_value_in_ods_is_not_taken_for_an_empty_cell():
    book = opendocument.OpenDocumentSpreadsheet()
    sheet, row = table.Table(name="missions"), table.TableRow()
    for cell in (
        table.TableCell(formula="of:=1+1", numbercolumnsrepeated=2),
        table.TableCell(formula="of:=1+1", valuetype="float", value="2"),
        table.TableCell(),
        table.TableCell(valuetype="string"),
    ):
        row.addElement(cell)
    cell.addElement(text.P(text="end"))
    sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    book.save(file)

    assert rows("x.ods", file.getvalue()) == [[NOT_WORKED_OUT, NOT_WORKED_OUT, 2.0, None, "end"]]


OLD = biff.stream(
    biff.label(0, 0, "编号 "),
    biff.label(0, 1, "标题：沪苏浙皖"),
    biff.label(1, 0, "ＦＰ－００１"),
    biff.day(1, 1, 45353),
    biff.number(1, 2, 45353),
    biff.label(1, 3, "2024年3月2日"),
    biff.truth(1, 4, True),
    biff.day(1, 5, 0.5),
    biff.formula(2, 0, 2.5),
    biff.formula(2, 1, "公式"),
    biff.formula(2, 2, (0x17,)),
    biff.error(2, 3, 0x2A),
    biff.hidden(3, 1),
    biff.label(3, 0, "藏"),
    name="任务",
)
OLD_ROWS = [
    ["编号 ", "标题：沪苏浙皖"],
    ["ＦＰ－００１", Day("2024-03-02"), 45353.0, "2024年3月2日", True, Moment("12:00:00")],
    [2.5, "公式", broken("#REF!"), broken("#N/A")],
    ["藏"],
]


@pytest.mark.parametrize("content", [OLD, biff.contained(OLD)], ids=["bare", "in a container"])
def test_a_workbook_of_1995_in_gbk_is_read(content):
    (grid,) = read_workbook("任务.XLS", content)

    assert grid == Grid("任务", OLD_ROWS)
    assert kinds(grid.rows) == kinds(OLD_ROWS)


def test_an_old_export_that_does_not_say_its_code_page_is_read_as_chinese():
    content = biff.stream(biff.label(0, 0, "编号"), biff.label(0, 1, "镕", encoding="gb18030"), code_page=None)

    assert rows("x.xls", content) == [["编号", "镕"]]


def test_another_code_page_is_taken_at_its_word():
    content = biff.stream(biff.label(0, 0, "編號".encode("big5")), code_page=950)

    assert rows("x.xls", biff.contained(content)) == [["編號"]]


@needs_libreoffice
def test_a_spreadsheet_program_reads_the_same_in_the_old_workbook(tmp_path):
    (tmp_path / "old.xls").write_bytes(biff.contained(OLD))

    path = converted(tmp_path / "old.xls", "xlsx")

    (grid,) = read_workbook(path.name, path.read_bytes())
    assert (grid.name, grid.rows[:2]) == ("任务", [OLD_ROWS[0] + [None] * 4, OLD_ROWS[1]])


def test_a_chart_on_a_sheet_of_its_own_and_signs_in_names_are_no_obstacle():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("A & <B>").write(0, 0, 1)
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "='A & <B>'!$A$1:$A$1"})
        book.add_chartsheet("chart").set_chart(chart)

    assert read_workbook("x.xlsx", file.getvalue()) == [Grid("A & <B>", [[1.0]]), Grid("chart", [])]


def test_days_are_those_of_the_workbooks_own_calendar():
    def day(sheet, shown_as):
        sheet.write_datetime(0, 0, date(2024, 3, 2), shown_as("yyyy-mm-dd"))

    assert rows("x.xlsx", written(day, date_1904=True)) == rows("x.xlsx", written(day)) == [[Day("2024-03-02")]]


def test_painted_cells_are_no_content():
    def painted(sheet, shown_as):
        sheet.write(0, 0, "code")
        sheet.write_blank(1_048_575, 16_383, None, shown_as("0.00"))

    assert rows("x.xlsx", written(painted)) == [["code"]]


def test_cells_that_are_merged_beyond_all_content_are_left_alone():
    def filled(sheet, _shown_as):
        sheet.write_column(0, 0, ["code", "M-1", "M-2"])
        sheet.merge_range("C1:D1", "")

    content = written(filled)
    ranges = "".join(f'<mergeCell ref="{cells}"/>' for cells in ("B1:XFD1048576", "A30:A40", "A31:C31"))

    merged = repacked(content, SHEET, '<mergeCell ref="C1:D1"/>', ranges)

    assert rows("x.xlsx", merged) == [["code"], ["M-1"], ["M-2"]]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8-sig", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("gbk", b"")],
)
def test_csv_is_read_in_the_encodings_of_chinese_spreadsheets(encoding, mark):
    content = mark + 'code,标题\r\nM-1,"一，二\n三"\r\n\r\n,\r\n'.encode(encoding)

    assert rows("x.csv", content) == [["code", "标题"], ["M-1", "一，二\n三"], [], []]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("'=1+1", "=1+1"),
        ("''=1+1", "'=1+1"),
        ("'-", "-"),
        ("'@x", "@x"),
        ("=1+1", "=1+1"),
        ("'quoted'", "'quoted'"),
        ("'", "'"),
        ("", None),
        ("45353", "45353"),
    ],
)
def test_in_csv_an_apostrophe_before_what_would_be_a_formula_is_no_part_of_the_text(cell, value):
    assert rows("x.csv", f"code\n{cell},end\n".encode()) == [["code"], [value, "end"]]


def test_rows_without_content_are_passed_over_and_keep_their_places():
    grid = Grid("", [["code"], [], [None, " "], ["M-1"], [NoValue("why")]])

    assert list(grid.filled()) == [(0, ["code"]), (3, ["M-1"]), (4, [NoValue("why")])]


@pytest.mark.parametrize(("place", "name"), [((0, 0), "A1"), ((2, 1), "B3"), ((9, 26), "AA10")])
def test_cells_are_called_as_spreadsheets_call_them(place, name):
    assert address(*place) == name


def test_why_a_cell_cannot_be_read_is_told_in_the_readers_language():
    with override("zh-hans"):
        ((found,),) = rows("x.xls", biff.stream(biff.error(0, 0, 0x17)))

    assert found == NoValue("该单元格是错误值 #REF!：请修正公式，或直接填写数值。")
