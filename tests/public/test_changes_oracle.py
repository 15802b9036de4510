"""What changed between two days against a naive reading of the contract, in worlds that nobody thought of."""

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings

from missions.change_filters import ChangeFilter
from missions.models.changes import FIRST_READ, changes, confirmations, latest_changes
from missions.models.timeline import timeline
from tests.public.changed import KINDS, ChangeAnswer, change_queries
from tests.public.oracle import CHOICES
from tests.public.queries import LAST, pairs
from tests.public.world import NOW, World

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.no_cover]

bounded = settings(
    derandomize=True, max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def shown(change):
    facts = (change.before, change.due_before, change.is_confirmation, change.corrected_by)
    return (change.mission.code, change.pk, change.day, *facts)


def on_the_page(change):
    facts = (change.before, change.due_before, change.is_confirmation, change.corrected_by)
    return (change.code, change.pk, change.day, *facts)


@pytest.mark.parametrize("seed", [4, 5])
def test_a_query_finds_and_orders_and_counts_the_changes_that_the_contract_says(seed):
    world = World(seed)
    facets = {"entry": KINDS, **CHOICES}
    found = []

    @bounded
    @given(query=change_queries())
    def check(query):
        asked = ChangeFilter(QueryDict(urlencode(pairs(query))), language="en")
        answer = ChangeAnswer(world, query, language="en", today=LAST)

        assert asked.is_valid(), asked.errors
        assert [shown(change) for change in asked.qs] == answer.shown
        assert [on_the_page(change) for change in asked.rows[:1000]] == answer.shown
        assert asked.total == len(answer.shown)
        counts = {facet.name: {choice.value: choice.records for choice in facet.choices} for facet in asked.facets()}
        assert counts == {
            name: {
                value: answer.count(name, value)
                for value in values
                if name == "entry" or answer.count(name, value) or value in query.get(name, [])
            }
            for name, values in facets.items()
        }
        found.extend(answer.shown)

    with time_machine.travel(NOW, tick=False):
        check()
        everything = ChangeAnswer(world, {}, language="en", today=LAST).changes({})
    assert {change.kind for change in everything} == set(KINDS)
    assert {True, False} == {change.is_confirmation for change in everything}
    assert len(found) > 100


def listed_on(entry, on):
    """The day of the latest changes under which an entry stands."""
    told_on = timezone.localdate(entry.recorded_at) if entry.kind == "correction" else entry.effective_on
    return told_on if told_on <= on else entry.effective_on


def test_what_was_true_before_is_what_the_missions_timeline_says():
    world = World(6)

    with time_machine.travel(NOW, tick=False):
        for on, known_at in [(None, None), (LAST.replace(month=3, day=2), None), (None, LAST.replace(month=3, day=2))]:
            listed = {
                change.pk: (change.before, change.is_confirmation, change.corrected_by)
                for change in changes(on, known_at)
            }
            lines = [line for _plain, mission in world.missions for line in timeline(mission, on, known_at)]
            assert listed == {
                line.entry.pk: (line.before, line.is_confirmation, line.correction and line.correction.pk)
                for line in lines
                if line.entry.kind != "opening"
            }
            standing = [line.entry for line in lines if line.entry.kind != "opening" and not line.correction]
            days = {entry.pk: listed_on(entry, on or LAST) for entry in standing}
            latest = list(latest_changes(on, known_at))
            assert len(latest) > FIRST_READ
            assert {change.is_confirmation for change in latest} == {True, False}
            assert [(change.day, change.pk) for change in latest] == sorted(
                ((day, pk) for pk, day in days.items()), reverse=True
            )
            since = latest[9].day
            assert confirmations(since, on, known_at) == sum(c.is_confirmation and c.day >= since for c in latest)
