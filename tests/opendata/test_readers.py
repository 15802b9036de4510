"""Other programs read the data set: Frictionless by its description, a shell by the lines of the README."""

import re
import shutil
import subprocess
from datetime import date
from io import BytesIO
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from missions.exchange.programme import load_programme
from missions.models import Mission
from missions.status import Status
from tests import factories
from tests.exchange.folders import HONGQIAO
from tests.opendata.descriptions import errors, forget_checksums
from tests.opendata.unpacking import (
    ARCHIVE,
    LEDGER,
    every_table,
    head_line,
    rows,
    small_ledger,
    unpacked,
    verified,
    verified_here,
)
from tests.public.world import World
from tests.sites import gunicorn

pytestmark = pytest.mark.no_cover
long = pytest.mark.long

# What is altered → (file, kind of error, row, column) that Frictionless names.
ALTERED = [
    ("missions.csv", "M-1,FP,completed", "M-1,FP,done", "constraint-error", 2, "status"),
    ("missions.csv", "2024-01-01", "2024-13-01", "type-error", 2, "status_since"),
    ("missions.csv", ",First,", ",,", "constraint-error", 2, "title_en"),
    ("missions.csv", "M-2,FP", "M-1,FP", "primary-key", 3, None),
    ("missions.csv", ",O1,T1,", ",O9,T1,", "foreign-key", 2, None),
    ("organisations.csv", ",O1,", ",O9,", "foreign-key", 3, None),
    ("tallies.csv", "all,all,3", "all,all,three", "type-error", 2, "missions"),
    ("sources.csv", "https://", "javascript:", "constraint-error", 3, "url"),
]


@long
def test_every_table_is_as_described_and_an_altered_cell_is_found(client, noon, tmp_path):
    every_table()
    folder = unpacked(client, tmp_path)
    assert errors(folder) == []
    read_me = (folder / "README.md").read_bytes()
    (folder / "README.md").write_bytes(read_me.replace(b"Hub", b"Hug", 1))
    assert errors(folder) == [("README.md", "hash-count", None, None)]
    forget_checksums(folder)
    for name, old, new, *error in ALTERED:
        content = (folder / name).read_text("utf-8")
        (folder / name).write_text(content.replace(old, new, 1), "utf-8", newline="")
        assert (name, *error) in errors(folder), old
        (folder / name).write_text(content, "utf-8", newline="")


@long
def test_the_real_programme_and_an_empty_site_are_as_described(client, own_database, tmp_path):
    for loaded in (False, True):
        if loaded:
            load_programme(HONGQIAO)
        folder = tmp_path / f"{loaded}"
        folder.mkdir()
        assert verified(unpacked(client, folder)) == (head_line(), 0)
        assert errors(folder) == []
    tables = ("missions", "instruments", "themes", "areas", "organisations", "sources", "figures", "evidence")
    assert [len(rows(folder, name)) for name in tables] == [145, 3, 9, 19, 53, 168, 107, 177]


@long
@pytest.mark.both_databases
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is missing")
@pytest.mark.parametrize("shell", [name for name in ("bash", "dash") if shutil.which(name)])
def test_two_lines_of_shell_keep_a_copy_of_the_ledger_and_one_compares_it(own_database, tmp_path, shell):
    small_ledger()
    with gunicorn(own_database) as site, urlopen(site + ARCHIVE) as answer:
        read_me = ZipFile(BytesIO(answer.read())).read("README.md").decode()
        english, chinese = re.findall(r"^    (touch .*)\n    (curl .*)$", read_me, re.MULTILINE)
        compare, _chinese = re.findall(r"^    (head .*)$", read_me, re.MULTILINE)

        def run(*lines):
            return subprocess.run([shell, "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True)

        def copy():
            assert run(*english).returncode == 0
            return (tmp_path / "ledger.jsonl").read_bytes()

        first, again = copy(), copy()
        factories.report(Mission.objects.get(code="M-2"), Status.PAUSED, on=date(2024, 6, 1))
        after = copy()
        with urlopen(site + LEDGER) as answer:
            assert (english, first, after) == (chinese, again, answer.read())
        failed = run(*(line.replace("since_id=", "since_id=x") for line in english))
        assert (failed.returncode != 0, (tmp_path / "ledger.jsonl").read_bytes()) == (True, after)
    (tmp_path / "hubtracker").mkdir()
    for ledger, agrees in (
        (after, True),
        (after + b"{}\n", True),
        (first, False),
        (after.replace(b"M-1", b"M-9"), False),
    ):
        (tmp_path / "hubtracker" / "ledger.jsonl").write_bytes(ledger)
        assert (run(compare).returncode == 0) == agrees


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=long), pytest.param(2, marks=long)])
def test_programmes_from_a_seed_are_accepted(client, own_database, tmp_path, seed):
    assert verified_here(unpacked(client, tmp_path)) == (head_line(), 0)
    World(seed)
    every_table()

    assert verified_here(unpacked(client, tmp_path)) == (head_line(), 0)
    assert len(rows(tmp_path, "missions")) == 35
