"""The register as files, and that a file which nobody edited changes nothing."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from missions.exchange.workbooks import read_workbook
from missions.models import Mission, ReportedFigure
from tests import build
from tests.exchange.folders import everything
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.office import Office
from tests.exchange.registering import changes, exported, imported, looked, plain, sheets

pytestmark = pytest.mark.django_db

KINDS = ["xlsx", "ods", "csv"]
NASTY = [
    "=1+1",
    "'=1+1",
    "''=1+1",
    "+1",
    "-1",
    "-",
    "@x",
    "'quoted'",
    "'",
    '"quoted"; "twice"',
    "a;b；c、d,e",
    "line 1\nline 2\n\nline 4",
    "=line 1\nline 2",
    "two  spaces",
    "任务（一）：ＡＢＣ１２３",
    "😀 𠮷 e\u0301 ﬁ",
    "_x0041_ _x000D_",
    "<b>&amp;</b> ]]>",
    "TRUE",
    "45353",
    "0012",
    "1e5",
    "2024-03-02",
    "#REF!",
    "http://example.org/ mailto:x@example.org",
    "5" * 5000,
    "字" * 5000,
]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office"))


def nasty():
    """A mission for each text, in each field that takes it."""
    for text in NASTY:
        line = text.replace("\n", " ")
        mission = build.mission(title_en=line[:300], title_zh=line[:300], clause=line[:500])
        mission.description_en = mission.description_zh = text
        mission.save()
    build.source("s2", title="=1", publisher="-", published_on=date(1905, 7, 17))
    build.source("s3", title="'@", publisher="+", published_on=date(1900, 1, 1))
    build.instrument("X", issued_on=None, notes="=a\nb", citation="-")
    for value in ("-0.0001", "12345678901.1234", "0", "100"):
        ReportedFigure.objects.create(
            as_of=date(1900, 2, 28), indicator_en=f"=I {value}", indicator_zh="指标", value=value, unit="-",
            source=build.source("s3"),
        )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_texts_that_look_like_something_else_come_back_as_they_went_out(kind):
    nasty()
    before, everything_before = plain(), everything()

    found = imported(sheets(kind))

    assert changes(found) == {}
    assert (plain(), everything()) == (before, everything_before)


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", KINDS)
def test_a_mission_under_way_one_withdrawn_and_one_in_preparation_come_back(kind):
    first = build.mission("M-1", due=date(2025, 12, 31), status="in_progress", areas=[build.area("A2"), build.area()])
    build.deadline(first, date(2026, 6, 30), on=date(2024, 2, 1))
    build.correct(first.changes.get(kind="opening"), due=date(2025, 6, 30), effective_on=date(2021, 3, 1))
    build.mission("M-2", status="withdrawn")
    build.mission("M-3", opened=False)
    before = everything()

    assert changes(imported(sheets(kind))) == {}
    assert everything() == before


def test_a_register_without_records_goes_out_and_comes_back():
    for kind in KINDS:
        assert (changes(imported(sheets(kind)))) == {}


def test_in_a_workbook_numbers_are_numbers_days_are_days_and_no_text_is_a_formula():
    nasty()
    build.mission("M-1", number=7, due=date(2025, 12, 31))
    page = openpyxl.load_workbook(io.BytesIO(exported()))["missions"]
    header, *rows = page.iter_rows()
    (row,) = [row for row in rows if row[0].value == "M-1"]
    cells = {name.value: cell for name, cell in zip(header, row, strict=True)}

    assert (cells["number"].value, cells["number"].data_type) == (7, "n")
    assert (cells["due"].value.date(), cells["due"].number_format) == (date(2025, 12, 31), "yyyy-mm-dd")
    assert {cell.data_type for row in page for cell in row} == {"n", "s", "d"}
    assert {row[4].value for row in rows} >= {"=1+1", "'=1+1", "#REF!", "TRUE"}


def test_records_stand_in_the_order_of_the_register():
    for code in ("M-2", "M-1", "A-3"):
        build.mission(code)
    for code, position in (("T2", 1), ("T3", 0), ("T4", 1)):
        build.theme(code, position=position)
    codes = {grid.name: [row[0] for row in grid.rows[1:]] for grid in sheets()}

    assert (codes["missions"], codes["themes"]) == (["A-3", "M-1", "M-2"], ["T1", "T3", "T2", "T4"])


def test_the_csv_file_has_the_missions_behind_a_byte_order_mark_with_no_cell_that_runs():
    nasty()
    content = exported("csv")

    assert content.startswith(b"\xef\xbb\xbfcode,instrument,number,")
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert len(rows) == Mission.objects.count()
    titles = [row[header.index("title_en")] for row in rows]
    assert titles[:8] == ["'=1+1", "''=1+1", "'''=1+1", "'+1", "'-1", "'-", "'@x", "'quoted'"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_the_same_register_makes_the_same_workbook():
    nasty()

    assert exported() == exported()


@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_texts_that_look_like_something_else_stay_so_in_a_spreadsheet_program(office, kind):
    nasty()

    assert changes(looked(read_workbook(f"register.{kind}", office.stored(exported(kind), kind)))) == {}


def test_a_workbook_opens_with_its_missions():
    build.mission()
    book = openpyxl.load_workbook(io.BytesIO(exported("xlsx")))

    assert book.active.title == "missions"
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == ["missions"]
