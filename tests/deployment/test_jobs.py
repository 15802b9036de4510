"""What the timers start, as systemd would start it: the very commands of the units."""

import os
import subprocess
import time

import pytest

from tests.deployment.files import TOP, command_of

pytestmark = pytest.mark.long

DAY = 24 * 3600
BACKUPS = "/var/lib/hubtracker-backups"


def run(site, unit, name="ExecStart", *, backups="", **environment):
    """The exit code of a unit's command, and what it said."""
    places = {"/srv/hubtracker/current": str(TOP), BACKUPS: str(backups)}
    command = command_of(unit, name)
    for place, here in places.items():
        command = [word.replace(place, here) for word in command]
    environment = {**site.environment, **environment}
    done = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def of_age(path, days):
    path.touch()
    os.utime(path, (time.time() - days * DAY,) * 2)


def test_the_nightly_backup_is_one_file_more(site, tmp_path):
    code, said = run(site, "hubtracker-backup.service", backups=tmp_path)
    (made,) = tmp_path.iterdir()

    assert (code, made.suffix) == (0, ".zip")
    assert str(made) in said


def test_backups_are_kept_for_thirty_days(site, tmp_path):
    of_age(tmp_path / "old.zip", 32)
    of_age(tmp_path / "recent.zip", 29)
    of_age(tmp_path / ".broken-off.zip.1a2b", 32)
    of_age(tmp_path / ".under-way.zip.3c4d", 0)
    code, _said = run(site, "hubtracker-backup.service", "ExecStartPost", backups=tmp_path)

    assert code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"recent.zip", ".under-way.zip.3c4d"}


@pytest.mark.parametrize("unit", ["hubtracker-verify.service", "hubtracker-forget.service"])
def test_the_other_jobs_end_well(site, unit):
    assert run(site, unit)[0] == 0


def test_reminders_are_left_out_where_no_mail_is_set_up(site):
    unit = "hubtracker-reminders.service"

    assert run(site, unit, "ExecCondition")[0] == 1
    assert run(site, unit, "ExecCondition", HUB_EMAIL_URL="smtp://localhost")[0] == 0
