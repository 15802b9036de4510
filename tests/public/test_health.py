"""`/healthz`: the process answers. `/readyz`: the site is fit to serve, or the check that failed is named."""

import shutil
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests import factories
from tests.databases import evidence_in

CHECKS = ["storage", "database", "migrations", "triggers", "ledger_head"]


def failed(client):
    """The checks that failed; the answer is 503 if there is one."""
    response = client.get("/readyz")
    checks = response.json()
    assert list(checks) == CHECKS
    wrong = {name: message for name, message in checks.items() if message != "ok"}
    assert response.status_code == (503 if wrong else 200)
    return wrong


def test_healthz_answers_without_the_database(client):
    """No `db` fixture here: a query would fail."""
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"process": "ok"})


def test_probes_are_answered_over_http_while_readers_are_sent_to_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    factories.mission()

    assert [client.get(address).status_code for address in ("/healthz", "/en/missions/")] == [200, 301]
    assert failed(client) == {}


def sql(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove_a_trigger():
    sql("DROP TRIGGER hub_missions_statuschange_update")


def add_a_trigger():
    sql("CREATE TRIGGER stranger BEFORE INSERT ON missions_theme BEGIN SELECT 1; END")


def forget_a_migration():
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("missions")
    MigrationRecorder(connection).record_unapplied(*newest)


def move_the_head():
    factories.mission()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'missions_head'")
        triggers = dict(cursor.fetchall())
    sql(*(f"DROP TRIGGER {name}" for name in triggers))
    sql("UPDATE missions_head SET entry = entry + 1", *triggers.values())


@pytest.mark.parametrize(
    ("damage", "check", "named"),
    [
        (remove_a_trigger, "triggers", "hub_missions_statuschange_update"),
        (add_a_trigger, "triggers", "stranger"),
        (forget_a_migration, "migrations", "migrate"),
        (move_the_head, "ledger_head", ""),
    ],
)
def test_readyz_names_what_is_wrong_with_the_database(client, own_database, damage, check, named):
    damage()

    ((found, message),) = failed(client).items()
    assert (found, named in message) == (check, True)


def test_readyz_fails_when_the_database_does_not_answer(client, db):
    with patch.object(BaseDatabaseWrapper, "ensure_connection", side_effect=OperationalError("at db.example.org")):
        wrong = failed(client)
    assert (list(wrong), "example.org" in str(wrong)) == (CHECKS[1:], False)


def test_readyz_fails_where_the_data_folder_is_gone_or_the_disk_is_nearly_full(client, db, settings, tmp_path):
    """The folder of evidence may be another file system, with room of its own."""
    room = shutil.disk_usage("/")._replace(free=100 * 1024 * 1024)
    full = room._replace(free=room.free - 1)
    with evidence_in(tmp_path):
        evidence = tmp_path / "evidence"
        with patch.object(shutil, "disk_usage", lambda folder: full if folder == evidence else room):
            found = [list(failed(client))]
            evidence.mkdir()
            found.append(list(failed(client)))
        with patch.object(shutil, "disk_usage", return_value=full):
            found.append(list(failed(client)))
    settings.HUB_DATA_DIR = tmp_path / "gone"

    assert [*found, list(failed(client))] == [[], ["storage"], ["storage"], ["storage"]]
