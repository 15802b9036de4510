"""The database's rules hold after a migration that remakes the tables which they guard, and a lost one is noticed."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import DatabaseError, connection

from missions.models import triggers
from tests import build
from tests.models import foreign_triggers
from tests.models.attacks import ATTACKS
from tests.models.forging import LEDGER, attempt, rows, sql, stage

pytestmark = pytest.mark.both_databases


def columns(table):
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


@pytest.fixture
def remade(own_database, settings):
    """Ledger and register with their entries, after a migration that remakes their tables."""
    made = stage()
    settings.MIGRATION_MODULES = {"missions": "tests.models.later_migrations"}
    call_command("migrate", verbosity=0)
    return made


def refusal(write, at):
    """What the database says against the write; None where it lets it pass."""
    try:
        attempt(write, at)
    except DatabaseError as error:
        return str(error)
    return None


def test_no_write_passes_round_the_door_after_a_migration_that_remakes_the_tables(remade):
    before = rows()

    passed = [name for name, (write, _words) in ATTACKS.items() if refusal(write, remade) is None]

    assert "remade" in columns(LEDGER)
    assert passed == []
    assert rows() == before
    assert triggers.missing(connection) == []


def test_the_door_still_opens_after_such_a_migration(remade):
    entry = build.report(remade.opened, "paused")

    remade.opened.refresh_from_db()
    assert (remade.opened.status, remade.opened.status_since) == ("paused", entry.effective_on)


def test_a_migration_back_to_nothing_and_forth_again_leaves_every_rule(own_database):
    call_command("migrate", "missions", "zero", verbosity=0)
    with connection.cursor() as cursor:
        left = triggers.dialect(connection).found(cursor)
    call_command("migrate", verbosity=0)

    assert left == {}
    assert triggers.missing(connection) == []


DROP = "DROP TRIGGER hub_ledger_no_update"
WEAK = "CREATE TRIGGER hub_ledger_no_update BEFORE UPDATE ON missions_statuschange WHEN 1 = 0 BEGIN SELECT 1; END"
ON_SQLITE = {"missing": [DROP], "altered": [DROP, WEAK]}

DROP_IT = f"{DROP} ON missions_statuschange"
MADE = "CREATE TRIGGER hub_ledger_no_update {} FOR EACH ROW EXECUTE FUNCTION hub_ledger_no_update()"
BODY = "CREATE OR REPLACE FUNCTION hub_ledger_no_update() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$"
ON_POSTGRESQL = {
    "missing": [DROP_IT],
    "switched off": ["ALTER TABLE missions_statuschange DISABLE TRIGGER hub_ledger_no_update"],
    "with another body": [BODY],
    "on another table": [DROP_IT, MADE.format("BEFORE UPDATE ON missions_theme")],
    "on another event": [DROP_IT, MADE.format("BEFORE INSERT ON missions_statuschange")],
    "for one column": [DROP_IT, MADE.format("BEFORE UPDATE OF due ON missions_statuschange")],
}
ALTERATIONS = ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE


@pytest.mark.parametrize("name", ALTERATIONS)
def test_the_database_check_reports_a_trigger_that_is_missing_or_altered(own_database, name):
    call_command("check", databases=["default"])
    for statement in ALTERATIONS[name]:
        sql(statement)

    with pytest.raises(SystemCheckError, match=r"missions.E001.*hub_ledger_no_update.*missing or altered"):
        call_command("check", databases=["default"])


def test_the_next_migrate_makes_a_missing_trigger_anew(own_database):
    sql(ALTERATIONS["missing"][0])

    call_command("migrate", verbosity=0)

    call_command("check", databases=["default"])


def test_the_database_check_reports_a_trigger_that_does_not_belong_to_the_site(own_database):
    table, trigger = foreign_triggers.make()

    with pytest.raises(SystemCheckError, match=rf"missions.E003.*{table}.*{trigger}"):
        call_command("check", databases=["default"])


def test_a_migrate_that_makes_a_missing_trigger_leaves_one_that_does_not_belong_to_the_site(own_database):
    foreign = foreign_triggers.make()
    sql(ALTERATIONS["missing"][0])

    call_command("migrate", verbosity=0)

    assert (triggers.missing(connection), triggers.unexpected(connection)) == ([], [foreign])


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL keeps the triggers of a table that it alters")
def test_a_migration_does_not_begin_where_it_could_lose_a_trigger_that_does_not_belong_to_the_site(
    own_database, settings
):
    foreign = foreign_triggers.make()
    settings.MIGRATION_MODULES = {"missions": "tests.models.later_migrations"}

    with pytest.raises(CommandError, match=foreign[0]):
        call_command("migrate", verbosity=0)
    assert (triggers.missing(connection), triggers.unexpected(connection)) == ([], [foreign])
    assert "remade" not in columns(LEDGER)
