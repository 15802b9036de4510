"""Databases apart from the shared one, for tests that commit or tamper: the fixtures `own_database` and the like."""

import contextlib
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connections, transaction
from django.test import override_settings

_copies = count(1)


def on_postgresql():
    return connections["default"].vendor == "postgresql"


def run_on_server(statement):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(statement)


@contextlib.contextmanager
def in_place_of_the_default(name):
    """Connect Django's default to the database `name` within the block."""
    default = connections["default"]
    own = connections.create_connection("default")
    # Without a pool, which would be the default's and lead to its database.
    options = {option: value for option, value in own.settings_dict["OPTIONS"].items() if option != "pool"}
    own.settings_dict = {**own.settings_dict, "NAME": name, "OPTIONS": options}
    connections["default"] = own
    try:
        yield
    finally:
        own.close()
        connections["default"] = default


def one_behind_the_other(lock, *jobs):
    """Holds `lock` while the jobs start in this order, each in its own thread, then lets go; returns their results.

    So all of them have read what they read before they wait. PostgreSQL lets them go on in this order, SQLite in any.
    """
    name = connections["default"].settings_dict["NAME"]

    def run(job):
        with in_place_of_the_default(name):
            return job()

    with ThreadPoolExecutor(len(jobs)) as threads:
        started = []
        with transaction.atomic():
            lock()
            for job in jobs:
                started.append(threads.submit(run, job))
                time.sleep(0.5)
        return [thread.result() for thread in started]


def evidence_in(folder):
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": Path(folder) / "evidence"}
    return override_settings(STORAGES={**settings.STORAGES, "default": {**default, "OPTIONS": options}})


@contextlib.contextmanager
def create_database(folder):
    """Yield the name of a new database without tables."""
    if on_postgresql():
        with copy_database("template1", folder) as (name, _environment):
            yield name
    else:
        yield folder / "hub.sqlite3"


@contextlib.contextmanager
def copy_database(template, folder):
    """Yield (name, environment for another process) of a copy of a database."""
    if not on_postgresql():
        yield shutil.copy(template, Path(folder) / "hub.sqlite3"), {**os.environ, "HUB_DATA_DIR": str(folder)}
        return
    name = f"copy_{os.getpid()}_{next(_copies)}"
    run_on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    try:
        yield name, {**os.environ, "HUB_DATA_DIR": str(folder), "DATABASE_URL": url}
    finally:
        run_on_server(f"DROP DATABASE {name} WITH (FORCE)")
