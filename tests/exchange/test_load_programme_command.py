"""What the command prints, and its exit code."""

import pytest
from django.core.management import CommandError, call_command

from missions.models import Mission, StatusChange
from tests.exchange.folders import append, change, everything

pytestmark = pytest.mark.django_db


def test_it_prints_what_it_wrote(folder, capsys):
    call_command("load_programme", folder)

    assert capsys.readouterr().out.splitlines() == [
        "sources.csv: 4 new, 0 changed",
        "areas.csv: 3 new, 0 changed",
        "themes.csv: 2 new, 0 changed",
        "instruments.csv: 2 new, 0 changed",
        "owners.csv: 3 new, 0 changed",
        "missions.csv: 6 new, 0 changed",
        "reported_figures.csv: 4 new, 0 changed",
        "ledger: 11 new",
    ]
    assert (Mission.objects.count(), StatusChange.objects.count()) == (6, 11)


def test_a_dry_run_prints_what_it_would_write(folder, capsys):
    before = everything()

    call_command("load_programme", folder, "--dry-run")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Nothing was written. Without --dry-run it would be:"
    assert lines[-1] == "ledger: 11 new"
    assert everything() == before


def test_it_prints_changes_conflicts_and_notes_one_a_line(folder, capsys):
    append(folder, "themes.csv", "OLD,Old,旧")
    call_command("load_programme", folder)
    change(folder, "areas.csv", "SOUTH", province_or_city="Willow")
    mission = Mission.objects.get(code="WP-4")
    mission.title_zh = "在此修改"
    mission.save()
    (folder / "themes.csv").write_text((folder / "themes.csv").read_text().replace("OLD,Old,旧\n", ""))
    capsys.readouterr()

    call_command("load_programme", folder)

    assert capsys.readouterr().out.splitlines()[-4:] == [
        "ledger: 0 new",
        "areas.csv, line 4, column province_or_city: “” becomes “Willow”",
        "missions.csv, line 6, column title_zh: "
        "edited here (“在此修改”), the file says “港口数据交换平台”; left as it is",
        "themes.csv: no longer in the file, left as they are: OLD",
    ]

    call_command("load_programme", folder, "--force")

    mission.refresh_from_db()
    assert mission.title_zh == "港口数据交换平台"


def test_errors_are_printed_one_a_line_and_the_exit_code_is_1(folder):
    change(folder, "areas.csv", "SOUTH", zone="south")
    change(folder, "missions.csv", "WP-4", theme="QUAYS")

    with pytest.raises(CommandError) as error:
        call_command("load_programme", folder)

    assert error.value.returncode == 1
    assert str(error.value).splitlines() == [
        "Nothing was written, 2 errors:",
        "areas.csv, line 4, column zone: “south” is not one of: hub-wide, core, northern belt, southern belt.",
        "missions.csv, line 6, column theme: There is no “QUAYS” in themes.csv.",
    ]
