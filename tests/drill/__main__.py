"""`python -m tests.drill PART… [--rounds N] [--minutes M]`: exits with 1 if anything was lost or damaged."""

import argparse
import random
import signal
import sys
import time

from tests.postgres import exit_on_signal

from . import kills, load, outages
from .site import say

PARTS = {
    "kills-sqlite": lambda options: kills.drill("sqlite", options.rounds),
    "kills-postgresql": lambda options: kills.drill("postgresql", options.rounds),
    "disk": lambda options: outages.fill_disk(),
    "load-sqlite": lambda options: load.drill("sqlite", options.minutes),
    "load-postgresql": lambda options: load.drill("postgresql", options.minutes),
    "away": lambda options: outages.stop_database(),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--rounds", type=int, default=50, help="number of kills on each database")
    parser.add_argument("--minutes", type=float, default=10, help="duration of the load on each database")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    random.seed(options.seed)
    signal.signal(signal.SIGTERM, exit_on_signal)  # so that servers end too
    findings = []
    for part in options.parts:
        say(f"--- {part}, seed {options.seed}")
        findings += [f"{part}: {finding}" for finding in PARTS[part](options)]
    say("\n".join(findings or ["nothing was lost, half done or damaged"]))
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
