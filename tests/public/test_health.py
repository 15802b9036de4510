"""`/healthz`: the process answers. `/readyz`: the site is fit to serve, or the check that says no is named."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from missions.models import triggers
from tests import build
from tests.databases import evidence_in
from tests.models import foreign_triggers

TOP = Path(__file__).parents[2]
OK = {"storage": "ok", "database": "ok", "migrations": "ok", "triggers": "ok", "ledger_head": "ok"}
UNKNOWN = "not checked: the database does not answer"


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
        triggers.dialect(connection).drop(cursor, "missions_statuschange", "hub_ledger_no_update")

    assert failed(client.get("/readyz")) == {"triggers": "missing: hub_ledger_no_update: run manage.py migrate"}


@pytest.mark.both_databases
def test_readyz_names_a_trigger_that_does_not_belong_to_the_site(client, own_database):
    table, trigger = foreign_triggers.make()

    message = f"not of this site: {trigger} on {table}: run manage.py verify_ledger"
    assert failed(client.get("/readyz")) == {"triggers": message}


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
        said = failed(client.get("/readyz"))

    assert said == {
        "database": "failed: OperationalError", "migrations": UNKNOWN, "triggers": UNKNOWN, "ledger_head": UNKNOWN
    }  # fmt: skip


# A port on which nobody answers, and a pool that therefore has no connection to give.
ASKED = """
import django
django.setup()
from django.test import RequestFactory
from missions.public.health import readyz
print(readyz(RequestFactory().get("/readyz")).content.decode())
"""


def test_readyz_ends_and_names_no_host_where_there_is_no_postgresql(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "hubtracker.settings",
        "HUB_DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://hub:secret@127.0.0.1:1/hub",
    }
    command = [sys.executable, "-c", ASKED]
    asked = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, check=True, timeout=60)

    assert json.loads(asked.stdout) == {
        "storage": "ok",
        "database": "failed: OperationalError",
        **dict.fromkeys(["migrations", "triggers", "ledger_head"], UNKNOWN),
    }


def test_readyz_says_so_where_the_data_folder_cannot_be_written_to(client, db, settings, tmp_path):
    settings.HUB_DATA_DIR = tmp_path / "gone"

    assert failed(client.get("/readyz")) == {"storage": "failed: No such file or directory"}


@pytest.mark.parametrize(("free", "said"), [(100 * 1024 * 1024, "ok"), (0, "less than 100 MB are free: make room")])
def test_readyz_says_so_before_the_disk_is_full(client, db, free, said):
    usage = shutil.disk_usage("/")._replace(free=free)
    with patch.object(shutil, "disk_usage", return_value=usage):
        assert client.get("/readyz").json()["storage"] == said


def test_readyz_checks_the_folder_of_the_evidence_too(client, db, own_evidence):
    """It may be another file system, with room of its own."""
    room = shutil.disk_usage("/")
    with patch.object(shutil, "disk_usage", lambda folder: room._replace(free=0 if folder == own_evidence else 1e9)):
        assert client.get("/readyz").json() == OK

        own_evidence.mkdir()
        assert failed(client.get("/readyz")) == {"storage": "less than 100 MB are free: make room"}


@pytest.fixture
def own_evidence(tmp_path):
    with evidence_in(tmp_path):
        yield tmp_path / "evidence"


def test_readyz_says_so_of_a_database_without_tables(client, own_database):
    with connection.cursor() as cursor:
        triggers.drop(connection)
        cursor.execute("ALTER TABLE missions_statuschange RENAME TO elsewhere")

    assert failed(client.get("/readyz"))["ledger_head"].startswith("failed: ")
