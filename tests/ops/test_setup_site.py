"""`setup_site` and `migrate`, and what commands print for a damaged database."""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from missions.models import Mission, Role, User
from tests import factories
from tests.databases import on_postgresql
from tests.sites import TOP

ADDRESS = "http://localhost:8000/admin/"


def setup_site():
    out = StringIO()
    call_command("setup_site", stdout=out)
    return out.getvalue().splitlines()


def test_first_start_prints_the_sign_in_once(db):
    factories.mission("MINE")
    sign_in, address = setup_site()
    password = re.fullmatch(r"Sign in: admin / (\w{16}) \(you will be asked to change it\)", sign_in)[1]
    admin = User.objects.get()
    accounts = list(User.objects.values())

    assert (address, admin.check_password(password)) == (ADDRESS, True)
    assert (admin.username, admin.is_active, admin.must_change_password) == ("admin", True, True)
    assert admin.roles == {Role.COORDINATOR, Role.ADMINISTRATOR}
    assert setup_site() == [ADDRESS]
    assert list(User.objects.values()) == accounts
    assert [mission.code for mission in Mission.objects.all()] == ["MINE"]  # a programme that is there stays alone


def test_site_with_accounts_gets_no_further_one(db, settings):
    settings.SIGN_IN_URL = "https://hub.example.org:8443"
    factories.instrument()
    factories.user("coordinator")

    assert setup_site() == ["https://hub.example.org:8443/admin/"]
    assert [user.username for user in User.objects.all()] == ["coordinator"]


@pytest.mark.long
def test_two_first_starts_at_once_load_once_and_make_one_account(tmp_path):
    environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "setup_site"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    starts = [subprocess.Popen(command, cwd=TOP, env=environment, **pipes) for _ in range(2)]
    outputs = [start.communicate(timeout=120) for start in starts]
    lines = sorted(line.split(" / ")[0] for out, _err in outputs for line in out.splitlines())
    with contextlib.closing(sqlite3.connect(tmp_path / "hub.sqlite3")) as database:
        tables = ("mission", "instrument", "user")
        counts = [database.execute(f"SELECT COUNT(*) FROM missions_{table}").fetchone()[0] for table in tables]

    assert [(start.returncode, err) for start, (_out, err) in zip(starts, outputs, strict=True)] == [(0, "")] * 2
    assert lines == ["Sign in: admin", ADDRESS, ADDRESS]
    assert counts == [145, 3, 1]


@pytest.mark.skipif(on_postgresql(), reason="about SQLite's files")
@pytest.mark.parametrize(("command", "damage"), [("verify_ledger", "pages"), ("setup_site", "text")])
def test_command_on_a_damaged_database_names_the_restore_in_one_line(own_database, command, damage):
    factories.mission(status="in_progress")
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 7 * 4096):
        content[start : start + 4096] = b"\xff" * 4096
    path.write_bytes(content if damage == "pages" else b"This is a letter. " * 1000)

    process = subprocess.run(
        [sys.executable, "manage.py", command], cwd=TOP, env=own_database, capture_output=True, text=True, check=False
    )

    assert (process.stdout, process.returncode, process.stderr.count("\n")) == ("", 1, 1)
    assert (str(path) in process.stderr, "docs/operations.md#restore" in process.stderr) == (True, True)
