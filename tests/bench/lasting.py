"""How soon a site answers, and what a worker holds after many requests."""

import os
import subprocess

from tests.postgres import free_port, stopped_after

from .lines import Line, medians, seconds
from .servers import TOP, wait_for
from .wrk import drive

# Of the make that runs this, and of another site.
LEFT_OUT = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DATABASE_URL", "HUB_SITE_URL"}
PATHS = (
    "/en/", "/en/missions/", "/zh-hans/missions/?status=completed", "/en/missions/?as_of=2024-01-01", "/en/changes/",
    "/en/figures/", "/en/instruments/", "/zh-hans/owners/", "/api/v1/missions", "/badge/FP.svg",
)  # fmt: skip
FIRST, REQUESTS = 10_000, 100_000
# One of so many requests is for an address that nobody has asked for: not a multiple of the paths, so of each in turn.
FRESH = 21


def start(sites):
    """How long `make run` takes to the first page, on a site that is set up."""
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    environment = kept | {"HUB_DATA_DIR": sites.programme.folder}

    def first_answer():
        port = free_port()
        command, quiet = ["make", "run", f"PORT={port}"], subprocess.DEVNULL
        with stopped_after(
            Run(command, cwd=TOP, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)
        ) as run:
            return seconds(lambda: wait_for(f"http://127.0.0.1:{port}/en/", run))

    [took] = medians(first_answer)
    yield Line("start to first answer, `make run`", took, "s", most=3)


class Run(subprocess.Popen):
    """A command in a session of its own, which gets a signal as from a terminal: with all that it has started."""

    def send_signal(self, sig):
        os.killpg(self.pid, sig)


def memory_of_a_worker(sites):
    """What a worker holds after 100,000 requests for pages that it has kept and some that it has not."""
    with sites.programme.served() as server:
        held, answered = [], 0
        for requests in (FIRST, REQUESTS):
            while answered < requests:
                answered += drive(server.url, fresh=FRESH, seconds=5, paths=PATHS).requests
            held.append(server.memory("VmRSS"))
    first, last = held
    yield Line(f"memory of a worker after {REQUESTS:,} requests", last, "MB", f"after {FIRST:,}", first, most=1.1)
