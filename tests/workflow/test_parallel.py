"""Steps and edits at the same moment, with real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client

from missions.ledger.verification import problems
from missions.models import Head, Mission, StatusChange, Submission
from tests import factories
from tests.admin.pages import filled_in
from tests.databases import in_place_of_the_default, one_behind_the_other
from tests.workflow.steps import STATE_AFTER, STEPS, in_state

pytestmark = pytest.mark.both_databases

PAIRS = [("publish", "publish"), ("publish", "take back"), ("publish", "return"), ("return", "return")] * 2


def all_at_once(jobs):
    """The results of the jobs, each in its own thread with its own connection."""
    name, ready = connections["default"].settings_dict["NAME"], Barrier(len(jobs))

    def run(job):
        with in_place_of_the_default(name):
            return job(ready)

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def test_of_two_steps_at_once_one_is_taken(own_database):
    accounts = factories.nameless(), factories.nameless()
    submissions = [in_state("submitted") for _pair in PAIRS]

    def step(pk, name, by):
        def job(ready):
            submission = Submission.objects.get(pk=pk)
            ready.wait(30)
            try:
                STEPS[name](submission, by)
            except ValidationError:
                return None
            return STATE_AFTER[name], by.pk

        return job

    results = all_at_once(
        [
            step(submission.pk, name, by)
            for submission, pair in zip(submissions, PAIRS, strict=True)
            for name, by in zip(pair, accounts, strict=True)
        ]
    )

    for submission, two in zip(submissions, zip(results[::2], results[1::2], strict=True), strict=True):
        (taken,) = [result for result in two if result]
        submission.refresh_from_db()
        assert list(submission.steps.values_list("state", "by"))[1:] == [taken]
        entries = submission.mission.changes.exclude(kind="opening").values_list("pk", flat=True)
        assert (submission.state, list(entries)) == (taken[0], [submission.entry_id] if submission.entry_id else [])
    assert StatusChange.objects.count() == len(PAIRS) + Submission.objects.filter(state="published").count()
    assert list(problems()) == []


@pytest.mark.parametrize("first", ["publication", "edit"])
def test_publication_and_edit_of_its_mission_both_succeed(own_database, settings, first):
    settings.HUB_REQUIRE_MFA = False
    account, client, submission = factories.nameless(), Client(), in_state("submitted")
    account.must_change_password = False
    account.save()
    client.force_login(account)
    page = f"/admin/missions/mission/{submission.mission_id}/change/"
    sent = {**filled_in(client.get(page)), "title_en": "Edited"}
    jobs = {
        "publication": lambda: submission.publish(by=account).status,
        "edit": lambda: client.post(page, sent).status_code,
    }
    order = [first, *(jobs.keys() - {first})]

    results = one_behind_the_other(Head.objects.lock, *(jobs[name] for name in order))

    assert dict(zip(order, results, strict=True)) == {"publication": "in_progress", "edit": 302}
    assert list(Mission.objects.values_list("title_en", "status")) == [("Edited", "in_progress")]
    assert list(problems()) == []
