"""Which step of a submission may be taken, by whom, from which state, and who sees it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from missions.models import Role, Submission, User
from tests import factories
from tests.workflow.steps import PATHS, REASON, STATE_AFTER, STEPS, in_state, official, stored

pytestmark = pytest.mark.django_db

# State → the steps that start from it.
STARTS = {
    "draft": {"submit", "take back"},
    "submitted": {"take back", "return", "publish"},
    "returned": {"submit", "take back"},
    "taken_back": {"submit"},
    "published": set(),
}
# Account → the steps that it may take.
PERMITTED = {
    "editor of the lead owner": {"submit", "take back"},
    "editor of the organisation above": {"submit", "take back"},
    "editor of the organisation below": set(),
    "editor of a supporting owner": set(),
    "author whose role was removed": set(),
    "auditor": set(),
    "administrator": set(),
    "coordinator": set(STEPS),
}


@pytest.fixture(scope="module")
def world(module_db):
    """A submission in each state, and an account of each kind."""
    above = factories.organisation("ABOVE")
    lead = factories.organisation("LEAD", parent=above)
    below, support = factories.organisation("BELOW", parent=lead), factories.organisation("SUPPORT")
    author = official(Role.EDITOR, lead)
    submissions = {}
    for state, path in PATHS.items():
        mission = factories.mission(lead_owner=lead, supporting=[support])
        submissions[state] = in_state("submitted" if path else "draft", factories.submission(mission, by=author))
        for step in path[1:]:
            STEPS[step](submissions[state], factories.nameless())
    author.memberships.all().delete()
    accounts = {
        "editor of the lead owner": official(Role.EDITOR, lead),
        "editor of the organisation above": official(Role.EDITOR, above),
        "editor of the organisation below": official(Role.EDITOR, below),
        "editor of a supporting owner": official(Role.EDITOR, support),
        "author whose role was removed": User.objects.get(pk=author.pk),
        **{role: official(role) for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.COORDINATOR)},
    }
    return submissions, accounts


def outcome(submission, step, by):
    """What a step comes to; it is undone afterwards."""
    before = stored(submission)
    submission = Submission.objects.get(pk=submission.pk)
    with transaction.atomic():
        try:
            STEPS[step](submission, by)
        except (PermissionDenied, ValidationError) as error:
            assert stored(submission) == before
            return type(error).__name__
        row, steps, entries = stored(submission)
        state = STATE_AFTER[step]
        assert steps == [*before[1], (state, by.pk, REASON if step == "return" else "")]
        assert entries - before[2] == (step == "publish") == (row["entry"] is not None)
        assert row == {**before[0], "state": state, "entry": row["entry"], "author": row["author"]}
        assert row["author"] == (by.pk if step == "submit" else before[0]["author"])
        transaction.set_rollback(True)
    return "taken"


@pytest.mark.parametrize("who", PERMITTED)
def test_each_account_takes_its_steps_from_the_states_where_they_start(world, who):
    submissions, accounts = world
    found = {
        (state, step): outcome(submission, step, accounts[who])
        for state, submission in submissions.items()
        for step in STEPS
    }

    assert found == {
        (state, step): "PermissionDenied"
        if step not in PERMITTED[who]
        else ("taken" if step in starts else "ValidationError")
        for state, starts in STARTS.items()
        for step in STEPS
    }


# What an instrument asks a second person for → the kinds of submission that their author may not publish.
SECOND_PERSON = {
    "none": set(),
    "dates": {"deadline", "correction of a date"},
    "everything": {"report", "deadline", "correction", "correction of a date"},
}


@pytest.mark.parametrize("setting", SECOND_PERSON)
def test_authors_do_not_publish_what_needs_a_second_person(setting):
    mission = factories.mission(instrument=factories.instrument(setting, second_person=setting), due=date(2025, 1, 1))
    report = factories.report(mission, "in_progress", on=date(2023, 1, 1))
    drafts = {
        "report": {"kind": "report"},
        "deadline": {"kind": "deadline", "due": date(2026, 1, 1)},
        "correction": {"kind": "correction", "corrects": report},
        "correction of a date": {
            "kind": "correction",
            "corrects": mission.changes.first(),
            "status": "unreported",
            "due": date(2026, 1, 1),
            "effective_on": factories.ISSUED,
            "decided_by": "Office",
        },
    }
    author, other = factories.nameless(), factories.nameless()
    rejected = set()
    for name, fields in drafts.items():
        submission = in_state("submitted", factories.submission(mission, by=author, **fields))
        if outcome(submission, "publish", author) == "PermissionDenied":
            rejected.add(name)
        assert outcome(submission, "publish", other) == "taken"

    assert rejected == SECOND_PERSON[setting]


def test_submission_is_returned_with_a_reason_that_stays():
    """Trap 15: the reason for returning a draft is nowhere in the history."""
    submission, reviewer = in_state("submitted"), factories.nameless()
    before = stored(submission)

    with pytest.raises(ValidationError) as error:
        submission.send_back(by=reviewer, reason=" \n")
    assert (list(error.value.message_dict), stored(submission)) == (["reason"], before)

    submission.send_back(by=reviewer, reason=" No notice.\n")
    submission.submit(by=submission.author)
    submission.publish(by=reviewer)
    assert [step.reason for step in submission.steps.all()] == ["", "No notice.", "", ""]


def test_submissions_are_visible_to_the_editors_of_their_owner_and_to_their_author(world):
    submissions, accounts = world
    all_five = Submission.objects.filter(pk__in=[submission.pk for submission in submissions.values()])
    seen = {who: all_five.visible_to(account).count() for who, account in accounts.items()}

    unseen = ["editor of the organisation below", "editor of a supporting owner"]
    assert seen == {**dict.fromkeys(accounts, 5), **dict.fromkeys(unseen, 0)}
