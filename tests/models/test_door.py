"""What the one door demands of an entry, and what it makes of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from missions.models import EntryKind, Mission, StatusChange, record_many
from missions.models.door import examine_many
from missions.status import Status
from tests import build
from tests.models.drafts import DAY, draft, projected, refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NEEDS_EVIDENCE = {
    "status": ["“Completed” needs evidence that can be looked up: an address, a file or a source on record."]
}


def test_completed_needs_evidence():
    mission = build.mission()

    assert refusal(draft(mission, Status.COMPLETED)) == NEEDS_EVIDENCE
    assert refusal(draft(mission, Status.COMPLETED), [build.evidence()]) is None


@pytest.mark.parametrize("kind", [EntryKind.REPORT, EntryKind.CORRECTION])
def test_completed_needs_evidence_that_can_be_looked_up(kind):
    entry = build.report(build.mission(), Status.PAUSED, evidence=[])
    corrects = entry if kind == EntryKind.CORRECTION else None
    title = build.evidence(url="")

    def refused(*evidence):
        return refusal(draft(entry.mission, Status.COMPLETED, kind=kind, corrects=corrects), evidence)

    assert refused(title, build.evidence(url="", title="Another", is_public=False)) == NEEDS_EVIDENCE
    assert refusal(draft(entry.mission, Status.PAUSED), [title]) is None
    for somewhere in ({"url": "https://example.org/"}, {"source": build.source()}, {"file": build.evidence_file()}):
        with transaction.atomic():
            assert refused(title, build.evidence(**{"url": "", **somewhere})) is None
            transaction.set_rollback(True)


def test_a_correction_to_completed_needs_evidence_too():
    entry = build.report(build.mission(), Status.PAUSED)
    correction = draft(entry.mission, Status.COMPLETED, kind=EntryKind.CORRECTION, corrects=entry)

    assert refusal(correction) == NEEDS_EVIDENCE


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


def test_an_address_may_begin_in_capitals():
    entry = build.report(build.mission(), Status.PAUSED, evidence=[build.evidence(url="HTTPS://Example.org/A")])

    assert entry.evidence.get().url == "https://Example.org/A"
    assert entry.hash == StatusChange.objects.get(pk=entry.pk).computed_hash()


def test_a_mission_that_does_not_exist_is_refused():
    build.mission()

    assert list(refusal(draft(None))) == ["mission"]
    assert list(refusal(draft(Mission(id=0, code="M-0")))) == ["mission"]


@pytest.mark.parametrize(
    "text",
    ["One\nline", "One\r\nline", "One\u2028line", "One\u2029line", " One\x85 line\x0b", "One\x1c\x1d\x1e line"],
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


@pytest.mark.parametrize("size", [1, 4])
def test_drafts_are_examined_together_in_one_query_and_each_as_if_alone(size, django_assert_num_queries):
    missions = [build.mission() for _ in range(size)]
    sound = [(draft(mission, status), []) for mission in missions for status in ("paused", "withdrawn")]
    wrong = [(draft(missions[0], headline_en="", headline_zh=" "), []), (draft(missions[0], Status.COMPLETED), [])]
    before = StatusChange.objects.count()

    with django_assert_num_queries(1):
        found = examine_many([*sound, *wrong])
    assert {place: list(error.message_dict) for place, error in found.items()} == {
        len(sound): ["headline_zh"],
        len(sound) + 1: ["status"],
    }
    assert StatusChange.objects.count() == before
