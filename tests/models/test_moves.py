"""Which report may follow which, and what is in force then."""

from datetime import date

import pytest

from missions.status import Status
from tests import build
from tests.models.drafts import DAY, draft, projected, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# Row: what stands. Column, in the order of the vocabulary: whether a report may say it next.
MOVES = {
    "unreported": [False, True, True, True, True, True],
    "not_started": [False, True, True, True, True, True],
    "in_progress": [False, True, True, True, True, True],
    "paused": [False, True, True, True, True, True],
    "completed": [False, False, True, False, True, True],
    "withdrawn": [False, False, False, False, False, True],
}


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [(before, after, MOVES[before][n]) for before in MOVES for n, after in enumerate(MOVES)],
)
def test_a_report_may_say_what_the_table_of_moves_allows(before, after, allowed):
    mission = build.mission(status=None if before == "unreported" else before)

    refused = refusal(draft(mission, after, on=date(2024, 2, 1)), [build.evidence()])

    assert refused is None if allowed else list(refused) == ["status"]
    assert projected(mission)[0] == (after if allowed else before)


def test_a_refused_move_says_what_may_not_follow_what_and_when():
    mission = build.mission(status=Status.COMPLETED, on=date(2024, 1, 1))

    refused = refusal(draft(mission, Status.PAUSED, on=date(2024, 2, 1)))

    assert refused == {"status": ["“Paused” (1 Feb 2024) may not follow “Completed” (1 Jan 2024)."]}


def test_a_completed_mission_is_reopened_by_a_report_with_its_reason():
    mission = build.mission(status=Status.COMPLETED)

    build.report(mission, Status.IN_PROGRESS, on=date(2024, 3, 1), headline_en="Reopened after a fault")

    assert projected(mission) == ("in_progress", date(2024, 3, 1), None)


def test_withdrawn_is_final_and_can_only_be_confirmed():
    mission = build.mission(status=Status.WITHDRAWN, on=date(2024, 1, 1))

    build.report(mission, Status.WITHDRAWN, on=date(2024, 2, 1))

    assert projected(mission) == ("withdrawn", date(2024, 1, 1), None)


def test_a_move_is_checked_against_the_entry_that_follows_it_as_well():
    mission = build.mission(status=Status.COMPLETED, on=date(2024, 3, 1))

    assert refusal(draft(mission, Status.WITHDRAWN, on=date(2024, 2, 1))) == {
        "status": ["“Completed” (1 Mar 2024) may not follow “Withdrawn” (1 Feb 2024)."]
    }
    assert refusal(draft(mission, Status.PAUSED, on=date(2024, 2, 1))) is None


def test_entries_of_one_day_count_in_the_order_recorded():
    mission = build.mission(status=Status.COMPLETED, on=DAY)

    assert refusal(draft(mission, Status.PAUSED, on=DAY)) == {
        "status": ["“Paused” (1 Jan 2024) may not follow “Completed” (1 Jan 2024)."]
    }
    build.report(mission, Status.IN_PROGRESS, on=DAY)
    assert projected(mission) == ("in_progress", DAY, None)


def test_a_confirmation_keeps_the_first_day_of_the_present_run():
    mission = build.mission(status=Status.PAUSED, on=date(2024, 3, 1))
    build.report(mission, Status.PAUSED, on=date(2024, 4, 1))

    build.report(mission, Status.PAUSED, on=date(2024, 2, 1))

    assert projected(mission) == ("paused", date(2024, 2, 1), None)


def test_a_back_dated_report_leaves_what_came_after_it_in_force():
    mission = build.mission(status=Status.PAUSED, on=date(2024, 3, 1))

    entry = build.report(mission, Status.NOT_STARTED, on=date(2024, 2, 1))

    assert entry.previous == "unreported"
    assert projected(mission) == ("paused", date(2024, 3, 1), None)


def test_previous_is_what_was_in_force_on_that_day_as_known_when_recorded():
    mission = build.mission(status=Status.PAUSED, on=date(2024, 3, 1))
    late = build.report(mission, Status.IN_PROGRESS, on=date(2024, 4, 1))

    build.report(mission, Status.NOT_STARTED, on=date(2024, 3, 15))

    late.refresh_from_db()
    assert late.previous == "paused"
