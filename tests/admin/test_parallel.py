"""Forms sent at the same time, with real commits."""

import pytest
from django.test import Client

from missions.models import Head, Role, Submission
from tests import factories
from tests.admin.pages import filled_in
from tests.admin.reporting import BEGUN, SUBMIT, of_evidence
from tests.databases import one_behind_the_other

pytestmark = pytest.mark.both_databases


def statuses(user, page, forms):
    """The statuses of forms that were all sent before the first was answered."""
    clients = [Client() for _form in forms]
    for client in clients:
        client.force_login(user)
    sent = [{**filled_in(clients[0].get(page)), **form} for form in forms]
    jobs = [lambda pair=pair: pair[0].post(page, pair[1]).status_code for pair in zip(clients, sent, strict=True)]
    return one_behind_the_other(Head.objects.lock, *jobs)


def test_of_parallel_edits_one_is_saved(own_database):
    mission, titles = factories.mission("M-1"), ["One", "Two", "Three"]
    page = f"/admin/missions/mission/{mission.pk}/change/"
    found = statuses(factories.user("li"), page, [{"title_en": title} for title in titles])
    mission.refresh_from_db()

    assert (sorted(found), mission.history.count()) == ([200, 200, 302], 2)
    assert mission.title_en == titles[found.index(302)]


def test_of_parallel_reports_from_one_form_one_submission_is_made(own_database):
    mission = factories.mission()
    editor = factories.user("editor", Role.EDITOR, organisation=mission.lead_owner)
    client = Client()
    client.force_login(editor)
    page = f"/admin/missions/mission/{mission.pk}/report/"
    form = {**filled_in(client.get(page)), **BEGUN, **of_evidence(0, title="Letter"), **SUBMIT}
    found = statuses(editor, page, [form] * 3)
    submission = Submission.objects.get()

    assert (found, submission.state) == ([302] * 3, "submitted")
    assert (submission.steps.count(), submission.evidence.count()) == (1, 1)
