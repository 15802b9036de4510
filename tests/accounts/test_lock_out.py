"""Guessing: five wrong passwords or codes close the sign-in for a quarter of an hour."""

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client

from tests import factories
from tests.accounts.serving import Browser, gunicorn
from tests.accounts.signing import AUTHENTICATE, LOGIN, code, give_totp, reauthenticate, sign_in, wrong_code
from tests.public.dom import parse

NOON = "2026-03-01T12:00Z"
NEW = {"password1": "three arcs over the river", "password2": "three arcs over the river"}


def guess(client, times, username="editor", **options):
    return [sign_in(client, username, f"guess {number}", **options).status_code for number in range(times)]


def test_fifth_wrong_password_closes_the_sign_in_for_15_minutes(client, editor):
    with time_machine.travel(NOON, tick=False) as clock:
        assert guess(client, 6) == [200, 200, 200, 200, 429, 429]
        assert sign_in(client, "editor").status_code == 429
        clock.shift(14 * 60)
        # An attempt meanwhile does not prolong the lock-out: the page promised 15 minutes.
        assert sign_in(client, "editor").status_code == 429
        clock.shift(61)
        assert sign_in(client, "editor").status_code == 302


@pytest.mark.parametrize(("language", "duration"), [("en", "15 minutes"), ("zh-hans", "15 分钟")])
def test_lock_out_page_tells_how_long_in_the_language_of_the_reader(client, db, language, duration):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    statuses = guess(client, 5, "nobody at all")  # an account that does not exist is no exception
    page = parse(sign_in(client, "nobody at all"))

    assert statuses[-1] == 429
    assert (page.one("html")["lang"], duration in page.one("main").text) == (language, True)


def test_lock_out_is_for_one_name_from_one_address(client, editor):
    factories.user("colleague")

    assert guess(client, 5, REMOTE_ADDR="192.0.2.1")[-1] == 429
    assert sign_in(Client(), "editor", REMOTE_ADDR="192.0.2.2").status_code == 302
    assert sign_in(Client(), "colleague", REMOTE_ADDR="192.0.2.1").status_code == 302


def test_other_browser_or_forged_address_gives_no_further_guess(client, editor):
    for number in range(4):
        guess(client, 1, headers={"User-Agent": f"browser {number}", "X-Forwarded-For": f"192.0.2.{number}"})

    assert guess(Client(), 1, headers={"X-Forwarded-For": "192.0.2.9"}) == [429]


@pytest.mark.long
def test_one_address_may_try_300_sign_ins_in_15_minutes(client, db):
    with time_machine.travel(NOON, tick=False) as clock:
        statuses = [sign_in(client, f"name {number}", "the same password").status_code for number in range(301)]
        clock.shift(15 * 60 + 1)
        statuses.append(sign_in(client, "another", "the same password").status_code)

    assert statuses == [200] * 300 + [429, 200]


def test_right_password_resets_the_count(client, editor):
    guess(client, 4)
    sign_in(client, "editor")
    client.post("/accounts/logout/")

    assert guess(client, 1) == [200]


def test_present_password_is_limited_like_the_sign_in(client, editor):
    client.force_login(editor)
    forms = {"/accounts/password/change/": {"oldpassword": "a guess", **NEW}}
    forms["/accounts/reauthenticate/"] = {"password": "a guess"}
    change, again = forms.items()

    assert [client.post(*form).status_code for form in (change, change, change, again, again)] == [200] * 4 + [429]


def test_no_password_is_stored_with_an_attempt(client, editor):
    client.force_login(editor)
    secrets = {"oldpassword": "secret one", "password1": "secret two", "password2": "secret three"}
    client.post("/accounts/password/change/", secrets)
    sign_in(client, "editor", "secret four")

    assert AccessAttempt.objects.exists()
    assert "secret" not in str(list(AccessAttempt.objects.values()))


def test_sixth_wrong_code_closes_the_second_factor_for_15_minutes(client, editor):
    secret = give_totp(editor)
    with time_machine.travel(NOON, tick=False) as clock:
        wrong = wrong_code(secret)
        sign_in(client, "editor")
        statuses = [client.post(AUTHENTICATE, {"code": wrong}).status_code for _ in range(6)]
        other = Client(REMOTE_ADDR="192.0.2.2")
        sign_in(other, "editor")
        statuses.append(other.post(AUTHENTICATE, {"code": code(secret)}).status_code)
        clock.shift(15 * 60 + 1)
        sign_in(client, "editor")
        statuses.append(client.post(AUTHENTICATE, {"code": code(secret)}).status_code)

    assert statuses == [200] * 5 + [429, 429, 302]


def test_recovery_codes_and_set_up_codes_count_too(client, editor):
    sign_in(client, "editor")
    reauthenticate(client)
    statuses = [client.post("/accounts/2fa/totp/activate/", {"code": "1"}).status_code for _ in range(3)]
    give_totp(editor)
    client.post("/accounts/logout/")
    sign_in(client, "editor")
    statuses += [client.post(AUTHENTICATE, {"code": "12345678"}).status_code for _ in range(3)]

    assert statuses == [200] * 5 + [429]


@pytest.mark.long
@pytest.mark.no_cover
@pytest.mark.both_databases
def test_limits_hold_across_two_server_processes(own_database, settings):
    settings.PASSWORD_HASHERS = [f"{PBKDF2PasswordHasher.__module__}.PBKDF2PasswordHasher"]  # the server's
    factories.user("guessed")
    secret = give_totp(factories.user("official"))
    with gunicorn(own_database) as site:
        passwords = [Browser(site).post(LOGIN, login="guessed", password=f"guess {n}").status for n in range(8)]
        browser = Browser(site)
        browser.post(LOGIN, login="official", password=factories.PASSWORD)
        codes = [browser.post(AUTHENTICATE, code=wrong_code(secret)).status for _ in range(8)]

    assert passwords == [200] * 4 + [429] * 4
    assert codes == [200] * 5 + [429] * 3
