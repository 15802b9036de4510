"""The systemd units: valid, hardened, and with commands that exist."""

import re
import shutil
import subprocess

import pytest

from tests.deployment.servers import DEPLOY, UNITS, values
from tests.sites import TOP, require

pytestmark = pytest.mark.long

SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
WEB = "hubtracker-web@.service"


def systemd_analyze(*arguments):
    program = require("systemd", shutil.which("systemd-analyze"), "systemd")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    folder = shutil.copytree(UNITS, tmp_path_factory.mktemp("units") / "systemd")
    for unit in folder.glob("*.*"):
        if unit.is_file():
            unit.write_text(unit.read_text().replace("/srv/hubtracker/current", str(TOP)))
    return folder


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_is_hardened(units, unit):
    """An exposure of at most 1.5 of 10."""
    result = systemd_analyze("security", "--offline=true", "--threshold=15", "--no-pager", units / unit)

    assert result.returncode == 0, result.stdout


def test_every_unit_is_valid(units):
    result = systemd_analyze("verify", *(path for path in units.iterdir() if path.is_file()))

    assert (result.returncode, result.stderr) == (0, "")


def test_the_commands_of_jobs_and_of_the_wrapper_exist():
    jobs = [unit for unit in SERVICES if unit != WEB]
    commands = [re.search(r"manage\.py (\w+)", values(unit, "ExecStart")[0])[1] for unit in jobs]
    commands += re.search(r'case "\$\{1-\}" in ([\w |]+)\)', (DEPLOY / "hubtracker").read_text())[1].split(" | ")
    existing = {path.stem for path in (TOP / "missions/management/commands").glob("*.py")}

    assert set(commands) - existing == set()
    assert [values(unit.replace(".service", ".timer"), "WantedBy") for unit in jobs] == [["timers.target"]] * len(jobs)


def test_an_instance_survives_its_memory_limit():
    assert (values(WEB, "MemoryMax"), values(WEB, "OOMPolicy")) == (["4G"], ["continue"])
