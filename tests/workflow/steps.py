"""Officials, the steps of a submission, and what the database holds of one."""

from missions.models import Role, StatusChange, Submission, User
from tests import factories

REASON = "Attach the notice."
STEPS = {
    "submit": lambda submission, by: submission.submit(by=by),
    "take back": lambda submission, by: submission.take_back(by=by),
    "return": lambda submission, by: submission.send_back(by=by, reason=REASON),
    "publish": lambda submission, by: submission.publish(by=by),
}
STATE_AFTER = {"submit": "submitted", "take back": "taken_back", "return": "returned", "publish": "published"}
# How a new draft gets to each state.
PATHS = {
    "draft": [],
    "submitted": ["submit"],
    "returned": ["submit", "return"],
    "taken_back": ["submit", "take back"],
    "published": ["submit", "publish"],
}
TYPED = ("status", "due", "decided_by", "effective_on", "basis", "headline_en", "headline_zh", "note")


def official(role=None, organisation=None, username=None, **fields):
    """An account without a password; an editor edits for `organisation`."""
    username = username or f"user-{User.objects.count()}"
    user = User.objects.create(username=username, must_change_password=False, **{"language": "en", **fields})
    if role:
        user.memberships.create(role=role, organisation=organisation if role == Role.EDITOR else None)
    return user


def in_state(state, submission=None, by=None):
    """The submission, or a new one, brought to this state by its author, or by `by`."""
    submission = submission or factories.submission()
    for step in PATHS[state]:
        STEPS[step](submission, by or submission.author)
    return Submission.objects.get(pk=submission.pk)


def stored(submission):
    """All that a step may change, and what was typed."""
    row = Submission.objects.values("state", "author", "entry", *TYPED).get(pk=submission.pk)
    return row, list(submission.steps.values_list("state", "by", "reason")), StatusChange.objects.count()
