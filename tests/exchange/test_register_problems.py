"""What an import refuses, each mistake with its cell, all of them at once and nothing written."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from missions.exchange.programme import load_programme
from missions.exchange.register_import import RegisterImport
from missions.exchange.workbooks import Day, Grid, Moment, NoValue
from missions.models import Instrument
from missions.models.days import today
from tests import build
from tests.exchange.registering import add, alone, cell, edit, refused, sheet, sheets
from tests.exchange.test_register_import import NEW_MISSION

pytestmark = pytest.mark.django_db

LEDGER_SAYS = (
    "The ledger says “{}”: leave the cell as it was, and record the change in the back office, with its day and reason."
)
NOWHERE = "There is no “{}”, neither here nor in this file."
NOT_A_DAY = "“{}” is not clearly a day: write it like 2024-03-02, 2024/3/2 or 2024年3月2日."
A_TRUTH = "The cell holds TRUE or FALSE: format it as text, and type what is meant."
IN_THE_FUTURE = "The day lies in the future: import the mission on that day."
IN_PREPARATION = "The instrument is in preparation: its missions are opened once it is out. Empty it."
TOMORROW = today() + timedelta(days=1)


@pytest.fixture(autouse=True)
def harbour(folder):
    load_programme(folder)


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "message"),
    [
        ("missions", "WP-1", "theme", "QUAYS", NOWHERE.format("QUAYS")),
        ("missions", "WP-1", "areas", "NORTH;WEST", NOWHERE.format("WEST")),
        ("missions", "WP-1", "source_keys", "rumour", NOWHERE.format("rumour")),
        ("missions", "WP-1", "lead_owner", "ＣＩＴＹ２", NOWHERE.format("CITY2")),
        ("missions", "WP-1", "kind", "dream", "“dream” is not one of: policy, platform, project, other."),
        ("missions", "WP-1", "title_en", None, "The cell is empty: fill it in."),
        ("missions", "WP-1", "title_zh", " \u3000", "The cell is empty: fill it in."),
        (
            "missions",
            "WP-1",
            "title_zh",
            "字" * 301,
            "The cell has 301 characters, at most 300 are allowed: shorten it.",
        ),
        (
            "missions",
            "WP-1",
            "title_en",
            "a\x0bb",
            "Character 2 is U+000B (control character): remove it.",
        ),
        (
            "missions",
            "WP-1",
            "title_en",
            True,
            "The cell holds TRUE or FALSE: format it as text, and type what is meant.",
        ),
        ("missions", "WP-1", "title_en", NoValue("It is merged."), "It is merged."),
        ("missions", "WP-1", "areas", "NORTH;NORTH", "“NORTH” stands in the list twice: remove one."),
        ("missions", "WP-1", "description_en", None, "Fill in the description in both languages, or in neither."),
        ("missions", "WP-1", "instrument", "WG", "This never changes: it is “WP” here and “WG” in the file."),
        ("missions", "WP-1", "number", 7.0, "This never changes: it is “1” here and “7” in the file."),
        ("missions", "WP-1", "number", 1.5, "“1.5” is not a whole number: write it in at most nine digits."),
        ("missions", "WP-1", "due", Day("2026-01-01"), LEDGER_SAYS.format("2025-12-31")),
        ("missions", "WP-1", "due", None, LEDGER_SAYS.format("2025-12-31")),
        ("missions", "WP-3", "due", "2026年1月1日", LEDGER_SAYS.format("–")),
        ("missions", "WP-1", "due", "2026年1月", NOT_A_DAY.format("2026年1月")),
        ("missions", "WP-1", "opened_on", "2024-03-02", LEDGER_SAYS.format("2024-03-01")),
        ("missions", "WP-1", "opened_on", None, LEDGER_SAYS.format("2024-03-01")),
        ("missions", "WP-1", "replaces", "WP-2", LEDGER_SAYS.format("–")),
        ("sources", "plan", "published_on", "3/2/2024", NOT_A_DAY.format("3/2/2024")),
        ("sources", "plan", "published_on", Day("1905-07-17"), NOT_A_DAY.format("1905-07-17")),
        ("sources", "plan", "published_on", Moment("2024-03-02T18:30:00"), NOT_A_DAY.format("2024-03-02T18:30:00")),
        ("sources", "plan", "url", "example.org", "Enter a valid URL."),
        ("areas", "NORTH", "zone", "moon", "“moon” is not one of: hub-wide, core, northern belt, southern belt."),
        ("themes", "QUAY", "position", None, "The cell is empty: fill it in."),
        ("owners", "PORT", "source", None, "The cell is empty: fill it in."),
        ("owners", "PORT", "parent_code", "NOBODY", NOWHERE.format("NOBODY")),
        ("owners", "PORT", "parent_code", "PORT", "An organisation cannot stand below itself."),
        ("owners", "PORT", "closed_on", 2024.0, NOT_A_DAY.format("2024")),
        ("instruments", "WP", "official_total", -3.0, "“-3” is not a whole number: write it in at most nine digits."),
    ],
)
def test_a_mistake_is_told_at_its_cell(table, key, column, value, message):
    grids = edit(sheets(), table, key, **{column: value})

    assert refused(grids) == [f"{table}, cell {cell(grids, table, key, column)}: {message}"]


def test_all_mistakes_of_all_sheets_are_told_in_their_order():
    grids = edit(sheets(), "missions", "WP-1", theme="QUAYS", due="soon")
    edit(grids, "missions", "WP-3", number="three")
    edit(grids, "owners", "PORT", parent_code="BANK", level="galactic")
    edit(grids, "owners", "BANK", parent_code="PORT")

    assert refused(grids) == [
        "owners, cell D2: “galactic” is not one of: national, provincial, municipal, district, agency, bank, "
        "enterprise.",
        "owners, cell E2: An organisation cannot stand below itself.",
        "owners, cell E4: An organisation cannot stand below itself.",
        "missions, cell I4: " + NOWHERE.format("QUAYS"),
        "missions, cell O4: " + NOT_A_DAY.format("soon"),
        "missions, cell C6: “three” is not a whole number: write it in at most nine digits.",
    ]


def test_mistakes_are_told_in_the_readers_language():
    grids = edit(sheets(), "missions", "WP-1", title_en=None, number="one")

    with override("zh-hans"):
        number, title = refused(grids)

    assert number.endswith("“one”不是整数：请用不超过九位数字填写。")
    assert title.endswith("单元格为空：请填写。")
    assert ("C4" in number, "E4" in title) == (True, True)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda rows: rows[0].remove("clause"), "missions, line 1, column clause: The column is missing: add it."),
        (
            lambda rows: rows[0].append("colour"),
            "missions, line 1, column “colour”: The column is not known: remove it, or correct its name.",
        ),
        (
            lambda rows: rows[0].append("clause"),
            "missions, line 1, column clause: The column stands there twice: remove one.",
        ),
        (
            lambda rows: rows[2].append("a remark"),
            "missions, cell U3: The column of this cell has no name: name it in the first row, or empty the cell.",
        ),
    ],
)
def test_a_table_of_another_form_is_refused(change, problem):
    missions = sheet(sheets(), "missions")
    change(missions.rows)

    assert problem in refused([missions])


def test_a_record_that_stands_there_twice_is_refused():
    grids = sheets()
    themes = sheet(grids, "themes")
    themes.rows.append(list(themes.rows[1]))

    assert refused(grids) == [
        "themes, cell A4: “QUAY” stands on line 2 already: remove one, or correct it.",
    ]


def test_a_figure_that_stands_there_twice_is_refused():
    grids = sheets()
    figures = sheet(grids, "reported_figures")
    figures.rows.append(list(figures.rows[1]))

    assert refused(grids) == [
        "reported_figures, line 6: This record stands on line 2 already: remove one, or correct it."
    ]


@pytest.mark.parametrize("grids", [[], [Grid("list", []), Grid("notes", [[" "]])]])
def test_a_workbook_that_holds_nothing_is_refused(grids):
    with pytest.raises(ValidationError) as caught:
        RegisterImport(grids, reason="x")

    assert caught.value.messages == [
        "None of the sheets is named like a table of the register: sources, areas, themes, instruments, owners, "
        "missions, reported_figures, programme, timeline, contradictions."
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ("missions", "Read me"),
            "The sheet “Read me” is no table of the register: take it out, or name it like one: sources, areas, "
            "themes, instruments, owners, missions, reported_figures, programme, timeline, contradictions.",
        ),
        (("missions", " Missions"), "Two sheets are named “missions”: take one out."),
    ],
)
def test_a_sheet_that_would_be_passed_over_is_refused(names, message):
    rows = sheet(sheets(), "missions").rows

    with pytest.raises(ValidationError) as caught:
        RegisterImport([Grid(name, rows) for name in names], reason="x")
    assert caught.value.messages == [message]


def test_one_empty_sheet_is_a_table_without_columns():
    (problem,) = refused([Grid("", [])])

    assert problem.startswith(
        "missions, line 1: The first line names none of the columns: it must be “code,instrument,"
    )


# --- new missions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"number": 1.0}, "number", "Number 1 of WP is WP-1: give each mission a number of its own."),
        (
            {"opened_on": Day(TOMORROW.isoformat())},
            "opened_on",
            "The day lies in the future: import the mission on that day.",
        ),
        ({"opened_on": Day("2024-02-29")}, "opened_on", "A mission opens on the day of issue (2024-03-01) or later."),
        ({"code": "a code"}, "code", "A code begins with a letter or a digit; letters, digits, - _ . may follow."),
        ({"instrument": "NP"}, "instrument", NOWHERE.format("NP")),
    ],
)
def test_a_new_mission_that_cannot_be_opened_is_refused(cells, column, message):
    grids = add(sheets(), "missions", **{**NEW_MISSION, **cells})
    place = cell(grids, "missions", cells.get("code", "WP-9"), column)

    assert refused(grids) == [f"missions, cell {place}: {message}"]


def test_of_an_instrument_in_preparation_nothing_is_said_that_only_the_ledger_can_hold():
    instrument = Instrument.objects.get(code="WG")
    build.instrument("NP", issued_on=None)
    grids = alone("missions", {**NEW_MISSION, "instrument": "NP", "due": Day("2026-01-01"), "replaces": "WP-1",
                               "opened_on": Day("2025-01-01")})  # fmt: skip

    assert refused(grids)[:3] == [
        f"missions, cell {cell(grids, 'missions', 'WP-9', column)}: {IN_PREPARATION}"
        for column in ("due", "opened_on", "replaces")
    ]
    assert instrument.issued_on


def test_the_day_of_issue_is_the_one_that_the_file_says():
    grids = edit(sheets(), "instruments", "WP", issued_on=Day("2024-04-01"))
    add(grids, "missions", **NEW_MISSION, opened_on=Day("2024-03-15"))

    assert refused(grids) == [
        f"missions, cell {cell(grids, 'missions', 'WP-9', 'opened_on')}: A mission opens on the day of issue "
        "(2024-04-01) or later."
    ]


def test_where_a_second_person_is_wanted_an_import_opens_nothing():
    instrument = Instrument.objects.get(code="WP")
    instrument.second_person = "everything"
    instrument.save()
    grids = add(sheets(), "missions", **NEW_MISSION)

    assert refused(grids, by=build.user()) == [
        f"missions, cell {cell(grids, 'missions', 'WP-9', 'instrument')}: WP wants a second reader: import the mission "
        "before that is asked for, or open it by hand."
    ]
