"""Corrections: an entry is replaced, and stays."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from missions.models import EntryKind, StatusChange
from missions.status import Status
from tests import build
from tests.models.drafts import DAY, draft, projected, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_correction_replaces_the_entry_and_leaves_it_there():
    """Trap 4: "undo" deletes what stands behind a frozen report."""
    entry = build.report(build.mission(), Status.COMPLETED)
    line = entry.public_line()

    build.correct(entry, status=Status.IN_PROGRESS)

    entry = StatusChange.objects.get(pk=entry.pk)
    assert (entry.public_line(), entry.hash) == (line, entry.computed_hash())
    assert projected(entry.mission) == ("in_progress", DAY, None)


def test_only_a_correction_leads_back_to_not_individually_reported():
    entry = build.report(build.mission(), Status.COMPLETED)

    assert refusal(draft(entry.mission, Status.UNREPORTED, on=date(2024, 2, 1))) == {
        "status": ["Only a correction can lead back to “Not individually reported”."]
    }
    build.correct(entry, status=Status.UNREPORTED)
    assert projected(entry.mission) == ("unreported", build.ISSUED, None)


def test_a_correction_may_move_the_day():
    entry = build.report(build.mission(), Status.PAUSED, on=date(2024, 3, 1))

    build.correct(entry, effective_on=date(2024, 2, 1))

    assert projected(entry.mission) == ("paused", date(2024, 2, 1), None)


def test_a_corrected_entry_is_corrected_through_its_correction():
    entry = build.report(build.mission(), Status.PAUSED)
    correction = build.correct(entry, status=Status.IN_PROGRESS)

    with pytest.raises(ValidationError) as refused:
        build.correct(entry, status=Status.NOT_STARTED)
    build.correct(correction, status=Status.NOT_STARTED)

    said = "This entry has been corrected already: correct its correction."
    assert refused.value.message_dict == {"corrects": [said]}
    assert projected(entry.mission) == ("not_started", DAY, None)


def test_a_correction_is_of_an_entry_of_the_same_mission():
    entry = build.report(build.mission(), Status.PAUSED)
    said = {"corrects": ["A correction replaces an entry of the same mission."]}

    assert refusal(draft(build.mission(), kind=EntryKind.CORRECTION, corrects=entry)) == said
    assert refusal(draft(build.mission(), kind=EntryKind.CORRECTION)) == said


def test_a_correction_is_refused_where_the_entries_that_remain_do_not_follow_each_other():
    mission = build.mission(status=Status.COMPLETED, on=date(2024, 1, 1))
    reopened = build.report(mission, Status.IN_PROGRESS, on=date(2024, 2, 1))
    build.report(mission, Status.PAUSED, on=date(2024, 3, 1))

    with pytest.raises(ValidationError) as refused:
        build.correct(reopened, effective_on=date(2023, 12, 1))

    said = "“Paused” (1 Mar 2024) may not follow “Completed” (1 Jan 2024)."
    assert refused.value.message_dict == {"status": [said]}


def test_a_correction_of_a_due_date_changes_no_status():
    mission = build.mission(due=date(2024, 6, 30), status=Status.PAUSED)
    entry = build.deadline(mission, date(2024, 9, 30), on=date(2024, 2, 1))

    correction = build.correct(entry, due=date(2024, 12, 31), status=Status.WITHDRAWN)

    assert (correction.status, correction.previous) == ("paused", "paused")
    assert projected(mission) == ("paused", DAY, date(2024, 12, 31))


def test_a_correction_of_a_report_changes_no_due_date():
    mission = build.mission(due=date(2024, 6, 30))
    entry = build.report(mission, Status.PAUSED)

    build.correct(entry, status=Status.IN_PROGRESS, due=date(2030, 1, 1))

    assert projected(mission) == ("in_progress", DAY, date(2024, 6, 30))


def test_a_correction_of_the_opening_can_move_its_day_and_its_due_date():
    mission = build.mission(due=date(2024, 6, 30))

    later = build.correct(mission.changes.get(), effective_on=date(2021, 3, 1), due=None)
    assert projected(mission) == ("unreported", date(2021, 3, 1), None)

    earlier = build.correct(later, effective_on=date(2021, 1, 1), due=date(2025, 1, 1))
    assert projected(mission) == ("unreported", date(2021, 1, 1), date(2025, 1, 1))
    assert [later.previous, earlier.previous] == ["unreported", "unreported"]


def test_a_correction_of_the_opening_says_no_other_status():
    opening = build.mission().changes.get()

    with pytest.raises(ValidationError) as refused:
        build.correct(opening, status=Status.PAUSED)

    said = "An opening says “Not individually reported”: report the status instead."
    assert refused.value.message_dict == {"status": [said]}
