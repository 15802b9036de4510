"""A mission, and an editor of its lead owner who is signed in."""

import pytest

from missions.models import Role
from tests import factories


@pytest.fixture
def without_second_factor(settings):
    settings.HUB_REQUIRE_MFA = False


@pytest.fixture
def mission(db):
    return factories.mission("M-1", status="not_started")


@pytest.fixture
def editor(client, mission):
    user = factories.user("editor", Role.EDITOR, organisation=mission.lead_owner)
    client.force_login(user)
    return user
