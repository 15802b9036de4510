"""A programme in a workbook: it loads like the folder that it came from, and errors name the sheet and the cell."""

import io
from datetime import date, datetime, time
from itertools import cycle

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.exchange.folders import NOTHING, SMALL, TOP, everything, failure, load, refused
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.workbooks import DATES, address, content_of, dates_of, empty_template, filled_template

pytestmark = pytest.mark.django_db

KINDS = ["xlsx", *(pytest.param(kind, marks=[pytest.mark.long, needs_libreoffice]) for kind in ("ods", "xls"))]


@pytest.fixture(scope="module")
def small():
    return content_of(filled_template(SMALL))


@pytest.fixture
def book(small):
    """The template with the small programme, to be changed."""
    return openpyxl.load_workbook(io.BytesIO(small))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "programme.xlsx"


def saved(book, path):
    book.save(path)
    return path


@pytest.fixture(params=KINDS)
def saved_as(request, path):
    """Save the workbook as a file of each kind."""

    def save(book):
        if request.param == "xlsx":
            return saved(book, path)
        converted = path.with_suffix(f".{request.param}")
        libreoffice = request.getfixturevalue("libreoffice")
        converted.write_bytes(libreoffice.convert(content_of(book), request.param))
        return converted

    return save


# --- what is read -----------------------------------------------------------------------------------------------------

FORMS = [
    "{0:%Y}年{0.month}月{0.day}日",
    "{0:%Y}年{0:%m}月{0:%d}号",
    "{0:%Y}/{0.month}/{0.day}",
    "{0:%Y}.{0.month}.{0.day}",
    " {0:%Y-%m-%d}\u3000",
    "{0:%Y%m%d}",
    "{0:%Y}-{0.month}-{0.day}",
    "{0:%Y} 年 {0.month} 月 {0.day} 日",
]


def serial(day):
    return (day - date(1899, 12, 30)).days


def full_width(text):
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def with_slips(book):
    """Each date in another form, and what else people type and mean the same."""
    forms = [*(form.format for form in FORMS), serial, lambda day: str(serial(day)),
             lambda day: full_width(str(day)), lambda day: day]  # fmt: skip
    for form, (cell, day) in zip(cycle(forms), dates_of(book), strict=False):
        cell.value, cell.number_format = form(date.fromisoformat(day)), "General"
    missions = book["missions"]
    missions["A2"], missions["C2"], missions["E2"] = " ＷＰ-１ ", "１", "Open the north pier  "
    missions["K2"], missions["L3"], missions["Q3"] = "CITY、BANK；", "NORTH，SOUTH", "plan\npaper_2024"
    book["reported_figures"]["E2"] = "３．５０"
    book["instruments"]["A2"] = "WP\u00a0"


def rearranged(book):
    """Hidden and empty rows, merged cells of one column, a sheet of notes, and columns in another order."""
    missions = book["missions"]
    missions.insert_rows(4, amount=3)
    missions.row_dimensions[2].hidden = True
    missions.merge_cells("B2:B3")
    book.create_sheet("Notes to ourselves").append(["code", "of", "nothing"])
    rows = [row[::-1] for row in book["themes"].values]
    del book["themes"]
    sheet = book.create_sheet("Themes ", 1)
    for row in rows:
        sheet.append(row)


@pytest.mark.parametrize("edit", [with_slips, rearranged])
def test_what_is_clear_is_read_in_each_kind_of_file(book, saved_as, edit):
    edit(book)
    load(SMALL)

    assert load(saved_as(book)) == NOTHING


# --- what is refused --------------------------------------------------------------------------------------------------

AT_SIX = datetime.fromisoformat("2024-03-02T18:30")
UNCLEAR = [
    "2024年3月", "2024", 2024, "3/2/2024", "24-3-2", "3月2日", "2024-3/2", "2024-02-30", "20241301", "early March",
    "二〇二四年三月二日", "45353.5", "4535", "-45353", "٢٠٢٤-٠٣-٠٢", date(1905, 7, 17), AT_SIX,
    time(12),
]  # fmt: skip
NO_DATES = [True, "=1+1", "#REF!", 99999]


def with_dates(book, values):
    """Puts the values where dates are; returns the cells."""
    cells = [cell for cell, _day in dates_of(book)[: len(values)]]
    for cell, value in zip(cells, values, strict=True):
        cell.value = value
    return [address(cell) for cell in cells]


@pytest.mark.parametrize("values", [UNCLEAR[:9], UNCLEAR[9:], NO_DATES])
def test_what_is_not_clearly_a_date_is_refused(book, path, values):
    cells = with_dates(book, NO_DATES)

    assert refused(saved(book, path)) == cells


BAD_CELLS = {
    "sources H3": "example.org", "areas F2": "all", "themes B3": "a\u202eb", "owners E3": "CITY", "missions I2": "quay",
    "missions C3": 2.5, "missions I3": date(2024, 3, 2), "missions L4": "NORTH、NORTH", "missions M4": date(2024, 1, 2),
    "missions A4": "WP 3", "missions D7": "Policy", "reported_figures C2": None, "reported_figures E3": "3.5m",
    "events D2": "done", "events E3": "=1/0",
}  # fmt: skip


def test_bad_cells_are_refused_in_the_order_of_sheets_and_rows_in_each_kind_of_file(book, saved_as):
    for place, value in BAD_CELLS.items():
        sheet, cell = place.split()
        book[sheet][cell] = value
    book["sources"].merge_cells("B4:C4")
    book["themes"]["E3"] = "ask Li"  # beside the table: it would be lost

    assert refused(saved_as(book)) == [
        "sources H3", "sources B4", "sources C4", "areas F2", "themes E3", "themes B3", "owners E3", "missions I2",
        "missions C3", "missions I3", "missions A4", "missions L4", "missions M4", "missions D7",
        "reported_figures C2", "reported_figures E3", "events D2", "events E3",
    ]  # fmt: skip


def test_a_cell_of_a_rearranged_sheet_is_named_where_it_is(book, path):
    rows = [row[::-1] for row in book["instruments"].values]
    del book["instruments"], book["owners"]
    sheet = book.create_sheet("instruments")
    for row in ([], *(["", *row] for row in rows)):
        sheet.append(row)
    sheet["J3"] = None

    assert refused(saved(book, path)) == ["instruments J3", "owners"]


def test_a_file_that_is_no_programme_is_one_problem(path):
    assert len(refused(path)) == 1
    for content in (b"code,name_en\n", content_of(openpyxl.Workbook()), b"PK\3\4" + bytes(20 * 1024**2)):
        path.write_bytes(content)
        assert len(refused(path)) == 1


# --- the template -----------------------------------------------------------------------------------------------------


def test_template_explains_each_column_offers_what_it_takes_and_loads_empty(path):
    explanation, *sheets = empty_template().worksheets
    columns = [(sheet.title, cell.value) for sheet in sheets for cell in sheet[1]]
    described = [row[0] for row in explanation.values if row[1] and row[3] and "Column" not in row[0]]
    assert described == [name for _sheet, name in columns]
    rules = {
        (sheet.title, sheet[f"{str(rule.sqref)[0]}1"].value): (rule.type, rule.formula1, rule.showErrorMessage)
        for sheet in sheets
        for rule in sheet.data_validations.dataValidation
    }
    statuses = '"not_started,in_progress,paused,completed,withdrawn"'
    assert rules["events", "new_status"] == ("list", statuses, True)
    assert rules["missions", "theme"] == ("list", "themes!$A$2:$A$20000", True)
    assert rules["owners", "source"][2] is False  # or “by remit, not stated in a source”
    assert {column for (_sheet, column), rule in rules.items() if rule[0] == "date"} == DATES
    before = everything()
    assert load(saved(empty_template(), path)) == NOTHING
    assert everything() == before


@pytest.mark.parametrize("name", ["ours.ods", "there.xlsx", "nowhere/ours.xlsx"])
def test_template_is_written_only_to_a_new_xlsx_file(tmp_path, name):
    (tmp_path / "there.xlsx").write_text("what took a week to fill in")

    with pytest.raises(CommandError):
        call_command("programme_template", tmp_path / name)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["what took a week to fill in"]


def test_the_documentation_shows_the_message_of_its_example(book, path):
    book["missions"]["I7"], book["events"]["C2"] = "quay", "soon"
    page = (TOP / "docs/programme.md").read_text()

    assert f"```text\n{failure('load_programme', saved(book, path))}\n```" in page
