"""What a load refuses: every error with its file, line and column, all of them at once, and nothing is written."""

import os
from datetime import timedelta

import pytest

from missions.days import today
from tests.characters import REFUSED
from tests.exchange.folders import SMALL, append, change, failure, refused, replace

pytestmark = pytest.mark.django_db

# The row of each file in which cells are spoilt: its first cell and its line.
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
# By file and column, the cells that are refused.
BAD_CELLS = {
    ("sources.csv", "title"): [" ", "长" * 501],
    ("sources.csv", "published_on"): ["March 2024", "2024"],
    ("sources.csv", "url"): ["to be announced", "javascript:alert(1)", "ftp://example.org/plan"],
    ("themes.csv", "name_en"): [f"Green{character}harbour" for character in (*REFUSED, "\0")],
    ("themes.csv", "name_zh"): ["", "长" * 201],
    ("instruments.csv", "issued_on"): ["1/3/2024"],
    ("instruments.csv", "official_total"): ["1234567890"],
    ("owners.csv", "parent_code"): ["MAYOR", "PORT"],
    ("owners.csv", "source"): ["", "rumour"],
    ("missions.csv", "code"): ["", "WP 9", "../9", "-9", "九", "WP-1"],
    ("missions.csv", "number"): ["", "3.0", "-3", "0", "three"],
    ("missions.csv", "kind"): ["Policy"],
    ("missions.csv", "instrument"): ["WQ"],
    ("missions.csv", "theme"): ["", "quay"],
    ("missions.csv", "lead_owner"): ["MAYOR"],
    ("missions.csv", "supporting_owners"): ["PORT; MAYOR"],
    ("missions.csv", "areas"): ["NORTH;WEST;", "NORTH;SOUTH; NORTH"],
    ("missions.csv", "source_keys"): ["plan,paper_2025x"],
    ("missions.csv", "due"): ["2025-02-29", "2101-01-01"],
    ("reported_figures.csv", "as_of"): ["2024"],
    ("reported_figures.csv", "instrument"): ["", "harbour"],
    ("reported_figures.csv", "value"): ["", "1,234", "3.5m", "1e5", "NaN", ".5", "123456789012", "0.12345"],
    ("reported_figures.csv", "covers"): ["WP;WQ"],
    ("events.csv", "mission_code"): ["WP-9"],
    ("events.csv", "date"): ["", "1899-12-31", "2024-03-01T00:00", str(today() + timedelta(days=1))],
    ("events.csv", "new_status"): ["", "done"],
    ("events.csv", "headline_zh"): ["", "长" * 301],
    ("events.csv", "source_key"): ["", "rumour"],
}  # fmt: skip
ROUNDS = max(map(len, BAD_CELLS.values()))


@pytest.mark.parametrize("number", range(ROUNDS))
def test_bad_cells_are_refused_at_their_places(folder, number):
    """In each round one cell of every column is spoilt that has a bad cell left."""
    spoilt = {place: cells[number] for place, cells in BAD_CELLS.items() if number < len(cells)}
    for file in {file for file, _column in spoilt}:
        cells = {column: cell for (name, column), cell in spoilt.items() if name == file}
        change(folder, file, ROWS[file][0], **cells)

    assert sorted(refused(folder)) == sorted(f"{file} {ROWS[file][1]} {column}" for file, column in spoilt)


def test_all_problems_of_all_files_are_reported_in_the_order_of_files_lines_and_columns(folder):
    change(folder, "events.csv", "WP-2", date="yesterday", source_key="rumour")
    change(folder, "missions.csv", "WP-3", theme="QUAYS", number="1", provenance="official")
    change(folder, "missions.csv", "WP-1", kind="dream", areas="WEST;EAST")
    change(folder, "sources.csv", "plan", published_on="2024")
    (folder / "areas.csv").unlink()

    assert refused(folder) == [
        "sources.csv 2 published_on",
        "areas.csv",  # the areas that missions refer to are no problem of the missions
        "missions.csv 2 kind",
        "missions.csv 5 number",
        "missions.csv 5 theme",
        "events.csv 4 date",
        "events.csv 4 source_key",
    ]


def test_each_record_is_named_once(folder):
    append(folder, "sources.csv", "plan,Another,Paper,,,en")
    append(folder, "areas.csv", "ALL,Another,另,,core")
    append(folder, "themes.csv", "QUAY,Another,另")
    append(folder, "instruments.csv", "WP,Another,另,City,市,2024-03-01,,,")
    append(folder, "owners.csv", "PORT,Another,另,bank,,plan")
    append(folder, "missions.csv", "WP-1,WP,9,other,Another,另,,,QUAY,CITY,,,,,official,")
    append(folder, "reported_figures.csv", "2024-12-31,hub,Cargo 2024,货物,4,million tonnes,paper_2025,,")
    append(folder, "events.csv", "WP-2,2023-11-20,in_progress,Soundings  in the basin,测深,paper_2024")

    assert refused(folder) == [
        "sources.csv 6 key", "areas.csv 5 code", "themes.csv 4 code", "instruments.csv 4 code", "owners.csv 5 code",
        "missions.csv 9 code", "reported_figures.csv 6", "events.csv 7",
    ]  # fmt: skip


THEMES = (SMALL / "themes.csv").read_text()


def themes(old, new):
    assert old in THEMES
    return THEMES.replace(old, new)


SPOILT_FILES = [
    (None, "themes.csv"),
    ("\n\n", "themes.csv"),
    (THEMES.replace(",", ";"), "themes.csv 1"),
    (themes(",name_zh", ""), "themes.csv 1 name_zh"),
    (themes("name_zh", "name_zh,x"), "themes.csv 1 x"),
    (themes("name_zh", "name_zh,name_en"), "themes.csv 1 name_en"),
    (themes("QUAY,Quays,码头", "QUAY,Quays"), "themes.csv 2 name_zh"),
    (themes("Quays", "Quays, and"), "themes.csv 2"),
    (themes("Quays", '"Quays" and more'), "themes.csv 2"),
    (themes("Quays", '"Quays'), "themes.csv 2"),
    (themes("QUAY,Quays", "\n,,\nQUAY,"), "themes.csv 4 name_en"),
    (themes("码头", "港").encode("gbk"), "themes.csv 2"),
    ("code,name_en,name_zh\n".encode("utf-16-le"), "themes.csv 1"),
    (THEMES.encode().replace("绿色".encode(), "绿色".encode()[:-1]), "themes.csv 3"),
]


@pytest.mark.parametrize(("content", "problem"), SPOILT_FILES)
def test_a_file_that_cannot_be_read_is_one_problem_with_its_line(folder, content, problem):
    (folder / "themes.csv").unlink()
    if content is not None:
        (folder / "themes.csv").write_bytes(content if isinstance(content, bytes) else content.encode())

    # What refers to a theme is not blamed for a file that could not be read to its end.
    assert [each for each in refused(folder) if not each.endswith(" theme")] == [problem]


def test_a_directory_and_a_file_that_is_too_large_are_not_read(folder):
    (folder / "themes.csv").unlink()
    (folder / "themes.csv").mkdir()
    os.truncate(folder / "areas.csv", 20 * 1024**2 + 1)

    assert refused(folder) == ["areas.csv", "themes.csv"]


def test_rows_before_and_behind_a_cell_of_several_lines_are_found_on_their_lines(folder):
    replace(folder, "missions.csv", "北码头栈桥。", '"北\n\n码头\r\n栈桥。"')
    replace(folder, "missions.csv", "WP-3,WP,3", "WP-3,WP,three")
    replace(folder, "missions.csv", "WG-2,WG,2,other,Plant", 'WG-2,WG,2,other,"Plant')

    assert refused(folder) == ["missions.csv 8 number", "missions.csv 11"]


def test_huge_cells_are_refused_without_an_echo(folder):
    replace(folder, "missions.csv", "Open the north pier", "X" * 5_000_000)
    replace(folder, "missions.csv", "GREEN,PORT,BANK", f"GREEN,PORT,{'B;' * 2_500_000}")
    replace(folder, "areas.csv", "code,name_en,name_zh", f"code,name_en,name_zh,{'X' * 5_000_000}")

    message = failure("load_programme", folder)
    assert len(message) < 2000
    assert [part for part in ("column title_en", "column supporting_owners") if part not in message] == []


@pytest.mark.parametrize("path", ["nowhere", "programme/missions.csv", ""])
def test_what_is_no_folder_of_a_programme_is_refused(folder, path):
    assert len(refused(folder.parent / path)) == 1
