"""Our site with its data, and other programs over the same rows: a flat table read from our CSV."""

import contextlib
import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from functools import cached_property

import psycopg
import requests

from tests.postgres import binaries, free_port, temporary_server, terminating
from tests.sites import GUNICORN, TOP, Site, temporary_folder, wait_for

CSV = "/en/report/completion.csv"
DATASETTE = TOP / ".tools/datasette/bin/datasette"
FACETS = ("status", "owner", "theme")
# Tables for the foreign keys of the tutorial, and the column of the CSV that has the name.
NAMES = {"instrument": "instrument", "owner": "owner_en", "theme": "theme_en"}
# As many rows per page as the other lists have.
TABLE = "/flat/missions?_size=50&" + "&".join(f"_facet={name}" for name in FACETS)


def fetch(url, **headers):
    return requests.get(url, headers={"Accept-Encoding": "identity", **headers}, timeout=600)


@contextlib.contextmanager
def serve(*command, **environment):
    """Yield the URL of a server once it answers; {port} is replaced in its command."""
    port = free_port()
    command, url = [str(part).format(port=port) for part in command], f"http://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with terminating(subprocess.Popen(command, cwd=TOP, env={**os.environ, **environment}, **quiet)):
        wait_for(url)
        yield url


def gunicorn(application, **environment):
    return serve(sys.executable, *GUNICORN, "--bind=127.0.0.1:{port}", application, **environment)


def datasette(flat):
    return serve(DATASETTE, "serve", flat, "--host", "127.0.0.1", "--port", "{port}")


def tutorial(flat):
    return gunicorn("tests.bench.tutorial", BENCH_ROWS=flat)


def constant():
    return gunicorn("tests.bench.constant")


def shell(flat):
    command = [shutil.which("sqlite3"), "-readonly", "-header", "-csv", flat, "SELECT * FROM missions"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


class MeasuredSite(Site):
    @cached_property
    def flat(self):
        """The path of an SQLite file with the rows of the site's CSV; columns with facets are indexed."""
        path = self.folder / "flat.db"
        with self.serving() as url:
            text = fetch(url + CSV).content.decode("utf-8-sig")
        rows = csv.reader(text.splitlines(keepends=True))
        header = next(rows)
        columns = ", ".join(f"{name} TEXT{' PRIMARY KEY' * (name == 'code')}" for name in header)
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute(f"CREATE TABLE missions ({columns})")
            database.executemany(f"INSERT INTO missions VALUES ({', '.join('?' * len(header))})", rows)
            for name in FACETS:
                database.execute(f"CREATE INDEX missions_{name} ON missions ({name})")
            for name, label in NAMES.items():
                columns = f"{name} AS code, {label} AS name"
                database.execute(f"CREATE TABLE {name}s AS SELECT DISTINCT {columns} FROM missions ORDER BY 1")
        return str(path)

    @contextlib.contextmanager
    def writer(self):
        """Yield a function that records a status change of a mission, in another process."""
        code = "from tests.bench.seed import record_changes; record_changes()"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        with self.start_command("shell", "--no-imports", "-c", code, **pipes) as process:

            def write(mission):
                process.stdin.write(f"{mission}\n")
                if not process.stdout.readline().strip():
                    raise RuntimeError(f"could not record a change of {mission}")

            yield write


class Sites:
    """The sites that several parts use, created on first use and removed with the stack."""

    def __init__(self, stack, rows):
        self.stack, self.rows, self.seeded_sites = stack, rows, {}

    def create(self, database=""):
        return MeasuredSite(self.stack.enter_context(temporary_folder()), database)

    @cached_property
    def programme(self):
        site = self.create()
        site.run("setup_site")
        return site

    @cached_property
    def cluster(self):
        return self.stack.enter_context(temporary_server(binaries())).url

    def seeded(self, rows, database="SQLite"):
        if (rows, database) not in self.seeded_sites:
            site = self.create("" if database == "SQLite" else self.create_database(f"rows_{rows}"))
            site.run("migrate", "--verbosity=0")
            site.run_code(f"from tests.bench.seed import seed; seed({rows})", timeout=None)
            self.seeded_sites[rows, database] = site
        return self.seeded_sites[rows, database]

    def create_database(self, name):
        with psycopg.connect(self.cluster, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{self.cluster.rpartition('/')[0]}/{name}"
