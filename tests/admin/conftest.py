from datetime import date

import pytest

from missions.models import Role
from tests import build
from tests.admin.pages import filled_in
from tests.admin.reporting import BEGUN, SUBMIT


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """A password's hash is slow on purpose; here every test makes some."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    """`tests/accounts` has who must set one up; here it would only stand before every page."""
    settings.HUB_REQUIRE_MFA = False


@pytest.fixture
def sign_in(db, client):
    """Signs in an account with these roles; returns it."""

    def signed_in(*roles, **fields):
        user = build.user("-".join(roles) or "nobody", *roles, **fields)
        client.force_login(user)
        return user

    return signed_in


@pytest.fixture
def coordinator(sign_in):
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def administrator(sign_in):
    return sign_in(Role.ADMINISTRATOR)


@pytest.fixture
def mission(db):
    return build.mission("M-1", status="not_started", on=date(2024, 1, 1))


@pytest.fixture
def editor(mission, sign_in):
    return sign_in(Role.EDITOR, organisation=mission.lead_owner)


@pytest.fixture
def page(mission):
    """Where a report on `mission` is begun."""
    return f"/admin/missions/mission/{mission.pk}/report/"


@pytest.fixture
def send(client, page):
    """Fills in the form as the page brings it, with these answers, and sends it."""

    def sent(**answers):
        return client.post(page, {**filled_in(client.get(page)), **BEGUN, **SUBMIT, **answers}, follow=True)

    return sent
