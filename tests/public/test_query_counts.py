"""How many database queries a page takes that nothing was kept of: the same at one record, at three and at a hundred.

The first two ask which revision it is. Where filters count, up to six more make the index of that revision.
"""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions import file_tables
from missions.models import Contradiction, Measure, ProgrammeDay, ReportedFigure
from missions.status import Status
from tests import build
from tests.admin.records import programme
from tests.kept import forget
from tests.public.crowd import crowd

pytestmark = pytest.mark.usefixtures("noon")

QUERIES = {
    "/en/": 24,
    "/en/missions/": 12,
    "/en/missions/?q=mission&area=A1&involves=O2&as_of=2024-06-01&known_at=2024-06-30&sort=-due&per_page=100": 14,
    "/en/missions/M-0000/": 17,
    "/en/instruments/": 6,
    "/en/instruments/FP/": 22,
    "/en/themes/": 14,
    "/en/themes/T1/": 16,
    "/en/areas/": 11,
    "/en/areas/A1/": 19,
    "/en/owners/": 14,
    "/en/owners/O1/": 21,
    "/en/changes/": 14,
    "/en/changes.csv": 6,
    "/en/changes.atom": 5,
    "/en/missions/M-0000/changes.atom": 6,
    "/calendar.ics": 5,
    "/en/figures/": 5,
    "/en/reports/": 4,
    "/en/reports/R-0/": 6,
    "/en/reports/R-0/report.json": 3,
    "/en/data/": 10,
    "/en/about/": 10,
    "/en/embed/FP/": 8,
    "/badge/FP.svg": 7,
    "/en/picture.png": 6,
    "/en/missions/M-0000/picture.png": 3,
    "/en/owners/O1/picture.png": 10,
    "/sitemap.xml": 8,
    "/data/ledger.jsonl": 7,
    "/data/hubtracker.zip": 48,
    "/api/v1/": 4,
    "/api/v1/missions?per_page=1000": 6,
    "/api/v1/missions?per_page=1000&instrument=FP&theme=T1&area=A1&involves=O2&as_of=2024-06-01&sort=-due": 10,
    "/api/v1/missions/M-0000": 11,
    "/api/v1/changes?per_page=1000": 6,
    "/api/v1/summary": 16,
    "/api/v1/figures": 4,
    "/api/v1/instruments": 7,
    "/api/v1/themes": 7,
    "/api/v1/areas": 11,
    "/api/v1/organisations": 7,
    "/api/v1/reports": 6,
    "/en/report/completion.csv": 9,
    "/en/report/completion.html?since=2023-01-01&lang=both": 31,
    "/en/report/completion.pdf?since=2023-01-01&lang=both": 31,
    "/en/report/completion.docx?since=2023-01-01&lang=both": 31,
    "/en/report/completion.xlsx?since=2023-01-01&lang=both": 31,
    "/en/report/completion.json?since=2023-01-01&lang=both": 31,
}


def taken(client, address):
    forget()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        response.getvalue()  # closes the file of a report
    assert response.status_code == 200
    return len(queries)


def build_figure(name, source):
    """What one source said: so many of so many, for two instruments together."""
    for measure in (Measure.TOTAL, Measure.COMPLETED):
        words = {"indicator_en": f"{measure} {name}", "indicator_zh": f"{measure} {name}", "unit": "missions"}
        figure = ReportedFigure.objects.create(
            as_of=date(2024, 1, 1), value=100, measure=measure, source=source, **words
        )
        figure.covers.set([build.instrument("FP"), build.instrument("M24")])


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow_with_the_records(client, size, monkeypatch):
    # A long file is read in parts, each with a query for what it links to.
    monkeypatch.setattr(file_tables, "RECORDS", 1000)
    first = crowd(size)[0]
    build.mission("M-9999", status=Status.COMPLETED)  # so that something moved
    for n in range(min(size, 20)):
        evidence = [build.evidence(), build.evidence()]
        build.report(first, Status.IN_PROGRESS, on=date(2024, 1, 2), evidence=evidence)
        first.supporting_owners.add(build.organisation(f"C{n}", parent=build.organisation("O1")))
        first.sources.add(build.source(f"s{n}"))
        build_figure(f"{n}", build.source(f"s{n}"))
        build.frozen_report(f"R-{n}")
        build.area(f"B{n}", parent=build.area("A1"))
        ProgrammeDay.objects.create(
            date=date(2024, 1, 1), label_en="Day", label_zh="日子", source=build.source(f"s{n}")
        )
        Contradiction.objects.create(key=f"{n}", text_en="One against two.", text_zh="一与二不一致。")
    programme()

    assert {address: taken(client, address) for address in QUERIES} == QUERIES
