"""Who must have a second factor, that nothing leads past it, and how it is used and changed."""

import time
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from missions.models import Role
from tests import factories
from tests.accounts.signing import AUTHENTICATE, code, give_totp, reauthenticate, sign_in, user_id
from tests.public.dom import parse

MISSIONS = "/admin/missions/mission/?status__exact=completed"
FACTORS = "/accounts/2fa/"
ACTIVATE, DEACTIVATE = f"{FACTORS}totp/activate/", f"{FACTORS}totp/deactivate/"
MORNING = "2026-03-01T08:00Z"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_coordinators_and_administrators_need_a_second_factor(client, db, role):
    """The role matrix has every other page."""
    client.force_login(factories.user("official", role))

    assert client.get("/admin/")["Location"] == f"{FACTORS}?next=/admin/"


def test_second_factor_is_not_demanded_of_editors_nor_where_it_is_switched_off(client, editor, settings):
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200

    settings.HUB_REQUIRE_MFA = False
    client.force_login(factories.user("coordinator"))
    assert client.get("/admin/").status_code == 200


def test_first_sign_in_leads_over_new_password_and_second_factor_to_the_wanted_page(client, db):
    factories.user("newcomer", Role.ADMINISTRATOR, must_change_password=True)
    sign_in(client, "newcomer", wanted=MISSIONS)
    password = client.get(MISSIONS)["Location"]
    new = {"password1": "three arcs over the river", "password2": "three arcs over the river"}
    changed = client.post(password, {"oldpassword": factories.PASSWORD, **new})
    demand = client.get(changed["Location"])["Location"]
    links = {link["href"] for link in parse(client.get(demand)).all("a")}
    secret = parse(client.get(ACTIVATE)).one(id="totp-key").text
    codes = client.post(ACTIVATE, {"code": code(secret)}, follow=True)

    wanted = "/admin/missions/mission/%3Fstatus__exact%3Dcompleted"
    assert password == f"/accounts/password/change/?next={wanted}"
    assert (changed["Location"], demand) == (MISSIONS, f"{FACTORS}?next={wanted}")
    assert {ACTIVATE, f"{FACTORS}webauthn/add/"} <= links
    assert len(parse(codes).one("main").all("code")) == 10
    assert MISSIONS in [link["href"] for link in parse(codes).all("a")]
    assert client.get(MISSIONS).status_code == 200


def test_without_authenticator_recovery_codes_do_not_suffice(client, coordinator):
    secret = give_totp(coordinator)
    sign_in(client, "coordinator")
    client.post(AUTHENTICATE, {"code": code(secret)})
    assert client.get("/admin/").status_code == 200

    client.post(DEACTIVATE)
    assert coordinator.authenticator_set.count() == 0
    assert client.get("/admin/")["Location"].startswith(FACTORS)

    give_totp(coordinator)
    coordinator.authenticator_set.get(type=Authenticator.Type.TOTP).delete()
    assert client.get("/admin/")["Location"].startswith(FACTORS)


def test_password_alone_opens_nothing_where_there_is_a_second_factor(client, coordinator):
    secret = give_totp(coordinator)

    assert sign_in(client, "coordinator", wanted=MISSIONS)["Location"] == AUTHENTICATE
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get(FACTORS)["Location"].startswith("/accounts/login/")
    assert client.post(AUTHENTICATE, {"code": code(secret)})["Location"] == MISSIONS
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_code_counts_once(client, coordinator, kind):
    secret = give_totp(coordinator)
    with time_machine.travel(MORNING, tick=False) as clock:
        # A code that is early by half a minute is valid for longest.
        recovery = coordinator.authenticator_set.get(type="recovery_codes").wrap().generate_codes()[0]
        used = code(secret, time.time() + 30) if kind == "app" else recovery
        other = Client()
        for browser in (client, other):
            sign_in(browser, "coordinator")

        assert client.post(AUTHENTICATE, {"code": used}).status_code == 302
        for again in (used, f"{used[:3]} {used[3:]}"):
            assert list(other.post(AUTHENTICATE, {"code": again}).context["form"].errors) == ["code"]
        clock.shift(40)
        assert other.post(AUTHENTICATE, {"code": used}).status_code == 200
        assert user_id(other) is None


def test_code_that_set_up_an_app_does_not_sign_in(client, editor):
    sign_in(client, "editor")
    with time_machine.travel(MORNING, tick=False) as clock:
        secret = parse(client.get(ACTIVATE)).one(id="totp-key").text
        used, other = code(secret), Client()
        statuses = [client.post(ACTIVATE, {"code": used}).status_code]
        sign_in(other, "editor")
        statuses.append(other.post(AUTHENTICATE, {"code": used}).status_code)
        clock.shift(30)
        statuses.append(other.post(AUTHENTICATE, {"code": code(secret)}).status_code)

    assert statuses == [302, 200, 302]


def test_first_factor_ends_sessions_that_began_without_it(client, coordinator, django_capture_on_commit_callbacks):
    thief = Client()
    for browser in (thief, client):
        sign_in(browser, "coordinator")
    secret = parse(client.get(ACTIVATE)).one(id="totp-key").text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ACTIVATE, {"code": code(secret)})

    assert client.get("/admin/").status_code == 200
    assert thief.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


@pytest.mark.parametrize("page", ["totp/activate/", "webauthn/add/", "recovery-codes/generate/", "totp/deactivate/"])
def test_factors_are_changed_only_shortly_after_proof_of_identity(client, editor, page):
    address = FACTORS + page
    with time_machine.travel(MORNING, tick=True) as clock:
        secret = give_totp(editor) if address != ACTIVATE else None
        sign_in(client, "editor")
        if secret:
            client.post(AUTHENTICATE, {"code": code(secret)})
        assert client.get(address).status_code == 200

        clock.shift(6 * 60)
        again = client.get(address)["Location"]
        assert again == f"/accounts/reauthenticate/?next={quote(address, safe='')}"
        assert list(client.post(again, {"password": "a guess"}).context["form"].errors) == ["password"]
        assert client.post(again, {"password": factories.PASSWORD})["Location"] == address
        assert client.get(address).status_code == 200


def test_nobody_changes_the_factors_of_another_person(client, editor, coordinator):
    passkey = Authenticator.objects.create(user=coordinator, type="webauthn", data={"name": "theirs", "credential": {}})
    give_totp(editor)
    client.force_login(editor)
    reauthenticate(client)
    addresses = [f"{FACTORS}webauthn/keys/{passkey.pk}/{action}/" for action in ("edit", "remove")]

    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert [client.post(address, {"name": "mine"}).status_code for address in addresses] == [404, 404]
    passkey.refresh_from_db()
    assert passkey.data["name"] == "theirs"
