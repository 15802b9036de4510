import pytest

from missions.models import Role
from tests import build


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
