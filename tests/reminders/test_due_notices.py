"""On which days a person gets which reminders, and who is a reader of each."""

from datetime import timedelta

import pytest

from missions.models import Notice, Role
from tests import factories
from tests.reminders.conftest import TODAY, at, notices, person, remind, submit

DAY = timedelta(days=1)


def reminded(day, days):
    """Runs the command on each of these days after `day`: those with a mail, and the topics of its notices."""
    found = {}
    for number in days:
        with at(day + number * DAY):
            remind()
        sent = Notice.objects.filter(reminder__day=day + number * DAY, reminder__sent_at__isnull=False)
        if topics := set(sent.values_list("topic", flat=True)):
            found[number] = topics
    return found


def mission_of(day, code="M-1", **fields):
    """A mission whose newest entry was recorded on `day`."""
    with at(day):
        return factories.mission(code, **fields)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # Those of +1 and +8 wait, as five days have to pass between two mails.
        (range(-35, 25), {-30: "due", -7: "due", -1: "due", 4: "overdue", 9: "overdue", 15: "overdue", 22: "overdue"}),
        (range(-27, 25, 6), {-27: "due", -3: "due", 3: "overdue", 9: "overdue", 15: "overdue", 21: None}),
        ([-1, 0, 1, 2], {-1: "due"}),
    ],
)
def test_each_stage_of_a_due_date_is_sent_once_and_after_a_missed_day_too(clock, days, expected):
    person("editor")
    mission_of(TODAY - 40 * DAY, due=TODAY)

    assert reminded(TODAY, days) == {number: {topic} for number, topic in expected.items() if topic}


def test_a_new_due_date_and_a_second_return_are_announced_again(clock):
    author, coordinator = person("editor"), person("coordinator", Role.COORDINATOR)
    mission = mission_of(TODAY - DAY, due=TODAY)
    submission = submit(mission_of(TODAY - DAY, "M-2", status="completed"), author)
    submission.send_back(by=coordinator, reason="Why?")
    assert reminded(TODAY, [0, 1, 2]) == {0: {"due", "returned"}}

    with at(TODAY + 3 * DAY):
        factories.deadline(mission, TODAY + 13 * DAY, on=TODAY)
        submission.submit(by=author)
        submission.send_back(by=coordinator, reason="Why again?")
    assert reminded(TODAY, range(3, 8)) == {3: {"due", "returned"}}


def test_a_mission_without_news_is_named_every_ninety_days(clock):
    person("editor")
    mission = mission_of(TODAY)
    found = reminded(TODAY, range(80, 200, 2))
    with at(TODAY + 200 * DAY):
        factories.report(mission, "paused")

    assert found | reminded(TODAY, range(201, 300, 3)) == {90: {"stale"}, 180: {"stale"}, 291: {"stale"}}


def test_a_mission_that_is_done_not_open_or_waits_for_review_is_left_out(clock):
    author = person("editor")
    for status in ("completed", "withdrawn", "paused"):
        factories.mission(status.upper(), due=TODAY - DAY, status=status)
    factories.mission("UNOPENED", due=TODAY - DAY, opened=False)
    submit(factories.mission("WAITING", due=TODAY - DAY), author)
    remind()

    assert notices(author) == {"editor": [("PAUSED", "overdue")]}


def test_a_notice_goes_to_the_nearest_editors_who_can_be_reached_or_else_to_coordinators(clock):
    above = factories.organisation("ABOVE")
    owners = {code: factories.organisation(code, parent=above) for code in ("OWN", "SILENT")}
    owners["ALONE"] = factories.organisation("ALONE")
    for code, owner in owners.items():
        factories.mission(code, lead_owner=owner, due=TODAY)
    people = [person("own", organisation=owners["OWN"]), person("above", organisation=above)]
    people += [person("mute", organisation=owners["SILENT"], email="")]
    people += [person("gone", organisation=owners["SILENT"], is_active=False)]
    people += [person("coordinator", Role.COORDINATOR)]
    remind()

    expected = {"own": "OWN", "above": "SILENT", "mute": None, "gone": None, "coordinator": "ALONE"}
    assert notices(*people) == {name: [(code, "due")] if code else [] for name, code in expected.items()}


def test_a_return_goes_to_the_author_while_they_report_and_a_draft_to_those_who_may_publish_it(clock):
    own, other = factories.organisation("OWN"), factories.organisation("OTHER")
    author, colleague = person("author", organisation=other), person("colleague", organisation=own)
    mine = person("mine", organisation=own)
    people = [author, colleague, mine, *(person(name, Role.COORDINATOR) for name in ("first", "second"))]
    strict = factories.instrument("STRICT", second_person="everything")
    submit(factories.mission("ASKED", lead_owner=own, instrument=strict), people[3])
    for code, by in (("MINE", mine), ("LEFT", author)):
        draft = factories.submission(factories.mission(code, lead_owner=own, status="completed"), by=by)
        draft.submit(by=people[4])
        draft.author = by
        draft.save()
        draft.send_back(by=people[4], reason="Why?")
    remind()

    assert notices(*people) == {
        "author": [],
        "colleague": [("LEFT", "returned")],
        "mine": [("LEFT", "returned"), ("MINE", "returned")],
        "first": [],
        "second": [("ASKED", "waiting")],
    }
