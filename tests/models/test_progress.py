"""Completion over time says of each day what as-of says of it, on random ledgers, and what a naive replay says."""

from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.models import EntryKind, Mission, StatusChange, record
from missions.models.progress import Completion, completion_on, progress
from missions.status import Basis, Status
from tests import build
from tests.models import oracle
from tests.models.test_as_of import CODES, FIRST_DAY, SHANGHAI, said, sayings

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

BASES = [Basis.DOCUMENT, Basis.DOCUMENT, Basis.DOCUMENT, Basis.OWNER, Basis.COLLECTIVE]
LAST_DAY = FIRST_DAY + timedelta(days=17)


def tell(missions, new, chance):
    """Says it to the door, with a basis and evidence that document it or do not; whether it was taken."""
    draft = StatusChange(
        mission=missions[new.mission],
        kind=EntryKind(new.kind),
        status=new.status or "",
        due=new.due,
        effective_on=new.on,
        basis=chance.choice(BASES),
        corrects_id=new.corrects,
        headline_en="Said",
        headline_zh="说",
    )
    evidence = [build.evidence(is_public=chance.random() < 0.7) for _item in range(chance.randint(1, 2))]
    try:
        return record(draft, evidence if new.evidence else [], by=None)
    except ValidationError:
        return None


def tell_at_random(missions, chance, length):
    """Fills the ledger; returns what was said, for the oracle."""
    everything, day = [], FIRST_DAY
    for saying in islice(sayings(chance), length):
        day += timedelta(days=saying["later_by"])
        # Completions are what is counted here: half of what is said tries them first.
        if chance.random() < 0.5:
            saying["statuses"].sort(key=lambda status: status != Status.COMPLETED)
        new = said(everything, saying, day)
        with time_machine.travel(datetime.combine(day, saying["at"], SHANGHAI), tick=False):
            if tell(missions, new, chance):
                everything.append(new)
    return everything


def by_as_of(missions, day, known_at):
    """(completed, documented, counted) as the tallies of that day have it."""
    there = missions.as_of(day, known_at)
    documented = there.documented(day, known_at).count()
    statuses = there.tally("status_asof")
    return statuses.get("completed", 0), documented, sum(statuses.values()) - statuses.get("withdrawn", 0)


def by_the_oracle(everything, codes, day, known_at):
    """(completed, counted) by a naive replay."""
    stand = [oracle.standing(everything, code, day, known_at or date.max) for code in codes]
    statuses = [standing[0] for standing in stand if standing]
    return statuses.count("completed"), len(statuses) - statuses.count("withdrawn")


def agrees(everything, codes, on, known_at):
    """Holds each day, from before all the rest to `on`, against as-of and the oracle; no step moves nothing."""
    missions = Mission.objects.filter(code__in=codes)
    steps = progress(on, known_at, mission__code__in=codes)
    days = [FIRST_DAY + timedelta(days=n) for n in range(-3, (on - FIRST_DAY).days + 1)]
    for day in days:
        step = completion_on(steps, day)
        assert step[1:4] == by_as_of(missions, day, known_at), day
        assert (step.completed, step.counted) == by_the_oracle(everything, codes, day, known_at), day
    assert [step.day for step in steps] == sorted({step.day for step in steps} & set(days))
    assert [step for step in steps if not step.changed] == []


# In two parts, which the two workers share. no_cover: the test below covers the same lines.
@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(2))
@settings(max_examples=5, derandomize=True, deadline=None, database=None)
@given(seed=st.integers(0, 2**64), length=st.integers(16, 28))
def test_each_day_is_as_as_of_and_a_naive_replay_have_it(part, seed, length):
    chance = Random(2 * seed + part)
    with transaction.atomic():
        missions = {code: build.mission(code, opened=False) for code in CODES}
        everything = tell_at_random(missions, chance, length)
        known = chance.choice([None, FIRST_DAY + timedelta(days=chance.randint(0, 16))])
        with time_machine.travel(datetime.combine(LAST_DAY + timedelta(60), time(12), SHANGHAI), tick=False):
            agrees(everything, CODES, LAST_DAY, known)
            agrees(everything, CODES[:1], FIRST_DAY + timedelta(days=chance.randint(0, 16)), None)
        transaction.set_rollback(True)


def test_a_step_names_what_made_it_and_days_without_one_have_none(django_assert_num_queries):
    late = build.instrument("EX", issued_on=date(2024, 3, 1))
    first, second = build.mission("M-1"), build.mission("M-2")
    build.mission("M-3", instrument=late)
    build.mission("M-4", opened=False)
    build.report(first, Status.IN_PROGRESS, on=date(2022, 1, 1))
    owner = build.report(first, Status.COMPLETED, on=date(2023, 1, 1), basis=Basis.OWNER)
    build.report(first, Status.COMPLETED, on=date(2023, 2, 1), evidence=[build.evidence(is_public=False)])
    build.report(first, Status.COMPLETED, on=date(2023, 3, 1))
    build.report(second, Status.COMPLETED, on=date(2023, 4, 1))
    build.report(second, Status.IN_PROGRESS, on=date(2023, 5, 1))
    build.report(second, Status.COMPLETED, on=date(2023, 5, 2), basis=Basis.OWNER)
    build.report(second, Status.WITHDRAWN, on=date(2023, 6, 1))

    with django_assert_num_queries(1):
        steps = progress(date(2024, 3, 1))

    assert steps == [
        Completion(build.ISSUED, 0, 0, 2, (("M-1", "unreported"), ("M-2", "unreported"))),
        Completion(date(2023, 1, 1), 1, 0, 2, (("M-1", "completed"),)),
        Completion(date(2023, 3, 1), 1, 1, 2, (("M-1", "completed"),)),
        Completion(date(2023, 4, 1), 2, 2, 2, (("M-2", "completed"),)),
        Completion(date(2023, 5, 1), 1, 1, 2, (("M-2", "in_progress"),)),
        Completion(date(2023, 5, 2), 2, 1, 2, (("M-2", "completed"),)),
        Completion(date(2023, 6, 1), 1, 1, 1, (("M-2", "withdrawn"),)),
        Completion(date(2024, 3, 1), 1, 1, 2, (("M-3", "unreported"),)),
    ]
    assert completion_on(steps, date(2021, 2, 23)) == Completion(date(2021, 2, 23))
    assert completion_on(steps, date(2023, 2, 28)) == steps[1]
    assert progress(date(2024, 2, 29), mission__instrument=late) == []

    build.correct(owner, status=Status.PAUSED)
    assert [step[:4] for step in progress(date(2023, 12, 31), mission__code="M-1")] == [
        (build.ISSUED, 0, 0, 1),
        (date(2023, 2, 1), 1, 0, 1),
        (date(2023, 3, 1), 1, 1, 1),
    ]
