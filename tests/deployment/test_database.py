"""What the site's role may do in PostgreSQL: read and write rows, and not lift the rules that keep the ledger."""

import psycopg
import pytest

from tests.deployment.site import json_of

pytestmark = pytest.mark.no_cover

READY = dict.fromkeys(("storage", "database", "migrations", "triggers", "ledger_head"), "ok")
FORBIDDEN = [
    "ALTER TABLE missions_statuschange DISABLE TRIGGER ALL",
    "DROP TRIGGER hub_ledger_no_update ON missions_statuschange",
    "SET session_replication_role = replica",
    "TRUNCATE missions_statuschange CASCADE",
    "DROP TABLE missions_head CASCADE",
    "CREATE TABLE missions_other (id int)",
    "CREATE TEMPORARY TABLE other (id int)",
    "SET ROLE hubtracker_owner",
    "COPY missions_head TO '/dev/null'",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_of_the_site_cannot_lift_the_rules(site, statement):
    with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
        connection.execute("SELECT 1 FROM missions_statuschange")

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_the_owner_made_the_triggers_that_are_asked_for_here(site):
    with psycopg.connect(site.owner["DATABASE_URL"]) as connection, connection.transaction(force_rollback=True):
        connection.execute(FORBIDDEN[1])


def test_passwords_are_asked_for_and_kept_as_scram(site):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(site.environment["DATABASE_URL"].replace("hubtracker:", "hubtracker:no"))


def test_after_a_restore_the_site_reads_and_writes_as_before(site, tmp_path):
    site.manage("backup", str(tmp_path / "backup.zip"))
    for instance in site.instances:
        instance.stop()
    try:
        site.manage("restore", str(tmp_path / "backup.zip"), **site.owner)
    finally:
        for instance in site.instances:
            instance.start()

    assert json_of(site.ask("/readyz")) == READY
    assert site.ask("/en/missions/").status == 200
    assert "sound" in site.manage("verify_ledger")
