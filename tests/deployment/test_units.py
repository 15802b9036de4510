"""The units as systemd reads them: that it understands them, and how much it leaves to whoever gets into one."""

import re
import shutil
import subprocess

import pytest

from tests.deployment.conftest import demand
from tests.deployment.files import DEPLOY, TOP, UNITS, values

SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
# Each runs what stands in the release; the web service through a shell, which is why it is not among them.
JOBS = [name for name in SERVICES if "@" not in name]


@pytest.fixture(scope="module", autouse=True)
def systemd():
    demand("systemd", shutil.which("systemd-analyze"), "no systemd-analyze: install Debian's package systemd")


@pytest.fixture
def units(tmp_path):
    """The units in a folder of their own, with the release in the place where it is here."""
    copied = shutil.copytree(UNITS, tmp_path / "systemd")
    for unit in copied.glob("*.*"):
        if unit.is_file():
            text = unit.read_text()
            unit.write_text(text.replace("/srv/hubtracker/current", str(TOP)))
    return copied


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_is_hardened(units, unit):
    """systemd's own measure goes from 0 to 10; --threshold is tenths of it."""
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", units / unit]
    said = subprocess.run(command, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout


def test_systemd_understands_every_unit(units):
    names = [path for path in units.iterdir() if path.is_file()]
    said = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("unit", JOBS)
def test_a_job_has_its_timer_and_its_command_exists(unit):
    command = re.search(r"manage\.py (\w+)", values(unit, "ExecStart")[0])[1]

    assert values(unit.replace(".service", ".timer"), "WantedBy") == ["timers.target"]
    assert (TOP / f"missions/management/commands/{command}.py").is_file()


def test_every_command_of_the_wrapper_is_one_of_the_program():
    script = (DEPLOY / "hubtracker").read_text()
    owner = re.search(r'case "\$\{1-\}" in ([\w |]+)\)', script)[1].split(" | ")

    assert all((TOP / f"missions/management/commands/{command}.py").is_file() for command in owner)


def test_an_instance_has_a_memory_limit_beyond_which_it_runs_on():
    assert values("hubtracker-web@.service", "MemoryMax") == ["4G"]
    assert values("hubtracker-web@.service", "OOMPolicy") == ["continue"]


@pytest.mark.parametrize("file", ["deploy/systemd/hubtracker-web@.service", "Makefile"])
def test_workers_are_replaced_after_some_requests(file):
    assert "--max-requests 50000 --max-requests-jitter 5000 " in (TOP / file).read_text()
