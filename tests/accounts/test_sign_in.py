"""Sign-in: where it leads, what it refuses, and what it does not tell."""

import re
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.test import Client
from django.urls import get_resolver

from missions.models import User
from tests import factories
from tests.accounts.signing import AUTHENTICATE, LOGIN, give_totp, reauthenticate, sign_in, user_id
from tests.admin.routes import views
from tests.public.dom import parse

MISSIONS = "/admin/missions/mission/"
LANGUAGE = "/accounts/language/"


OUTSIDE = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "http:evil.example", "javascript:alert(1)", "https://testserver@evil.example/", " //evil.example",
    "\t//evil.example", "https://testserver.evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("wanted", OUTSIDE)
def test_no_form_redirects_to_another_site(client, editor, wanted):
    locations = {
        "language before": client.post(LANGUAGE, {"language": "en", "next": wanted}),
        "sign-in": sign_in(client, "editor", wanted=wanted),
        "sign-in again": client.get(LOGIN, {"next": wanted}),
        "reauthentication": client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD, "next": wanted}),
        "language": client.post(LANGUAGE, {"language": "en", "next": wanted}),
        "sign-out": client.post("/accounts/logout/", {"next": wanted}),
    }

    assert {name: answer["Location"] for name, answer in locations.items()} == {
        "language before": "/", "sign-in": "/admin/", "sign-in again": "/admin/", "reauthentication": "/admin/",
        "language": "/", "sign-out": LOGIN,
    }  # fmt: skip


def test_only_open_data_and_the_api_are_exempt_from_csrf_tokens():
    urls = views(get_resolver().url_patterns)
    exempt = [route for route, view in urls if getattr(view, "csrf_exempt", False)]

    assert "api/v1/submissions" in exempt
    assert [route for route in exempt if not route.startswith(("api/v1/", "data/"))] == []


@pytest.mark.parametrize("username", ["editor", "inactive", "invited", "nobody at all"])
def test_failed_sign_in_does_not_tell_whether_the_account_exists(client, editor, username):
    """Neither by its page nor by the time it takes, which is that of one password hash."""
    factories.user("inactive", is_active=False)
    factories.user("invited", password=make_password(None))

    encode = MD5PasswordHasher.encode
    with mock.patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=encode) as hashed:
        page = sign_in(client, username, "a wrong password")
    unknown = sign_in(client, "unknown", "a wrong password")

    texts = [re.sub(rf'value="\w{{64}}"|{username}|unknown', "", answer.content.decode()) for answer in (page, unknown)]
    assert (page.status_code, hashed.call_count, user_id(client)) == (200, 1, None)
    assert texts[0] == texts[1]


# --- language ---------------------------------------------------------------------------------------------------------


def language(response):
    return parse(response).one("html")["lang"]


def test_language_switch_changes_the_account_and_returns(client, editor):
    sign_in(client, "editor")
    page = f"{MISSIONS}?status__exact=completed"
    form = parse(client.get(page)).one("form", id="language-form")
    sent = {"language": form.one("button")["value"], "next": form.one("input", name="next")["value"]}

    assert client.post(form["action"], sent)["Location"] == page
    other_browser = Client(headers={"Accept-Language": "en"})
    sign_in(other_browser, "editor")
    assert [language(other_browser.get(path)) for path in (page, "/accounts/sessions/")] == ["zh-hans"] * 2
    assert editor.history.count() == 1  # a matter of display, not of the audit log
    client.post(LANGUAGE, {"language": "fr"})
    assert language(client.get("/admin/")) == "zh-hans"


# --- every page -------------------------------------------------------------------------------------------------------

ANONYMOUS = ["login/", "password/reset/", "password/reset/done/", "password/reset/key/1-none/", "inactive/",
             "oidc/cancelled/"]  # fmt: skip
SIGNED_IN = ["logout/", "password/change/", "reauthenticate/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/add/",
             "sessions/", "personal-data/"]  # fmt: skip
WITH_FACTOR = ["2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/reauthenticate/"]
# Latin words of Chinese pages: names, and what a device shows.
LATIN = re.compile(r"English|editor|Passkey \d|PIN|IP|[A-Z2-7]{32}")


def account_pages(client, editor, language):
    """Each page of sign-in, sessions and second factor by its address."""
    headers = {"Accept-Language": language}
    User.objects.update(language=language)
    pages = {path: client.get(f"/accounts/{path}", headers=headers) for path in ANONYMOUS}
    sign_in(client, "editor")
    pages |= {path: client.get(f"/accounts/{path}") for path in SIGNED_IN}
    give_totp(editor)
    reauthenticate(client)
    pages |= {path: client.get(f"/accounts/{path}") for path in WITH_FACTOR}
    client.logout()
    sign_in(client, "editor")
    return {**pages, "2fa/authenticate/": client.get(AUTHENTICATE, headers=headers)}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_account_page_is_complete_in_its_language(client, editor, language):
    for path, answer in account_pages(client, editor, language).items():
        page = parse(answer)
        assert (answer.status_code, page.one("html")["lang"], len(page.all("h1"))) == (200, language, 1), path
        if language == "zh-hans":
            elements = [e for e in [page.one("title"), *page.one("body").walk()] if e.tag not in ("script", "code")]
            texts = [text for e in elements for text in e.children if isinstance(text, str)]
            assert [text for text in texts if re.search("[A-Za-z]{2}", LATIN.sub("", text))] == [], path
