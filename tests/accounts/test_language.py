"""The officials' language: kept in the account, or in a cookie before the sign-in; public pages never see either."""

import pytest
from django.test import Client

from tests.accounts.signing import LOGIN, sign_in
from tests.public.dom import parse

SWITCH = "/accounts/language/"


def language(response):
    return parse(response).one("html")["lang"]


def test_the_switch_in_the_header_changes_the_account_and_leads_back(client, editor):
    sign_in(client, "editor")
    page = "/admin/missions/mission/?status__exact=completed"
    form = parse(client.get(page)).one("form", id="language-form")

    assert (form["action"], form.one("input", name="next")["value"], form.one("button")["value"]) == (
        SWITCH,
        page,
        "zh-hans",
    )
    assert client.post(SWITCH, {"language": "zh-hans", "next": page}).headers["Location"] == page

    editor.refresh_from_db()
    assert editor.language == "zh-hans"
    # By the account and not by the browser: also at another desk.
    other = Client(headers={"Accept-Language": "en"})
    sign_in(other, "editor")
    assert [language(other.get(address)) for address in (page, "/accounts/sessions/")] == ["zh-hans", "zh-hans"]
    # What a page looks like to its reader is nobody else's business.
    assert [version.history_type for version in editor.history.all()] == ["+"]


def test_before_the_sign_in_a_cookie_keeps_the_choice_for_these_pages_alone(client, db):
    answer = client.post(SWITCH, {"language": "zh-hans", "next": LOGIN}, follow=True)
    cookie = client.cookies["django_language"]

    assert answer.redirect_chain == [(LOGIN, 302)]
    assert language(answer) == "zh-hans"
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/accounts/", True, "Lax")


@pytest.mark.parametrize("chosen", ["fr", "zh-hant", "", "../../etc", "x" * 300])
def test_a_language_that_there_is_not_changes_nothing(client, editor, chosen):
    sign_in(client, "editor")
    client.post(SWITCH, {"language": chosen, "next": "/admin/"})
    editor.refresh_from_db()

    assert editor.language == "en"
    assert language(client.get("/admin/")) == "en"


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_switch_leads_nowhere_but_into_the_site(client, editor, wanted):
    for signed_in in (False, True):
        if signed_in:
            sign_in(client, "editor")
        assert client.post(SWITCH, {"language": "en", "next": wanted}).headers["Location"] == "/"


def test_a_link_switches_nothing(client, editor):
    sign_in(client, "editor")

    assert client.get(SWITCH, {"language": "zh-hans"}).status_code == 405
