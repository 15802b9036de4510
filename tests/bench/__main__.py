"""`python -m tests.bench [--rows=N] [PART…]` measures all parts, or those named; exits with 1 past a limit."""

import argparse
import contextlib
import signal
import subprocess
import sys
import time

import psycopg

from tests.postgres import binaries, interrupted

from . import days, document, files, growing, lasting, news, pages, rivals
from .sites import LARGE, Sites
from .wrk import WRK

REGISTER_ROWS, API_ROWS = 10_000, 2_000


def reports(sites):
    return sites.programme.measured("times")


def register(sites):
    return sites.seeded(REGISTER_ROWS, changes=0).measured("register")


def api(sites):
    return sites.seeded(API_ROWS, changes=5).measured("api")


PARTS = {
    "warm": pages.warm,
    "unchanged": pages.unchanged,
    "cold": pages.cold,
    "large": pages.cold_and_large,
    "growing": growing.growing,
    "days": days.earlier_days,
    "csv": files.rows_a_second,
    "copy": files.beside_copy,
    "memory": files.memory,
    "news": news.news,
    "start": lasting.start,
    "worker": lasting.memory_of_a_worker,
    "reports": reports,
    "register": register,
    "api": api,
}
# What was found, and the package that has it.
NEEDED = ((WRK, "wrk"), (rivals.SHELL, "sqlite3"), (binaries(), "postgresql"))


def measured(sites, names):
    """The lines of the parts, each printed as soon as it is known; and the names of the parts that failed."""
    lines, failed = [], []
    for name in names:
        start = time.perf_counter()
        try:
            for line in PARTS[name](sites):
                print("  ".join(filter(None, document.row(line))), flush=True)
                lines.append(line)
        except (RuntimeError, OSError, subprocess.CalledProcessError, psycopg.Error) as error:
            print(f"{name}: {error}", flush=True)
            failed.append(name)
        print(f"({name} took {time.perf_counter() - start:.0f} s)", flush=True)
    return lines, failed


def main(rows, names):
    """What to exit with: a sentence, or 1 where a limit is not kept."""
    missing = [package for found, package in NEEDED if not found]
    if missing:
        return (
            f"Install what is measured with (Debian, Ubuntu: apt-get install {' '.join(missing)}), and run make again."
        )
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    with contextlib.ExitStack() as stack:
        lines, failed = measured(Sites(stack, rows), names or PARTS)
    if failed:
        return f"Could not be measured: {', '.join(failed)}."
    if not names:
        document.write(lines, f"make bench ROWS={rows}")
    return int(not all(line.is_kept for line in lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rows", type=int, default=LARGE, help="how many missions PostgreSQL holds")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all, if none is named")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(unknown)}")
    sys.exit(main(asked.rows, asked.parts))
