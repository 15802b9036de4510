from datetime import date

import pytest

from missions.models import Role
from tests import factories


@pytest.fixture
def sign_in(db, client):
    """Signs in a new account with these roles; returns it."""

    def sign_in(*roles, **fields):
        user = factories.user("-".join(roles) or "nobody", *roles, **fields)
        client.force_login(user)
        return user

    return sign_in


@pytest.fixture
def coordinator(sign_in):
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def mission(db):
    return factories.mission("M-1", status="not_started", on=date(2024, 1, 1))


@pytest.fixture
def editor(mission, sign_in):
    return sign_in(Role.EDITOR, organisation=mission.lead_owner)


@pytest.fixture
def page(mission):
    """Where a report on `mission` is begun."""
    return f"/admin/missions/mission/{mission.pk}/report/"
