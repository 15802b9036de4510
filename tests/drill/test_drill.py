"""A short `make drill`: one kill of the server, one of an import and one of a restore, on SQLite."""

import itertools
import random

import pytest

from tests.drill import kills

pytestmark = pytest.mark.long


def test_acknowledged_work_survives_a_killed_server_import_and_restore(monkeypatch, capsys):
    victims = itertools.chain(["server"], itertools.repeat("import"))
    monkeypatch.setattr(kills, "LONGEST", 1)
    monkeypatch.setattr(random, "choice", lambda choices: next(victims) if "server" in choices else choices[0])

    assert kills.drill("sqlite", 2) == []
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2] == "killed 1 restores; nothing wrong"
    assert lines[-1].startswith("killed {'server': 1, 'import': 1}; ")
