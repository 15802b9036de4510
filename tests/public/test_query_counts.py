"""How many database queries a page takes: the same at one record, at three and at a hundred."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Measure, ReportedFigure
from missions.status import Status
from tests import build
from tests.public.crowd import crowd

pytestmark = pytest.mark.usefixtures("noon")

QUERIES = {
    "/en/": 9,
    "/en/missions/": 8,
    "/en/missions/?q=mission&area=A1&involves=O2&as_of=2024-06-01&known_at=2024-06-30&sort=-due&per_page=100": 8,
    "/en/missions/M-0000/": 7,
    "/en/instruments/": 3,
    "/en/instruments/FP/": 9,
    "/en/themes/": 3,
    "/en/themes/T1/": 9,
    "/en/areas/": 3,
    "/en/areas/A1/": 9,
    "/en/owners/": 3,
    "/en/owners/O1/": 11,
    "/en/report/completion.csv": 8,
}


def taken(client, address):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        response.close()
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow_with_the_records(client, size):
    missions = crowd(size)
    for n in range(size):
        build.report(missions[0], Status.IN_PROGRESS, on=date(2024, 1, 2), evidence=[build.evidence(), build.evidence()])
        child = build.organisation(f"C{n}", parent=build.organisation("O1"))
        missions[0].supporting_owners.add(child)
        figure = {"as_of": date(2024, 1, 1), "indicator_zh": "完成", "value": n, "unit": "1", "measure": Measure.COMPLETED}
        figure = ReportedFigure.objects.create(**figure, indicator_en=f"Completed {n}", source=build.source(f"s{n}"))
        figure.covers.set([build.instrument("FP"), build.instrument("M24")])

    assert {address: taken(client, address) for address in QUERIES} == QUERIES


def test_the_list_takes_eight_queries_at_most():
    assert max(number for address, number in QUERIES.items() if address.startswith("/en/missions/?")) <= 8
    assert QUERIES["/en/missions/"] <= 8
