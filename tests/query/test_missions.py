"""The query language over HTTP, against a naive reading of the contract in a random world.

Random combinations are checked by tests/contract/test_agreement.py.
"""

import pytest

from tests.public.dom import listed, parse, total
from tests.public.oracle import CHOICES, Answer
from tests.public.parameters import address
from tests.public.queries import LAST, PIECES, SORTS, pairs
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


def test_every_choice_of_the_oracle_finds_something(world):
    answer = Answer(world, {}, language="en", today=LAST)
    assert [(n, value) for n, values in CHOICES.items() for value in values if not answer.count(n, value)] == []


@pytest.mark.parametrize("name", SINGLE)
def test_each_parameter_alone_finds_sorts_and_counts(client, world, name):
    """The list has the missions, their order, their number and the counts beside each choice of the oracle."""
    found = set()
    for values in SINGLE[name]:
        query = pairs({name: values})
        response = client.get(address("missions/", *query, ("per_page", "100"), language="zh-hans"))
        answer = Answer(world, {name: values}, language="zh-hans", today=LAST)
        assert (listed(response), total(response)) == (answer.codes, len(answer.codes)), query
        assert facet_counts(parse(response)) == answer.counts, query
        found.add(tuple(answer.codes))
    assert len(found) > 1 or name in ("moved", "past_first")
