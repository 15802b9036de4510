"""What is measured, and the limits."""

import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from http.client import HTTPConnection
from itertools import chain, count, product
from pathlib import Path
from statistics import median, quantiles

from . import servers
from .servers import CSV, TABLE, fetch
from .table import ROUNDS, Line, medians, seconds

SMALL, LARGE = 10_000, 100_000
# As many rows per page as the other lists have.
LIST = "/en/missions/?per_page=50"
# The milliseconds for a page of so many missions, for today and for a past date.
LIMITS = {SMALL: (150, 150), LARGE: (1200, 1500)}
# The seconds for 145 missions in both languages.
REPORT_LIMITS = {"csv": 0.1, "json": 0.5, "xlsx": 0.5, "docx": 0.5, "pdf": 0.5, "html": 0.5}
READ_WHILE_PUBLISHING = (
    "/en/missions/", "/zh-hans/missions/", "/en/", "/en/missions/?status=in_progress", "/en/changes/",
)  # fmt: skip
READERS_PER_SECOND, SECONDS, CONNECTIONS = 200, 10, 16
# A mission that can change: a withdrawn one cannot.
ROW = re.compile(r'data-code="([^"]+)" data-status="(?!withdrawn)')


def first_mission(url):
    return ROW.search(fetch(url + LIST).text)[1]


def timer(url):
    """A function that returns the milliseconds for a page that is not cached: the cache's key has the Host header."""
    port = count(time.time_ns())
    return lambda path: 1000 * seconds(lambda: fetch(url + path, Host=f"127.0.0.1:{next(port)}").raise_for_status())


def rate(url, *headers, cold=False):
    """Requests per second of wrk.

    With `cold`, each request has its own Host header, so that no response is cached, and accepts no compression: the
    other programs never compress.
    """
    headers = [f"Accept-Encoding: {'identity' if cold else 'gzip, deflate, br'}", *headers]
    command = ["wrk", "--threads=1", "--connections=4", f"--duration={3 if cold else 2}s", "--timeout=120s", url]
    command += [f"--header={header}" for header in headers]
    command += [f"--script={Path(__file__).with_name('cold.lua')}", "--", str(time.time_ns())] if cold else []
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    if "Socket errors" in output or "Non-2xx" in output:
        raise RuntimeError(f"{url}: {output}")
    return float(re.search(r"Requests/sec: +([\d.]+)", output)[1])


def warm(sites):
    flat = sites.programme.flat
    with ExitStack() as stack:
        url = stack.enter_context(sites.programme.serving(1)) + LIST
        constant = stack.enter_context(servers.constant())
        datasette = stack.enter_context(servers.datasette(flat)) + TABLE
        ours, least, facets = medians(lambda: rate(url), lambda: rate(constant), lambda: rate(datasette))
    yield Line("list, 145 rows, warm", ours, "requests/s", "constant view", least, least=0.5)
    yield Line("list, 145 rows, warm", ours, "requests/s", "Datasette, three facets", facets, least=40)


def unchanged(sites):
    with sites.programme.serving(1) as site, servers.constant() as constant:
        etag = fetch(site + LIST, **{"Accept-Encoding": "gzip, deflate, br"}).headers["ETag"]
        ours, least = medians(lambda: rate(site + LIST, f"If-None-Match: {etag}"), lambda: rate(constant))
    yield Line("list, 145 rows, conditional request (304)", ours, "requests/s", "constant view", least, least=0.7)


def cold(sites):
    flat = sites.programme.flat
    with ExitStack() as stack:
        datasette = stack.enter_context(servers.datasette(flat)) + TABLE
        tutorial = stack.enter_context(servers.tutorial(flat)) + "/"
        url = stack.enter_context(sites.programme.serving(1)) + LIST
        ours, facets, plain = medians(*(lambda url=url: rate(url, cold=True) for url in (url, datasette, tutorial)))
    yield Line("list, 145 rows, cold", ours, "requests/s", "Datasette, three facets", facets, least=2)
    yield Line("list, 145 rows, cold", ours, "requests/s", "tutorial of django-tables2", plain, least=1.2)


def lists(sites):
    """The list with all counts after a write: today's, and that of a past date nobody requested before."""
    for rows, database in product(sorted({min(SMALL, sites.rows), sites.rows}), ("SQLite", "PostgreSQL")):
        site, results = sites.seeded(rows, database), []
        with site.serving(1) as url, site.writer() as write:
            mission, milliseconds = first_mission(url), timer(url)
            milliseconds(LIST)  # a process loads some things once
            for number in range(ROUNDS):
                write(mission)
                current = milliseconds(LIST)
                write(mission)
                day = date(2023, 1, 1) + timedelta(days=number)
                results.append((current, milliseconds(f"{LIST}&as_of={day}")))
        current, past = map(median, zip(*results, strict=True))
        most = next((limits for size, limits in LIMITS.items() if rows <= size), (None, None))
        yield Line(f"list, {rows:,} missions on {database}, after a write", current, "ms", most=most[0])
        yield Line(f"list of a past date, {rows:,} missions on {database}", past, "ms", most=most[1])


def csv(sites):
    site = sites.seeded(sites.rows)
    flat = site.flat
    with site.serving(1) as url:
        milliseconds = timer(url)
        for _thread in range(4):
            milliseconds(CSV)  # each thread of the server loads some things once
        ours, shell = medians(lambda: milliseconds(CSV) / 1000, lambda: seconds(lambda: servers.shell(flat)))
    yield Line(f"CSV, {sites.rows:,} rows", ours, "s", "sqlite3 shell", shell, most=3)


def reports(sites):
    with sites.programme.serving(1) as url:
        milliseconds = timer(url)
        for ending, limit in REPORT_LIMITS.items():
            path = f"/en/report/completion.{ending}?lang=both"
            first = milliseconds(path) / 1000  # it loads libraries
            [ours] = medians(lambda path=path: milliseconds(path) / 1000)
            what = f"report of 145 missions in both languages, {ending} (first {first:.2f} s)"
            yield Line(what, ours, "s", most=limit)


def publication(sites):
    """How long readers wait while a status change is published, and without one."""
    with sites.programme.serving() as url, sites.programme.writer() as write:
        mission = first_mission(url)
        read_at_rate(url)  # both workers load some things once
        publishing, idle = medians(lambda: read_at_rate(url, lambda: write(mission)), lambda: read_at_rate(url))
    what = f"readers' p99 through a publication, {READERS_PER_SECOND} requests a second, two workers"
    yield Line(what, publishing, "ms", "without one", idle, most=4.8)


def read_at_rate(url, job=None):
    """The 99th percentile of the readers' waiting time in milliseconds; the job runs halfway.

    wrk sends its next request after a response, so a server that stalls gets few requests and few are slow. Here a
    request's time counts from the moment it was due.
    """
    start = time.perf_counter()

    def read(first):
        connection, durations = HTTPConnection(url.removeprefix("http://")), []
        for number in range(first, READERS_PER_SECOND * SECONDS, CONNECTIONS):
            due = start + number / READERS_PER_SECOND
            time.sleep(max(0, due - time.perf_counter()))
            connection.request("GET", READ_WHILE_PUBLISHING[number % len(READ_WHILE_PUBLISHING)])
            with connection.getresponse() as response:
                response.read()
            durations.append(time.perf_counter() - due)
        return durations

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        durations = threads.map(read, range(CONNECTIONS))
        if job:
            time.sleep(SECONDS / 2)
            job()
        return 1000 * quantiles(chain(*durations), n=100)[-1]
