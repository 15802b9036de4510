"""The list page on PostgreSQL: of 1,000 missions, and of as many as are asked for."""

import contextlib
import re
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from .lines import Line, medians, seconds
from .pages import LIST
from .servers import downloaded
from .sites import FEW
from .wrk import drive

MOST_MILLISECONDS = 500
# What readers ask for: the list, filtered, searched, sorted, further on, of another day.
QUERIES = (
    "", "&status=in_progress&status=paused", "&theme=SYN-T01", "&involves=SYN-O01", "&deadline=overdue",
    "&area=SYN-A01", "&changed_after=2026-01-01", "&q=metro+line", "&q=铁路", "&q=轨道交通", "&q=nothing-has-this",
    "&sort=title", "&sort=owner", "&sort=-due", "&sort=-changed", "&page=20", "&as_of=2024-01-01",
)  # fmt: skip
DURATION = re.compile(r"duration: ([\d.]+) ms")


def growing(sites):
    """How much longer a reader waits for a page of many missions than for one of 1,000; and the slowest statement."""
    size = f"{sites.rows:,} missions on PostgreSQL"
    with sites.few.served() as few, sites.many.served() as many:
        # A process reads once what it counts by; then it follows the ledger.
        yield Line(f"first list of a process, {size}", seconds(lambda: downloaded(many.url + LIST)), "s")
        short, long = medians(
            lambda: drive(few.url + LIST, fresh=1, connections=1, seconds=3).p95,
            lambda: drive(many.url + LIST, fresh=1, connections=1, seconds=10).p95,
        )
        yield Line(f"list, {size}, cold, p95", long * 1000, "ms", f"{FEW:,} missions", short * 1000, most=30)
        with statements_logged(sites.cluster) as log:
            took = {query: slowest(log, many.url + LIST + query) for query in QUERIES}
    over = [f"{query.strip('&') or 'all'} {most:.0f}" for query, most in took.items() if most > MOST_MILLISECONDS]
    note = f"of {len(QUERIES)} lists; {'over the limit: ' + ', '.join(over) if over else 'none over the limit'}"
    yield Line(f"slowest statement, {size}", max(took.values()), "ms", most=MOST_MILLISECONDS, note=note)


def slowest(log, url):
    """The milliseconds of the longest statement that a page takes."""
    before = log.stat().st_size
    downloaded(quote(f"{url}&_n={time.time_ns()}", safe=":/?&=+"))
    with log.open() as file:
        file.seek(before)
        return max(float(milliseconds) for milliseconds in DURATION.findall(file.read()))


@contextlib.contextmanager
def statements_logged(cluster):
    """Yields the server's log, in which each statement has its duration within the block."""
    with psycopg.connect(cluster, autocommit=True) as connection:
        [folder] = connection.execute("SHOW data_directory").fetchone()
        connection.execute("ALTER SYSTEM SET log_min_duration_statement = 0")
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(1)  # the server's processes read it when they next look
        yield Path(folder).with_name("log")
        connection.execute("ALTER SYSTEM RESET log_min_duration_statement")
        connection.execute("SELECT pg_reload_conf()")
