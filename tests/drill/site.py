"""The site with the real programme: its server, its commands, and a check of its data."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import asdict
from http.client import HTTPException
from pathlib import Path

from tests.postgres import binaries, free_port, temporary_server

TOP = Path(__file__).parents[2]
# PostgreSQL's defaults: unlike for other tests, it must survive a crash.
POSTGRESQL = {"listen_addresses": "127.0.0.1"}


class Site:
    """A site in a data folder, or in the PostgreSQL database `database`; two workers serve it."""

    def __init__(self, folder, database="", log=None):
        self.folder, self.port, self.server = Path(folder), free_port(), None
        self.url = f"http://127.0.0.1:{self.port}"
        settings = {"DATABASE_URL": database, "HUB_DATA_DIR": str(folder), "HUB_SITE_URL": self.url}
        self.environment = {**os.environ, **settings, "HUB_REQUIRE_MFA": "0"}
        self.log = log or self.folder.with_suffix(".log").open("ab")

    def start_command(self, *arguments, **options):
        """Start a command in its own process group, so that it can be killed with its children."""
        return self.start_process("manage.py", *map(str, arguments), **options)

    def start_process(self, *arguments, **options):
        options = {"stdout": self.log, "stderr": self.log, **options}
        command = [sys.executable, *arguments]
        return subprocess.Popen(command, cwd=TOP, env=self.environment, start_new_session=True, **options)

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

    def call(self, function, text=""):
        output = self.run_code(f"from tests.drill.inside import *; {function}", text=text)
        return json.loads(output.splitlines()[-1])

    def freeze(self, title):
        options = ("--local", "--as-of=2026-01-02", f"--title-en={title}", f"--title-zh={title}")
        return self.start_command("freeze_report", *options)

    def start(self, workers=2):
        options = (f"--workers={workers}", "--threads=4", "--limit-request-line=8190", "--log-level=warning")
        bind = (f"--bind=127.0.0.1:{self.port}", "--no-control-socket")
        self.server = self.start_process("-m", "gunicorn", "hubtracker.wsgi", *bind, *options)
        self.wait_for("/healthz")

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(timeout=60)

    def close(self):
        self.stop()
        self.log.close()

    def wait_for(self, path):
        end = time.monotonic() + 60
        while self.status(path) != 200:
            if time.monotonic() > end:
                raise TimeoutError(f"{path} is not 200")
            time.sleep(0.1)

    def status(self, path):
        """The status of a response; 0 if there is none, or it is incomplete."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as response:
                response.read()
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, HTTPException):
            return 0


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def temporary_site(database="sqlite", disk=None):
    """Yield a site in a temporary folder, on a RAM disk of this size if one is stated."""
    with contextlib.ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubtracker-drill-"))) / "data"
        data.mkdir()
        if disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk},mode=700", "tmpfs", data], check=True)
            stack.callback(subprocess.run, ["umount", "--lazy", data], check=True)
        server = None
        if database == "postgresql":
            server = stack.enter_context(temporary_server(binaries(), POSTGRESQL))
        site = Site(data, server.url if server else "")
        site.postgresql = server
        stack.callback(site.close)
        site.run("setup_site")
        site.session, site.token, site.missions = site.call("sign_in()")
        yield site


def check(site, acknowledged, backup=""):
    """(state of the data, what is wrong with it)"""
    state = site.call(f"inspect({str(backup)!r})", json.dumps(asdict(acknowledged)))
    return state, [f"{name}: {state[name]}" for name in ("lost", "half done", "problems") if state[name]]


def kill(process):
    """End a process and its children without clean-up; False if it had already ended."""
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL
