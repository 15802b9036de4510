"""Drives a server with wrk, from one thread, and reads what it says."""

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

SCRIPT = Path(__file__).with_name("drive.lua")
WRK = shutil.which("wrk")
CONNECTIONS = 4
# What a browser says it can read; the same to every server.
CODINGS = "gzip, deflate, br"


class Driven(NamedTuple):
    """What wrk says in the end: how many requests in how many seconds, and how long nineteen of twenty took at most."""

    requests: int
    seconds: float
    bytes: int
    failed: int
    p95: float

    @property
    def rate(self):
        """Requests a second."""
        return self.requests / self.seconds


def drive(url, *, seconds=2, connections=CONNECTIONS, headers=(), fresh=0, paths=(), codings=CODINGS):
    """What wrk says of the url, asked for so many seconds; raises RuntimeError where an answer failed.

    With `fresh`, each so-manyth request has an address of its own, so that no cache has the answer; `paths` then take
    turns.
    """
    command = [WRK, "--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--timeout=120s",
               f"--script={SCRIPT}", f"--header=Accept-Encoding: {codings}"]  # fmt: skip
    command += [f"--header={name}: {value}" for name, value in headers]
    command += [url]
    if fresh:
        whole = urlsplit(url)
        command += ["--", str(time.time_ns()), str(fresh)]
        command += paths or [f"{whole.path}?{whole.query}" if whole.query else whole.path]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return parsed(said, url)


def parsed(said, url):
    """What wrk says, read from its last line; raises RuntimeError where that is no measurement."""
    driven = Driven(**json.loads(said.splitlines()[-1]))
    if driven.failed or not driven.requests:
        raise RuntimeError(f"{url}: {driven.failed} failed, {driven.requests} answered")
    return driven
