"""What the site's role may do in PostgreSQL: read and write rows, and not lift the rules that keep the ledger."""

import subprocess

import psycopg
import pytest

from tests.deployment.site import json_of

pytestmark = pytest.mark.long

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


REFUSED = "INSERT INTO missions_theme (code, name_en) VALUES ('T9', 'Wang Fang')"  # there is no Chinese name
WORDY = "SET log_min_error_statement = 'error'; SET log_error_verbosity = 'default'"  # as a server is that nobody told


def logged(site, who, *statements):
    """What the database's server writes down while this role has these statements done, the last of which fails."""
    log = site.database.folder / "log"
    before = len(log.read_text())
    with psycopg.connect(who, autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute(statements[-1])
    return log.read_text()[before:]


def test_the_server_writes_down_that_something_failed_and_neither_statement_nor_row(site):
    administrator = f"host={site.database.folder} port={site.database.port} user=postgres dbname=hubtracker"
    wordy = logged(site, administrator, WORDY, REFUSED)
    brief = logged(site, site.environment["DATABASE_URL"], REFUSED)

    assert ("STATEMENT:" in wordy, "Failing row contains" in wordy, wordy.count("Wang Fang")) == (True, True, 2)
    assert "null value in column" in brief
    assert ("STATEMENT:" in brief, "Failing row contains" in brief, "Wang Fang" in brief) == (False, False, False)


def test_after_a_restore_the_site_reads_and_writes_as_before(site, tmp_path):
    site.manage("backup", str(tmp_path / "backup.zip"))
    # The owner, who restores, may not see what the site's role does; that it is there must be enough.
    assert site.ask("/en/missions/").status == 200
    with pytest.raises(subprocess.CalledProcessError) as refused:
        site.manage("restore", str(tmp_path / "backup.zip"), **site.owner, stderr=subprocess.PIPE)
    assert refused.value.stderr == "CommandError: The site or a command is still running: stop it first.\n"
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
