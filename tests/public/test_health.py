"""`/healthz`: the process answers. `/readyz`: the site is fit to serve, or the check that says no is named."""

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from missions.models import triggers
from tests import build

OK = {"database": "ok", "migrations": "ok", "triggers": "ok", "ledger_head": "ok"}


def failed(response):
    assert response.status_code == 503
    return {name: said for name, said in response.json().items() if said != "ok"}


def test_healthz_answers_without_asking_the_database(client):
    """No `db` fixture here: a query would fail."""
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"process": "ok"})


def test_a_probe_over_plain_http_is_answered_though_everything_else_is_sent_to_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/en/missions/").status_code == 301


@pytest.mark.both_databases
def test_readyz_names_every_check(client, db):
    assert client.get("/readyz").json() == OK

    build.mission()

    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, OK)


@pytest.mark.both_databases
def test_readyz_names_a_trigger_that_is_missing(client, own_database):
    with connection.cursor() as cursor:
        triggers.dialect(connection).drop(cursor, "hub_ledger_no_update")

    assert failed(client.get("/readyz")) == {"triggers": "missing: hub_ledger_no_update: run manage.py migrate"}


@pytest.mark.both_databases
def test_readyz_names_a_migration_that_is_not_applied(client, own_database):
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("missions")
    MigrationRecorder(connection).record_unapplied(*newest)

    assert failed(client.get("/readyz")) == {"migrations": "migrations are missing: run manage.py migrate"}


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["UPDATE missions_head SET entry = entry + 1", "DELETE FROM missions_head"])
def test_readyz_says_so_when_the_head_is_not_the_newest_entry(client, own_database, change):
    build.mission()
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(change)
    triggers.after_migrate(using="default")

    assert list(failed(client.get("/readyz"))) == ["ledger_head"]


def test_readyz_says_so_when_the_database_does_not_answer(client, db):
    with patch.object(BaseDatabaseWrapper, "ensure_connection", side_effect=OperationalError("gone")):
        assert failed(client.get("/readyz"))["database"] == "failed: OperationalError"


def test_readyz_says_so_of_a_database_without_tables(client, own_database):
    with connection.cursor() as cursor:
        triggers.drop(connection)
        cursor.execute("ALTER TABLE missions_statuschange RENAME TO elsewhere")

    assert failed(client.get("/readyz"))["ledger_head"].startswith("failed: ")
