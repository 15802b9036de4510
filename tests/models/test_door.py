"""What the one door takes, what it refuses and why, and that a batch is taken whole or not at all."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import EntryKind, Evidence, Mission, Refused, StatusChange, record, record_many
from missions.status import Status
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAY = date(2024, 1, 1)

# Row: what stands. Column, in the order of the vocabulary: whether a report may say it next.
MOVES = {
    "unreported": [False, True, True, True, True, True],
    "not_started": [False, True, True, True, True, True],
    "in_progress": [False, True, True, True, True, True],
    "paused": [False, True, True, True, True, True],
    "completed": [False, False, True, False, True, True],
    "withdrawn": [False, False, False, False, False, True],
}


def draft(mission, status=Status.IN_PROGRESS, on=DAY, **fields):
    plain = {"status": status, "effective_on": on, "basis": "document", "headline_en": "Begun", "headline_zh": "已开工"}
    return StatusChange(mission=mission, **{**plain, **fields})


def refusal(draft, evidence=(), by=None):
    """What the door says against a draft, by field, having written nothing; None where it takes it."""
    count = StatusChange.objects.count()
    try:
        record(draft, evidence, by=by)
    except ValidationError as error:
        assert StatusChange.objects.count() == count
        return error.message_dict
    return None


def projected(mission):
    return Mission.objects.values_list("status", "status_since", "due").get(pk=mission.pk)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [(before, after, MOVES[before][n]) for before in MOVES for n, after in enumerate(MOVES)],
)
def test_a_report_may_say_what_the_table_of_moves_allows(before, after, allowed):
    mission = build.mission(status=None if before == "unreported" else before)

    refused = refusal(draft(mission, after, on=date(2024, 2, 1)), [build.evidence()])

    assert refused is None if allowed else list(refused) == ["status"]
    assert projected(mission)[0] == (after if allowed else before)


# --- moves ------------------------------------------------------------------------------------------------------------


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


# --- what an entry must say -------------------------------------------------------------------------------------------


def test_completed_needs_evidence():
    mission = build.mission()

    assert refusal(draft(mission, Status.COMPLETED)) == {
        "status": ["“Completed” needs evidence: cite at least one source."]
    }
    assert refusal(draft(mission, Status.COMPLETED), [build.evidence()]) is None


def test_a_correction_to_completed_needs_evidence_too():
    entry = build.report(build.mission(), Status.PAUSED)
    correction = draft(entry.mission, Status.COMPLETED, kind=EntryKind.CORRECTION, corrects=entry)

    assert list(refusal(correction)) == ["status"]


@pytest.mark.parametrize("field", ["headline_en", "headline_zh"])
@pytest.mark.parametrize("empty", ["", " \n\u3000"])
def test_the_reason_is_needed_in_both_languages(field, empty):
    assert refusal(draft(build.mission(), **{field: empty})) == {field: ["State the reason in this language too."]}


def test_an_opening_needs_no_reason():
    mission = build.mission(opened=False)

    assert refusal(draft(mission, kind=EntryKind.OPENING, headline_en="", headline_zh="")) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "done"),
        ("status", ""),
        ("kind", "rumour"),
        ("basis", "hearsay"),
        ("effective_on", "2024-02-30"),
        ("effective_on", None),
        ("effective_on", date(1899, 12, 31)),
        ("headline_en", "x" * 301),
    ],
)
def test_a_bad_value_is_refused_by_field(field, value):
    assert list(refusal(draft(build.mission(), **{field: value}))) == [field]


@pytest.mark.parametrize("due", [date(1899, 12, 31), date(2101, 1, 1)])
def test_a_due_date_outside_of_the_days_there_are_is_refused(due):
    assert list(refusal(draft(build.mission(), kind=EntryKind.DEADLINE, due=due))) == ["due"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("url", "ftp://example.org/x"), ("url", "javascript:alert(1)"), ("published_on", "2024-02-30")],
)
def test_bad_evidence_is_refused(field, value):
    assert list(refusal(draft(build.mission()), [build.evidence(**{field: value})])) == [field]


def test_a_mission_that_does_not_exist_is_refused():
    build.mission()

    assert list(refusal(draft(None))) == ["mission"]
    assert list(refusal(draft(Mission(id=0, code="M-0")))) == ["mission"]


@pytest.mark.parametrize(
    "text",
    ["One\nline", "One\r\nline", "One\u2028line", "One\u2029line", " One\x85 line\x0b", "One\x1c\x1d\x1e line", "One\u3000line"],
)
def test_a_headline_is_one_line(text):
    entry = build.report(build.mission(), Status.PAUSED, headline_en=text, headline_zh=text)

    entry.refresh_from_db()
    assert (entry.headline_en, entry.headline_zh) == ("One line", "One line")
    assert entry.hash == entry.computed_hash()


def test_one_piece_of_evidence_may_support_two_entries_of_a_batch():
    shared = build.evidence()
    entries = record_many([(draft(build.mission(), Status.COMPLETED), [shared]) for _ in range(2)], by=None)

    assert [entry.evidence.get().title for entry in entries] == ["Evidence", "Evidence"]
    assert [entry.hash for entry in entries] == [entry.computed_hash() for entry in entries]


def test_an_entry_keeps_who_recorded_it():
    """Trap 14: an update approved by a reviewer changes its author."""
    author, other = build.user("author"), build.user("other")
    entry = build.report(build.mission(), Status.PAUSED, by=author)

    build.correct(entry, status=Status.IN_PROGRESS, by=other)

    assert [e.recorded_by for e in StatusChange.objects.order_by("id")] == [None, author, other]


# --- days -------------------------------------------------------------------------------------------------------------


@time_machine.travel(datetime(2024, 3, 1, 15, 59, 59, tzinfo=UTC), tick=False)
def test_tomorrow_is_refused_as_long_as_it_is_tomorrow_in_shanghai():
    mission = build.mission()

    assert refusal(draft(mission, on=date(2024, 3, 2))) == {
        "effective_on": ["This day lies in the future: enter the day on which it became true, at the latest today."]
    }
    assert refusal(draft(mission, on=date(2024, 3, 1))) is None


@time_machine.travel(datetime(2024, 3, 1, 16, 0, 1, tzinfo=UTC), tick=False)
def test_a_new_day_begins_at_midnight_in_shanghai():
    """Trap 9: a day shifts by one through time zones."""
    mission = build.mission()

    entry = build.report(mission, Status.PAUSED, on=date(2024, 3, 2))

    entry.refresh_from_db()
    assert (entry.effective_on, entry.public_line()["effective_on"]) == (date(2024, 3, 2), "2024-03-02")
    assert entry.public_line()["recorded_at"] == "2024-03-01T16:00:01.000000Z"
    assert projected(mission) == ("paused", date(2024, 3, 2), None)


def test_nothing_takes_effect_before_the_opening():
    mission = build.mission()
    day_before = build.ISSUED - timedelta(days=1)
    said = "Nothing can take effect before the mission's opening, and the opening comes first."

    assert refusal(draft(mission, on=day_before)) == {"effective_on": [said]}
    assert refusal(draft(mission, on=day_before, kind=EntryKind.DEADLINE, due=DAY)) == {"effective_on": [said]}
    assert refusal(draft(mission, on=build.ISSUED)) is None


def test_a_mission_without_an_opening_takes_an_opening_only():
    mission = build.mission(opened=False)

    assert list(refusal(draft(mission))) == ["effective_on"]
    assert list(refusal(draft(mission, kind=EntryKind.DEADLINE, due=DAY))) == ["effective_on"]
    assert refusal(draft(mission, kind=EntryKind.OPENING)) is None


def test_a_second_opening_is_refused():
    refused = refusal(draft(build.mission(), kind=EntryKind.OPENING))

    assert refused == {"kind": ["This mission has its opening entry already."]}


def test_a_clock_that_is_set_back_records_no_entry_before_the_newest():
    mission, other = build.mission(), build.mission()
    with time_machine.travel(datetime(2024, 3, 2, 1, tzinfo=UTC), tick=False):
        first = build.report(mission, Status.PAUSED, on=date(2024, 3, 2))
    with time_machine.travel(datetime(2024, 3, 1, 1, tzinfo=UTC), tick=False):
        second = build.report(other, Status.PAUSED, on=date(2024, 3, 1))
        third = build.report(mission, Status.IN_PROGRESS, on=date(2024, 3, 1))

    assert [second.recorded_at, third.recorded_at] == [first.recorded_at] * 2
    assert projected(mission) == ("paused", date(2024, 3, 2), None)


# --- due dates --------------------------------------------------------------------------------------------------------


def test_a_new_due_date_leaves_the_status_as_it_is():
    mission = build.mission(due=date(2024, 6, 30), status=Status.PAUSED, on=date(2024, 1, 1))

    entry = build.deadline(mission, date(2024, 12, 31), on=date(2024, 2, 1))

    assert (entry.status, entry.previous) == ("paused", "paused")
    assert projected(mission) == ("paused", date(2024, 1, 1), date(2024, 12, 31))


def test_a_back_dated_due_date_carries_the_status_of_its_day():
    mission = build.mission(due=date(2024, 6, 30), status=Status.PAUSED, on=date(2024, 1, 1))

    entry = build.deadline(mission, date(2024, 12, 31), on=date(2023, 2, 1))

    assert (entry.status, entry.previous) == ("unreported", "unreported")


def test_a_due_date_can_be_lifted():
    mission = build.mission(due=date(2024, 6, 30))

    build.deadline(mission, None, on=date(2024, 2, 1))

    assert projected(mission) == ("unreported", build.ISSUED, None)


def test_a_due_date_that_is_in_force_is_no_new_one():
    mission = build.mission(due=date(2024, 6, 30))
    same = draft(mission, kind=EntryKind.DEADLINE, due=date(2024, 6, 30))

    assert refusal(same) == {"due": ["This is the due date already."]}


def test_a_report_sets_no_due_date():
    mission = build.mission(due=date(2024, 6, 30))

    entry = build.report(mission, Status.PAUSED, due=date(2030, 1, 1))

    assert (entry.due, projected(mission)[2]) == (None, date(2024, 6, 30))


def test_a_moved_deadline_does_not_rewrite_who_was_overdue_last_year():
    """Trap 22: moving a deadline rewrites who was overdue last year."""
    mission = build.mission(due=date(2023, 6, 30), status=Status.IN_PROGRESS, on=date(2023, 1, 1))
    build.deadline(mission, date(2099, 12, 31), on=date(2024, 2, 1))

    on = [date(2023, 6, 30), date(2023, 7, 1), date(2024, 1, 31), date(2024, 2, 1)]

    stood = [Mission.objects.as_of(day).values_list("due_asof", "deadline_asof").get() for day in on]
    assert stood == [
        (date(2023, 6, 30), "due_soon"),
        (date(2023, 6, 30), "overdue"),
        (date(2023, 6, 30), "overdue"),
        (date(2099, 12, 31), "on_time"),
    ]


# --- corrections ------------------------------------------------------------------------------------------------------


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


# --- batches ----------------------------------------------------------------------------------------------------------


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


# --- the projection ---------------------------------------------------------------------------------------------------


def test_saving_a_mission_never_writes_its_projection():
    stale = build.mission()
    build.report(stale, Status.PAUSED)

    stale.title_en = "Another title"
    stale.save()

    assert projected(stale) == ("paused", DAY, None)
    assert Mission.objects.get(pk=stale.pk).title_en == "Another title"


def test_a_mission_saved_by_field_is_found_by_its_new_words():
    mission = build.mission()

    mission.title_en = "Fresh words"
    mission.save(update_fields=["title_en"])

    assert list(Mission.objects.search("fresh")) == [mission]
