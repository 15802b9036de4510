"""Our site, set up with the rows that a measurement needs: the programme, or many synthetic missions."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from tests.postgres import binaries, temporary_server

from .lines import Line
from .servers import TOP, downloaded, gunicorn

FEW, LARGE = 1_000, 100_000
# With its opening, a mission has three entries.
CHANGES = 2
NAMES = {"HUB_DATA_DIR", "HUB_SITE_URL", "DATABASE_URL"}
CSV = "/en/report/completion.csv"


@dataclass(frozen=True)
class Site:
    """A site with its data in a folder of its own, or in a PostgreSQL database."""

    folder: str
    database: str = ""

    def environment(self, url="http://127.0.0.1:PORT"):
        named = {"DATABASE_URL": self.database} if self.database else {}
        return {
            "HUB_DATA_DIR": self.folder,
            "HUB_SITE_URL": url,
            "DJANGO_SETTINGS_MODULE": "hubtracker.settings",
        } | named

    def whole_environment(self):
        """That of another process that works on the site's data: this one's own, but for what leads to another site."""
        kept = {name: value for name, value in os.environ.items() if name not in NAMES}
        return kept | self.environment("http://127.0.0.1:8000")

    def run(self, *arguments, **options):
        """Runs Python on the site's data, and returns what it says."""
        command = [sys.executable, *arguments]
        options |= {"cwd": TOP, "env": self.whole_environment(), "stdout": subprocess.PIPE}
        return subprocess.run(command, text=True, check=True, **options).stdout

    def manage(self, *arguments):
        return self.run("manage.py", *arguments)

    def measured(self, *part):
        """The lines that a part of `tests.bench.inside` measures, in a process of its own."""
        said = self.run("-m", "tests.bench.inside", *part)
        return [Line(**line) for line in json.loads(said.splitlines()[-1])]

    def served(self, workers=1):
        return gunicorn("hubtracker.wsgi", self.environment(), workers=workers, path="/healthz")

    @cached_property
    def csv(self):
        """A file with all its missions, as anybody can download it."""
        path = Path(self.folder, "missions.csv")
        with self.served() as server:
            downloaded(server.url + CSV, path)
        return path

    @contextlib.contextmanager
    def writer(self):
        """Yields a function that writes a status change into the ledger, and returns the code and the status.

        Another process does it, as `make run` has several; the function takes the code of the mission.
        """
        command = [sys.executable, "-m", "tests.bench.inside.writer"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        with subprocess.Popen(command, cwd=TOP, env=self.whole_environment(), **pipes) as process:

            def write(code):
                process.stdin.write(f"{code}\n")
                if status := process.stdout.readline().strip():
                    return status
                raise RuntimeError(f"{code} could not be changed")

            yield write


class Sites:
    """The sites that the parts share, each made when it is first asked for, and gone with the stack."""

    def __init__(self, stack, rows):
        self.stack, self.rows = stack, rows

    def folder(self):
        return self.stack.enter_context(tempfile.TemporaryDirectory(prefix="hubtracker-bench-"))

    def seeded(self, rows, changes=CHANGES, database=""):
        """A site with so many synthetic missions, of so many changes each."""
        site = Site(self.folder(), database)
        site.manage("migrate", "--verbosity=0")
        site.run("-m", "tests.bench.inside.scale", str(rows), str(changes))
        return site

    @cached_property
    def programme(self):
        """145 missions, as `make run` sets them up."""
        site = Site(self.folder())
        site.manage("setup_site")
        return site

    @cached_property
    def large(self):
        return self.seeded(LARGE)

    @cached_property
    def cluster(self):
        """The URL of a PostgreSQL server that runs until the end."""
        return self.stack.enter_context(temporary_server(binaries())).url

    def on_postgresql(self, rows):
        url = f"{self.cluster.rpartition('/')[0]}/rows_{rows}"
        with psycopg.connect(self.cluster, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE rows_{rows}")
        site = self.seeded(rows, database=url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")  # as the server does by itself a minute later
        return site

    @cached_property
    def few(self):
        return self.on_postgresql(FEW)

    @cached_property
    def many(self):
        return self.on_postgresql(self.rows)
