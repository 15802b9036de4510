"""How many database queries the downloads take: the same at one record, at three and at a hundred."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions import file_tables
from missions.dataset import ledger
from missions.models import ReportedFigure, StatusChange
from missions.status import Status
from tests import build
from tests.dataset.unpacking import ARCHIVE, LEDGER, fetched
from tests.kept import forget
from tests.public.crowd import crowd

QUERIES = {LEDGER: 8, f"{LEDGER}?since_id=1": 8, ARCHIVE: 49}


def taken(client, address, **headers):
    forget()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers=headers)
        response.getvalue()
    return response.status_code, len(queries)


def fill(size):
    """`size` missions, and as many of what they are linked to, up to twenty."""
    first, *_others = crowd(size)
    for n in range(min(size, 20)):
        source = build.source(f"s{n}")
        cited = build.evidence(file=build.evidence_file(f"{n}.pdf"), source=source)
        build.report(first, Status.IN_PROGRESS, on=date(2024, 1, 2), evidence=[cited])
        first.supporting_owners.add(build.organisation(f"C{n}", parent=build.organisation("O1"), source=source))
        first.sources.add(source)
        said = {"indicator_en": f"{n}", "indicator_zh": f"{n}", "unit": "missions", "measure": "completed", "value": n}
        figure = ReportedFigure.objects.create(as_of=date(2024, 1, 1), source=source, **said)
        figure.covers.add(first.instrument)
        build.frozen_report(f"R-{n}")


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow_with_the_records(client, noon, size, monkeypatch):
    # A long file is read in parts, each with queries for what it links to.
    monkeypatch.setattr(file_tables, "RECORDS", 1000)
    fill(size)

    assert {address: taken(client, address) for address in QUERIES} == {
        address: (200, number) for address, number in QUERIES.items()
    }


def test_a_long_ledger_is_read_in_parts(client, noon, monkeypatch):
    monkeypatch.setattr(ledger, "CHUNK", 10)
    fill(10)
    assert StatusChange.objects.count() == 30

    # The revision twice, the head, how many, the entries; of each part the missions, the evidence; of the last, files.
    assert taken(client, LEDGER) == (200, 5 + 2 + 2 + 3)


@pytest.mark.parametrize("address", QUERIES)
def test_a_reader_who_has_it_costs_three(client, noon, address):
    fill(3)
    tag = fetched(client, address)[0]["ETag"]

    assert taken(client, address, if_none_match=tag) == (304, 3)
