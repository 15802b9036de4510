"""How long each format of a report takes, and how a long one grows memory."""

import tempfile
import time
from io import BytesIO

from django.http import QueryDict
from openpyxl import Workbook
from weasyprint import HTML

from missions.report_filters import ReportFilter
from missions.reports import FORMATS
from missions.revision import snapshot

from ..lines import Line, medians, seconds
from . import peak

# Seconds for 145 rows in both languages, and megabytes that a process may grow by while it writes many rows.
LIMITS = {"csv": 0.1, "json": 0.5, "xlsx": 0.5, "docx": 0.5, "pdf": 0.5, "html": 0.5}
GROWTH = {"csv": 30, "xlsx": 100}


def report_of(query, ending):
    """The report of a query, read and ready to be written in a format."""
    asked = ReportFilter(QueryDict(query), language="en")
    assert asked.form.is_valid(), asked.form.errors
    return FORMATS[ending].build(asked)


def times():
    """What each format takes, with its query, and what other libraries take for the same."""
    took = {}
    with snapshot():
        for ending, limit in LIMITS.items():

            def made(ending=ending):
                FORMATS[ending].write(report_of("lang=both", ending), BytesIO())

            first = seconds(made)  # it loads libraries
            [took[ending]] = medians(lambda made=made: seconds(made))
            what, note = f"report of 145 missions in both languages, {ending}", f"first {first:.2f} s"
            yield Line(what, took[ending], "s", most=limit, note=note)
        for ending, name, other in (("pdf", "WeasyPrint", weasyprint), ("xlsx", "openpyxl", openpyxl)):
            [theirs] = medians(lambda other=other: seconds(other), rounds=1)
            yield Line(f"the same, {ending}", took[ending], "s", name, theirs)


def weasyprint():
    """The HTML edition as PDF."""
    page = BytesIO()
    FORMATS["html"].write(report_of("lang=both", "html"), page)
    HTML(string=page.getvalue().decode()).write_pdf()


def openpyxl():
    """The same lists, cell by cell, without charts."""
    report = report_of("lang=both", "xlsx")
    book = Workbook(write_only=True)
    for sheet in (report.records, report.changes, report.evidence):
        page = book.create_sheet()
        page.append(sheet.names)
        for row in sheet:
            page.append(row)
    book.save(BytesIO())


def memory(ending):
    """By how much this process grows while it writes all missions in a format."""
    with snapshot(), tempfile.TemporaryFile() as file:
        # Libraries and the first query are not what grows.
        FORMATS[ending].write(report_of("q=nothing-has-this", ending), BytesIO())
        before, start = peak(), time.perf_counter()
        FORMATS[ending].write(report := report_of("", ending), file)
        grown, took = peak() - before, time.perf_counter() - start
    what = f"memory that a process grows by, {ending} of {len(report.records):,} missions"
    yield Line(what, grown, "MB", most=GROWTH[ending], note=f"{took:.0f} s")
