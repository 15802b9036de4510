"""Fixtures that several folders of tests share."""

import contextlib
import os
import shutil
from itertools import count
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connections

# --- a database of its own, for tests that commit or tamper -----------------------------------------------------------

_copies = count(1)


def on_postgresql():
    return connections["default"].vendor == "postgresql"


def on_the_server(statement):
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextlib.contextmanager
def in_place_of_the_default(name):
    """Django's default connection leads to the database `name` within the block."""
    default = connections["default"]
    own = connections.create_connection("default")
    own.settings_dict = {**own.settings_dict, "NAME": name}
    connections["default"] = own
    try:
        yield
    finally:
        own.close()
        connections["default"] = default


@contextlib.contextmanager
def copied(template, folder):
    """Yields (name, environment for another process) of a copy of the database `template`, which may be in use nowhere."""
    if not on_postgresql():
        yield shutil.copy(template, folder), {**os.environ, "HUB_DATA_DIR": str(folder)}
        return
    name = f"copy_{os.getpid()}_{next(_copies)}"
    on_the_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    try:
        yield name, {**os.environ, "DATABASE_URL": url}
    finally:
        on_the_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_database(django_db_blocker, tmp_path_factory):
    """The name of a migrated, empty database: a template."""
    folder = tmp_path_factory.mktemp("migrated")
    with django_db_blocker.unblock():
        bare = copied("template1", folder) if on_postgresql() else contextlib.nullcontext((folder / "hub.sqlite3", {}))
        with bare as (name, _environment):
            with in_place_of_the_default(name):
                call_command("migrate", verbosity=0)
            yield name


@pytest.fixture
def own_database(migrated_database, django_db_blocker, tmp_path):
    """A migrated database in which commits are real; yields the environment in which another process finds it.

    Not to be used together with `db`, whose transaction stands in the shared database.
    """
    with django_db_blocker.unblock(), copied(migrated_database, tmp_path) as (name, environment):
        with in_place_of_the_default(name):
            yield environment
