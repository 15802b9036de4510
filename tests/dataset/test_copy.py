"""Anybody keeps a copy of the ledger with two lines of shell: run here as the README of the data set has them."""

import re
import shutil
import subprocess
from datetime import date
from io import BytesIO
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from missions.models import Mission
from missions.status import Status
from tests import build
from tests.accounts.serving import gunicorn
from tests.dataset.unpacking import ARCHIVE, LEDGER, small_ledger

pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]


@pytest.fixture
def site(own_database):
    with gunicorn(own_database) as url:
        yield url


def get(address):
    with urlopen(address) as answer:
        return answer.read()


def two_lines(site):
    """The lines, as the README has them for this site, in each language."""
    read_me = ZipFile(BytesIO(get(site + ARCHIVE))).read("README.md").decode()
    return re.findall(r"^    (touch .*)\n    (curl .*)$", read_me, re.MULTILINE)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="bash or curl is missing")
def test_two_lines_of_shell_keep_a_copy(site, tmp_path):
    small_ledger()
    english, chinese = two_lines(site)
    assert english == chinese

    def keep():
        subprocess.run(["bash", "-c", "\n".join(english)], cwd=tmp_path, check=True)
        return (tmp_path / "ledger.jsonl").read_bytes()

    first = keep()
    again = keep()
    build.report(Mission.objects.get(code="M-2"), Status.PAUSED, on=date(2024, 6, 1))
    build.mission("M-3")
    after = keep()

    assert first == again
    assert (first.count(b"\n"), after.count(b"\n")) == (6, 8)
    assert after == get(site + LEDGER)
    assert after.startswith(first)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="bash or curl is missing")
def test_a_copy_that_the_site_cannot_continue_is_left_as_it_is(site, tmp_path):
    small_ledger()
    lines = two_lines(site)[0]
    (tmp_path / "ledger.jsonl").write_bytes(b"mine\n")
    broken = "\n".join(lines).replace("since_id=", "since_id=x")

    done = subprocess.run(["bash", "-c", broken], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode != 0
    assert "400" in done.stderr
    assert (tmp_path / "ledger.jsonl").read_bytes() == b"mine\n"
