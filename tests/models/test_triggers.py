"""Every write that goes round the door fails in the database, and leaves all as it was."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from missions.models import Evidence, Head, Mission, StatusChange
from missions.status import Status
from tests import build
from tests.models.attacks import ATTACKS, insert, ledger, next_entry, rows, sql

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_write_round_the_door_is_refused(name):
    write, words = ATTACKS[name]
    at = ledger()
    before = rows()

    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        write(at)
        connection.check_constraints()

    assert rows() == before
