"""Measurements as a table, and docs/benchmarks.md with it."""

import os
import platform
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

from tests.sites import TOP

ROUNDS = 5
COLUMNS = ("what", "ours", "measured against", "theirs", "ratio", "limit", "")
HEADER = """\
# Benchmarks

Written by `make bench`; a later run replaces it. All servers ran on one machine and its loopback interface, gunicorn
with one worker of four threads unless stated otherwise. Figures are medians of {rounds} runs; compared programs took
turns. A ratio is ours divided by theirs.

- `make bench` uses sites of 100,000 missions; `make bench ROWS=1000` makes them smaller.
- `make bench ARGS="warm cold"` measures only these parts and does not change this document.
- *Warm*: the page was requested before. *Cold*: each request has its own Host header, so no page is cached.
- Lists show 50 rows. Requests accept `gzip, deflate, br`; requests for cold lists accept no compression.
- Datasette and the tutorial's list read a flat SQLite table with the rows of our CSV; the columns with facets are
  indexed.

- Machine: {cores} cores, {memory:.0f} GB of memory
- Python {python}, {packages}, SQLite {sqlite}
- {date:%Y-%m-%d}: `{command}`

"""


@dataclass(frozen=True)
class Line:
    """One figure. Limits apply to the ratio, or to the figure itself without a comparison."""

    what: str
    ours: float
    unit: str
    against: str = ""
    theirs: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def ratio(self):
        return None if self.theirs is None else self.ours / self.theirs

    @property
    def within_limit(self):
        value = self.ratio if self.against else self.ours
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def medians(*jobs):
    """The median result of each job. The jobs take turns, so that a slow minute affects all."""
    results = [[job() for job in jobs] for _round in range(ROUNDS)]
    return [median(each) for each in zip(*results, strict=True)]


def seconds(job):
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def significant(value, unit):
    return "" if value is None else f"{value:,.0f} {unit}" if abs(value) >= 100 else f"{value:.3g} {unit}"


def cells(line):
    unit = "×" if line.against else line.unit
    bounds = {"at least": line.least, "at most": line.most}
    limit = " and ".join(f"{word} {bound:,g} {unit}" for word, bound in bounds.items() if bound is not None)
    verdict = "–" if not limit else "met" if line.within_limit else "NOT MET"
    ours, theirs = significant(line.ours, line.unit), significant(line.theirs, line.unit)
    return line.what, ours, line.against, theirs, significant(line.ratio, "×"), limit, verdict


def write(lines, command):
    header = HEADER.format(
        rounds=ROUNDS,
        cores=os.cpu_count(),
        memory=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30,
        python=platform.python_version(),
        packages=", ".join(f"{name} {version(name)}" for name in ("django", "gunicorn", "django-tables2", "psycopg")),
        sqlite=sqlite3.sqlite_version,
        date=datetime.now(UTC),
        command=command,
    )
    rows = [COLUMNS, ["---"] * len(COLUMNS), *map(cells, lines)]
    (TOP / "docs/benchmarks.md").write_text(header + "".join(f"| {' | '.join(row)} |\n" for row in rows))
