"""The query language against a naive reading of the contract, in worlds and queries that nobody thought of."""

import pytest
import time_machine
from django.http import QueryDict
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions.filters import LongList, MissionFilter
from tests.public.oracle import CHOICES, Answer
from tests.public.queries import LAST, pairs, queries
from tests.public.world import NOW, World

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.no_cover]

bounded = settings(
    derandomize=True, max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
languages = st.sampled_from(["en", "zh-hans"])


def asked(query, language):
    return MissionFilter(QueryDict(urlencode(pairs(query))), language=language)


def assert_that_every_choice_finds_something(world):
    """Where a state never comes up, the oracle says nothing about it."""
    answer = Answer(world, {}, language="en", today=LAST)

    assert [(n, value) for n, values in CHOICES.items() for value in values if not answer.count(n, value)] == []


@pytest.mark.parametrize("seed", [5, 7])
def test_a_query_finds_and_orders_and_counts_what_the_contract_says(seed):
    world = World(seed)

    @bounded
    @given(query=queries(), language=languages)
    def check(query, language):
        found, answer = asked(query, language), Answer(world, query, language=language, today=LAST)

        assert found.is_valid(), found.errors
        assert [mission.code for mission in found.qs] == answer.codes
        assert [row.code for row in found.rows] == answer.codes
        assert [row.code for row in LongList(found)[0:1000]] == answer.codes
        assert [row.code for row in LongList(found)[2:5]] == answer.codes[2:5]
        assert found.total == len(answer.codes)
        expected = {name: {value: answer.count(name, value) for value in values} for name, values in CHOICES.items()}
        assert {name: {value: found.counts[name][value] for value in CHOICES[name]} for name in CHOICES} == expected
        shown = {facet.name: {choice.value: choice.records for choice in facet.choices} for facet in found.facets()}
        assert shown == {
            name: {value: n for value, n in counts.items() if n or value in query.get(name, [])}
            for name, counts in expected.items()
        }

    with time_machine.travel(NOW, tick=False):
        assert_that_every_choice_finds_something(world)
        check()
