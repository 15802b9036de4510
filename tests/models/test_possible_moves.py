"""What the form says of each status before it is sent: whether it can be reported, and what stands against it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.models import StatusChange, moves
from missions.models.days import today
from missions.models.door import examine
from missions.status import Status
from tests import build
from tests.models.drafts import draft

ONLY_A_CORRECTION = "Only a correction can lead back to “Not individually reported”."


def said(mission):
    return {str(status): tuple(move) for status, move in moves(mission).items()}


@pytest.mark.django_db
def test_each_status_is_possible_today_or_on_an_earlier_day_or_never():
    mission = build.mission(status=Status.COMPLETED, on=date(2024, 3, 1))
    earlier = (True, "Only for an earlier day: “Completed” is in force since 1 Mar 2024.")
    fine = (True, "")

    assert said(mission) == {
        "unreported": (False, ONLY_A_CORRECTION),
        "not_started": earlier,
        "in_progress": fine,
        "paused": earlier,
        "completed": fine,
        "withdrawn": fine,
    }

    build.report(mission, Status.WITHDRAWN, on=date(2024, 4, 1))
    earlier = (True, "Only for an earlier day: “Withdrawn” is in force since 1 Apr 2024.")
    assert said(mission) == {
        "unreported": (False, ONLY_A_CORRECTION),
        **dict.fromkeys(["not_started", "in_progress", "paused", "completed"], earlier),
        "withdrawn": fine,
    }


@pytest.mark.django_db
def test_where_no_day_lies_between_nothing_is_possible_in_between():
    mission = build.mission(status=Status.WITHDRAWN, on=build.ISSUED)
    never = (False, "May not follow “Withdrawn”, in force since 24 Feb 2021.")

    assert said(mission) == {
        "unreported": (False, ONLY_A_CORRECTION),
        **dict.fromkeys(["not_started", "in_progress", "paused", "completed"], never),
        "withdrawn": (True, ""),
    }


@pytest.mark.django_db
def test_a_mission_that_is_not_open_has_no_moves():
    assert moves(build.mission(opened=False)) == {}


def accepts(mission, status, day):
    try:
        examine(draft(mission, status, on=day), [build.evidence()])
    except ValidationError:
        return False
    return True


def told(mission, status, day, corrects):
    """Reports it, or corrects one of the entries by it; the ledger may refuse."""
    entries = list(StatusChange.objects.filter(mission=mission))
    try:
        if corrects is None:
            build.report(mission, status, on=day)
        else:
            build.correct(entries[corrects % len(entries)], status=status, effective_on=day)
    except ValidationError:
        pass


DAYS = [build.ISSUED + timedelta(days=n) for n in range(-1, 5)]
sayings = st.tuples(
    st.sampled_from([*Status, Status.COMPLETED, Status.WITHDRAWN]),
    st.sampled_from(DAYS[1:]),
    st.one_of(st.none(), st.none(), st.integers(0, 9)),
)


@settings(derandomize=True, max_examples=40, deadline=None, database=None)
@given(everything=st.lists(sayings, max_size=8))
def any_ledger(everything):
    mission = build.mission()
    for status, day, corrects in everything:
        told(mission, status, day, corrects)

    for status, move in moves(mission).items():
        accepted = {day for day in [*DAYS, today()] if accepts(mission, status, day)}
        assert (status, move.possible) == (status, bool(accepted))
        assert (status, move.objection == "") == (status, today() in accepted)


@pytest.mark.no_cover  # many runs of the same lines, which other tests cover: tracing them would only cost time
@pytest.mark.django_db
def test_the_door_agrees_on_every_day_of_any_ledger():
    any_ledger()
