"""Files that cannot be read, or not to their end: one message each, with its place, and nothing is written."""

import csv

import pytest

from missions.exchange import sheets
from missions.exchange.programme import load_programme
from missions.models import Mission, Theme
from tests.characters import REFUSED
from tests.exchange.folders import append, everything, refused, replace, write

pytestmark = pytest.mark.django_db

NOT_UTF8 = "This is not UTF-8: save the file as “CSV UTF-8” and load it again."
QUOTATION = "A quotation mark is not closed or stands alone: close it, and double those inside a cell."


def test_an_empty_folder_is_no_programme(tmp_path):
    assert refused(tmp_path) == [
        f"“{tmp_path}” is not the folder of a programme: it holds none of sources.csv, areas.csv, themes.csv, "
        "instruments.csv, owners.csv, missions.csv, reported_figures.csv, programme.csv, timeline.csv, "
        "contradictions.csv, events.csv."
    ]


@pytest.mark.parametrize("name", ["missions.csv", "nowhere"])
def test_a_file_or_nothing_is_no_folder(folder, name):
    (problem,) = refused(folder / name)

    assert problem.startswith(f"“{folder / name}” is not the folder of a programme: it holds none of ")


def test_a_missing_file_is_named_and_what_refers_to_it_is_not_blamed(folder):
    (folder / "themes.csv").unlink()

    assert refused(folder) == ["themes.csv: The file is missing: add it, with its first line at least."]


def test_a_file_that_cannot_be_opened_is_named(folder):
    (folder / "areas.csv").unlink()
    (folder / "areas.csv").mkdir()

    assert refused(folder) == ["areas.csv: The file cannot be read: Is a directory."]


def test_a_file_that_is_too_large_is_not_read(folder, monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST_FILE", 1 << 20)
    append(folder, "areas.csv", "X" * (1 << 20))

    assert refused(folder) == ["areas.csv: The file is larger than 1 MB: split it."]


@pytest.mark.parametrize("content", ["", "\n\n", "code;name_en;name_zh\nQUAY;Quays;码头\n"])
def test_a_first_line_without_any_column_is_told_what_it_must_be(folder, content):
    (folder / "themes.csv").write_text(content)

    assert refused(folder) == [
        "themes.csv, line 1: The first line names none of the columns: it must be “code,name_en,name_zh”."
    ]


def test_a_missing_column_is_named(folder):
    replace(folder, "themes.csv", "code,name_en,name_zh", "code,name_en")

    assert refused(folder) == ["themes.csv, line 1, column name_zh: The column is missing: add it."]


def test_an_unknown_column_is_named(folder):
    replace(folder, "themes.csv", "code,name_en,name_zh", "code,name_en,name_zh,colour")

    assert refused(folder) == [
        "themes.csv, line 1, column “colour”: The column is not known: remove it, or correct its name."
    ]


def test_a_column_that_stands_twice_is_named(folder):
    replace(folder, "themes.csv", "code,name_en,name_zh", "code,name_en,name_zh,name_en")

    assert refused(folder) == ["themes.csv, line 1, column name_en: The column stands there twice: remove one."]


@pytest.mark.parametrize(("row", "cells"), [("QUAY,Quays", 2), ("QUAY,Quays,码头,", 4), ("QUAY,Quays, and,码头", 4)])
def test_a_row_with_too_few_or_too_many_cells_is_named(folder, row, cells):
    replace(folder, "themes.csv", "QUAY,Quays,码头", row)

    assert refused(folder) == [
        f"themes.csv, line 2: Cells in this row: {cells}, columns: 3. Check its commas and quotation marks."
    ]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_a_file_in_a_chinese_encoding_is_told_to_be_utf8_at_its_first_chinese_line(folder, encoding):
    text = (folder / "themes.csv").read_text()
    (folder / "themes.csv").write_bytes(text.replace("码头", "港").encode(encoding))

    assert refused(folder) == [f"themes.csv, line 2: {NOT_UTF8}"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf16_is_told_to_be_utf8(folder, encoding):
    (folder / "areas.csv").write_bytes("code,name_en,name_zh,province_or_city,zone\n".encode(encoding))

    assert refused(folder) == [f"areas.csv, line 1: {NOT_UTF8}"]


def test_broken_utf8_is_found_on_its_line(folder):
    text = (folder / "missions.csv").read_bytes()
    (folder / "missions.csv").write_bytes(text.replace("植柳".encode(), "植柳".encode()[:-1]))

    assert refused(folder) == [f"missions.csv, line 8: {NOT_UTF8}"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("GREEN,Green harbour", 'GREEN,"Green harbour', 3),
        ("QUAY,Quays,码头", 'QUAY,"Quays,码头', 2),
        ("QUAY,Quays,码头", 'QUAY,"Quays" and more,码头', 2),
    ],
)
def test_an_unbalanced_quotation_mark_is_found_where_its_record_begins(folder, old, new, line):
    replace(folder, "themes.csv", old, new)

    assert refused(folder) == [f"themes.csv, line {line}: {QUOTATION}"]


def test_rows_before_an_unbalanced_quotation_mark_are_still_checked(folder):
    replace(folder, "missions.csv", "WP-1,WP,1,project", "WP-1,WP,one,project")
    replace(folder, "missions.csv", "WP-4,WP,4,platform,Harbour", 'WP-4,WP,4,platform,"Harbour')

    assert refused(folder) == [
        "missions.csv, line 2, column number: “one” is not a whole number: write it in at most nine digits.",
        f"missions.csv, line 6: {QUOTATION}",
    ]


def test_a_cell_of_ten_megabytes_is_refused_without_an_echo(folder):
    limit = csv.field_size_limit()
    replace(folder, "missions.csv", "Open the north pier", "X" * 10_000_000)
    replace(folder, "missions.csv", "GREEN,PORT,BANK", f"GREEN,PORT,{'B;' * 5_000_000}")
    replace(folder, "themes.csv", "QUAY,", f"{'Q' * 10_000_000},")

    assert refused(folder) == [
        "themes.csv, line 2, column code: The cell has 10000000 characters, at most 20 are allowed: shorten it.",
        "missions.csv, line 2, column title_en: The cell has 10000000 characters, at most 300 are allowed: shorten it.",
        *(f"missions.csv, line {line}, column theme: There is no “QUAY” in themes.csv." for line in (2, 3, 5, 6)),
        "missions.csv, line 7, column supporting_owners: "
        "The cell has 10000000 characters, at most 1000 are allowed: shorten it.",
    ]
    assert limit <= csv.field_size_limit() <= sheets.LARGEST_FILE


def test_a_column_name_of_ten_megabytes_is_shortened(folder):
    replace(folder, "themes.csv", "code,name_en,name_zh", f"code,name_en,name_zh,{'X' * 10_000_000}")

    (problem,) = refused(folder)
    assert problem == (
        f"themes.csv, line 1, column “{'X' * 59}…”: The column is not known: remove it, or correct its name."
    )


@pytest.mark.parametrize(("character", "name"), [*REFUSED.items(), ("\0", "U+0000 (control character)")])
def test_a_character_that_cannot_be_seen_is_refused_at_its_place(folder, character, name):
    replace(folder, "themes.csv", "Green harbour", f"Green{character}harbour")

    assert refused(folder) == [f"themes.csv, line 3, column name_en: Character 6 is {name}: remove it."]


def test_lines_are_those_of_the_file_where_cells_have_several(folder):
    replace(folder, "missions.csv", "北码头栈桥。", '"北\n\n码头\r\n栈桥。"')
    replace(folder, "missions.csv", "WP-3,WP,3", "\n\n,,,,,,,,,,,,,,,\nWP-3,WP,three")

    assert refused(folder) == [
        "missions.csv, line 11, column number: “three” is not a whole number: write it in at most nine digits.",
    ]


def spreadsheet(text):
    """As a spreadsheet saves it: byte order mark, CRLF, and rows without content at the end."""
    return b"\xef\xbb\xbf" + (text.replace("\n", "\r\n") + ",,\r\n").encode()


def test_a_byte_order_mark_crlf_and_empty_rows_are_fine(folder):
    for name in ("themes.csv", "sources.csv", "missions.csv"):
        text = (folder / name).read_text()
        (folder / name).write_bytes(spreadsheet(text).removesuffix(b",,\r\n"))
    (folder / "themes.csv").write_bytes(spreadsheet((folder / "themes.csv").read_text(encoding="utf-8-sig")))

    load_programme(folder)

    assert list(Theme.objects.values_list("code", "name_zh")) == [("QUAY", "码头"), ("GREEN", "绿色港口")]
    assert Mission.objects.get(code="WP-2").description_en == "Deepen the basin\nto twelve metres."


def test_a_file_saved_anew_with_a_byte_order_mark_and_crlf_changes_nothing(folder):
    load_programme(folder)
    before = everything()
    for path in folder.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    load_programme(folder)

    assert everything() == before


def test_columns_may_stand_in_any_order(folder):
    write(
        folder, "themes.csv", [["name_zh", " code ", "name_en"], ["码头", "QUAY", "Quays"], ["绿色", "GREEN", "Green"]]
    )

    load_programme(folder)

    assert list(Theme.objects.values_list("code", "name_en")) == [("QUAY", "Quays"), ("GREEN", "Green")]
