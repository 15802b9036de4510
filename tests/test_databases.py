"""Connections: kept on SQLite, pooled on PostgreSQL, and none of it in the way of a database that went and came."""

import io
import threading

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hubtracker.environment import database
from tests.databases import on_postgresql, on_the_server


def test_a_connection_to_sqlite_is_kept_from_request_to_request(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert database(tmp_path)["CONN_MAX_AGE"] is None


def test_the_address_of_a_server_keeps_its_options_and_gets_a_pool_that_is_checked(tmp_path, monkeypatch):
    query = "sslmode=require&disable_server_side_cursors=True&conn_max_age=60"
    monkeypatch.setenv("DATABASE_URL", f"postgres://hub:secret@db.example.org:5433/hub?{query}")

    said = database(tmp_path)

    assert {name: said[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")} == {
        "NAME": "hub",
        "HOST": "db.example.org",
        "PORT": 5433,
        "USER": "hub",
        "PASSWORD": "secret",
    }
    pool = {"min_size": 1, "max_size": 32, "timeout": 5, "reconnect_timeout": 5}
    assert said["OPTIONS"] == {"sslmode": "require", "pool": pool}
    # Django refuses a pool whose connections are kept as well.
    assert (said["CONN_MAX_AGE"], said["CONN_HEALTH_CHECKS"]) == (0, True)
    assert said["DISABLE_SERVER_SIDE_CURSORS"] is True


def server_process():
    """Which process of the server answers a request."""
    request_started.send(sender=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [process] = cursor.fetchone()
    request_finished.send(sender=None)
    return process


@pytest.mark.both_databases
@pytest.mark.skipif(not on_postgresql(), reason="SQLite has no server")
def test_a_connection_is_used_again_and_one_that_was_cut_is_replaced_unnoticed(django_db_blocker, django_db_setup):
    answered = []

    def requests():
        answered.extend([server_process(), server_process()])
        on_the_server(f"SELECT pg_terminate_backend({answered[-1]})")
        answered.append(server_process())

    with django_db_blocker.unblock():
        # In a thread of its own: the one of the tests keeps its connection.
        thread = threading.Thread(target=requests)
        thread.start()
        thread.join()

    first, second, third = answered
    assert first == second != third


@pytest.mark.both_databases
def test_a_load_ends_with_a_look_at_the_tables_on_postgresql_alone(db):
    with CaptureQueriesContext(connection) as queries:
        call_command("seed_scale", 1, stdout=io.StringIO())

    looks = [query["sql"] for query in queries if query["sql"].startswith("ANALYZE")]
    assert looks == ["ANALYZE"] * 2 * on_postgresql()
