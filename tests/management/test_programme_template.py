"""The command that writes the empty workbook."""

import pytest
from django.core.management import CommandError, call_command

from missions.exchange.programme_tables import TABLES
from missions.exchange.workbooks import read_workbook


def test_it_writes_the_template_and_says_where(tmp_path, capsys):
    path = tmp_path / "our city.xlsx"

    call_command("programme_template", path)

    assert capsys.readouterr().out == f"{path}\n"
    names = [grid.name for grid in read_workbook(path.name, path.read_bytes())]
    assert names[1:] == [table.name for table in TABLES]


def test_it_overwrites_nothing(tmp_path):
    path = tmp_path / "ours.xlsx"
    path.write_text("what took a week to fill in")

    with pytest.raises(CommandError) as error:
        call_command("programme_template", path)

    assert str(error.value) == f"“{path}” is there already: nothing was written. Choose another name."
    assert path.read_text() == "what took a week to fill in"


def test_a_name_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "ours.ods"

    with pytest.raises(CommandError) as error:
        call_command("programme_template", path)

    assert str(error.value) == f"“{path}” does not end in .xlsx: name the file so."
    assert not path.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "nowhere" / "ours.xlsx"

    with pytest.raises(CommandError) as error:
        call_command("programme_template", path)

    assert str(error.value) == f"“{path}” cannot be written: No such file or directory."
