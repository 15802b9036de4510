"""`make drill` in small: a kill of some kinds, on SQLite; and that it finds what it looks for."""

import itertools
import os
import random
import sqlite3
import time
import uuid
from collections import defaultdict
from contextlib import closing

import pytest

from tests.drill import kills, load
from tests.drill.officials import Acknowledged, Official
from tests.drill.site import Site, kill
from tests.postgres import free_port

pytestmark = pytest.mark.no_cover


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill")
    (folder / "data").mkdir()
    made = Site(folder / "data")
    yield made
    made.close()


def test_what_was_acknowledged_outlives_the_server_the_importer_and_a_restore(site, monkeypatch):
    victims, said = itertools.chain(["server"], itertools.repeat("import")), []
    monkeypatch.setattr(kills, "LONGEST", 1)
    monkeypatch.setattr(random, "choice", lambda choices: next(victims) if "server" in choices else choices[0])

    wrong = kills.drill(site, site.folder.parent, 2, said.append)

    assert wrong == []
    assert said[-3] == "killed 1 restores; nothing wrong"
    assert said[-2].startswith("killed {'server': 1, 'import': 1}; ")


def test_the_drill_finds_what_was_lost(site):
    missing = Acknowledged(submitted=["nothing"], published=["gone"], files=["a digest"], frozen=["Never published"])

    found = site.found(missing)

    assert found["lost"] == ["nothing", "gone", "a digest", "Never published"]
    assert found["problems"] == found["half done"] == []


def test_the_drill_finds_a_published_report_that_was_lost(site, serving):
    acknowledged = Acknowledged()
    Official(site, ["FP-001"], acknowledged).report()
    (key,) = acknowledged.published
    whole = site.found(acknowledged)
    tampered(site, "DELETE FROM missions_submission WHERE key = ?", uuid.UUID(key).hex)

    assert (acknowledged.wrong, whole["lost"]) == ([], [])
    assert site.found(acknowledged)["lost"] == [key, key]  # submitted, and published


def test_the_drill_finds_a_file_that_was_lost_and_one_that_was_altered(site, serving):
    acknowledged = Acknowledged()
    official = Official(site, ["FP-001"], acknowledged)
    official.report_with_file()
    official.report_with_file()
    whole = site.found(acknowledged)
    paths = "SELECT content FROM missions_evidencefile WHERE sha256 IN (?, ?)"
    (lost,), (altered,) = tampered(site, paths, *acknowledged.files)
    (site.folder / "evidence" / lost).unlink()
    (site.folder / "evidence" / altered).write_bytes(b"another")

    found = site.found(acknowledged)

    assert (len(acknowledged.published), acknowledged.wrong) == (2, [])
    assert whole["lost"] == whole["problems"] == []
    assert found["lost"] == acknowledged.files
    assert {f"the file {lost} is damaged", f"the file {altered} is damaged"} <= set(found["problems"])


def test_the_drill_finds_that_nothing_was_published(site, monkeypatch):
    monkeypatch.setattr(load, "READERS", 1)
    monkeypatch.setattr(load, "WRITERS", 0)
    monkeypatch.setattr(load, "amiss", lambda found: [])  # the tests before this one have lost something

    assert load.drill(site, 0.02, lambda line: None) == ["nothing was published"]


@pytest.mark.parametrize("may_fail", [True, False])
def test_a_writer_who_is_not_answered_is_wrong_unless_it_may_fail(site, monkeypatch, may_fail):
    monkeypatch.setattr(site, "url", f"http://127.0.0.1:{free_port()}")
    acknowledged, took = Acknowledged(), defaultdict(list)
    official = Official(site, ["FP-001"], acknowledged, took=took, may_fail=may_fail)
    at_work(official, until=lambda: len(took["submit"]) > 1)

    assert len(took["submit"]) > 1
    assert {line[:36] for line in acknowledged.wrong} == (
        set() if may_fail else {"an official failed: ConnectionError("}
    )


def test_a_writer_with_a_mistake_of_its_own_is_wrong_though_it_may_fail(site):
    acknowledged = Acknowledged()
    at_work(Official(site, [], acknowledged, may_fail=True), until=lambda: acknowledged.wrong)

    assert acknowledged.wrong[0] == "an official failed: IndexError('Cannot choose from an empty sequence')"


def test_a_command_that_had_ended_was_not_killed(site):
    ended = site.command("--version")
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)

    assert not kill(ended)
    assert kill(site.command("setup_site"))


def test_the_drill_finds_what_is_damaged(site):
    tampered(site, "DROP TRIGGER hub_ledger_no_update")
    tampered(site, "UPDATE missions_statuschange SET headline_en = 'Forged' WHERE id = 1")

    found = site.found(Acknowledged())

    assert found["problems"][0].startswith("entry 1: its hash is not that of its content")


@pytest.fixture
def serving(site):
    site.start()
    yield
    site.stop()


def tampered(site, statement, *values):
    with closing(sqlite3.connect(site.folder / "hub.sqlite3")) as database, database:
        return database.execute(statement, values).fetchall()


def at_work(official, until):
    """Lets the official work until then, or for half a minute."""
    official.start()
    deadline = time.monotonic() + 30
    while not until() and time.monotonic() < deadline:
        time.sleep(0.05)
    official.ended.set()
    official.join()
