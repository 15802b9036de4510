"""What changed between two days, over HTTP, against a naive reading of the contract in a random world."""

import csv
import io
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from tests.public.changed import KINDS, ChangeAnswer, change_queries
from tests.public.dom import parse
from tests.public.parameters import address
from tests.public.queries import LAST, pairs
from tests.public.reading import entries, facet_counts


def csv_rows(response):
    names = ("code", "entry", "day", "before", "due_before", "corrected_by")
    for row in csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")):
        yield (*(row[name] for name in names), row["is_confirmation"] == "true")


def assert_answer(client, world, query):
    answer = ChangeAnswer(world, query, language="en", today=LAST)
    expected = answer.rows
    file = client.get(address("changes.csv", *pairs(query)))
    page = parse(client.get(address("changes/", *pairs(query), ("per_page", "100"))))

    assert list(csv_rows(file)) == expected, query
    assert entries(page) == [(day, code, int(entry)) for code, entry, day, *_rest in expected[:100]], query
    assert (file["X-Hub-Count"], page.one(id="results")["data-total"]) == (str(len(expected)),) * 2
    shown = facet_counts(page)
    assert shown.pop("entry") == {kind: answer.count("entry", kind) for kind in KINDS}, query
    assert shown == answer.counts, query
    return expected


@pytest.mark.both_databases
def test_random_queries_find_order_and_count_the_changes(client, world):
    found = []

    @settings(derandomize=True, max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(query=change_queries())
    def check(query):
        found.extend(assert_answer(client, world, query))

    check()
    changes = ChangeAnswer(world, {}, language="en", today=LAST).changes({})
    assert set(Counter(change.kind for change in changes)) == set(KINDS)
    assert {change.is_confirmation for change in changes} == {True, False}
    assert len(found) > 100


@pytest.mark.parametrize(
    "query",
    [
        {},
        *({"entry": [kind]} for kind in KINDS),
        {"entry": ["report", "correction"], "as_of": ["2024-05-20"]},
        # Entries were recorded on both sides of midnight in Shanghai on these two days.
        *({"since": [day], "until": [day]} for day in ("2024-03-02", "2024-03-03")),
        {"until": ["2024-03-02"], "known_at": ["2024-03-02"]},
        {"since": ["2023-03-05"], "status": ["completed"], "as_of": ["2024-03-02"]},
    ],
)
def test_period_kinds_and_clocks(client, world, query):
    assert assert_answer(client, world, query) != []
