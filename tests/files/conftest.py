import pytest


@pytest.fixture(autouse=True)
def password_alone(settings):
    settings.HUB_REQUIRE_MFA = False
