"""Any steps in any order, by anybody: two submissions on one mission stand as a plain table of the rules has it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.models import Refused, Role, Submission, publish_all
from missions.status import Status
from tests import build
from tests.models.submitting import VERBS, official

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.no_cover]

EDITABLE = {"draft", "returned", "taken_back"}
STARTS = {
    "submit": (EDITABLE, "submitted"),
    "take_back": ({"draft", "submitted", "returned"}, "taken_back"),
    "send_back": ({"submitted"}, "returned"),
    "publish": ({"submitted"}, "published"),
}
WHO = ["first", "second", "editor", "auditor"]
STATUSES = ["paused", "withdrawn"]

steps = st.tuples(
    st.sampled_from([*STARTS, "submit", "publish", "translate", "publish both"]),
    st.sampled_from([0, 1]),
    st.sampled_from([*WHO, "first", "second"]),
)


class Plain:
    """The two submissions by the words of the model alone: the second one lacks its headline in Chinese at first."""

    def __init__(self, second_person):
        self.second_person = second_person
        self.states, self.authors, self.steps = ["draft", "draft"], [None, None], [[], []]
        self.translated, self.ledger = [True, False], []

    def is_legal(self, n):
        """Withdrawn is final; everything is said of the same day."""
        return STATUSES[n] == "withdrawn" or "withdrawn" not in [status for status, _author in self.ledger]

    def may(self, verb, n, who):
        if verb in ("submit", "take_back"):
            return who != "auditor"
        is_second_person = verb != "publish" or not self.second_person or self.authors[n] != who
        return who in ("first", "second") and is_second_person

    def take(self, verb, n, who):
        """Whether the step is taken; if so, takes it."""
        starts, leads_to = STARTS[verb]
        is_sound = verb not in ("submit", "publish") or self.is_legal(n)
        is_complete = verb != "publish" or self.translated[n]
        if not (self.may(verb, n, who) and self.states[n] in starts and is_sound and is_complete):
            return False
        if verb == "submit":
            self.authors[n] = who
        if verb == "publish":
            self.ledger.append((STATUSES[n], self.authors[n]))
        self.states[n] = leads_to
        self.steps[n].append((leads_to, who))
        return True

    def take_both(self, who):
        before = [list(kept) for kept in (self.states, self.ledger, *self.steps)]
        if not (self.take("publish", 0, who) and self.take("publish", 1, who)):
            self.states, self.ledger, *self.steps = before


def step(submissions, verb, n, by):
    """What the application does; a refusal leaves all as it was."""
    try:
        if verb == "publish both":
            publish_all(submissions, by=by)
        elif verb == "translate":
            submissions[n].headline_zh = "译文"
            submissions[n].save()
        else:
            VERBS[verb](submissions[n], by)
    except (PermissionDenied, ValidationError, Refused):
        pass


@settings(derandomize=True, max_examples=30, deadline=None, database=None)
@given(taken=st.lists(steps, min_size=8, max_size=16), second_person=st.booleans())
def any_steps(taken, second_person):
    instrument = build.instrument(f"SR-{second_person}", second_person="everything" if second_person else "none")
    mission = build.mission(instrument=instrument)
    names = [build.nameless(), build.nameless(), official(Role.EDITOR, organisation=mission.lead_owner)]
    people = dict(zip(WHO, [*names, official(Role.AUDITOR)], strict=True))
    author = build.nameless()
    drafts = [build.submission(mission, by=author, status=Status(status)) for status in STATUSES]
    Submission.objects.filter(pk=drafts[1].pk).update(headline_zh="")
    plain = Plain(second_person)

    for verb, n, who in taken:
        submissions = [Submission.objects.get(pk=draft.pk) for draft in drafts]
        if verb == "publish both":
            plain.take_both(who)
        elif verb == "translate":
            plain.translated[n] = True
        else:
            plain.take(verb, n, who)
        step(submissions, verb, n, people[who])

        stored = [Submission.objects.get(pk=draft.pk) for draft in drafts]
        assert [submission.state for submission in stored] == plain.states
        assert [submission.author for submission in stored] == [people.get(name, author) for name in plain.authors]
        assert [[(s.state, s.by) for s in submission.steps.all()] for submission in stored] == [
            [(state, people[name]) for state, name in each] for each in plain.steps
        ]
        recorded = mission.changes.exclude(kind="opening").values_list("status", "recorded_by")
        assert list(recorded) == [(status, people[name].pk) for status, name in plain.ledger]
        assert [bool(submission.entry_id) for submission in stored] == [s == "published" for s in plain.states]


def test_any_steps_lead_where_the_rules_have_them_lead(db):
    any_steps()
