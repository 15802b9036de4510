"""The one way in: what it leads to, what it never does, and what it says to whom."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import NoReverseMatch, reverse

from missions.models import Membership, Role, User
from tests import build
from tests.accounts.signing import AUTHENTICATE, LOGIN, code, give_totp, sign_in
from tests.public.dom import parse

MISSIONS = "/admin/missions/mission/"


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def test_the_back_office_leads_to_the_one_sign_in_and_from_there_back(client, editor):
    first = client.get(MISSIONS)
    second = client.get(first.headers["Location"])
    third = sign_in(client, "editor", wanted=MISSIONS)

    assert second.headers["Location"] == f"{LOGIN}?next={MISSIONS}"
    assert third.headers["Location"] == MISSIONS
    assert client.get(MISSIONS).status_code == 200
    # Signed in, nobody is asked again.
    assert client.get(f"/admin/login/?next={MISSIONS}", follow=True).redirect_chain[-1] == (MISSIONS, 302)
    assert client.get("/admin/password_change/").headers["Location"] == "/accounts/password/change/"


def test_the_admin_has_one_way_out(client, editor):
    sign_in(client, "editor")
    page = client.get("/admin/logout/", follow=True)

    assert page.redirect_chain == [("/accounts/logout/", 302)]
    assert signed_in_as(client) == str(editor.pk)
    assert parse(page).one("form", id="logout-form")["action"] == "/accounts/logout/"

    assert client.post("/accounts/logout/").headers["Location"] == LOGIN
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "https://testserver.evil.example/",
        " //evil.example",
    ],
)
def test_a_sign_in_leads_nowhere_but_into_the_site(client, editor, wanted):
    assert client.get("/admin/login/", {"next": wanted}).headers["Location"].startswith(LOGIN)
    assert sign_in(client, "editor", wanted=wanted).headers["Location"] == "/admin/"
    assert client.get(LOGIN, {"next": wanted}).headers["Location"] == "/admin/"
    assert client.post("/accounts/logout/", {"next": wanted}).headers["Location"] == LOGIN


def test_a_sign_in_takes_no_planted_session_over(client, editor):
    planted = SessionStore()
    planted["planted"] = "by somebody else"
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    sign_in(client, "editor")

    assert signed_in_as(client) == str(editor.pk)
    assert client.cookies["sessionid"].value != planted.session_key
    assert not SessionStore().exists(planted.session_key)


def test_the_session_changes_with_the_second_factor_too(client, editor):
    secret = give_totp(editor)
    sign_in(client, "editor")
    before = client.cookies["sessionid"].value

    assert signed_in_as(client) is None

    client.post(AUTHENTICATE, {"code": code(secret)})

    assert signed_in_as(client) == str(editor.pk)
    assert client.cookies["sessionid"].value != before
    assert not SessionStore().exists(before)


def test_the_sessions_cookie_is_for_this_site_alone_and_for_a_working_day(client, editor, settings):
    sign_in(client, "editor")
    cookie = client.cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 8 * 3600)


FORMS = [
    "login/",
    "logout/",
    "reauthenticate/",
    "password/change/",
    "password/reset/",
    "2fa/totp/activate/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/generate/",
    "2fa/webauthn/add/",
    "2fa/webauthn/login/",
    "2fa/webauthn/keys/1/edit/",
    "2fa/webauthn/keys/1/remove/",
    "2fa/webauthn/reauthenticate/",
    "2fa/reauthenticate/",
    "2fa/authenticate/",
    "sessions/",
    "language/",
]


@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_taken_from_another_site(editor, form):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)

    assert strict.post(f"/accounts/{form}", {"language": "zh-hans"}).status_code == 403
    editor.refresh_from_db()
    assert editor.language == "en"
    assert signed_in_as(strict) == str(editor.pk)


def test_nobody_signs_up_and_nobody_keeps_an_e_mail_here(client, db):
    for name in ("account_signup", "account_email", "socialaccount_signup", "socialaccount_connections"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for address in ("signup/", "email/", "confirm-email/", "3rdparty/", "3rdparty/signup/", "signup/passkey/"):
        assert client.get(f"/accounts/{address}").status_code == 404
        assert client.post(f"/accounts/{address}", {"username": "me", "password1": "x" * 20}).status_code == 404
    assert User.objects.count() == 0


def test_an_answer_does_not_tell_who_has_an_account(client, editor):
    strangers = sign_in(client, "nobody at all", "a wrong password")
    wrong = sign_in(client, "editor", "a wrong password")

    said = [
        re.sub(r"nobody at all|editor|value=\"\w{64}\"", "", answer.content.decode()) for answer in (strangers, wrong)
    ]
    assert (strangers.status_code, wrong.status_code) == (200, 200)
    assert said[0] == said[1]
    assert "User name or password is wrong." in said[0]


def test_a_deactivated_account_is_told_no_more_than_a_wrong_password(client, editor):
    editor.is_active = False
    editor.save()

    assert "User name or password is wrong." in parse(sign_in(client, "editor")).text
    assert signed_in_as(client) is None


@pytest.mark.parametrize("account", ["without a role", "editor"])
def test_who_may_not_see_a_page_is_told_what_to_do_and_not_sent_in_circles(client, editor, account):
    if account == "without a role":
        Membership.objects.all().delete()
    sign_in(client, "editor")
    page = "/admin/" if account == "without a role" else "/admin/missions/user/"
    answer = client.get(page)

    assert answer.status_code == 403
    assert parse(answer).one("h1").text == "You may not open this page"
    said = "Your account has no role yet." if account == "without a role" else "Your role does not cover it."
    assert said in parse(answer).text
    assert parse(answer).one("form", id="logout-form")


def test_more_than_the_form_asks_for_is_not_taken(client, editor):
    before = User.objects.values().get()
    sent = {"login": "editor", "password": build.PASSWORD, "is_active": "", "must_change_password": "on", "name": "me"}
    client.post(LOGIN, sent)
    after = User.objects.values().get()

    assert {field for field in before if before[field] != after[field]} == {"last_login"}
    assert list(Membership.objects.values_list("role", flat=True)) == [Role.EDITOR]


def test_fields_say_what_a_browser_may_fill_in(client, editor):
    login = parse(client.get(LOGIN))
    give_totp(editor)
    sign_in(client, "editor")
    second = parse(client.get(AUTHENTICATE))

    assert login.one("input", name="login")["autocomplete"] == "username"
    assert login.one("input", name="password")["autocomplete"] == "current-password"
    assert login.one("input", name="password")["type"] == "password"
    assert second.one("input", name="code")["autocomplete"] == "one-time-code"


@pytest.mark.parametrize(
    "other", ["Three arcs", "  three arcs over the river  ", "  Three arcs over the river", "x" * 199]
)
def test_a_password_is_taken_as_it_was_typed_and_nothing_else_for_it(client, editor, other):
    """Not without its spaces, not in other letters, not its beginning alone."""
    for password in ("  Three arcs over the river  ", "x" * 200):
        sign_in(client, "editor")
        sent = {"oldpassword": build.PASSWORD, "password1": password, "password2": password}
        client.post("/accounts/password/change/", sent)

        anew = Client()
        sign_in(anew, "editor", other)
        assert signed_in_as(anew) is None
        sign_in(anew, "editor", password)
        assert signed_in_as(anew) == str(editor.pk)
        editor.set_password(build.PASSWORD)
        editor.save()
