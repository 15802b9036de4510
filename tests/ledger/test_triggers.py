"""Triggers: `migrate` makes them, `check` and `verify_ledger` report where one is missing or does not belong here."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError

from tests import factories
from tests.databases import on_postgresql
from tests.ledger.raw_sql import LEDGER, is_refused, sql
from tests.ledger.tampering import create_foreign_trigger, drop_trigger, triggers

pytestmark = pytest.mark.both_databases


def check():
    """The ids of the errors that the database check finds, and its text."""
    try:
        call_command("check", databases=["default"])
    except SystemCheckError as error:
        return str(error)
    return ""


def weaken(table, name):
    """The trigger is there, but does nothing."""
    if on_postgresql():
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    else:
        drop_trigger(table, name)
        sql(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN 1 = 0 BEGIN SELECT 1; END")


def test_migrate_makes_every_trigger_again_and_check_names_those_that_are_missing(own_database):
    factories.mission("M-1")
    before = triggers()
    names = [name for table, name in before if table == LEDGER]
    assert check() == ""

    for name in names[1:]:
        drop_trigger(LEDGER, name)
    weaken(LEDGER, names[0])
    found = check()
    assert [name for name in names if name not in found] == []
    assert not is_refused(f"UPDATE {LEDGER} SET headline_en = ''")

    call_command("migrate", verbosity=0)
    assert (triggers(), check()) == (before, "")
    assert is_refused(f"UPDATE {LEDGER} SET headline_en = ''")


def test_a_trigger_that_does_not_belong_to_the_site_is_reported_and_never_lost(own_database):
    foreign = create_foreign_trigger()

    found = check()
    assert [name for name in foreign if name not in found] == []
    if not on_postgresql():  # SQLite drops the triggers of a table that a migration makes again
        with pytest.raises(CommandError, match=foreign[0]):
            call_command("migrate", "missions", "zero", verbosity=0)
    call_command("migrate", verbosity=0)
    assert foreign in triggers()
