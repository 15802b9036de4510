"""Two administrators act in the same moment, with real commits: one of them is left."""

import pytest
from django.test import Client

from missions.models import Membership, Role, User
from tests import build
from tests.admin.pages import filled_in
from tests.databases import one_behind_the_other

pytestmark = pytest.mark.both_databases


def deactivated(sent):
    del sent["is_active"]
    return sent


def demoted(sent):
    return {**sent, "memberships-0-role": "auditor"}


def removed(sent):
    return {**sent, "memberships-0-DELETE": "on"}


@pytest.mark.parametrize("ways", [(deactivated, deactivated), (demoted, deactivated), (deactivated, removed)])
def test_of_two_administrators_who_dismiss_each_other_at_once_one_is_left(own_database, settings, ways):
    settings.HUB_REQUIRE_MFA = False
    one, other = (build.user(name, Role.ADMINISTRATOR) for name in ("one", "other"))

    def dismissal(by, whom, way):
        client, page = Client(), f"/admin/missions/user/{whom.pk}/change/"
        client.force_login(by)
        sent = way(filled_in(client.get(page)))
        return lambda: client.post(page, sent).status_code

    jobs = [dismissal(by, whom, way) for by, whom, way in zip((one, other), (other, one), ways, strict=True)]

    answers = one_behind_the_other(lambda: list(Membership.objects.select_for_update()), *jobs)

    assert sorted(answers) == [200, 302]
    left = [one, other][answers.index(302)]
    assert [*User.objects.filter(is_active=True, memberships__role=Role.ADMINISTRATOR)] == [left]
