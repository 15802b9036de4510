"""`make drill` in small: one kill of each of two kinds on SQLite, and that a loss would be found."""

import itertools
import random
import sqlite3
from contextlib import closing

import pytest

from tests.drill import kills
from tests.drill.officials import Acknowledged
from tests.drill.site import Site

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill")
    (folder / "data").mkdir()
    site = Site(folder / "data")
    yield site
    site.close()


def test_what_was_acknowledged_outlives_a_killed_server_import_and_restore(site, monkeypatch):
    victims, lines = itertools.chain(["server"], itertools.repeat("import")), []
    monkeypatch.setattr(kills, "LONGEST", 1)
    monkeypatch.setattr(random, "choice", lambda choices: next(victims) if "server" in choices else choices[0])

    assert kills.drill(site, site.folder.parent, 2, lines.append) == []
    assert lines[-3] == "killed 1 restores; nothing wrong"
    assert lines[-2].startswith("killed {'server': 1, 'import': 1}; ")


def test_a_loss_and_damage_would_be_found(site):
    with closing(sqlite3.connect(site.folder / "hub.sqlite3")) as database, database:
        database.execute("DROP TRIGGER hub_ledger_no_update")
        database.execute("UPDATE missions_statuschange SET headline_en = 'Forged' WHERE id = 1")

    found = site.found(Acknowledged(submitted=["nothing"], published=["gone"], files=["a digest"], frozen=["Never"]))

    assert found["lost"] == ["nothing", "gone", "a digest", "Never"]
    assert found["problems"][0].startswith("entry 1: ")
