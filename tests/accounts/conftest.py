import pytest

from missions.models import Role
from tests import factories


@pytest.fixture
def editor(db):
    """An account that needs no second factor."""
    return factories.user("editor", Role.EDITOR, organisation=factories.organisation())


@pytest.fixture
def coordinator(db):
    return factories.user("coordinator", Role.COORDINATOR)


@pytest.fixture
def mails(settings, mailoutbox):
    """The mails sent by a site with a mail server."""
    settings.HUB_SENDS_MAIL = True
    return mailoutbox
