import pytest

from missions.models import Role
from tests import build


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """A password's hash is slow on purpose; here every test makes some."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def editor(db):
    """Somebody of whom no second factor is asked."""
    return build.user("editor", Role.EDITOR, organisation=build.organisation())


@pytest.fixture
def coordinator(db):
    return build.user("coordinator", Role.COORDINATOR)


@pytest.fixture
def by_mail(settings, mailoutbox):
    settings.HUB_SENDS_MAIL = True
    return mailoutbox
