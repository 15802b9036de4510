"""The register as files, and that a file which nobody edited changes nothing."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.db import transaction

from missions.exchange.programme import load_programme
from missions.exchange.register import TABLES
from missions.exchange.workbooks import address, read_workbook
from missions.models import Mission, ReportedFigure
from tests import build
from tests.exchange.folders import HONGQIAO, SMALL, everything
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.office import Office
from tests.exchange.registering import changes, differences, exported, imported, looked, place, plain, sheets, versions

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
def hongqiao(django_db_setup, django_db_blocker):
    """The real programme, loaded once and rolled back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_programme(HONGQIAO)
        yield
        transaction.set_rollback(True)


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
def test_the_real_programme_comes_back_as_it_went_out(hongqiao, kind):
    before, everything_before = plain(), everything()

    found = imported(sheets(kind))

    assert found.rows == (145 if kind == "csv" else 140 + 16 + 9 + 3 + 53 + 145 + 92)
    assert (changes(found), found.lines()) == ({}, [])
    assert (plain(), everything()) == (before, everything_before)


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


def test_a_workbook_has_a_sheet_for_each_table_with_its_columns(hongqiao):
    book = openpyxl.load_workbook(io.BytesIO(exported()))

    assert {page.title: [cell.value for cell in page[1]] for page in book} == {
        table.name: [column.name for column in table.columns] for table in TABLES
    }
    assert [page.max_row - 1 for page in book] == [140, 16, 9, 3, 53, 145, 92]
    missions = [cell.value for cell in book["missions"][1]]
    assert missions[-2:] == ["opened_on", "replaces"]


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
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_a_spreadsheet_program_stored_without_an_edit_changes_nothing(office, hongqiao, kind):
    before, everything_before = plain(), everything()

    found = imported(read_workbook(f"register.{kind}", office.stored(exported(kind), kind)))

    assert changes(found) == {}
    assert (plain(), everything()) == (before, everything_before)


@needs_libreoffice
@pytest.mark.parametrize("kind", KINDS)
def test_a_title_changed_in_a_spreadsheet_program_changes_one_field_of_one_record(office, hongqiao, kind):
    grids = sheets(kind)
    name = "" if kind == "csv" else "missions"
    title = "虹桥“改”；=1+1, a title"
    cell = address(*place(grids, name, "FP-049", "title_zh"))
    content = office.stored(exported(kind), kind, texts=[(name, cell, title)])
    before, versions_before, mission = plain(), versions(), Mission.objects.get(code="FP-049")

    with transaction.atomic():
        imported(read_workbook(f"register.{kind}", content))

        assert differences(before, plain()) == {
            ("missions", "FP-049", "title_zh"): (mission.title_zh, title),
            ("missions", "FP-049", "search_text"): (
                mission.search_text,
                mission.search_text.replace(mission.title_zh.casefold(), title.replace("；", ";")),
            ),
        }
        versions_before["missions"]["FP-049"] += 1
        assert versions() == versions_before
        newest, *_older = mission.history.all()
        assert (newest.title_zh, newest.history_type, newest.history_change_reason) == (title, "~", "import 1")
        transaction.set_rollback(True)


@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_texts_that_look_like_something_else_stay_so_in_a_spreadsheet_program(office, kind):
    nasty()

    assert changes(looked(read_workbook(f"register.{kind}", office.stored(exported(kind), kind)))) == {}
