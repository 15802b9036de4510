"""All missions as CSV: how fast, and in how much memory."""

from . import rivals
from .lines import Line, medians, seconds
from .servers import downloaded
from .sites import CSV, FEW, LARGE


def rows_a_second(sites):
    """100,000 rows by our server, Datasette's, and SQLite's own shell, which sends them nowhere."""
    with sites.large.served() as server, rivals.datasette(sites.large) as other:
        number = iter(range(100))
        ours, theirs, shell = medians(
            lambda: seconds(lambda: downloaded(f"{server.url}{CSV}?_n={next(number)}")),
            lambda: seconds(lambda: downloaded(other.url + rivals.STREAM)),
            lambda: seconds(lambda: rivals.shell(sites.large)),
        )
    what, unit = f"CSV, {LARGE:,} rows", "rows/s"
    yield Line(what, LARGE / ours, unit, "Datasette, streaming", LARGE / theirs, least=5)
    yield Line(what, ours, "s", "sqlite3 shell", shell, most=3)


def beside_copy(sites):
    """As many rows as are asked for, by our server on PostgreSQL, and by PostgreSQL alone."""
    rivals.copied_in(sites.many)
    with sites.many.served() as server:
        number = iter(range(100))
        ours, theirs = medians(
            lambda: seconds(lambda: downloaded(f"{server.url}{CSV}?_n={next(number)}")),
            lambda: seconds(lambda: rivals.copied_out(sites.many)),
        )
    yield Line(f"CSV, {sites.rows:,} rows on PostgreSQL", ours, "s", "PostgreSQL COPY", theirs)


def memory(sites):
    """How much more memory a worker has held at most after so many rows than after 1,000."""
    most = {}
    for site in (sites.few, sites.many):
        with site.served() as server:
            downloaded(server.url + CSV)
            most[site] = server.memory("VmHWM")
    what = f"most memory of a worker, CSV of {sites.rows:,} rows"
    yield Line(what, most[sites.many], "MB", f"{FEW:,} rows", most[sites.few], most=1.1)
    for ending in ("csv", "xlsx"):
        yield from sites.large.measured("memory", ending)
