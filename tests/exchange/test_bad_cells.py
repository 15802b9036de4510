"""Cells that are wrong by themselves or name what is not there: each is told with its place, and none is written."""

import pytest

from tests.exchange.folders import change, refused

pytestmark = pytest.mark.django_db

# In each file the row that is spoilt: its first cell and its line.
ROWS = {
    "sources.csv": ("plan", 2),
    "areas.csv": ("ALL", 2),
    "themes.csv": ("GREEN", 3),
    "instruments.csv": ("WP", 2),
    "owners.csv": ("PORT", 2),
    "missions.csv": ("WP-3", 5),
    "reported_figures.csv": ("2024-12-31", 2),
    "events.csv": ("WP-2", 4),
}


def refused_for(folder, file, column, cell):
    """The one message that this cell gets, without its place, which is right."""
    code, line = ROWS[file]
    change(folder, file, code, **{column: cell})
    (problem,) = refused(folder)
    place = f"{file}, line {line}, column {column}: "
    assert problem.startswith(place)
    return problem.removeprefix(place)


@pytest.mark.parametrize(
    ("file", "column", "cell", "code", "target"),
    [
        ("owners.csv", "parent_code", "MAYOR", "MAYOR", "owners.csv"),
        ("owners.csv", "source", "rumour", "rumour", "sources.csv"),
        ("missions.csv", "instrument", "WQ", "WQ", "instruments.csv"),
        ("missions.csv", "theme", "quay", "quay", "themes.csv"),
        ("missions.csv", "lead_owner", "MAYOR", "MAYOR", "owners.csv"),
        ("missions.csv", "supporting_owners", "PORT; MAYOR", "MAYOR", "owners.csv"),
        ("missions.csv", "areas", "NORTH;WEST;", "WEST", "areas.csv"),
        ("missions.csv", "source_keys", "plan,paper_2024", "plan,paper_2024", "sources.csv"),
        ("reported_figures.csv", "instrument", "harbour", "harbour", "instruments.csv"),
        ("reported_figures.csv", "source_key", "rumour", "rumour", "sources.csv"),
        ("reported_figures.csv", "covers", "WP;WQ", "WQ", "instruments.csv"),
        ("events.csv", "mission_code", "WP-9", "WP-9", "missions.csv"),
        ("events.csv", "source_key", "rumour", "rumour", "sources.csv"),
    ],
)
def test_a_reference_to_what_is_not_there(folder, file, column, cell, code, target):
    assert refused_for(folder, file, column, cell) == f"There is no “{code}” in {target}."


def test_a_list_that_names_the_same_twice(folder):
    message = refused_for(folder, "missions.csv", "areas", "NORTH;SOUTH; NORTH")

    assert message == "“NORTH” stands in the list twice: remove one."


@pytest.mark.parametrize(
    ("file", "column", "cell"),
    [
        ("sources.csv", "published_on", "March 2024"),
        ("instruments.csv", "issued_on", "1/3/2024"),
        ("instruments.csv", "issued_on", "20240301"),
        ("instruments.csv", "issued_on", "２０２４-03-01"),
        ("missions.csv", "due", "2025-02-29"),
        ("missions.csv", "due", "2025-1-1"),
        ("missions.csv", "due", "2101-01-01"),
        ("reported_figures.csv", "as_of", "2024"),
        ("events.csv", "date", "1899-12-31"),
        ("events.csv", "date", "2024-03-01T00:00"),
    ],
)
def test_a_day_that_is_none(folder, file, column, cell):
    message = refused_for(folder, file, column, cell)

    assert message == f"“{cell}” is not a day between 1900 and 2100: write it like 2024-03-02."


@pytest.mark.parametrize(
    ("file", "column", "cell"),
    [
        ("missions.csv", "number", "3.0"),
        ("missions.csv", "number", "-3"),
        ("missions.csv", "number", "３"),
        ("instruments.csv", "official_total", "1234567890"),
    ],
)
def test_a_whole_number_that_is_none(folder, file, column, cell):
    message = refused_for(folder, file, column, cell)

    assert message == f"“{cell}” is not a whole number: write it in at most nine digits."


def test_missions_are_numbered_from_1(folder):
    assert refused_for(folder, "missions.csv", "number", "0") == "Ensure this value is greater than or equal to 1."


@pytest.mark.parametrize("cell", ["1,234", "3.5m", "1e5", "NaN", ".5", "123456789012", "0.12345"])
def test_a_number_that_is_none(folder, cell):
    message = refused_for(folder, "reported_figures.csv", "value", cell)

    assert message == (
        f"“{cell}” is not a number like 12 or 3.25, with at most 11 digits before the point and 4 behind it."
    )


@pytest.mark.parametrize(
    ("file", "column", "cell", "known"),
    [
        ("areas.csv", "zone", "northern", "hub-wide, core, northern belt, southern belt"),
        ("owners.csv", "level", "city", "national, provincial, municipal, district, agency, bank, enterprise"),
        ("missions.csv", "kind", "Policy", "policy, platform, project, other"),
        ("missions.csv", "provenance", "ours", "official, editorial-split, unpublished, not-obtained"),
        ("reported_figures.csv", "measure", "done", "total, in_place, completed"),
        (
            "events.csv",
            "new_status",
            "done",
            "unreported, not_started, in_progress, paused, completed, withdrawn",
        ),
    ],
)
def test_a_word_that_is_not_on_the_list(folder, file, column, cell, known):
    assert refused_for(folder, file, column, cell) == f"“{cell}” is not one of: {known}."


@pytest.mark.parametrize("cell", ["to be announced", "javascript:alert(1)", "ftp://example.org/plan"])
def test_an_address_that_is_none(folder, cell):
    assert refused_for(folder, "sources.csv", "url", cell) == "Enter a valid URL."


@pytest.mark.parametrize("code", ["WP 9", "../9", "-9", "九"])
def test_a_code_with_other_characters(folder, code):
    message = refused_for(folder, "missions.csv", "code", code)

    assert message == "A code begins with a letter or a digit; letters, digits, - _ . may follow."


def test_a_code_that_is_written_wrongly_is_found_all_the_same(folder):
    change(folder, "themes.csv", "GREEN", code="GREEN 1")
    change(folder, "missions.csv", "WG-1", theme="GREEN 1")
    change(folder, "missions.csv", "WG-2", theme="GREEN 1")

    assert refused(folder) == [
        "themes.csv, line 3, column code: A code begins with a letter or a digit; letters, digits, - _ . may follow."
    ]


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("sources.csv", "title"),
        ("sources.csv", "language"),
        ("themes.csv", "name_zh"),
        ("instruments.csv", "name_en"),
        ("instruments.csv", "issuer_zh"),
        ("owners.csv", "source"),
        ("missions.csv", "code"),
        ("missions.csv", "number"),
        ("missions.csv", "title_en"),
        ("missions.csv", "theme"),
        ("reported_figures.csv", "instrument"),
        ("reported_figures.csv", "indicator_zh"),
        ("reported_figures.csv", "value"),
        ("events.csv", "date"),
        ("events.csv", "new_status"),
        ("events.csv", "headline_en"),
        ("events.csv", "headline_zh"),
        ("events.csv", "source_key"),
    ],
)
def test_a_cell_that_must_be_filled_in(folder, file, column):
    assert refused_for(folder, file, column, " ") == "The cell is empty: fill it in."


@pytest.mark.parametrize(
    ("file", "column", "limit"),
    [
        ("sources.csv", "title", 500),
        ("themes.csv", "name_zh", 200),
        ("instruments.csv", "notes", 5000),
        ("missions.csv", "clause", 500),
        ("events.csv", "headline_zh", 300),
    ],
)
def test_a_cell_that_is_too_long(folder, file, column, limit):
    message = refused_for(folder, file, column, "长" * (limit + 1))

    assert message == f"The cell has {limit + 1} characters, at most {limit} are allowed: shorten it."
