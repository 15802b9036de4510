"""The commands that write the register as a file, and bring one in."""

import io

import pytest
from django.core.management import CommandError, call_command

from missions.exchange.programme import load_programme
from missions.exchange.workbooks import read_workbook
from missions.models import Mission, Theme
from tests.exchange.folders import SMALL, everything
from tests.exchange.registering import exported, plain

pytestmark = pytest.mark.django_db

UNREADABLE = (
    "This XLSX file cannot be read: it is damaged, protected by a password, of another kind, or far too large. "
    "Open it, save it anew, without a password, and send that."
)


@pytest.fixture(autouse=True)
def programme():
    load_programme(SMALL)


def retitled(path, **titles):
    """The missions as a CSV file with other English titles."""
    text = exported("csv").decode("utf-8-sig")
    for code, title in titles.items():
        old = Mission.objects.get(code=code.replace("_", "-")).title_en
        assert text.count(f",{old},") == 1
        text = text.replace(f",{old},", f",{title},")
    path.write_text(text, encoding="utf-8-sig")
    return path


def ran(*arguments):
    """What the command writes."""
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().splitlines()


def failure(*arguments):
    """What the command says where it fails; nothing has been written."""
    before = everything()
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=io.StringIO())
    assert everything() == before
    return str(caught.value).splitlines()


# --- out --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["register.xlsx", "register.ODS", "missions.csv"])
def test_it_writes_the_register_and_says_where(tmp_path, name):
    path = tmp_path / name

    assert ran("export_register", path) == [f"Written: {path}"]

    grids = read_workbook(name, path.read_bytes())
    assert [len(grid.rows) - 1 for grid in grids] == ([6] if name.endswith("csv") else [4, 3, 2, 2, 3, 6, 4, 0, 0, 0])


def test_another_ending_is_refused(tmp_path):
    path = tmp_path / "register.xls"

    assert failure("export_register", path) == [f"“{path}” has none of the endings .xlsx, .ods, .csv: give it one."]
    assert not path.exists()


def test_a_place_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "nowhere" / "register.xlsx"

    assert failure("export_register", path) == [f"“{path}” cannot be written: No such file or directory."]


# --- in ---------------------------------------------------------------------------------------------------------------


def test_what_was_written_out_says_what_is_here_already(tmp_path):
    for name in ("register.xlsx", "register.ods", "missions.csv"):
        ran("export_register", tmp_path / name)
        before = everything()

        assert ran("import_register", tmp_path / name) == ["The file says what is here already: nothing changes."]
        assert everything() == before


def test_it_writes_what_the_file_says_and_tells_it_by_field(tmp_path):
    path = retitled(tmp_path / "missions.csv", WP_3="New", WG_1="Other")

    lines = ran("import_register", path)

    assert lines == [
        "missions: 0 new, 2 changed",
        "missions, cell E2: “Shore power for every berth” becomes “Other”",
        "missions, cell E6: “One form for ship papers” becomes “New”",
    ]
    mission = Mission.objects.get(code="WP-3")
    version = mission.history.first()
    assert (mission.title_en, mission.history.count()) == ("New", 2)
    assert (version.history_user, version.history_change_reason) == (None, "import_register")


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path):
    path = retitled(tmp_path / "missions.csv", WP_3="New")
    before, everything_before = plain(), everything()

    dry = ran("import_register", path, "--dry-run")

    assert (plain(), everything()) == (before, everything_before)
    assert dry == ["Nothing was written. Without --dry-run it would be:", *ran("import_register", path)]
    assert Mission.objects.get(code="WP-3").title_en == "New"


def test_a_dry_run_of_what_is_here_already_says_so(tmp_path):
    path = retitled(tmp_path / "missions.csv")

    assert ran("import_register", path, "--dry-run") == ["The file says what is here already: nothing changes."]


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_every_mistake_is_told_and_nothing_is_written(tmp_path, options):
    path = tmp_path / "missions.csv"
    text = exported("csv").decode("utf-8-sig").replace(",WP,3,", ",WP,three,").replace(",GREEN,", ",BLUE,")
    path.write_text(text, encoding="utf-8-sig")

    title, *problems = failure("import_register", path, *options)

    assert title == f"Nothing was written, {len(problems)} errors:"
    assert problems[-1] == ("missions, cell C6: “three” is not a whole number: write it in at most nine digits.")
    assert {problem.partition(": ")[2] for problem in problems[:-1]} == {
        "There is no “BLUE”, neither here nor in this file."
    }


def test_one_mistake_is_one(tmp_path):
    path = tmp_path / "missions.csv"
    path.write_text(exported("csv").decode("utf-8-sig").replace(",WP,3,", ",WP,three,"))

    assert failure("import_register", path)[0] == "Nothing was written, 1 error:"


def test_what_is_refused_while_it_is_written_is_told_likewise(tmp_path, monkeypatch):
    path = retitled(tmp_path / "missions.csv", WP_3="New")

    def edited_meanwhile(stdout, label, steps):
        for _done in steps:
            pass
        theme = Theme.objects.first()
        theme.name_en = "Edited meanwhile"
        theme.save()

    monkeypatch.setattr("missions.management.commands.import_register.follow", edited_meanwhile)
    with pytest.raises(CommandError) as caught:
        call_command("import_register", path)

    assert str(caught.value).splitlines() == [
        "Nothing was written, 1 error:",
        "The data have changed since the preview: look again.",
    ]
    assert Mission.objects.get(code="WP-3").title_en == "One form for ship papers"


def test_a_file_that_is_none_is_told(tmp_path):
    nowhere, no_workbook, other = tmp_path / "nowhere.xlsx", tmp_path / "x.xlsx", tmp_path / "x.doc"
    no_workbook.write_bytes(b"code,title_en\n")
    other.write_bytes(b"x")

    assert failure("import_register", nowhere) == [f"“{nowhere}” cannot be read: No such file or directory."]
    assert failure("import_register", tmp_path) == [f"“{tmp_path}” cannot be read: Is a directory."]
    assert failure("import_register", no_workbook) == [UNREADABLE]
    assert failure("import_register", other) == [
        "“x.doc” is no spreadsheet that can be read: send XLSX, XLS, ODS or CSV."
    ]


def test_elsewhere_than_on_a_terminal_progress_is_plain_lines(tmp_path, monkeypatch):
    monkeypatch.setattr("missions.management.progress.STEPS", 2)
    monkeypatch.setattr("missions.exchange.register_import.BATCH", 1)
    path = retitled(tmp_path / "missions.csv", WP_1="One", WP_3="Three", WG_1="New")

    lines = ran("import_register", path)

    assert lines[:5] == ["Compared: 2 / 6", "Compared: 4 / 6", "Compared: 6 / 6", "Written: 2 / 3",
                         "missions: 0 new, 3 changed"]  # fmt: skip


def test_on_a_terminal_progress_is_a_bar(tmp_path, monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    out = Terminal()
    call_command("import_register", retitled(tmp_path / "missions.csv", WP_1="One"), stdout=out)

    assert out.getvalue().splitlines()[0] == "missions: 0 new, 1 changed"
    drawn = capsys.readouterr().out
    assert ("Compared" in drawn, "6/6" in drawn, "Written" in drawn, "1/1" in drawn) == (True,) * 4
