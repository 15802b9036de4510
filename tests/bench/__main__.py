"""`python -m tests.bench [--rows=N] [PART…]`: measure all parts, or those named; exit with 1 past a limit."""

import argparse
import contextlib
import shutil
import signal
import sys

from tests.postgres import binaries, exit_on_signal

from . import parts, table
from .servers import Sites

PARTS = (parts.warm, parts.unchanged, parts.cold, parts.lists, parts.csv, parts.reports, parts.publication)
PACKAGES = {"wrk": shutil.which("wrk"), "sqlite3": shutil.which("sqlite3"), "postgresql": binaries()}


def main():
    choices = {part.__name__: part for part in PARTS}
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rows", type=int, default=parts.LARGE, help="missions of the large sites")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(choices)}; default: all")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(choices):
        parser.error(f"unknown part: {', '.join(unknown)}")
    if missing := [package for package, program in PACKAGES.items() if not program]:
        return f"Install these packages (Debian, Ubuntu: apt-get install {' '.join(missing)}), and run make again."
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, exit_on_signal)
    lines = []
    with contextlib.ExitStack() as stack:
        sites = Sites(stack, options.rows)
        for name in options.parts or choices:
            for line in choices[name](sites):
                print("  ".join(filter(None, table.cells(line))), flush=True)
                lines.append(line)
    if not options.parts:
        table.write(lines, f"make bench ROWS={options.rows}")
    return int(not all(line.within_limit for line in lines))


if __name__ == "__main__":
    sys.exit(main())
