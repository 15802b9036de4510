"""The list of an earlier day beside today's, each page made anew."""

from datetime import date, timedelta
from itertools import count
from statistics import median

from .lines import ROUNDS, Line, seconds
from .pages import LIST, first_row
from .servers import downloaded
from .sites import LARGE

MOST = 3


def earlier_days(sites):
    """On SQLite and PostgreSQL: for a day that nobody has asked for since the last write, and for that day again."""
    yield from earlier_days_of(sites.large, f"{LARGE:,} missions on SQLite")
    yield from earlier_days_of(sites.many, f"{sites.rows:,} missions on PostgreSQL")


def earlier_days_of(site, size):
    number = count()
    with site.served() as server, site.writer() as write:
        code, _status = first_row(server.url + LIST)

        def page(query=""):
            url = f"{server.url}{LIST}&_n={next(number)}{query}"
            return 1000 * seconds(lambda: downloaded(url))

        def turn():
            """Milliseconds for today's list after a write and again, and for an earlier day's after another one."""
            write(code)
            today = page(), page()
            write(code)
            day = date(2023, 1, 1) + timedelta(days=next(number))
            return *today, page(f"&as_of={day}"), page(f"&as_of={day}")

        turn()  # it loads what a process loads once
        turns = [turn() for _round in range(ROUNDS)]
    today, today_again, earlier, earlier_again = map(median, zip(*turns, strict=True))
    what = f"list of an earlier day, {size}"
    yield Line(f"{what}, first after a write", earlier, "ms", "today's, likewise", today, most=MOST)
    yield Line(f"{what}, later", earlier_again, "ms", "today's, likewise", today_again, most=MOST)
