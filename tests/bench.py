"""`make bench` measures reports: how long each format takes for the real programme, and how a long one grows memory.

`make bench ROWS=1000000` makes so many synthetic missions first, instead of 100,000. It also measures a register of
10,000 missions, its way out and in again with a change in each row; and pages of the API. Exits with 1 past a limit.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from statistics import median

import django

# Seconds for 145 rows in both languages, and megabytes that a process may grow by while it writes so many rows.
LIMITS = {"csv": 0.1, "json": 0.5, "xlsx": 0.5, "docx": 0.5, "pdf": 0.5, "html": 0.5}
GROWTH = {"csv": 30, "xlsx": 100}
MOST_XLSX = 100_000
ROUNDS = 5
REGISTER_ROWS = 10_000
# A page of 1,000 missions takes less than so many times what one of 25 takes, and so many queries.
API_ROWS, API_TIMES, API_QUERIES = 2_000, 5, 6
MANAGE = (sys.executable, "manage.py")
MOST_MEGABYTES = 500


def report_of(query, ending):
    """The report of a query, read and ready to be written in a format."""
    from django.http import QueryDict

    from missions.report_filters import ReportFilter
    from missions.reports import FORMATS

    asked = ReportFilter(QueryDict(query), language="en")
    assert asked.form.is_valid(), asked.form.errors
    return FORMATS[ending].build(asked)


def seconds(job):
    """The median of a few rounds after a first one that loads libraries, and that first one."""
    took = []
    for _round in range(ROUNDS + 1):
        start = time.perf_counter()
        job()
        took.append(time.perf_counter() - start)
    return median(took[1:]), took[0]


def times():
    """Prints what each format takes, with its query, and what other libraries take for the same; whether all keep."""
    from missions.reports import FORMATS
    from missions.reports.report import snapshot

    is_kept = True
    with snapshot():
        for ending, limit in LIMITS.items():

            def made(ending=ending):
                FORMATS[ending].write(report_of("lang=both", ending), BytesIO())

            took, first = seconds(made)
            is_kept = is_kept and took < limit
            print(f"{ending:<12}{took:8.3f} s   limit {limit} s   first {first:.3f} s", flush=True)
        for name, other in OTHERS.items():
            start = time.perf_counter()
            other()
            print(f"{name:<12}{time.perf_counter() - start:8.3f} s", flush=True)
    return is_kept


def weasyprint():
    """The HTML edition as PDF."""
    from weasyprint import HTML

    from missions.reports import FORMATS

    page = BytesIO()
    FORMATS["html"].write(report_of("lang=both", "html"), page)
    HTML(string=page.getvalue().decode()).write_pdf()


def openpyxl():
    """The same lists, cell by cell, without charts."""
    from openpyxl import Workbook

    report = report_of("lang=both", "xlsx")
    book = Workbook(write_only=True)
    for sheet in (report.records, report.changes, report.evidence):
        page = book.create_sheet()
        page.append(sheet.names)
        for row in sheet:
            page.append(row)
    book.save(BytesIO())


OTHERS = {"WeasyPrint": weasyprint, "openpyxl": openpyxl}


def memory(ending):
    """Prints by how much this process grows while it writes all missions in a format; whether it keeps the limit."""
    from missions.reports import FORMATS
    from missions.reports.report import snapshot

    with snapshot(), tempfile.TemporaryFile() as file:
        # Libraries and the first query are not what grows.
        FORMATS[ending].write(report_of("q=nothing-has-this", ending), BytesIO())
        before, start = peak(), time.perf_counter()
        FORMATS[ending].write(report := report_of("", ending), file)
        grown, took = peak() - before, time.perf_counter() - start
    limit = f"limit {GROWTH[ending]} MB"
    print(f"{ending:<12}{len(report.records)} rows: {grown:.0f} MB, {limit}; {took:.0f} s", flush=True)
    return grown < GROWTH[ending]


def register():
    """Prints what a register takes on its way out and in, each mission changed; whether memory and history hold."""
    from missions.exchange.register_files import WRITERS
    from missions.exchange.register_import import RegisterImport
    from missions.exchange.workbooks import read_workbook
    from missions.models import Mission

    def step(name, job):
        start = time.perf_counter()
        result = job()
        print(f"{name:<12}{time.perf_counter() - start:8.1f} s   so far {peak():.0f} MB", flush=True)
        return result

    file, before = BytesIO(), Mission.history.count()
    step("export", lambda: WRITERS["xlsx"](file))
    grids = step("read", lambda: read_workbook("register.xlsx", file.getvalue()))
    (missions,) = [grid for grid in grids if grid.name == "missions"]
    title = missions.rows[0].index("title_en")
    for row in missions.rows[1:]:
        row[title] = f"{row[title]} (changed)"
    found = RegisterImport(grids, reason="bench")
    step("compare", lambda: list(found.look()))
    step("write", lambda: list(found.write()))
    versions = Mission.history.count() - before
    # It began as a copy of this process, which may be the larger one of the two.
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    limit = f"limit {MOST_MEGABYTES} MB"
    print(
        f"{versions} versions; {peak():.0f} MB, the reader of the file at most {reader:.0f} MB, {limit} each",
        flush=True,
    )
    return versions == REGISTER_ROWS and max(peak(), reader) < MOST_MEGABYTES


def api():
    """Prints what a short and a long page of the API take, and how many queries; whether that keeps the limits."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, took, is_kept = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0]), {}, True
    for rows in (25, 1000):

        def asked(rows=rows):
            answer = client.get(f"/api/v1/missions?per_page={rows}", secure=True)
            assert answer.content.count(b'"status_since"') == rows, answer  # to read it is the reader's time

        took[rows], _first = seconds(asked)
        with CaptureQueriesContext(connection) as queries:
            asked()
        is_kept = is_kept and len(queries) <= API_QUERIES
        print(f"{rows:<12}{took[rows]:8.3f} s   {len(queries)} queries, limit {API_QUERIES}", flush=True)
    print(f"{took[1000] / took[25]:.1f} times as long, limit {API_TIMES}", flush=True)
    return is_kept and took[1000] < API_TIMES * took[25]


def peak():
    """The most memory that this process has had at once, in megabytes."""
    with open("/proc/self/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    return int(lines["VmHWM"].split()[0]) / 1024


def child(folder, *arguments):
    """Whether another process, with its data in `folder`, ends well."""
    return subprocess.run(arguments, env={**os.environ, "HUB_DATA_DIR": folder}, check=False).returncode == 0


def seeded(folder, rows, changes=0):
    """Whether a site with so many synthetic missions, each with so many changes, was made in `folder`."""
    migrated = child(folder, *MANAGE, "migrate", "--verbosity=0")
    return migrated and child(folder, *MANAGE, "seed_scale", str(rows), f"--changes={changes}")


def main(rows):
    """What to exit with: 1 where a limit was passed."""
    bench = (sys.executable, "-m", "tests.bench")
    folder = tempfile.TemporaryDirectory
    with folder() as real, folder() as synthetic, folder() as exchanged, folder() as asked:
        print("145 rows in both languages")
        kept = [child(real, *MANAGE, "setup_site") and child(real, *bench, "times")]
        print(f"{rows} synthetic rows")
        made = seeded(synthetic, rows)
        for ending in ("csv", "xlsx") if rows <= MOST_XLSX else ("csv",):
            kept.append(made and child(synthetic, *bench, "memory", ending))
        print(f"a register of {REGISTER_ROWS} missions")
        kept.append(seeded(exchanged, REGISTER_ROWS) and child(exchanged, *bench, "register"))
        print(f"pages of the API, of {API_ROWS} missions")
        kept.append(seeded(asked, API_ROWS, changes=5) and child(asked, *bench, "api"))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["times"]:
            django.setup()
            sys.exit(not times())
        case ["memory", ending]:
            django.setup()
            sys.exit(not memory(ending))
        case ["register"]:
            django.setup()
            sys.exit(not register())
        case ["api"]:
            django.setup()
            sys.exit(not api())
        case [rows]:
            sys.exit(main(int(rows)))
