"""Sites with servers of their own, and the programs that tests need beside them."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import requests

from tests.log_capture import LOG
from tests.postgres import free_port, terminating

TOP = Path(__file__).parents[1]
GUNICORN = ("-m", "gunicorn", "--threads=4", "--limit-request-line=8190", "--log-level=warning", "--no-control-socket")


def require(name, program, package):
    """Skip without the program; fail if HUB_REQUIRE names it."""
    if not program:
        fails = name in os.environ.get("HUB_REQUIRE", "").split(",")
        (pytest.fail if fails else pytest.skip)(f"install Debian's package {package}")
    return program


def status(url):
    """The status of a response; 0 if there is none, or it is incomplete."""
    try:
        return requests.get(url, timeout=30).status_code
    except requests.RequestException:
        return 0


def wait_for(url, seconds=60):
    end = time.monotonic() + seconds
    while status(url) != 200:
        if time.monotonic() > end:
            raise TimeoutError(f"{url} is not 200")
        time.sleep(0.1)


class Site:
    """A site in a data folder, or in the PostgreSQL database `database`."""

    def __init__(self, folder, database="", log=LOG):
        self.folder, self.log, self.port, self.server = Path(folder), log, free_port(), None
        self.url = f"http://localhost:{self.port}"
        settings = {"DATABASE_URL": database, "HUB_DATA_DIR": str(folder), "HUB_SITE_URL": self.url}
        self.environment = {**os.environ, **settings, "HUB_REQUIRE_MFA": "0"}

    def start_process(self, *arguments, **options):
        """Start Python in its own process group, so that it can be killed with its children."""
        options = {"stdout": self.log, "stderr": self.log, **options}
        command = [sys.executable, *map(str, arguments)]
        return subprocess.Popen(command, cwd=TOP, env=self.environment, start_new_session=True, **options)

    def start_command(self, *arguments, **options):
        return self.start_process("manage.py", *arguments, **options)

    def run(self, *arguments, text="", timeout=300):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        process = self.start_command(*arguments, **pipes)
        output, _none = process.communicate(text, timeout=timeout)
        if process.returncode:
            log = Path(f"/proc/self/fd/{self.log.fileno()}").read_text()[-2000:]
            raise RuntimeError(f"manage.py {arguments[0]} ended with {process.returncode}: {log}")
        return output

    def run_code(self, code, **options):
        return self.run("shell", "--no-imports", "-c", code, **options)

    def start(self, workers=2):
        bind = f"--bind=127.0.0.1:{self.port}"
        self.server = self.start_process(*GUNICORN, bind, f"--workers={workers}", "hubtracker.wsgi")
        wait_for(f"{self.url}/healthz")

    def stop(self):
        if self.server:
            with terminating(self.server):
                pass

    @contextlib.contextmanager
    def serving(self, workers=2):
        try:
            self.start(workers)
            yield self.url
        finally:
            self.stop()


@contextlib.contextmanager
def gunicorn(environment):
    """Serve the site that the environment describes; yield its address."""
    site = Site(environment["HUB_DATA_DIR"])
    site.environment = {**environment, "HUB_SITE_URL": site.url}
    with site.serving() as url:
        yield url


@contextlib.contextmanager
def temporary_folder():
    """Yield an empty folder in a new one, in which files beside it have a place."""
    with tempfile.TemporaryDirectory(prefix="hubtracker-site-") as top:
        folder = Path(top) / "data"
        folder.mkdir()
        yield folder
