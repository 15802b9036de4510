"""`make drill` in small: one kill of each kind, on SQLite; and that it finds what it looks for."""

import random
import sqlite3
from contextlib import closing

import pytest

from tests.drill import kills
from tests.drill.officials import Acknowledged
from tests.drill.site import Site

pytestmark = pytest.mark.no_cover


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill")
    (folder / "data").mkdir()
    made = Site(folder / "data")
    yield made
    made.close()


def test_what_was_acknowledged_outlives_the_server_and_the_importer(site, monkeypatch):
    victims, said = iter(["server", "import"]), []
    monkeypatch.setattr(random, "choice", lambda choices: next(victims) if "server" in choices else choices[0])

    wrong = kills.drill(site, site.folder.parent, 2, said.append)

    assert wrong == []
    assert len(said) == 4


def test_the_drill_finds_what_was_lost(site):
    missing = Acknowledged(submitted=["nothing"], frozen=["Never published"])

    found = site.found(kills.written(site.folder.parent, missing))

    assert found["lost"] == ["nothing", "Never published"]
    assert found["problems"] == found["half done"] == []


def test_the_drill_finds_what_is_damaged(site):
    site.stop()
    with closing(sqlite3.connect(site.folder / "hub.sqlite3")) as database:
        database.execute("DROP TRIGGER hub_ledger_no_update")
        database.execute("UPDATE missions_statuschange SET headline_en = 'Forged' WHERE id = 1")
        database.commit()

    found = site.found(kills.written(site.folder.parent, Acknowledged()))

    assert found["problems"][0].startswith("entry 1: its hash is not that of its content")
