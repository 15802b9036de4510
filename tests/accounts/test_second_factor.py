"""Who must have a second factor, that nothing leads past it, and how it signs in."""

import time
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, get_resolver

from missions.models import Role
from tests import build
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in
from tests.public.dom import parse

MISSIONS = "/admin/missions/mission/?status__exact=completed"
DEMAND = "/accounts/2fa/"


def patterns(resolver, above=""):
    for entry in resolver.url_patterns:
        address = above + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address
        else:
            yield from patterns(entry, address)


def every_admin_address():
    """An address for each page of the admin, with 1 wherever it asks for something."""
    (admin,) = (entry for entry in get_resolver().url_patterns if str(entry.pattern) == "admin/")
    for route in patterns(admin, "/admin/"):
        parts = [
            "1" if part.startswith("<") else part.strip("^$")
            for part in route.replace("(?P<url>.*)$", "nowhere/").split("/")
        ]
        yield "/".join(parts).replace("(?P<app_label>missions)", "missions")


def authenticators(user):
    return sorted(user.authenticator_set.values_list("type", flat=True))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_it_is_demanded_of_whoever_publishes_or_keeps_accounts_before_every_page(client, db, role):
    client.force_login(build.user("official", role))
    addresses = set(every_admin_address()) - {"/admin/login/"}

    assert len(addresses) > 50
    for address in addresses:
        for answer in (client.get(address), client.post(address)):
            assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, DEMAND), address


def test_it_is_not_demanded_of_others_nor_where_it_is_switched_off(client, editor, settings):
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200

    settings.HUB_REQUIRE_MFA = False
    client.force_login(build.user("coordinator"))
    assert client.get("/admin/").status_code == 200


def test_the_way_leads_over_a_new_password_and_a_second_factor_to_the_page_that_was_wanted(client, db):
    build.user("newcomer", Role.ADMINISTRATOR, must_change_password=True)
    new = "three arcs over the river"
    sign_in(client, "newcomer", wanted=MISSIONS)
    password = client.get(MISSIONS).headers["Location"]
    sent = {"oldpassword": build.PASSWORD, "password1": new, "password2": new}
    changed = client.post(password, sent)
    demand = client.get(changed.headers["Location"]).headers["Location"]
    # Just signed in, nobody is asked for the password once more.
    page = client.get("/accounts/2fa/totp/activate/")
    secret = parse(page).one(id="totp-key").text
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}, follow=True)

    assert password == "/accounts/password/change/?next=/admin/missions/mission/%3Fstatus__exact%3Dcompleted"
    assert changed.headers["Location"] == MISSIONS
    assert demand == "/accounts/2fa/?next=/admin/missions/mission/%3Fstatus__exact%3Dcompleted"
    assert parse(done).one("a", class_="default")["href"] == MISSIONS
    assert len(parse(done).one(class_="hub-codes").all("code")) == 10
    assert client.get(MISSIONS).status_code == 200


def test_the_demand_says_what_it_is_for_and_offers_both_ways(client, coordinator):
    client.force_login(coordinator)
    page = parse(client.get("/admin/", follow=True))

    assert "Coordinators and administrators need a second factor beside the password." in page.text
    assert {"/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"} <= {a["href"] for a in page.all("a")}


def test_removing_the_last_factor_brings_the_demand_back(client, coordinator):
    secret = give_totp(coordinator)
    sign_in(client, "coordinator")
    client.post(AUTHENTICATE, {"code": code(secret)})

    assert client.get("/admin/").status_code == 200

    client.post("/accounts/2fa/totp/deactivate/")

    assert authenticators(coordinator) == []
    assert client.get("/admin/").headers["Location"].startswith(DEMAND)


def test_recovery_codes_alone_are_no_second_factor(client, coordinator):
    give_totp(coordinator)
    coordinator.authenticator_set.get(type=Authenticator.Type.TOTP).delete()
    client.force_login(coordinator)

    assert authenticators(coordinator) == ["recovery_codes"]
    assert client.get("/admin/").headers["Location"].startswith(DEMAND)


def test_with_a_second_factor_the_password_alone_opens_nothing(client, coordinator):
    secret = give_totp(coordinator)
    answer = sign_in(client, "coordinator", wanted=MISSIONS)

    assert answer.headers["Location"] == AUTHENTICATE
    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/accounts/2fa/").headers["Location"].startswith("/accounts/login/")
    assert client.post(AUTHENTICATE, {"code": code(secret)}).headers["Location"] == MISSIONS
    assert client.get("/admin/").status_code == 200


def test_a_code_and_a_recovery_code_count_once(client, coordinator):
    secret = give_totp(coordinator)
    recovery = coordinator.authenticator_set.get(type="recovery_codes").wrap().generate_codes()[0]
    with time_machine.travel("2026-03-01T08:00Z", tick=False) as clock:
        # The second code is early by half a minute, and so could count for longest.
        for used in (recovery, code(secret, time.time() + 30)):
            first, second = Client(), Client()
            for browser in (first, second):
                sign_in(browser, "coordinator")

            assert first.post(AUTHENTICATE, {"code": used}).status_code == 302
            for again in (used, f"{used[:3]} {used[3:]}"):
                assert "This was not accepted." in parse(second.post(AUTHENTICATE, {"code": again})).text
            clock.shift(40)
            assert "This was not accepted." in parse(second.post(AUTHENTICATE, {"code": used})).text
            assert "_auth_user_id" not in second.session


def test_the_code_that_set_up_an_app_does_not_sign_in(client, editor):
    sign_in(client, "editor")
    with time_machine.travel("2026-03-01T08:00Z", tick=False) as clock:
        secret = parse(client.get("/accounts/2fa/totp/activate/")).one(id="totp-key").text
        used = code(secret)
        activated = client.post("/accounts/2fa/totp/activate/", {"code": used})
        other = Client()
        sign_in(other, "editor")
        again = other.post(AUTHENTICATE, {"code": used})
        clock.shift(30)
        next_code = other.post(AUTHENTICATE, {"code": code(secret)})

    assert [answer.status_code for answer in (activated, again, next_code)] == [302, 200, 302]
    assert list(again.context["form"].errors) == ["code"]


def test_a_first_factor_ends_the_sessions_that_began_without_it(
    client, coordinator, django_capture_on_commit_callbacks
):
    thief = Client()
    sign_in(thief, "coordinator")
    sign_in(client, "coordinator")
    secret = parse(client.get("/accounts/2fa/totp/activate/")).one(id="totp-key").text
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})

    assert client.get("/admin/").status_code == 200
    assert thief.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"


@pytest.mark.parametrize(
    "address", ["2fa/totp/activate/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/", "2fa/totp/deactivate/"]
)
def test_some_minutes_after_the_sign_in_a_factor_is_changed_only_by_who_shows_again_who_it_is(client, editor, address):
    with time_machine.travel("2026-03-01T08:00Z", tick=True) as clock:
        secret = give_totp(editor) if address != "2fa/totp/activate/" else None
        sign_in(client, "editor")
        if secret:
            client.post(AUTHENTICATE, {"code": code(secret)})

        assert client.get(f"/accounts/{address}").status_code == 200

        clock.shift(6 * 60)
        again = client.get(f"/accounts/{address}").headers["Location"]

        assert again == f"/accounts/reauthenticate/?next={quote('/accounts/' + address, safe='')}"
        assert "This is not your present password." in parse(client.post(again, {"password": "a guess"})).text
        assert client.post(again, {"password": build.PASSWORD}).headers["Location"] == f"/accounts/{address}"
        assert client.get(f"/accounts/{address}").status_code == 200


def test_one_person_cannot_touch_the_factors_of_another(client, editor, coordinator):
    passkey = Authenticator.objects.create(user=coordinator, type="webauthn", data={"name": "theirs", "credential": {}})
    give_totp(editor)
    client.force_login(editor)
    sign_in(client, "editor")
    for action in ("edit", "remove"):
        client.post("/accounts/reauthenticate/", {"password": build.PASSWORD})
        address = f"/accounts/2fa/webauthn/keys/{passkey.pk}/{action}/"

        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "mine"}).status_code == 404
    passkey.refresh_from_db()
    assert passkey.data["name"] == "theirs"
