"""What the site is measured against, over the same rows: a flat table, read from our own CSV."""

import csv
import shutil
import sqlite3
import subprocess
from functools import cache
from pathlib import Path

import psycopg

from .servers import TOP, gunicorn, served

DATASETTE = TOP / ".tools/datasette/bin/datasette"
SHELL = shutil.which("sqlite3")
FACETS = ("status", "owner", "theme")
# What a mission refers to, and its name: tables of their own for the tutorial's foreign keys.
NAMED = {"instrument": "instrument", "owner": "owner_en", "theme": "theme_en"}
# As many rows a page as the other lists show, and the address that its own form has for all rows as a file.
TABLE = "/flat/missions?_size=50&" + "&".join(f"_facet={name}" for name in FACETS)
STREAM = "/flat/missions.csv?_stream=on&_size=max"


@cache
def flat(site):
    """The SQLite file with a table that holds the site's CSV; the columns with facets have an index."""
    path = Path(site.folder, "flat.db")
    with site.csv.open(encoding="utf-8-sig", newline="") as file, sqlite3.connect(path) as database:
        rows = csv.reader(file)
        names = next(rows)
        columns = ", ".join(f"{name} TEXT{' PRIMARY KEY' * (name == 'code')}" for name in names)
        database.execute(f"CREATE TABLE missions ({columns})")
        database.executemany(f"INSERT INTO missions VALUES ({', '.join('?' * len(names))})", rows)
        for name in FACETS:
            database.execute(f"CREATE INDEX missions_{name} ON missions ({name})")
        for name, shown in NAMED.items():
            columns = f"{name} AS code, {shown} AS name"
            database.execute(f"CREATE TABLE {name}s AS SELECT DISTINCT {columns} FROM missions ORDER BY 1")
    database.close()
    return str(path)


def datasette(site):
    return served([str(DATASETTE), "serve", flat(site), "--host", "127.0.0.1", "--port", "PORT"])


def tutorial(site):
    environment = {"DJANGO_SETTINGS_MODULE": "tests.bench.tutorial.settings", "BENCH_ROWS": flat(site)}
    return gunicorn("django.core.wsgi:get_wsgi_application()", environment)


def constant():
    return gunicorn("tests.bench.constant")


def shell(site):
    """Writes the flat table as CSV, by SQLite's own shell."""
    command = [SHELL, "-readonly", "-header", "-csv", flat(site), "SELECT * FROM missions"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def copied_in(site):
    """Reads the site's CSV into a flat table beside its own tables."""
    with site.csv.open("rb") as file, psycopg.connect(site.database) as connection:
        names = file.readline().decode("utf-8-sig").strip()
        connection.execute(f"CREATE TABLE flat ({names.replace(',', ' TEXT, ')} TEXT)")
        with connection.cursor().copy("COPY flat FROM STDIN CSV") as copy:
            while piece := file.read(1024 * 1024):
                copy.write(piece)


def copied_out(site):
    """Reads that table as CSV, by PostgreSQL's own COPY."""
    statement = "COPY flat TO STDOUT CSV HEADER"
    with psycopg.connect(site.database) as connection, connection.cursor().copy(statement) as copy:
        for _piece in copy:
            pass
