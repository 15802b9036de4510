"""What the ledger gets of a submission, and when it gets nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from missions.models import EntryKind, Refused, Submission, publish_all
from missions.models.days import today
from missions.models.workflow import SAID
from missions.status import Status
from tests import build
from tests.models.submitting import brought_to, stands

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def refused(submission, by=None):
    """What is said against publishing it, by field."""
    with pytest.raises(ValidationError) as refusal:
        submission.publish(by=by or build.nameless())
    return refusal.value.message_dict


def test_the_entry_says_what_the_submission_says_and_keeps_its_author():
    """Trap 14: an update approved by a reviewer changes its author."""
    author, publisher, source, file = build.nameless(), build.nameless(), build.source(), build.evidence_file()
    cited = [
        build.submitted_evidence(published_on=date(2024, 3, 2), event_on=date(2024, 3, 1), source=source),
        build.submitted_evidence(title="Letter", publisher="", url="", file=file, is_public=False),
    ]
    submission = build.submission(by=author, status=Status.COMPLETED, note="For you alone", evidence=cited)
    submission.submit(by=author)

    entry = submission.publish(by=publisher)
    submission.refresh_from_db()

    assert (submission.state, submission.entry, submission.author) == ("published", entry, author)
    assert (entry.mission, entry.kind, entry.corrects) == (submission.mission, "report", None)
    assert [getattr(entry, field) for field in SAID] == [getattr(submission, field) for field in SAID]
    assert entry.recorded_by == author
    assert list(submission.steps.values_list("state", "by")) == [
        ("submitted", author.pk),
        ("published", publisher.pk),
    ]
    assert [item.citation() for item in entry.evidence.all()] == [item.citation() for item in cited]
    assert "For you alone" not in str(entry.public_line())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (EntryKind.OPENING, {"status": Status.UNREPORTED, "due": date(2030, 1, 1)}),
        (EntryKind.DEADLINE, {"due": date(2030, 1, 1)}),
        (EntryKind.CORRECTION, {"status": Status.PAUSED}),
    ],
)
def test_each_kind_of_entry_comes_of_a_submission(kind, said):
    mission = build.mission(opened=kind != EntryKind.OPENING, status=None if kind == EntryKind.OPENING else "completed")
    corrects = mission.changes.last() if kind == EntryKind.CORRECTION else None
    submission = brought_to("submitted", build.submission(mission, kind=kind, corrects=corrects, **said))

    entry = submission.publish(by=build.nameless())

    assert (entry.kind, entry.corrects) == (kind, corrects)
    assert {field: getattr(entry, field) for field in said} == said


NEEDS_EVIDENCE = "“Completed” needs evidence that can be looked up: an address, a file or a source on record."
TITLE_ALONE = {"title": "What was said", "publisher": "", "url": ""}
BLANK, NULL = "This field cannot be blank.", "This field cannot be null."


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        (
            {"effective_on": today() + timedelta(days=2)},
            {
                "effective_on": [
                    "This day lies in the future: enter the day on which it became true, at the latest today."
                ]
            },
        ),
        (
            {"effective_on": date(2020, 1, 1)},
            {"effective_on": ["Nothing can take effect before the mission's opening, and the opening comes first."]},
        ),
        ({"status": Status.PAUSED}, {"status": ["“Paused” (1 Jan 2024) may not follow “Completed” (1 Jan 2023)."]}),
        ({"status": Status.COMPLETED}, {"status": [NEEDS_EVIDENCE]}),
        ({"status": Status.COMPLETED, "evidence": [TITLE_ALONE]}, {"status": [NEEDS_EVIDENCE]}),
        (
            {"headline_en": " ", "headline_zh": "", "status": Status.COMPLETED},
            {
                "headline_zh": ["State the reason, in one language at least."],
                "status": [NEEDS_EVIDENCE],
            },
        ),
        (
            {"status": "", "effective_on": None, "basis": ""},
            {"status": [BLANK], "effective_on": [NULL], "basis": [BLANK]},
        ),
    ],
)
def test_nothing_is_submitted_that_the_ledger_would_refuse(said, errors):
    mission = build.mission(status=Status.COMPLETED, on=date(2023, 1, 1))
    evidence = [build.submitted_evidence(**cited) for cited in said.get("evidence", ())]
    submission = build.submission(mission, **{**said, "evidence": evidence})
    before = stands(submission)

    with pytest.raises(ValidationError) as refusal:
        submission.submit(by=build.nameless())

    assert (refusal.value.message_dict, stands(submission)) == (errors, before)


@pytest.mark.parametrize(("given", "missing"), [("headline_en", "headline_zh"), ("headline_zh", "headline_en")])
def test_one_language_is_enough_to_submit_and_two_to_publish(given, missing):
    submission = brought_to("submitted", build.submission(**{missing: ""}))
    before = stands(submission)

    assert refused(submission) == {missing: ["State the reason in this language too."]}
    assert stands(submission) == before

    setattr(submission, missing, "The other one")
    submission.save()
    entry = submission.publish(by=build.nameless())
    assert (getattr(entry, given), getattr(entry, missing)) == (getattr(submission, given), "The other one")


def test_all_are_published_or_none_and_each_is_told_its_own_reason():
    fine = brought_to("submitted")
    in_one_language = brought_to("submitted", build.submission(headline_zh=""))
    overtaken = brought_to("submitted", build.submission(status=Status.PAUSED))
    build.report(overtaken.mission, Status.WITHDRAWN, on=date(2023, 1, 1))
    first, second = (
        brought_to("submitted", build.submission(fine.mission, status=status, effective_on=day))
        for status, day in ((Status.WITHDRAWN, date(2024, 2, 1)), (Status.PAUSED, date(2024, 3, 1)))
    )
    everything = [fine, in_one_language, overtaken, first, second]
    before = [stands(submission) for submission in everything]

    with pytest.raises(Refused) as refusal:
        publish_all(everything, by=build.nameless())

    assert {place: error.message_dict for place, error in refusal.value.errors.items()} == {
        1: {"headline_zh": ["State the reason in this language too."]},
        2: {"status": ["“Paused” (1 Jan 2024) may not follow “Withdrawn” (1 Jan 2023)."]},
        4: {"status": ["“Paused” (1 Mar 2024) may not follow “Withdrawn” (1 Feb 2024)."]},
    }
    assert [stands(submission) for submission in everything] == before
    assert [entry.submission for entry in publish_all([fine, first], by=build.nameless())] == [fine, first]


def test_nothing_is_published_twice_nor_with_what_stands_elsewhere():
    submission, draft = brought_to("submitted"), brought_to("draft")
    again, before = Submission.objects.get(pk=submission.pk), stands(submission)

    with pytest.raises(Refused) as refusal:
        publish_all([submission, draft, again], by=build.nameless())

    assert {place: error.messages for place, error in refusal.value.errors.items()} == {
        1: ["This is not possible any more: the submission is “Draft” by now."],
        2: ["This is not possible any more: the submission is “Published” by now."],
    }
    assert stands(submission) == before


def test_what_is_published_is_what_stands_there_by_now():
    submission = brought_to("submitted")
    later = Submission.objects.get(pk=submission.pk)
    later.take_back(by=later.author)
    later.status, later.headline_en = Status.PAUSED, "It was not so"
    later.save()
    later.submit(by=later.author)

    entry = submission.publish(by=build.nameless())

    assert (entry.status, entry.headline_en) == (Status.PAUSED, "It was not so")
    assert Submission.objects.get(pk=submission.pk).headline_en == "It was not so"
