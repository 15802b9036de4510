"""`python -m tests.drill PART… [--rounds N] [--minutes M]`: exits with 1 where anything was lost or damaged."""

import argparse
import contextlib
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres import binaries, temporary_server

from . import away, disk, kills, load
from .site import CAREFUL, Site


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def made(database):
    """Yields (a site, the folder above its own)."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubtracker-drill-")))
        url = stack.enter_context(temporary_server(binaries(), CAREFUL)).url if database == "postgresql" else ""
        (folder / "data").mkdir()
        site = Site(folder / "data", url)
        stack.callback(site.close)
        yield site, folder


def killed(database, rounds):
    with made(database) as (site, folder):
        return kills.drill(site, folder, rounds, say)


def loaded(database, minutes):
    with made(database) as (site, _folder):
        return load.drill(site, minutes, say)


PARTS = {
    "kills-sqlite": lambda options: killed("sqlite", options.rounds),
    "kills-postgresql": lambda options: killed("postgresql", options.rounds),
    "disk": lambda options: disk.drill(say),
    "load-sqlite": lambda options: loaded("sqlite", options.minutes),
    "load-postgresql": lambda options: loaded("postgresql", options.minutes),
    "away": lambda options: away.drill(say),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--rounds", type=int, default=50, help="how often something is killed, on each database")
    parser.add_argument("--minutes", type=float, default=10, help="how long there is load, on each database")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    random.seed(options.seed)
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that servers end too
    say(f"seed {options.seed}")
    wrong = []
    for part in options.parts:
        say(f"--- {part}")
        wrong += [f"{part}: {finding}" for finding in PARTS[part](options)]
    say("\n".join(wrong) or "nothing was lost, half done or damaged")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
