"""Every write that goes round the door fails in the database, and leaves all as it was."""

import pytest
from django.db import DatabaseError

from missions.models import triggers
from tests.models.attacks import ATTACKS
from tests.models.forging import attempt, rows, stage


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("name", ATTACKS)
def test_a_write_round_the_door_is_refused(name):
    write, words = ATTACKS[name]
    at = stage()
    before = rows()

    with pytest.raises(DatabaseError, match=words):
        attempt(write, at)

    assert rows() == before


def test_each_rule_stands_in_the_language_of_either_database():
    names = {(rule.table, f"hub_{rule.name}") for rule in triggers.RULES}

    assert names <= triggers.SQLite.expected().keys()
    assert names <= triggers.PostgreSQL.expected().keys()
    assert triggers.SQLite.triggers().keys() == triggers.SQLite.expected().keys()
    assert triggers.PostgreSQL.triggers().keys() == triggers.PostgreSQL.expected().keys()
