"""Other programs over the same rows: a flat table read from our CSV."""

import csv
import shutil
import sqlite3
import subprocess
from functools import cache
from pathlib import Path

from .servers import TOP, gunicorn, serve

DATASETTE = TOP / ".tools/datasette/bin/datasette"
SHELL = shutil.which("sqlite3")
FACETS = ("status", "owner", "theme")
# Tables for the foreign keys of the tutorial, and the column of the CSV that has the name.
NAMES = {"instrument": "instrument", "owner": "owner_en", "theme": "theme_en"}
# As many rows per page as the other lists have.
TABLE = "/flat/missions?_size=50&" + "&".join(f"_facet={name}" for name in FACETS)


@cache
def flat(site):
    """The path of an SQLite file with the rows of the site's CSV; columns with facets are indexed."""
    path = Path(site.folder, "flat.db")
    with site.csv.open(encoding="utf-8-sig", newline="") as file, sqlite3.connect(path) as database:
        rows = csv.reader(file)
        header = next(rows)
        columns = ", ".join(f"{name} TEXT{' PRIMARY KEY' * (name == 'code')}" for name in header)
        database.execute(f"CREATE TABLE missions ({columns})")
        database.executemany(f"INSERT INTO missions VALUES ({', '.join('?' * len(header))})", rows)
        for name in FACETS:
            database.execute(f"CREATE INDEX missions_{name} ON missions ({name})")
        for name, label in NAMES.items():
            columns = f"{name} AS code, {label} AS name"
            database.execute(f"CREATE TABLE {name}s AS SELECT DISTINCT {columns} FROM missions ORDER BY 1")
    database.close()
    return str(path)


def datasette(site):
    return serve([str(DATASETTE), "serve", flat(site), "--host", "127.0.0.1", "--port", "{port}"])


def tutorial(site):
    return gunicorn("tests.bench.tutorial", BENCH_ROWS=flat(site))


def constant():
    return gunicorn("tests.bench.constant")


def shell(site):
    command = [SHELL, "-readonly", "-header", "-csv", flat(site), "SELECT * FROM missions"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
