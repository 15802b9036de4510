"""Who must have a second factor, that nothing leads past it, and how it is used and changed."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from missions.models import Role
from tests import factories
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in, user_id
from tests.public.dom import parse

MISSIONS = "/admin/missions/mission/?status__exact=completed"
FACTORS = "/accounts/2fa/"
ACTIVATE = f"{FACTORS}totp/activate/"
MORNING = "2026-03-01T08:00Z"


@pytest.fixture(autouse=True)
def demands_a_second_factor(settings):
    settings.HUB_REQUIRE_MFA = True


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_coordinators_and_administrators_need_a_second_factor(client, editor, settings, role):
    """Editors do not, nor does anybody where it is switched off. The role matrix has every other page."""
    official = factories.user("official", role)
    client.force_login(official)
    assert client.get("/admin/")["Location"] == f"{FACTORS}?next=/admin/"

    client.force_login(editor)
    assert client.get("/admin/").status_code == 200
    settings.HUB_REQUIRE_MFA = False
    client.force_login(official)
    assert client.get("/admin/").status_code == 200


def test_password_alone_opens_nothing_and_recovery_codes_need_an_authenticator(client, coordinator):
    secret = give_totp(coordinator)
    assert sign_in(client, "coordinator", wanted=MISSIONS)["Location"] == AUTHENTICATE
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get(FACTORS)["Location"].startswith("/accounts/login/")
    assert client.post(AUTHENTICATE, {"code": code(secret)})["Location"] == MISSIONS
    assert client.get("/admin/").status_code == 200

    coordinator.authenticator_set.get(type=Authenticator.Type.TOTP).delete()
    assert client.get("/admin/")["Location"].startswith(FACTORS)


def test_code_counts_once(client, coordinator):
    secret, other = give_totp(coordinator), Client()
    with time_machine.travel(MORNING, tick=False) as clock:
        used = code(secret, time.time() + 30)  # valid for longest
        for browser in (client, other):
            sign_in(browser, "coordinator")

        assert client.post(AUTHENTICATE, {"code": used}).status_code == 302
        for again in (used, f"{used[:3]} {used[3:]}"):
            assert list(other.post(AUTHENTICATE, {"code": again}).context["form"].errors) == ["code"]
        clock.shift(40)
        assert other.post(AUTHENTICATE, {"code": used}).status_code == 200
        assert user_id(other) is None


def test_first_factor_ends_sessions_that_began_without_it_and_its_code_does_not_sign_in(
    client, coordinator, django_capture_on_commit_callbacks
):
    thief = Client()
    for browser in (thief, client):
        sign_in(browser, "coordinator")
    with time_machine.travel(MORNING, tick=False), django_capture_on_commit_callbacks(execute=True):
        secret = parse(client.get(ACTIVATE)).one(id="totp-key").text
        client.post(ACTIVATE, {"code": code(secret)})
        sign_in(other := Client(), "coordinator")
        assert other.post(AUTHENTICATE, {"code": code(secret)}).status_code == 200
        assert client.get("/admin/").status_code == 200

    assert thief.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
