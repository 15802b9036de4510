"""Fixtures that several folders of tests share."""

import contextlib
import os
import sqlite3
from urllib.parse import urlsplit

import pytest
from django.db import connections


@contextlib.contextmanager
def copied_file(shared, folder):
    """Yields (name for Django, environment for a process) of a copy of the test database, as a file in `folder`."""
    path = folder / "hub.sqlite3"
    shared.ensure_connection()
    with contextlib.closing(sqlite3.connect(path)) as copy:
        shared.connection.backup(copy)
    yield path, {"HUB_DATA_DIR": str(folder)}


@contextlib.contextmanager
def copied_in_cluster(shared, folder):
    """The same on PostgreSQL, where a database can be copied while nobody is connected to it."""
    template = shared.settings_dict["NAME"]
    name = f"{template}_own"
    shared.close()
    with shared._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name, {"DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()}
    finally:
        with shared._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def own_database(django_db_setup, django_db_blocker, tmp_path):
    """Puts a migrated database of its own in the place of the shared one: commits are real there, tampering too.

    Yields the environment in which another process finds it. Not to be used together with `db`.
    """
    shared = connections["default"]
    copied = copied_in_cluster if shared.vendor == "postgresql" else copied_file
    with django_db_blocker.unblock(), copied(shared, tmp_path) as (name, environment):
        own = connections.create_connection("default")
        own.settings_dict = {**own.settings_dict, "NAME": name}
        connections["default"] = own
        try:
            yield {**os.environ, **environment}
        finally:
            own.close()
            connections["default"] = shared
