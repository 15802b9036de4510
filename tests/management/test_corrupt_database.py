"""A damaged SQLite file: the commands say in one sentence what is wrong and what to do."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests import build
from tests.models.forging import LEDGER

pytestmark = pytest.mark.skipif(connection.vendor == "postgresql", reason="SQLite's own files")

TOP = Path(__file__).parents[2]
PAGE = 4096


def every_seventh_page_overwritten(content, _root):
    pages = [content[start : start + PAGE] for start in range(0, len(content), PAGE)]
    pages[1::7] = [b"\xff" * PAGE] * len(pages[1::7])
    return b"".join(pages)


def first_page_of_the_ledger_overwritten(content, root):
    return content[: (root - 1) * PAGE] + bytes(PAGE) + content[root * PAGE :]


def cut_short(content, _root):
    return content[: len(content) // 2]


def no_database(_content, _root):
    return b"This is a letter. " * 1000


@pytest.fixture
def site(own_database):
    """The environment of a site with a mission, whose database no process has open."""
    build.mission(status="in_progress")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return own_database


@pytest.mark.parametrize(
    ("command", "damage"),
    [
        ("verify_ledger", every_seventh_page_overwritten),
        ("verify_ledger", first_page_of_the_ledger_overwritten),
        ("verify_ledger", cut_short),
        ("verify_ledger", no_database),
        ("setup_site", every_seventh_page_overwritten),
        ("setup_site", no_database),
    ],
)
def test_a_command_on_a_damaged_database_names_the_restore_in_one_sentence(site, command, damage):
    path = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT rootpage FROM sqlite_master WHERE name = %s", [LEDGER])
        [root] = cursor.fetchone()
    connection.close()
    path.write_bytes(damage(path.read_bytes(), root))

    words = [sys.executable, "manage.py", command]
    done = subprocess.run(words, cwd=TOP, env=site, capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode, done.stderr.count("\n")) == ("", 1, 1)
    assert str(path) in done.stderr
    assert "docs/operations.md#restore" in done.stderr
