"""The register is edited in the back office while the ledger is written, with real commits: neither stops the other."""

import pytest
from django.test import Client

from missions.models import Head, Mission
from missions.models.verification import problems
from tests import build
from tests.admin.pages import filled_in
from tests.databases import one_behind_the_other
from tests.models.submitting import brought_to

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("first", ["publication", "edit"])
def test_a_publication_and_an_edit_of_its_mission_do_not_wait_for_each_other_in_a_circle(own_database, settings, first):
    settings.HUB_REQUIRE_MFA = False
    official, client = build.user(), Client()
    submission = brought_to("submitted")
    page = f"/admin/missions/mission/{submission.mission_id}/change/"
    client.force_login(official)
    sent = {**filled_in(client.get(page)), "title_en": "Edited"}
    jobs = {
        "publication": lambda: submission.publish(by=official).status,
        "edit": lambda: client.post(page, sent).status_code,
    }
    order = [first, *(jobs.keys() - {first})]

    became = dict(zip(order, one_behind_the_other(Head.objects.lock, *(jobs[name] for name in order)), strict=True))

    assert became == {"publication": "in_progress", "edit": 302}
    assert [*Mission.objects.values_list("title_en", "status")] == [("Edited", "in_progress")]
    assert list(problems()) == []
