import pytest


@pytest.fixture(autouse=True)
def password_alone(settings):
    """No second factor is asked for, except where a test turns it on."""
    settings.HUB_REQUIRE_MFA = False
