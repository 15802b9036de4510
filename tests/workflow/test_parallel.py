"""Steps, forms and edits at the same moment, with real commits."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from missions.ledger.verification import problems
from missions.models import Head, Mission, Role, Submission
from tests import factories
from tests.admin.pages import filled_in
from tests.databases import one_behind_the_other
from tests.workflow.steps import STATE_AFTER, STEPS, in_state, official

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    "pair", [("publish", "publish"), ("publish", "take back"), ("publish", "return"), ("return", "return")]
)
def test_of_two_steps_at_once_one_is_taken(own_database, pair):
    submission = in_state("submitted")

    def step(name):
        read, by = Submission.objects.get(pk=submission.pk), factories.nameless()

        def job():
            try:
                STEPS[name](read, by)
            except ValidationError:
                return None
            return STATE_AFTER[name], by.pk

        return job

    (taken,) = filter(None, one_behind_the_other(Submission.objects.select_for_update().get, *map(step, pair)))
    submission.refresh_from_db()

    assert list(submission.steps.values_list("state", "by"))[1:] == [taken]
    entries = list(submission.mission.changes.exclude(kind="opening").values_list("pk", flat=True))
    assert (submission.state, entries) == (taken[0], [submission.entry_id] if submission.entry_id else [])
    assert list(problems()) == []


def posts(user, page, answers):
    """A job for each of these answers: it sends the form, which was opened before, and returns the status."""
    clients = [Client() for _answers in answers]
    for client in clients:
        client.force_login(user)
    form = filled_in(clients[0].get(page))
    return [
        lambda client=client, sent=sent: client.post(page, {**form, **sent}).status_code
        for client, sent in zip(clients, answers, strict=True)
    ]


@pytest.mark.parametrize("first", ["publication", "edit"])
def test_publication_and_edit_of_its_mission_both_succeed(own_database, first):
    account, submission = official(Role.COORDINATOR), in_state("submitted")
    (edit,) = posts(account, f"/admin/missions/mission/{submission.mission_id}/change/", [{"title_en": "Edited"}])
    jobs = {"publication": lambda: submission.publish(by=account).status, "edit": edit}
    order = [first, *(jobs.keys() - {first})]

    results = one_behind_the_other(Head.objects.lock, *(jobs[name] for name in order))

    assert dict(zip(order, results, strict=True)) == {"publication": "in_progress", "edit": 302}
    assert list(Mission.objects.values_list("title_en", "status")) == [("Edited", "in_progress")]
    assert list(problems()) == []


def test_of_parallel_edits_one_is_saved(own_database):
    mission, titles = factories.mission("M-1"), ["One", "Two", "Three"]
    page = f"/admin/missions/mission/{mission.pk}/change/"
    jobs = posts(official(Role.COORDINATOR), page, [{"title_en": title} for title in titles])
    found = one_behind_the_other(Head.objects.lock, *jobs)
    mission.refresh_from_db()

    assert (sorted(found), mission.history.count()) == ([200, 200, 302], 2)
    assert mission.title_en == titles[found.index(302)]
