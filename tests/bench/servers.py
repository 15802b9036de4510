"""Servers on the loopback interface, each ended with its block, and what they are asked."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

from tests.postgres import free_port, stopped_after

TOP = Path(__file__).parent.parent.parent
SECONDS_TO_START = 60
MEGABYTE = 1024 * 1024


class Server(NamedTuple):
    """Where a server answers, and its process."""

    url: str
    process: subprocess.Popen

    def worker(self):
        """The number of gunicorn's first worker process."""
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def memory(self, field):
        """Megabytes of the worker: `VmRSS` is what it holds, `VmHWM` the most that it has held."""
        return megabytes(self.worker(), field)


def megabytes(pid, field):
    """A field of a process's status that is a size, in megabytes."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines[field].split()[0]) / 1024


@contextlib.contextmanager
def served(command, environment=None, *, path="/"):
    """Yields a Server once it answers `path`. In the command and the environment, PORT is its port."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    command = [part.replace("PORT", port) for part in command]
    environment = {name: value.replace("PORT", port) for name, value in (environment or {}).items()}
    process = subprocess.Popen(
        command, cwd=TOP, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with stopped_after(process):
        wait_for(url + path, process)
        yield Server(url, process)


def gunicorn(application, environment=None, *, workers=1, path="/"):
    """A Server that runs the application as `make run` runs the site; of workers, one."""
    command = [sys.executable, "-m", "gunicorn", application, "--bind", "127.0.0.1:PORT", "--workers", str(workers),
               "--threads", "4", "--worker-class", "gthread", "--limit-request-line", "8190", "--log-level", "warning",
               "--no-control-socket"]  # fmt: skip
    return served(command, environment, path=path)


def wait_for(url, process):
    """Returns once the url is answered; raises RuntimeError where that takes too long, or the process ends."""
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"{url} is not answered: {process.args}")


def asked(url, **headers):
    """(status, headers, bytes) of an answer."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def downloaded(url, to=os.devnull):
    """Writes an answer to a file, piece by piece."""
    with urllib.request.urlopen(url, timeout=600) as answer, open(to, "wb") as file:
        while piece := answer.read(MEGABYTE):
            file.write(piece)
