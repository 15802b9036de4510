"""Guessing: five wrong passwords or codes close the sign-in for a quarter of an hour."""

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client

from tests import factories
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in, wrong_code
from tests.public.dom import parse

NOON = "2026-03-01T12:00Z"
NEW = {"password1": "three arcs over the river", "password2": "three arcs over the river"}


def guess(client, times, username="editor", **options):
    return [sign_in(client, username, f"guess {number}", **options).status_code for number in range(times)]


@pytest.mark.parametrize(("language", "duration"), [("en", "15 minutes"), ("zh-hans", "15 分钟")])
def test_fifth_wrong_password_closes_the_sign_in_for_15_minutes(client, editor, language, duration):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    with time_machine.travel(NOON, tick=False) as clock:
        assert guess(client, 6) == [200, 200, 200, 200, 429, 429]
        page = parse(sign_in(client, "editor"))
        assert (page.one("html")["lang"], duration in page.one("main").text) == (language, True)
        clock.shift(14 * 60)
        # An attempt meanwhile does not prolong the lock-out: the page promised 15 minutes.
        assert sign_in(client, "editor").status_code == 429
        clock.shift(61)
        assert sign_in(client, "editor").status_code == 302
        client.post("/accounts/logout/")
        assert guess(client, 4) == [200] * 4  # the right password reset the count


def test_lock_out_is_for_one_name_from_one_address_whatever_headers_claim(client, editor):
    factories.user("colleague")
    for number in range(4):
        headers = {"User-Agent": f"browser {number}", "X-Forwarded-For": f"192.0.2.{number}"}
        guess(client, 1, headers=headers, REMOTE_ADDR="192.0.2.1")

    assert guess(Client(), 1, headers={"X-Forwarded-For": "192.0.2.9"}, REMOTE_ADDR="192.0.2.1") == [429]
    assert sign_in(Client(), "editor", REMOTE_ADDR="192.0.2.2").status_code == 302
    assert sign_in(Client(), "colleague", REMOTE_ADDR="192.0.2.1").status_code == 302


@pytest.mark.long
def test_one_address_may_try_300_sign_ins_in_15_minutes(client, db):
    with time_machine.travel(NOON, tick=False) as clock:
        statuses = [sign_in(client, f"name {number}", "the same password").status_code for number in range(301)]
        clock.shift(15 * 60 + 1)
        statuses.append(sign_in(client, "another", "the same password").status_code)

    assert statuses == [200] * 300 + [429, 200]


def test_present_password_is_limited_like_the_sign_in_and_not_stored_with_an_attempt(client, editor):
    client.force_login(editor)
    forms = {"/accounts/password/change/": {"oldpassword": "a guess", **NEW}}
    forms["/accounts/reauthenticate/"] = {"password": "a guess"}
    change, again = forms.items()

    assert [client.post(*form).status_code for form in (change, change, change, again, again)] == [200] * 4 + [429]
    assert AccessAttempt.objects.exists()
    stored = str(list(AccessAttempt.objects.values()))
    assert [typed for typed in ("a guess", NEW["password1"]) if typed in stored] == []


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
