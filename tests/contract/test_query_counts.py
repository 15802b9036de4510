"""How many database queries an answer takes that was not cached: the same for few records and for many.

The first two ask for the revision. Where filters count, three read the missions, and four what filters offer.
"""

from datetime import date

from missions.models import Contradiction, Measure, ProgrammeDay
from missions.status import Status
from tests import factories
from tests.cache import AllQueries, forget
from tests.contract.site import both, figure
from tests.public.crowd import crowd

QUERIES = {
    "/en/": 20, "/en/missions/FP-001/": 17, "/en/instruments/": 9, "/en/themes/": 10, "/en/areas/": 8,
    "/en/owners/": 9, "/en/figures/": 7, "/en/reports/": 4, "/en/reports/R-1/": 6, "/en/data/": 11, "/en/about/": 10,
    "/en/missions/": 11, "/en/instruments/FP/": 21, "/en/themes/T1/": 14, "/en/areas/A1/": 15, "/en/owners/O1/": 18,
    "/en/changes/": 13, "/en/changes.csv": 6, "/en/changes.atom": 5, "/en/missions/FP-001/changes.atom": 6,
    "/en/embed/FP/": 9,
    "/en/reports/R-1/report.json": 3, "/badge/FP.svg": 8, "/calendar.ics": 5,
    "/data/hubtracker.zip": 49, "/data/ledger.jsonl": 8, "/sitemap.xml": 8, "/api/v1/": 4, "/api/v1/missions": 6,
    "/api/v1/missions/FP-001": 11, "/api/v1/changes": 6, "/api/v1/summary": 17, "/api/v1/figures": 7,
    "/api/v1/reports": 6, "/api/v1/instruments": 11, "/api/v1/themes": 11, "/api/v1/areas": 9,
    "/api/v1/organisations": 9, "/en/report/completion.html?since=2023-01-01&lang=both": 33,
    "/en/report/completion.pdf?since=2023-01-01&lang=both": 33,
    "/en/report/completion.docx?since=2023-01-01&lang=both": 33,
    "/en/report/completion.xlsx?since=2023-01-01&lang=both": 33,
    "/en/report/completion.csv?since=2023-01-01&lang=both": 9,
    "/en/report/completion.json?since=2023-01-01&lang=both": 33,
    "/en/missions/?q=mission&area=A1&involves=TOP&as_of=2024-06-30&known_at=2024-06-30&sort=-due&per_page=100": 12,
    "/api/v1/missions?per_page=1000&instrument=FP&theme=T1&area=A1&involves=TOP&as_of=2024-06-30&sort=-due": 10,
}  # fmt: skip


def queries_of(client, address):
    forget()
    with AllQueries() as queries:
        response = client.get(address)
        response.getvalue()
    assert response.status_code == 200, address
    return len(queries)


def grow(number):
    """One more of everything that a page can list."""
    source, day = factories.source(f"s{number}"), date(2024, 1, 2 + number % 25)
    mission = factories.Mission.objects.get(code="FP-001")
    mission.sources.add(source)
    mission.supporting_owners.add(factories.organisation(f"C{number}", parent=factories.organisation("O1")))
    evidence = [factories.evidence(), factories.evidence(source=source)]
    factories.report(mission, Status.IN_PROGRESS, on=day, evidence=evidence)
    factories.correct(factories.report(mission, Status.PAUSED, on=day))
    factories.area(f"B{number}", parent=factories.area("A1"))
    factories.theme(f"N{number}")
    factories.mission(
        instrument=factories.instrument(f"I{number}"), status=Status.COMPLETED, areas=[factories.area("A1")]
    )
    for measure in (Measure.TOTAL, Measure.COMPLETED):
        figure(source, f"{measure} {number}", factories.instrument("FP"), value=100, measure=measure)
    ProgrammeDay.objects.create(date=day, source=source, **both("label", f"Day {number}"))
    Contradiction.objects.create(key=f"n{number}", **both("text", "One against two."))
    factories.frozen_report(f"N-{number}", supersedes=factories.frozen_report(f"M-{number}"))


def test_the_number_of_queries_does_not_grow_with_the_records(client, site):
    grow(0)
    few = {address: queries_of(client, address) for address in QUERIES}
    crowd(50)  # fewer than the hundred records after which a file is read in parts
    for number in range(1, 8):
        grow(number)

    many = {address: queries_of(client, address) for address in QUERIES}
    assert many == few == QUERIES
