import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from missions.models import Mission, Role, User
from tests import build

TOP = Path(__file__).parent.parent.parent
ADDRESS = "http://localhost:8000/admin/"


def setup_site():
    said = StringIO()
    call_command("setup_site", stdout=said)
    return said.getvalue().splitlines()


def test_the_first_start_makes_an_account_that_must_change_its_password(db):
    build.instrument()
    sign_in, address = setup_site()
    password = re.fullmatch(r"Sign in: admin / (\w{16}) \(you will be asked to change it\)", sign_in)[1]
    admin = User.objects.get()

    assert address == ADDRESS
    assert admin.check_password(password)
    assert (admin.username, admin.is_active, admin.must_change_password) == ("admin", True, True)
    assert admin.roles == {Role.COORDINATOR, Role.ADMINISTRATOR}


def test_a_later_start_says_the_address_and_changes_nothing(db):
    build.instrument()
    setup_site()
    before = list(User.objects.values())

    assert setup_site() == [ADDRESS]
    assert list(User.objects.values()) == before


def test_where_there_are_accounts_none_is_made(db):
    build.instrument()
    build.user("coordinator")

    assert setup_site() == [ADDRESS]
    assert User.objects.count() == 1


def test_a_programme_that_is_there_is_left_alone(db):
    build.mission("MINE")
    setup_site()

    assert [mission.code for mission in Mission.objects.all()] == ["MINE"]


def test_the_address_is_the_one_to_sign_in_at(db, settings):
    settings.SIGN_IN_URL = "https://hub.example.org:8443"
    build.instrument()
    build.user()

    assert setup_site() == ["https://hub.example.org:8443/admin/"]


def test_two_first_starts_at_once_migrate_and_load_once_and_make_one_account(tmp_path):
    environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "setup_site"]
    starts = [
        subprocess.Popen(command, cwd=TOP, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _start in range(2)
    ]
    said = [start.communicate(timeout=120) for start in starts]
    lines = [line for out, _err in said for line in out.splitlines()]

    assert [(start.returncode, err) for start, (_out, err) in zip(starts, said, strict=True)] == [(0, "")] * 2
    assert lines.count(ADDRESS) == 2
    assert [line.split(" / ")[0] for line in lines if line != ADDRESS] == ["Sign in: admin"]
    with contextlib.closing(sqlite3.connect(tmp_path / "hub.sqlite3")) as made:
        counts = [
            made.execute(f"SELECT COUNT(*) FROM missions_{table}").fetchone()[0]
            for table in ("mission", "instrument", "statuschange", "user")
        ]
    assert counts == [145, 3, 322, 1]
