"""What is done with a submission: from where, and by whom."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from missions.models import EntryKind, Membership, Refused, Role, Submission, User, publish_all
from missions.models.workflow import beginnings
from missions.status import Status
from tests import build
from tests.models.submitting import LEADS_TO, REASON, VERBS, WAYS, brought_to, official, stands

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# What may be done with it where it stands.
ALLOWED = {
    "draft": {"submit", "take_back"},
    "submitted": {"take_back", "send_back", "publish"},
    "returned": {"submit", "take_back"},
    "taken_back": {"submit"},
    "published": set(),
}


@pytest.mark.parametrize(("state", "verb"), [(state, verb) for state in WAYS for verb in VERBS])
def test_a_step_is_taken_from_where_it_may_start_and_refused_elsewhere(state, verb):
    submission, by = brought_to(state), build.nameless()
    before = stands(submission)

    if verb in ALLOWED[state]:
        VERBS[verb](submission, by)
        stored, steps, _entries = stands(submission)
        assert stored["state"] == submission.state == LEADS_TO[verb]
        assert steps == [*before[1], (LEADS_TO[verb], by.pk, REASON if verb == "send_back" else "")]
    else:
        with pytest.raises(ValidationError) as refusal:
            VERBS[verb](submission, by)
        label = Submission.objects.get(pk=submission.pk).get_state_display()
        message = f"This is not possible any more: the submission is “{label}” by now."
        assert (refusal.value.messages, stands(submission)) == ([message], before)


EVERYTHING = {"submit", "take_back", "send_back", "publish"}
MAY = {
    "editor of the lead owner": {"submit", "take_back"},
    "editor of the organisation above": {"submit", "take_back"},
    "editor of the organisation below": set(),
    "editor of a supporting owner": set(),
    "author who is no editor any more": set(),
    "auditor": set(),
    "administrator": set(),
    "coordinator": EVERYTHING,
}


@pytest.mark.parametrize("who", MAY)
def test_a_step_is_taken_by_those_alone_who_may(who):
    above = build.organisation("ABOVE")
    lead = build.organisation("LEAD", parent=above)
    below, support = build.organisation("BELOW", parent=lead), build.organisation("SUPPORT")
    by = {
        "editor of the lead owner": lambda: official(Role.EDITOR, organisation=lead),
        "editor of the organisation above": lambda: official(Role.EDITOR, organisation=above),
        "editor of the organisation below": lambda: official(Role.EDITOR, organisation=below),
        "editor of a supporting owner": lambda: official(Role.EDITOR, organisation=support),
        "author who is no editor any more": official,
    }.get(who, lambda: official(who))()
    mission = build.mission(lead_owner=lead, supporting=[support])
    done = set()

    for verb in VERBS:
        draft = build.submission(mission, by=by if who.startswith("author") else None)
        submission = brought_to("draft" if verb == "submit" else "submitted", draft)
        before = stands(submission)
        try:
            VERBS[verb](submission, by)
            done.add(verb)
        except PermissionDenied:
            assert stands(submission) == before

    assert done == MAY[who]


ASKED_FOR_TOO_LITTLE = {
    **VERBS,
    "send_back": lambda submission, by: submission.send_back(by=by, reason=""),
    "publish together": lambda submission, by: publish_all([brought_to("submitted"), submission], by=by),
}


@pytest.mark.parametrize("verb", ASKED_FOR_TOO_LITTLE)
def test_whoever_may_not_is_told_neither_what_is_lacking_nor_where_it_stands(verb):
    auditor, coordinator = official(Role.AUDITOR), build.nameless()
    for state in WAYS:
        submission = brought_to(state)
        submission.headline_en, submission.headline_zh, submission.status = "", "", Status.COMPLETED
        submission.save()
        before = stands(submission)[:2]

        with pytest.raises(PermissionDenied):
            ASKED_FOR_TOO_LITTLE[verb](submission, auditor)
        assert stands(submission)[:2] == before
        if verb != "take_back":  # which asks for nothing
            with pytest.raises((ValidationError, Refused)):
                ASKED_FOR_TOO_LITTLE[verb](submission, coordinator)


@pytest.mark.parametrize("kind", [EntryKind.OPENING, EntryKind.CORRECTION])
def test_an_editor_submits_reports_and_new_due_dates_alone(kind):
    mission = build.mission(opened=kind != EntryKind.OPENING)
    editor = official(Role.EDITOR, organisation=mission.lead_owner)
    corrects = mission.changes.get() if kind == EntryKind.CORRECTION else None
    said = {"status": Status.UNREPORTED, "due": date(2030, 1, 1), "decided_by": "Office"}
    submission = build.submission(mission, kind=kind, corrects=corrects, **said)
    before = stands(submission)

    for verb in ("submit", "take_back"):
        with pytest.raises(PermissionDenied):
            VERBS[verb](submission, editor)

    assert stands(submission) == before
    submission.submit(by=build.nameless())


def test_what_may_be_begun_follows_from_role_and_mission():
    opened, unopened = build.mission(), build.mission(opened=False)
    editor = official(Role.EDITOR, organisation=opened.lead_owner)
    elsewhere = official(Role.EDITOR, organisation=build.organisation("ELSEWHERE"))
    people = (build.nameless(), editor, elsewhere, official(Role.AUDITOR), official(Role.ADMINISTRATOR))

    assert [beginnings(user, opened) for user in people] == [["report", "deadline"], ["report", "deadline"], [], [], []]
    assert [beginnings(user, unopened) for user in people] == [["opening"], [], [], [], []]


def test_submissions_are_seen_by_those_whose_missions_they_are_about_and_by_their_authors():
    above, other = build.organisation("ABOVE"), build.organisation("OTHER")
    own = build.organisation("OWN", parent=above)
    editor, foreign = official(Role.EDITOR, organisation=above), official(Role.EDITOR, organisation=other)
    here = build.submission(build.mission(lead_owner=own), by=foreign)
    there = build.submission(build.mission(lead_owner=other, supporting=[own, above]))
    people = [editor, foreign, official(), *(official(r) for r in (Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR))]

    seen = [set(Submission.objects.visible_to(user)) for user in people]

    assert seen == [{here}, {here, there}, set(), *[{here, there}] * 3]


def test_a_second_person_publishes_what_somebody_else_submitted():
    mission = build.mission(instrument=build.instrument("SR", second_person="everything"))
    one, other = build.nameless(), build.nameless()
    own = brought_to("submitted", build.submission(mission, by=other), by=one)
    foreign = brought_to("submitted", build.submission(mission, by=one), by=other)
    before = [stands(own), stands(foreign)]

    for attempt in (lambda: own.publish(by=one), lambda: publish_all([foreign, own], by=one)):
        with pytest.raises(PermissionDenied):
            attempt()
        assert [stands(own), stands(foreign)] == before

    publish_all([foreign], by=one)
    own.publish(by=other)
    assert list(mission.changes.values_list("recorded_by", flat=True))[1:] == [other.pk, one.pk]


def test_a_return_needs_a_reason_and_the_reason_stays():
    """Trap 15: the reason for returning a draft is nowhere in the history."""
    submission, author, reader = brought_to("submitted"), build.nameless(), build.nameless()
    before = stands(submission)

    with pytest.raises(ValidationError) as refusal:
        submission.send_back(by=reader, reason=" \n")
    assert refusal.value.message_dict == {"reason": ["Say what is to be changed: the author reads it."]}
    assert stands(submission) == before

    submission.send_back(by=reader, reason=" No letter.\n")
    assert [(step.reason, step.by) for step in submission.returns] == [("No letter.", reader)]

    submission.submit(by=author)
    assert submission.returns == []
    submission.publish(by=reader)
    assert [step.reason for step in submission.steps.all()] == ["", "No letter.", "", ""]


def test_drafts_are_what_waits_to_be_submitted_and_not_what_was_given_up():
    waits = {state: brought_to(state) for state in WAYS}
    returned_and_taken_back, given_up = brought_to("returned"), brought_to("draft")
    for submission in (returned_and_taken_back, given_up):
        submission.take_back(by=submission.author)

    assert set(Submission.objects.drafts()) == {waits["draft"], waits["taken_back"], returned_and_taken_back}
    assert given_up in Submission.objects.editable()

    given_up.submit(by=given_up.author)
    given_up.take_back(by=given_up.author)
    assert given_up in Submission.objects.drafts()


def test_whoever_submits_it_is_its_author():
    submission, colleague = build.submission(), build.nameless()

    submission.submit(by=colleague)
    submission.refresh_from_db()

    assert submission.author == colleague
    assert submission.publish(by=build.nameless()).recorded_by == colleague


def test_a_role_that_was_taken_away_submits_nothing():
    submission, coordinator = build.submission(), build.nameless()
    Membership.objects.filter(user=coordinator).delete()

    with pytest.raises(PermissionDenied):
        submission.submit(by=User.objects.get(pk=coordinator.pk))
