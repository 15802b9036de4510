"""Connections to PostgreSQL are pooled, and one that was cut is replaced unnoticed."""

import threading

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection

from tests.databases import on_postgresql, run_on_server


def server_process():
    """The process of the server that answers a request."""
    request_started.send(sender=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [process] = cursor.fetchone()
    request_finished.send(sender=None)
    return process


@pytest.mark.both_databases
@pytest.mark.skipif(not on_postgresql(), reason="SQLite has no server")
def test_a_connection_is_used_again_and_one_that_was_cut_is_replaced(django_db_blocker, django_db_setup):
    processes = []

    def requests():
        processes.extend([server_process(), server_process()])
        run_on_server(f"SELECT pg_terminate_backend({processes[-1]})")
        processes.append(server_process())

    with django_db_blocker.unblock():
        # In a thread of its own: the one of the tests keeps its connection.
        thread = threading.Thread(target=requests)
        thread.start()
        thread.join()

    first, second, third = processes
    assert first == second != third
