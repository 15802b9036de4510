"""Anybody keeps a copy of the ledger with two lines of shell: run here as the README of the data set has them."""

import os
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
from tests.dataset.unpacking import ARCHIVE, LEDGER, fetched, members, small_ledger

pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]


@pytest.fixture
def site(own_database):
    with gunicorn(own_database) as url:
        yield url


# Shells that people have, with a `wc` that pads with blanks as that of macOS and BSD does, and without.
SHELLS = pytest.mark.parametrize(
    ("shell", "pads"), [(shell, pads) for shell in ("bash", "dash") if shutil.which(shell) for pads in (False, True)]
)


def environment(folder, pads):
    """The variables for a shell, in whose PATH a padding `wc` comes first if it has to pad."""
    folder.mkdir()
    if pads:
        program = folder / "wc"
        program.write_text(f'#!/bin/sh\nprintf "%8d\\n" "$({shutil.which("wc")} "$@")"\n')
        program.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def get(address):
    with urlopen(address) as answer:
        return answer.read()


def two_lines(site):
    """The lines, as the README has them for this site, in each language."""
    read_me = ZipFile(BytesIO(get(site + ARCHIVE))).read("README.md").decode()
    return re.findall(r"^    (touch .*)\n    (curl .*)$", read_me, re.MULTILINE)


@SHELLS
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is missing")
def test_two_lines_of_shell_keep_a_copy(site, tmp_path, shell, pads):
    small_ledger()
    variables = environment(tmp_path / "bin", pads)
    english, chinese = two_lines(site)
    assert english == chinese

    def keep():
        subprocess.run([shell, "-c", "\n".join(english)], cwd=tmp_path, check=True, env=variables)
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


# What became of the ledger of the site since the copy was kept: whether they still agree.
SINCE = {
    "nothing": (lambda ledger: ledger, True),
    "it has more": (lambda ledger: ledger + b"{}\n", True),
    "it has fewer": (lambda ledger: b"".join(ledger.splitlines(keepends=True)[:-1]), False),
    "it is empty": (lambda ledger: b"", False),
    "a byte was altered": (lambda ledger: ledger.replace(b"M-1", b"M-9", 1), False),
    "the last byte was altered": (lambda ledger: ledger[:-1] + b" ", False),
    "an old one was altered and more came": (lambda ledger: ledger.replace(b"M-1", b"M-9", 1) + b"{}\n", False),
}


@SHELLS
@pytest.mark.parametrize("since", SINCE)
def test_one_line_says_whether_a_copy_agrees_with_the_data_set(client, noon, tmp_path, shell, pads, since):
    small_ledger()
    found = members(fetched(client, ARCHIVE)[1])
    (english, chinese) = re.findall(r"^    (head .*)$", found["README.md"].decode(), re.MULTILINE)
    assert english == chinese
    became, agrees = SINCE[since]
    (tmp_path / "hubtracker").mkdir()
    (tmp_path / "ledger.jsonl").write_bytes(found["ledger.jsonl"])
    (tmp_path / "hubtracker" / "ledger.jsonl").write_bytes(became(found["ledger.jsonl"]))

    variables = environment(tmp_path / "bin", pads)
    done = subprocess.run([shell, "-c", english], cwd=tmp_path, env=variables, capture_output=True, text=True)

    assert (done.returncode == 0, done.stdout + done.stderr == "") == (agrees, agrees)
