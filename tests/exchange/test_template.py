"""The empty workbook: its headings are the loader's columns, and it offers what the loader takes."""

import io

import pytest
from django.utils.translation import override
from openpyxl.utils.datetime import from_excel

from missions.exchange.programme import load_programme
from missions.exchange.programme_tables import TABLES
from missions.exchange.template import write_template
from missions.exchange.template_words import HINTS, PURPOSES
from missions.exchange.workbooks import MOST_ROWS, read_workbook
from missions.models.days import LAST_DAY
from tests.exchange.folders import everything
from tests.exchange.workbooks import empty_template


@pytest.fixture(scope="module")
def book():
    return empty_template()


def letter(book, table, column):
    (found,) = [cell.column_letter for cell in book[table][1] if cell.value == column]
    return found


def offered(book, table, column):
    """The validation of the column's cells, from the second row to the last that is read, or None."""
    rules = book[table].data_validations.dataValidation
    place = letter(book, table, column)
    found = [rule for rule in rules if str(rule.sqref) == f"{place}2:{place}{MOST_ROWS}"]
    assert len(found) < 2
    return found[0] if found else None


def test_it_has_a_sheet_that_explains_and_one_for_each_table_in_the_order_to_fill_them_in(book):
    assert book.sheetnames[1:] == [table.name for table in TABLES]
    assert book.sheetnames[0].endswith("Read me")


def test_the_first_row_of_each_sheet_names_the_columns_and_nothing_else_stands_there(book):
    found = {table.name: list(book[table.name].values) for table in TABLES}

    assert found == {table.name: [tuple(column.name for column in table.columns)] for table in TABLES}


def test_the_first_row_and_the_first_column_stay_in_sight(book):
    assert {book[table.name].freeze_panes for table in TABLES} == {"B2"}


def test_headings_of_required_columns_are_bold_on_a_dark_ground(book):
    looks = {
        (table.name, cell.value): (cell.font.bold, cell.fill.fgColor.rgb)
        for table in TABLES
        for cell in book[table.name][1]
    }
    assert looks == {
        (table.name, column.name): (True, "FF16191D") if column.is_required else (False, "FFD6DCE2")
        for table in TABLES
        for column in table.columns
    }


@pytest.mark.parametrize(
    ("table", "column", "codes"),
    [
        ("sources", "form", "original,copy,summary,translation"),
        ("areas", "zone", "hub-wide,core,northern belt,southern belt"),
        ("owners", "level", "national,provincial,municipal,district,agency,bank,enterprise"),
        ("missions", "kind", "policy,platform,project,other"),
        ("missions", "provenance", "official,editorial-split,unpublished,not-obtained"),
        ("reported_figures", "measure", "total,in_place,completed"),
        ("events", "new_status", "not_started,in_progress,paused,completed,withdrawn"),
    ],
)
def test_a_column_of_fixed_values_offers_them(book, table, column, codes):
    rule = offered(book, table, column)

    assert (rule.type, rule.formula1, rule.showErrorMessage) == ("list", f'"{codes}"', True)


@pytest.mark.parametrize(
    ("table", "column", "target", "refuses"),
    [
        ("areas", "parent_code", "areas", True),
        ("owners", "parent_code", "owners", True),
        ("owners", "source", "sources", False),  # or “by remit, not stated in a source”
        ("missions", "instrument", "instruments", True),
        ("missions", "theme", "themes", True),
        ("missions", "lead_owner", "owners", True),
        ("reported_figures", "instrument", "instruments", False),  # or “hub”
        ("reported_figures", "source_key", "sources", True),
        ("events", "mission_code", "missions", True),
        ("timeline", "source_key", "sources", True),
        ("events", "source_key", "sources", True),
    ],
)
def test_a_column_that_refers_to_a_sheet_offers_its_codes(book, table, column, target, refuses):
    rule = offered(book, table, column)

    assert (rule.type, rule.formula1) == ("list", f"{target}!$A$2:$A${MOST_ROWS}")
    assert rule.showErrorMessage is refuses
    assert book[target]["A1"].value in ("code", "key")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("sources", "published_on"),
        ("instruments", "issued_on"),
        ("missions", "due"),
        ("reported_figures", "as_of"),
        ("timeline", "date"),
        ("events", "date"),
    ],
)
def test_a_column_of_days_takes_days_and_no_year_alone(book, table, column):
    rule = offered(book, table, column)

    assert (rule.type, rule.operator or "between") == ("date", "between")
    assert from_excel(int(rule.formula2)).date() == LAST_DAY
    assert int(rule.formula1) > LAST_DAY.year
    assert book[table].column_dimensions[letter(book, table, column)].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize(
    ("table", "column", "kind", "least"),
    [
        ("missions", "number", "whole", "1"),
        ("instruments", "official_total", "whole", "0"),
        ("reported_figures", "value", "decimal", "-999999999"),
    ],
)
def test_a_column_of_numbers_takes_numbers(book, table, column, kind, least):
    rule = offered(book, table, column)

    assert (rule.type, rule.formula1) == (kind, least)


@pytest.mark.parametrize(
    ("table", "column"),
    [("missions", "title_zh"), ("missions", "clause"), ("missions", "areas"), ("missions", "code"), ("sources", "url")],
)
def test_texts_and_lists_are_left_as_they_are_typed(book, table, column):
    assert offered(book, table, column) is None
    assert book[table].column_dimensions[letter(book, table, column)].number_format == "@"


def test_each_heading_has_a_note_that_says_what_the_column_takes(book):
    notes = {(table.name, cell.value): cell.comment.text for table in TABLES for cell in book[table.name][1]}

    assert {key for key, note in notes.items() if len(note.splitlines()) < 2} == set()
    assert notes["missions", "kind"].splitlines()[-4:] == [
        "policy: 政策 Policy",
        "platform: 平台 Platform",
        "project: 项目 Project",
        "other: 其他 Other",
    ]


def test_the_first_sheet_names_each_column_with_its_meaning_in_both_languages(book):
    rows = [row for row in book.worksheets[0].values if row[1] and row[3]]
    headings = [row for row in rows if "Column" in row[0]]
    described = [row for row in rows if row not in headings]

    assert [row[0] for row in described] == [column.name for table in TABLES for column in table.columns]
    assert len(headings) == len(TABLES)
    (due,) = [row for row in described if row[0] == "due"]
    assert due[1] == "期限\nDue date"
    assert "A day, like 2024-03-02" in due[2].splitlines()


def test_every_table_has_its_purpose_and_every_hint_its_column():
    assert set(PURPOSES) == {table.name for table in TABLES}
    assert set(HINTS) <= {(table.name, column.name) for table in TABLES for column in table.columns}


def test_the_reader_finds_nothing_but_the_headings():
    file = io.BytesIO()
    write_template(file)

    first, *grids = read_workbook("template.xlsx", file.getvalue())

    assert [list(grid.filled()) for grid in grids] == [
        [(0, [column.name for column in table.columns])] for table in TABLES
    ]
    assert len(list(first.filled())) > 50


def test_it_is_the_same_in_either_language():
    files = []
    for language in ("en", "zh-hans"):
        with override(language):
            file = io.BytesIO()
            write_template(file)
        files.append([grid.rows for grid in read_workbook("template.xlsx", file.getvalue())])

    assert files[0] == files[1]


@pytest.mark.django_db
def test_loading_it_empty_writes_nothing(tmp_path):
    with (tmp_path / "template.xlsx").open("xb") as file:
        write_template(file)
    before = everything()

    summary = load_programme(tmp_path / "template.xlsx")

    assert everything() == before
    assert summary.lines()[-1] == "ledger: 0 new"
