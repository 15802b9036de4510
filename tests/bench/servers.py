"""Servers on the loopback interface, and our site with its data."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from functools import cached_property
from pathlib import Path

import psycopg

from tests.drill.site import TOP, Site
from tests.postgres import binaries, free_port, temporary_server, terminating

SMALL, LARGE = 10_000, 100_000
CSV = "/en/report/completion.csv"


@contextlib.contextmanager
def serve(command, **environment):
    """Yield the URL of a server once it answers; {port} is replaced in its command."""
    port = free_port()
    url, command = f"http://127.0.0.1:{port}", [part.format(port=port) for part in command]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=TOP, env={**os.environ, **environment}, **quiet)
    with terminating(process):
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                download(url)
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"does not answer: {command}")
            time.sleep(0.02)
        yield url


def gunicorn(application, **environment):
    command = [sys.executable, "-m", "gunicorn", application, "--bind=127.0.0.1:{port}", "--threads=4",
               "--log-level=warning", "--no-control-socket"]  # fmt: skip
    return serve(command, **environment)


def request(url, **headers):
    return urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})


def get(url, **headers):
    """(status, headers, body)"""
    try:
        with urllib.request.urlopen(request(url, **headers), timeout=120) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def download(url, path=os.devnull, **headers):
    with urllib.request.urlopen(request(url, **headers), timeout=600) as response, open(path, "wb") as file:
        while chunk := response.read(2**20):
            file.write(chunk)


class MeasuredSite(Site):
    @contextlib.contextmanager
    def serve(self, workers=1):
        """Yield the URL; within another such block, of the server that runs."""
        is_running = self.server and self.server.poll() is None
        if not is_running:
            self.start(workers)
        try:
            yield self.url
        finally:
            if not is_running:
                self.stop()

    @cached_property
    def csv(self):
        path = self.folder / "missions.csv"
        with self.serve() as url:
            download(url + CSV, path)
        return path

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
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="hubtracker-bench-"))) / "data"
        folder.mkdir()
        site = MeasuredSite(folder, database)
        self.stack.callback(site.close)
        return site

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
