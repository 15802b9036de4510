"""Officials, submissions brought to where a test wants them, and how they stand."""

from missions.models import Role, StatusChange, Submission, User
from tests import build

REASON = "The letter is missing."
VERBS = {
    "submit": lambda submission, by: submission.submit(by=by),
    "take_back": lambda submission, by: submission.take_back(by=by),
    "send_back": lambda submission, by: submission.send_back(by=by, reason=REASON),
    "publish": lambda submission, by: submission.publish(by=by),
}
LEADS_TO = {"submit": "submitted", "take_back": "taken_back", "send_back": "returned", "publish": "published"}
# How a draft gets there.
WAYS = {
    "draft": [],
    "submitted": ["submit"],
    "returned": ["submit", "send_back"],
    "taken_back": ["submit", "take_back"],
    "published": ["submit", "publish"],
}


def official(*roles, organisation=None):
    """An account that signs in nowhere; an editor edits for `organisation`."""
    user = User.objects.create(username=f"somebody-{User.objects.count()}")
    for role in roles:
        user.memberships.create(role=role, organisation=organisation if role == Role.EDITOR else None)
    return user


def brought_to(state, submission=None, by=None):
    """The submission, or a new one, on its way there."""
    submission, by = submission or build.submission(), by or build.nameless()
    for verb in WAYS[state]:
        VERBS[verb](submission, by)
    return Submission.objects.get(pk=submission.pk)


def stands(submission):
    """All that a step may change, as the database has it."""
    stored = Submission.objects.values("state", "author", "entry").get(pk=submission.pk)
    return stored, list(submission.steps.values_list("state", "by", "reason")), StatusChange.objects.count()
