"""docs/programme.md, read as a stranger does: its commands exist and work, and what it says of the columns is so."""

import re
import shlex

import pytest
from django.core.management import CommandError, call_command, get_commands

from missions.exchange.programme_tables import BY_REMIT, TABLES
from missions.models import Instrument, Mission, StatusChange
from missions.status import Status
from tests.exchange.folders import SMALL, TOP, everything
from tests.exchange.workbooks import filled_template

PAGE = (TOP / "docs/programme.md").read_text()
# A command line of a block of shell, without its comment.
LINES = re.findall(r"^\.venv/bin/python (manage\.py [^#\n]+)", PAGE, re.MULTILINE)
COLUMNS = {column.name: column for table in TABLES for column in table.columns}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def table_rows(heading):
    """The cells of each row below the table's heading."""
    (rows,) = re.findall(rf"^\| {heading} \|.*\n\| --- .*\n((?:\|.*\n?)+)", PAGE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|\n").split("|")] for row in rows.splitlines()]


def test_the_commands_that_it_names_exist():
    named = re.findall(r"manage\.py (\w+)", PAGE)

    assert set(named) >= {"programme_template", "load_programme", "send_reminders", "freeze_report", "verify_ledger"}
    assert set(named) - set(get_commands()) == set()


def test_the_targets_of_make_that_it_names_exist():
    targets = set(re.findall(r"^([a-z]+):.*##", (TOP / "Makefile").read_text(), re.MULTILINE))

    named = set(re.findall(r"\bmake (run|[a-z]+)$|`make ([a-z]+)`", PAGE, re.MULTILINE))
    assert {target for pair in named for target in pair if target} - targets == set()


def test_the_files_that_it_names_are_there():
    named = re.findall(r"`((?:missions|templates|hubtracker)/[\w/.]+)`", PAGE)
    links = re.findall(r"\]\(([\w./]+)\)", PAGE)

    missing = [path for path in named if not (TOP / path).exists()]
    assert missing == ["missions/locale/en/LC_MESSAGES/django.po"]  # to be made by whoever wants another English name
    assert [link for link in links if not (TOP / "docs" / link).exists()] == []


@pytest.mark.django_db
def test_whoever_follows_it_ends_with_the_programme_loaded(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    commands = [shlex.split(line)[1:] for line in LINES if "migrate" not in line]
    assert [command[0] for command in commands] == ["programme_template", "load_programme", "load_programme"]
    empty = everything()

    call_command(*commands[0])
    (workbook,) = tmp_path.iterdir()
    filled_template(SMALL).save(workbook)
    call_command(*commands[1])
    assert everything() == empty
    call_command(*commands[2])

    assert capsys.readouterr().out.splitlines()[-1] == "ledger: 11 new"
    assert list(Instrument.objects.values_list("code", flat=True)) == ["WP", "WG"]
    assert (Mission.objects.count(), StatusChange.objects.count()) == (6, 11)


@pytest.mark.django_db
def test_the_mistakes_that_it_shows_are_told_in_these_words(tmp_path):
    book = filled_template(SMALL)
    book["missions"]["I7"] = "quay"
    book["events"]["C2"] = "soon"
    book.save(tmp_path / "willow.xlsx")

    with pytest.raises(CommandError) as error:
        call_command("load_programme", tmp_path / "willow.xlsx")

    assert f"{error.value}\n" in blocks("text")


def test_the_lines_of_its_example_stand_in_the_files_of_the_example():
    example = blocks("text")[0]
    lines = [line.split(maxsplit=1) for line in example.splitlines()]

    assert len(lines) == 8
    assert [row for file, row in lines if row not in (SMALL / f"{file}.csv").read_text().splitlines()] == []


def test_the_sheets_stand_in_the_order_in_which_they_refer_to_each_other():
    assert [row[0] for row in table_rows("sheet")] == [f"`{table.name}`" for table in TABLES]


def test_its_table_of_columns_is_that_of_the_loader():
    assert table_rows("sheet or file") == [
        [f"`{marked(table)}`", f"`{', '.join(map(marked, table.columns))}`"] for table in TABLES
    ]


def marked(part):
    """A table or a column as the page names it: with a question mark, where it may be missing."""
    return f"{part.name}?" if part.is_optional else part.name


@pytest.mark.parametrize("name", ["zone", "level", "kind", "provenance", "new_status", "measure"])
def test_its_fixed_values_are_those_of_the_loader(name):
    (row,) = [row for row in table_rows("column") if row[0] == f"`{name}`"]

    known = [value for value, _label in COLUMNS[name].field.flatchoices if value not in ("", Status.UNREPORTED)]
    assert [value for value in re.findall(r"`([^`]+)`", row[1]) if value != "covers"] == known


def test_the_words_for_no_reference_are_those_of_the_loader():
    rows = {row[0]: row[1] for row in table_rows("column")}

    assert rows["`source` of owners"] == f"a key, or `{BY_REMIT}`"
    assert rows["`instrument` of figures"] == "a code, or `hub` for the programme as a whole"
    assert {column.none for table in TABLES for column in table.columns} == {"", BY_REMIT, "hub"}
