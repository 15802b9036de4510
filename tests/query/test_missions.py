"""The query language over HTTP, against a naive reading of the contract in a random world."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.public.dom import listed, parse, total
from tests.public.oracle import CHOICES, Answer
from tests.public.parameters import address
from tests.public.queries import LAST, PIECES, SORTS, pairs, queries
from tests.public.reading import facet_counts

DAYS = ["2021-02-24", "2023-11-30", "2024-03-02", "2024-06-30"]
CLOCKS = ("as_of", "known_at")
SINGLE = {
    **{name: [[value] for value in values] for name, values in CHOICES.items()},
    **{name: [[day] for day in DAYS] for name in ("due_after", "due_before", "changed_after", "changed_before")},
    **{name: [[day] for day in DAYS] for name in CLOCKS},
    "q": [[piece] for piece in PIECES[::3]],
    "sort": [[sort] for sort in SORTS],
}


def assert_answer(client, world, query, language="en"):
    """The list has the missions, their order, their number and the counts beside each choice of the oracle."""
    response = client.get(address("missions/", *pairs(query), ("per_page", "100"), language=language))
    answer = Answer(world, query, language=language, today=LAST)
    assert response.status_code == 200
    shown = listed(response) if answer.codes else []
    assert (shown, total(response)) == (answer.codes, len(answer.codes)), query
    counts = {name: {value: answer.count(name, value) for value in values} for name, values in CHOICES.items()}
    expected = {
        name: there
        for name, values in counts.items()
        if (there := {value: n for value, n in values.items() if n or value in query.get(name, [])})
    }
    assert facet_counts(parse(response)) == expected, query
    return answer.codes


def test_every_choice_of_the_oracle_finds_something(world):
    answer = Answer(world, {}, language="en", today=LAST)
    assert [(n, value) for n, values in CHOICES.items() for value in values if not answer.count(n, value)] == []


@pytest.mark.parametrize("name", SINGLE)
def test_each_parameter_alone_finds_sorts_and_counts(client, world, name):
    found = {tuple(assert_answer(client, world, {name: values}, "zh-hans")) for values in SINGLE[name]}
    assert len(found) > 1 or name in ("moved", "past_first")


@pytest.mark.both_databases
def test_random_combinations_find_sort_and_count(client, world):
    @settings(derandomize=True, max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(query=queries(), language=st.sampled_from(["en", "zh-hans"]))
    def check(query, language):
        assert_answer(client, world, query, language)

    check()


def test_pages_follow_each_other_in_programme_order(client, world):
    expected = Answer(world, {}, language="en", today=LAST).codes
    pages = [listed(client.get(f"/en/missions/?per_page=7&page={number}")) for number in (1, 2, 3)]
    assert (pages, expected != sorted(expected)) == ([expected[:7], expected[7:14], expected[14:21]], True)
