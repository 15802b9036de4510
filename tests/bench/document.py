"""The table of a run, and the document that keeps it."""

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version

from tests.postgres import binaries

from . import rivals
from .lines import ROUNDS
from .servers import TOP
from .wrk import WRK

DOCUMENT = TOP / "docs/benchmarks.md"
COLUMNS = ("what", "ours", "measured against", "theirs", "ratio", "limit", "")
HEADER = """\
# Benchmarks

Written by `make bench`; a later run replaces it. All servers ran on one machine and its loopback interface, gunicorn
with one worker of four threads where nothing else is said. Figures are medians of {rounds} runs, in which those that
are compared took turns; a ratio is ours by theirs.

- `make bench` takes half an hour, with 100,000 missions on PostgreSQL; `make bench ROWS=1000000` puts a million there.
- `make bench ARGS="warm cold"` measures these parts alone, and leaves this document as it is.
- *Warm*: somebody has asked for the page before. *Cold*: each request has an address of its own, so no page is kept.
- Lists show 50 rows. Every server is told that the reader takes `gzip, deflate, br`; where lists are cold, that it
  takes nothing compressed.
- Datasette and the list of the tutorials read a flat SQLite table, which our own CSV was read into; its columns with
  facets have an index.

{machine}
- {day}: `{command}`

"""


def number(value):
    """Three digits that count, with thousands apart."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def row(line):
    """The cells of a line, as texts."""
    what = f"{line.what} ({line.note})" if line.note else line.what
    theirs = f"{number(line.theirs)} {line.unit}" if line.against else ""
    ratio = f"{number(line.ratio)} ×" if line.against else ""
    return (what, f"{number(line.ours)} {line.unit}", line.against, theirs, ratio, line.limit, line.verdict)


def table(lines):
    """The lines as a table in Markdown."""
    rows = [COLUMNS, ["---"] * len(COLUMNS), *map(row, lines)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def said_by(*command):
    """The first line of what a program says of itself."""
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return (said.stdout or said.stderr).splitlines()[0]


def machine():
    """What it was measured on and with, as lines of a list."""
    with open("/proc/cpuinfo") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    cores = f"{os.cpu_count()} cores, {models[0] if models else platform.machine()}"
    packages = [f"{name} {version(name)}" for name in ("django", "gunicorn", "django-tables2", "django-filter")]
    tools = (
        f"SQLite {sqlite3.sqlite_version} (its shell {said_by(rivals.SHELL, '--version').split()[0]})",
        f"PostgreSQL {said_by(binaries() / 'postgres', '--version').split()[2]}",
        f"datasette {said_by(rivals.DATASETTE, '--version').split()[-1]}",
        f"wrk {said_by(WRK, '--version').split()[1]}",
    )
    return "\n".join(
        (
            f"- Machine: {cores}; {memory:.0f} GB of memory",
            f"- Python {platform.python_version()}, {', '.join(packages)}",
            f"- {', '.join(tools)}",
        )
    )


def write(lines, command):
    """Replaces the document."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    DOCUMENT.write_text(HEADER.format(rounds=ROUNDS, machine=machine(), day=day, command=command) + table(lines))
