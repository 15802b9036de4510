"""Batches: the same checks, all or nothing, chained in memory."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Evidence, Refused, StatusChange, record_many
from missions.status import Status
from tests import build
from tests.models.drafts import draft, projected

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_batch_is_checked_in_its_order_and_chained_in_memory():
    mission, other = build.mission(), build.mission()

    entries = record_many(
        [
            (draft(mission, Status.COMPLETED), [build.evidence()]),
            (draft(other, Status.PAUSED), []),
            (draft(mission, Status.IN_PROGRESS, on=date(2024, 2, 1)), []),
        ],
        by=None,
    )

    assert [(entry.pk, entry.previous) for entry in entries] == [
        (3, "unreported"),
        (4, "unreported"),
        (5, "completed"),
    ]
    assert [entry.prev_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert len({entry.recorded_at for entry in entries}) == 1
    assert (projected(mission)[0], projected(other)[0]) == ("in_progress", "paused")


def test_a_batch_is_refused_whole_with_the_place_of_each_refused_draft():
    mission = build.mission()
    before = StatusChange.objects.count()

    with pytest.raises(Refused) as refused:
        record_many(
            [
                (draft(mission, Status.PAUSED), [build.evidence()]),
                (draft(mission, Status.COMPLETED), []),
                (draft(mission, Status.PAUSED, headline_zh=""), []),
                (draft(mission, Status.PAUSED, on=date(2024, 2, 1)), []),
            ],
            by=None,
        )

    assert {place: list(error.message_dict) for place, error in refused.value.errors.items()} == {
        1: ["status"],
        2: ["headline_zh"],
    }
    assert (StatusChange.objects.count(), Evidence.objects.count()) == (before, 0)
    assert projected(mission)[0] == "unreported"


def test_a_draft_is_checked_against_those_before_it_in_the_batch():
    mission = build.mission()

    with pytest.raises(Refused) as refused:
        record_many([(draft(mission, Status.WITHDRAWN), []), (draft(mission, Status.PAUSED), [])], by=None)

    assert list(refused.value.errors) == [1]


def test_an_empty_batch_writes_nothing():
    assert record_many([], by=None) == []


def test_a_batch_of_twenty_is_written_by_as_many_statements_as_one():
    statements = []
    for size in (1, 20):
        drafts = [(draft(build.mission(), Status.COMPLETED), [build.evidence()]) for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            record_many(drafts, by=None)
        statements.append([query["sql"][:11] for query in queries if not query["sql"].startswith("SELECT")])

    assert statements[0] == statements[1]
