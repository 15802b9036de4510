"""A programme in a workbook: loaded like the folder it came from, and refused with the sheet and the cell."""

from datetime import date, datetime

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from missions.exchange import programme_tables
from missions.exchange.programme import load_programme
from missions.models import Area, Evidence, Mission, Organisation, ReportedFigure, StatusChange, Theme
from tests.exchange.folders import HONGQIAO, SMALL, everything, refused, written
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.workbooks import converted, empty_template, filled_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    """The template, filled in with the small programme."""
    return filled_template(SMALL)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "programme.xlsx"


def refused_with(book, path, **options):
    book.save(path)
    return refused(path, **options)


def same_as_the_folder(folder, path):
    """The workbook says what the folder says, to the last field and entry."""
    load_programme(folder)
    before = everything()
    summary = load_programme(path)
    assert (written(summary), summary.conflicts, summary.notes) == ((0, 0, 0), (), ())
    assert everything() == before


# --- what is loaded ---


def test_it_is_loaded_whole(book, path):
    book.save(path)

    summary = load_programme(path)

    assert summary.lines() == [
        "sources: 4 new, 0 changed",
        "areas: 3 new, 0 changed",
        "themes: 2 new, 0 changed",
        "instruments: 2 new, 0 changed",
        "owners: 3 new, 0 changed",
        "missions: 6 new, 0 changed",
        "reported_figures: 4 new, 0 changed",
        "programme: 0 new, 0 changed",
        "timeline: 0 new, 0 changed",
        "contradictions: 0 new, 0 changed",
        "ledger: 11 new",
    ]
    mission = Mission.objects.get(code="WP-2")
    assert mission.description_en == "Deepen the basin\nto twelve metres."
    assert {source.key for source in mission.sources.all()} == {"plan", "paper_2024"}
    assert list(Organisation.objects.values_list("code", "parent__code", "position")) == [
        ("PORT", "CITY", 1),
        ("CITY", None, 2),
        ("BANK", None, 3),
    ]


@pytest.mark.parametrize("folder", [SMALL, HONGQIAO], ids=["small", "hongqiao"])
def test_after_the_folder_the_workbook_changes_nothing(folder, path):
    filled_template(folder).save(path)

    same_as_the_folder(folder, path)


def test_after_the_workbook_the_folder_changes_nothing(book, path):
    book.save(path)
    load_programme(path)
    before = everything()

    summary = load_programme(SMALL)

    assert (written(summary), summary.conflicts, summary.notes) == ((0, 0, 0), (), ())
    assert everything() == before


@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_as_a_spreadsheet_program_saves_it_anew_it_says_the_same(book, path, kind):
    book.save(path)

    same_as_the_folder(SMALL, converted(path, kind))


def test_a_dry_run_writes_nothing(book, path, capsys):
    book.save(path)
    before = everything()

    call_command("load_programme", path, "--dry-run")

    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], lines[-1]) == ("Nothing was written. Without --dry-run it would be:", "ledger: 11 new")
    assert everything() == before


def test_what_was_edited_here_is_left_unless_forced(book, path):
    book.save(path)
    load_programme(path)
    theme = Theme.objects.get(code="QUAY")
    theme.name_en = "Edited here"
    theme.save()
    book["themes"]["B2"] = "Quays and piers"
    book["themes"]["C2"] = "码头与栈桥"
    book.save(path)

    summary = load_programme(path)

    assert summary.conflicts == (
        "themes, cell B2: edited here (“Edited here”), the file says “Quays and piers”; left as it is",
    )
    assert summary.changes == ("themes, cell C2: “码头” becomes “码头与栈桥”",)
    load_programme(path, force=True)
    theme.refresh_from_db()
    assert (theme.name_en, theme.name_zh) == ("Quays and piers", "码头与栈桥")


def test_a_due_date_is_changed_by_the_ledger_alone(book, path):
    load_programme(SMALL)
    book["missions"]["O2"] = date(2026, 12, 31)
    book.save(path)

    assert load_programme(path).conflicts == (
        "missions, cell O2: “2025-12-31” is in force, the file says “2026-12-31”; "
        "record a new due date in the back office",
    )


def test_a_record_that_the_sheet_no_longer_names_is_left(book, path):
    load_programme(SMALL)
    book["sources"].append(["more", "More (invented)", None, "The Willow Paper", *[None] * 5, "en"])
    book.save(path)
    load_programme(path)
    book["sources"].delete_rows(6)
    book.save(path)

    assert load_programme(path).changes == (
        "sources: more is no longer in the file: its address is emptied, and its publisher no longer named",
    )
    assert load_programme(path).notes == ("sources: no longer in the file, left as they are: more",)


@pytest.mark.parametrize(
    "typed",
    [
        "2024年6月1日",
        "2024/6/1",
        "2024.6.1",
        "２０２４－０６－０１",
        " 2024-06-01 ",
        "20240601",
        45444,
        date(2024, 6, 1),
    ],
)
def test_a_day_is_read_however_it_was_typed(book, path, typed):
    book["events"]["C2"] = typed
    book.save(path)

    load_programme(path)

    assert Evidence.objects.filter(change__mission__code="WP-1").first().event_on == date(2024, 6, 1)


def test_full_width_digits_spaces_and_chinese_separators_are_read(book, path):
    book["missions"]["A2"] = " ＷＰ-１ "
    book["missions"]["C2"] = "１"
    book["missions"]["K2"] = "CITY、BANK；"
    book["missions"]["E2"] = "Open the north pier  "
    book["reported_figures"]["E2"] = "３．５０"
    book.save(path)

    same_as_the_folder(SMALL, path)


def test_hidden_and_empty_rows_a_vertical_merge_and_other_sheets_are_no_matter(book, path):
    missions = book["missions"]
    missions.insert_rows(4, amount=3)
    missions.row_dimensions[2].hidden = True
    missions.merge_cells("B2:B3")
    book.create_sheet("Notes to ourselves").append(["code", "of", "nothing"])
    book.save(path)

    same_as_the_folder(SMALL, path)


def test_columns_may_be_moved_and_sheets_named_with_capitals(book, path):
    rows = [row[::-1] for row in book["themes"].values]
    del book["themes"]
    sheet = book.create_sheet("Themes ", 1)
    for row in rows:
        sheet.append(row)
    book.save(path)

    same_as_the_folder(SMALL, path)


def test_figures_keep_their_decimals(book, path):
    book["reported_figures"]["E2"] = 12345678.9012
    book.save(path)

    load_programme(path)

    assert str(ReportedFigure.objects.order_by("id").first().value) == "12345678.9012"


# --- cells that are refused ---


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "message"),
    [
        ("areas", "F4", "south", "“south” is not one of: hub-wide, core, northern belt, southern belt."),
        ("themes", "B3", None, "The cell is empty: fill it in."),
        ("themes", "C2", "长" * 201, "The cell has 201 characters, at most 200 are allowed: shorten it."),
        ("missions", "A4", "WP 3", "A code begins with a letter or a digit; letters, digits, - _ . may follow."),
        ("missions", "C3", 2.5, "“2.5” is not a whole number: write it in at most nine digits."),
        ("missions", "C3", True, "The cell holds TRUE or FALSE: format it as text, and type what is meant."),
        ("missions", "C3", 0, "Ensure this value is greater than or equal to 1."),
        ("missions", "I7", "quay", "There is no “quay” in themes."),
        ("missions", "L2", "NORTH;WEST", "There is no “WEST” in areas."),
        ("missions", "L2", "NORTH、NORTH", "“NORTH” stands in the list twice: remove one."),
        ("missions", "O2", "end of 2025", "“end of 2025” is not clearly a day: write it like 2024-03-02, 2024/3/2 or "
         "2024年3月2日."),
        ("missions", "O2", "2025/2/29", "“2025/2/29” is not clearly a day: write it like 2024-03-02, 2024/3/2 or "
         "2024年3月2日."),
        ("missions", "O2", "2025", "“2025” is not clearly a day: write it like 2024-03-02, 2024/3/2 or 2024年3月2日."),
        ("missions", "O2", datetime.fromisoformat("2025-12-31T08:30"), "“2025-12-31T08:30:00” is not clearly a day: "
         "write it like 2024-03-02, 2024/3/2 or 2024年3月2日."),
        ("missions", "O2", 99999, "“2173-10-13” is not a day between 1900 and 2100: write it like 2024-03-02."),
        ("missions", "M2", date(2024, 1, 2), "The cell holds a day or a time (2024-01-02): format it as text, and type "
         "what is meant."),
        ("missions", "M2", "=1+1", "The formula has no value: open the file in a spreadsheet program, and save it."),
        ("missions", "M2", "#REF!", "The cell holds the error #REF!: mend the formula, or type the value."),
        ("missions", "H2", None, "Fill in the description in both languages, or in neither."),
        ("missions", "C3", 1, "Number 1 of WP is WP-1: give each mission a number of its own."),
        ("missions", "A4", "WP-1", "“WP-1” stands on line 2 already: remove one, or correct it."),
        ("owners", "E3", "CITY", "An organisation cannot stand below itself."),
        ("reported_figures", "E2", "3.5m", "“3.5m” is not a number like 12 or 3.25, with at most 11 digits before the "
         "point and 4 behind it."),
        ("events", "C2", "2099-01-01", "The day lies in the future: enter the event once it has happened."),
        ("events", "D3", "unreported", "Only a correction can lead back to “Not individually reported”."),
        ("sources", "H2", "example.org", "Enter a valid URL."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_cell(book, path, sheet, cell, value, message):
    book[sheet][cell] = value

    assert refused_with(book, path) == [f"{sheet}, cell {cell}: {message}"]


def test_cells_that_are_merged_across_columns_are_refused_each(book, path):
    book["themes"].merge_cells("B2:C2")

    message = "The cell is part of the merged cells B2:C2: split them, and fill in each."
    assert refused_with(book, path) == [f"themes, cell B2: {message}", f"themes, cell C2: {message}"]


def test_problems_stand_in_the_order_of_the_sheets_rows_and_columns(book, path):
    book["events"]["D2"] = "done"
    book["missions"]["Q7"] = "rumour"
    book["missions"]["D7"] = "Policy"
    book["missions"]["I2"] = "quay"
    book["areas"]["F2"] = "all"

    places = [problem.partition(":")[0] for problem in refused_with(book, path)]

    assert places == [
        "areas, cell F2",
        "missions, cell I2",
        "missions, cell D7",
        "missions, cell Q7",
        "events, cell D2",
    ]


def test_a_cell_of_a_moved_column_is_named_where_it_stands(book, path):
    rows = [row[::-1] for row in book["themes"].values]
    del book["themes"]
    sheet = book.create_sheet("themes")
    sheet.append([])
    for row in rows:
        sheet.append(["", *row])
    sheet["C3"] = None

    assert refused_with(book, path) == ["themes, cell C3: The cell is empty: fill it in."]


def test_a_code_that_no_formula_has_worked_out_is_told_once(book, path):
    book["themes"]["A2"] = book["themes"]["A3"] = "=1/0"
    for line in range(2, 8):
        book["missions"].cell(line, 9).value = None

    message = "The formula has no value: open the file in a spreadsheet program, and save it."
    assert refused_with(book, path)[:2] == [f"themes, cell A2: {message}", f"themes, cell A3: {message}"]


def test_a_value_beside_the_table_would_be_lost_and_is_refused(book, path):
    book["themes"]["E3"] = "ask Li"

    assert refused_with(book, path) == [
        "themes, cell E3: The column of this cell has no name: name it in the first row, or empty the cell."
    ]


# --- sheets and files that are refused ---


def test_an_unknown_a_missing_and_a_doubled_column_are_named(book, path):
    book["themes"]["C1"] = "name_chinese"
    book["areas"]["D1"] = "zone"

    assert refused_with(book, path) == [
        "areas, line 1, column province_or_city: The column is missing: add it.",
        "areas, line 1, column zone: The column stands there twice: remove one.",
        "themes, line 1, column “name_chinese”: The column is not known: remove it, or correct its name.",
        "themes, line 1, column name_zh: The column is missing: add it.",
    ]


def test_a_sheet_without_its_first_row_is_told_what_it_must_be(book, path):
    book["themes"].delete_rows(1)

    assert refused_with(book, path) == [
        "themes, line 1: The first line names none of the columns: it must be “code,name_en,name_zh”."
    ]


def test_a_missing_sheet_is_named_and_what_refers_to_it_is_not_blamed(book, path):
    del book["themes"]

    assert refused_with(book, path) == ["themes: The sheet is missing: add it, with its first row at least."]


def test_another_workbook_is_no_programme(path):
    book = openpyxl.Workbook()
    book.active.append(["code"])

    assert refused_with(book, path) == [
        f"“{path}” is not the workbook of a programme: it has none of the sheets sources, areas, themes, instruments, "
        "owners, missions, reported_figures, programme, timeline, contradictions, events."
    ]


def test_a_file_that_is_no_workbook_is_told_so(path):
    path.write_text("code,name_en,name_zh\n")

    assert refused(path) == [
        f"{path}: This XLSX file cannot be read: it is damaged, protected by a password, of another kind, or far too "
        "large. Open it, save it anew, without a password, and send that."
    ]


def test_a_workbook_that_is_not_there_is_told_so(path):
    assert refused(path) == [f"{path}: The file cannot be read: No such file or directory."]


def test_a_workbook_that_is_too_large_is_not_read(book, path, monkeypatch):
    book.save(path)
    with path.open("ab") as stream:
        stream.truncate(programme_tables.LARGEST_FILE + 1)

    assert refused(path) == [f"{path}: The file is larger than 20 MB: split it, or leave pictures out."]


def test_a_folder_may_be_called_like_a_workbook(folder):
    renamed = folder.rename(folder.with_name("programme.xlsx"))

    load_programme(renamed)

    assert (Area.objects.count(), StatusChange.objects.count()) == (3, 11)


# --- in both languages ---


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        (
            "en",
            [
                "Nothing was written, 2 errors:",
                "missions, cell I7: There is no “quay” in themes.",
                "events, cell E2: The cell is empty: fill it in.",
            ],
        ),
        (
            "zh-hans",
            [
                "未写入任何内容，共 2 处错误：",
                "missions，单元格 I7：themes 中没有“quay”。",
                "events，单元格 E2：单元格为空：请填写。",
            ],
        ),
    ],
)
def test_the_command_names_cells_in_the_language_of_the_reader(book, path, language, messages):
    book["missions"]["I7"] = "quay"
    book["events"]["E2"] = None
    book.save(path)

    with override(language), pytest.raises(CommandError) as error:
        call_command("load_programme", path)

    assert str(error.value).splitlines() == messages


def test_a_template_that_nobody_filled_in_says_nothing_of_the_programme_that_is_here(path):
    load_programme(SMALL)
    before = everything()
    empty_template().save(path)

    summary = load_programme(path)

    assert everything() == before
    assert [note.partition(":")[0] for note in summary.notes] == [
        "sources", "areas", "themes", "instruments", "owners", "missions", "reported_figures",
        "events",
    ]  # fmt: skip
