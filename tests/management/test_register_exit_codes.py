"""With what the register's commands end, in a process of their own."""

import subprocess
import sys

import pytest
from django.conf import settings

from missions.exchange.programme import load_programme
from tests.exchange.folders import SMALL
from tests.management.test_register_commands import UNREADABLE


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.both_databases
def test_each_command_ends_with_0_or_1(own_database, tmp_path):
    path, broken = tmp_path / "register.xlsx", tmp_path / "broken.xlsx"
    broken.write_bytes(b"x")
    load_programme(SMALL)

    done = [
        manage(own_database, *arguments)
        for arguments in (
            ("export_register", path),
            ("import_register", path),
            ("import_register", path, "--dry-run"),
            ("import_register", broken),
            ("export_register", tmp_path / "x.doc"),
        )
    ]

    assert [(each.returncode, bool(each.stdout), "Traceback" in each.stderr) for each in done] == [
        (0, True, False), (0, True, False), (0, True, False), (1, False, False), (1, False, False),
    ]  # fmt: skip
    assert done[3].stderr.strip() == f"CommandError: {UNREADABLE}"
