"""Guessing: five wrong passwords or codes close the sign-in for a quarter of an hour."""

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client

from tests import build
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in, wrong_code
from tests.public.dom import parse

NOON = "2026-03-01T12:00Z"


def guess(client, times, username="editor", **options):
    return [sign_in(client, username, f"guess {number}", **options).status_code for number in range(times)]


@pytest.mark.both_databases
def test_the_fifth_wrong_password_closes_the_sign_in_for_a_quarter_of_an_hour_even_to_the_right_one(client, editor):
    with time_machine.travel(NOON, tick=False) as clock:
        assert guess(client, 6) == [200, 200, 200, 200, 429, 429]

        answer = sign_in(client, "editor")

        assert answer.status_code == 429
        assert parse(answer).one("h1").text == "Too many attempts"
        assert "Sign-in is closed to you for 15 minutes." in parse(answer).text

        clock.shift(14 * 60)
        assert sign_in(client, "editor").status_code == 429

        # Trying on meanwhile does not put the end off: the page would have said a time that is not true.
        clock.shift(61)
        assert sign_in(client, "editor").status_code == 302


def test_the_page_is_in_the_readers_language(client, editor):
    guess(client, 5)
    answer = sign_in(client, "editor", headers={"Accept-Language": "zh-hans"})

    assert (answer.status_code, parse(answer).one("html")["lang"]) == (429, "zh-hans")


def test_who_guesses_locks_nobody_out_but_themselves(client, editor):
    build.user("colleague")

    assert guess(client, 5, REMOTE_ADDR="192.0.2.1")[-1] == 429
    assert sign_in(Client(), "editor", REMOTE_ADDR="192.0.2.2").status_code == 302
    assert sign_in(Client(), "colleague", REMOTE_ADDR="192.0.2.1").status_code == 302


def test_another_browser_or_an_address_of_ones_own_making_gives_no_further_guess(client, editor):
    for number in range(4):
        guess(client, 1, headers={"User-Agent": f"browser {number}", "X-Forwarded-For": f"192.0.2.{number}"})

    assert guess(Client(), 1, headers={"X-Forwarded-For": "192.0.2.9"}) == [429]


def test_many_accounts_are_not_tried_from_one_address(client, db):
    with time_machine.travel(NOON, tick=False) as clock:
        answers = [sign_in(client, f"somebody{number}", "the same password").status_code for number in range(301)]
        clock.shift(15 * 60 + 1)
        answers.append(sign_in(client, "somebody else", "the same password").status_code)

    assert answers == [200] * 300 + [429, 200]


def test_a_right_password_forgives_the_wrong_ones(client, editor):
    guess(client, 4)
    sign_in(client, "editor")
    client.post("/accounts/logout/")

    assert guess(client, 1) == [200]


def test_the_present_password_is_guessed_at_like_one_at_the_sign_in(client, editor):
    client.force_login(editor)
    new = {"password1": "three arcs over the river", "password2": "three arcs over the river"}
    change = [
        client.post("/accounts/password/change/", {"oldpassword": "a guess", **new}).status_code for _ in range(3)
    ]
    again = [client.post("/accounts/reauthenticate/", {"password": "a guess"}).status_code for _ in range(2)]

    assert change + again == [200, 200, 200, 200, 429]


def test_no_password_is_written_down_with_an_attempt(client, editor):
    client.force_login(editor)
    secrets = {"oldpassword": "secret one", "password1": "secret two", "password2": "secret three"}
    client.post("/accounts/password/change/", secrets)
    sign_in(client, "editor", "secret four")
    written = str(list(AccessAttempt.objects.values()))

    assert AccessAttempt.objects.exists()
    assert "secret" not in written


@pytest.mark.both_databases
def test_the_fifth_wrong_code_closes_the_second_factor_for_a_quarter_of_an_hour(client, editor):
    secret = give_totp(editor)
    with time_machine.travel(NOON, tick=False) as clock:
        wrong = wrong_code(secret)
        sign_in(client, "editor")

        assert [client.post(AUTHENTICATE, {"code": wrong}).status_code for _ in range(6)] == [200] * 5 + [429]

        # Nor does another browser help, where the password is known.
        other = Client()
        sign_in(other, "editor", REMOTE_ADDR="192.0.2.2")
        answer = other.post(AUTHENTICATE, {"code": code(secret)}, REMOTE_ADDR="192.0.2.2")

        assert answer.status_code == 429
        assert parse(answer).one("h1").text == "Too many attempts"

        clock.shift(15 * 60 + 1)
        sign_in(client, "editor")
        assert client.post(AUTHENTICATE, {"code": code(secret)}).status_code == 302


def test_recovery_codes_are_limited_with_the_others_and_codes_for_setting_up_too(client, editor):
    client.force_login(editor)
    sign_in(client, "editor")
    client.post("/accounts/reauthenticate/", {"password": build.PASSWORD})
    tried = [client.post("/accounts/2fa/totp/activate/", {"code": "1"}).status_code for _ in range(3)]
    give_totp(editor)
    client.post("/accounts/logout/")
    sign_in(client, "editor")
    tried += [client.post(AUTHENTICATE, {"code": "12345678"}).status_code for _ in range(3)]

    assert tried == [200, 200, 200, 200, 200, 429]
