"""Single sign-on, end to end: a browser, a real gunicorn and a real little provider, over HTTP."""

import time

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from hubtracker.environment import single_sign_on
from missions.models import Role, User
from tests import build
from tests.accounts.provider import CLIENT, SECRET, provider
from tests.accounts.serving import Browser, gunicorn
from tests.accounts.signing import AUTHENTICATE, LOGIN, give_totp
from tests.public.dom import parse

START = "/accounts/oidc/sso/login/?process=login&next=/admin/missions/mission/"
MISSIONS = (200, "/admin/missions/mission/")
NO_ACCOUNT = "There is no account for you here"


@pytest.fixture
def quick_hashes():
    """Not here: the server's processes know the real hashes alone."""


@pytest.fixture
def idp():
    with provider() as server:
        yield server


@pytest.fixture
def site(own_database, idp):
    oidc = {"HUB_OIDC_URL": idp.url, "HUB_OIDC_CLIENT_ID": CLIENT, "HUB_OIDC_CLIENT_SECRET": SECRET}
    with gunicorn({**own_database, **oidc, "HUB_OIDC_NAME": "Office sign-on"}) as url:
        yield url


def account(username, email, *, is_active=True):
    user = build.user(username, Role.AUDITOR)
    user.email, user.is_active = email, is_active
    user.save()
    return user


def who(sub, email=None, verified=True):
    return {"sub": sub, **({"email": email, "email_verified": verified} if email else {})}


def test_the_one_active_account_with_the_verified_e_mail_is_connected_and_nobody_else(site, idp):
    ms = account("ms", "Ms@example.org")
    for name, email, is_active in (("gone", "gone@example.org", False), ("a", "two@example.org", True)):
        account(name, email, is_active=is_active)
    account("b", "TWO@example.org")
    strangers = [
        who("1", "nobody@example.org"),
        who("2", "ms@example.org", False),
        who("3", "ms@example.org", "false"),
        who("4", "gone@example.org"),
        who("5", "two@example.org"),
        who("6"),
        who("7", ""),
    ]
    for idp.claims in strangers:
        assert Browser(site).get(START)[1:] == ("/accounts/oidc/sso/login/callback/", NO_ACCOUNT), idp.claims
    assert not SocialAccount.objects.exists()

    idp.claims = who("ms-1", "MS@example.org")
    assert Browser(site).get(START)[:2] == MISSIONS

    # From then on by who they are and not by an address, which may be given to somebody else.
    idp.claims = who("ms-1", "another@example.org")
    assert Browser(site).get(START)[:2] == MISSIONS
    assert list(SocialAccount.objects.values_list("user", "uid")) == [(ms.pk, "ms-1")]

    ms.is_active = False
    ms.save()
    assert Browser(site).get(START).heading == "This account is deactivated"
    assert sorted(User.objects.values_list("username", flat=True)) == ["a", "b", "gone", "ms"]
    assert not EmailAddress.objects.exists()
    assert not SocialToken.objects.exists()


def test_a_second_factor_is_asked_for_all_the_same_and_a_failure_gets_a_page(site, idp):
    give_totp(account("ms", "ms@example.org"))
    idp.claims = who("ms-1", "ms@example.org")
    browser = Browser(site)

    assert browser.get(START)[:2] == (200, AUTHENTICATE)
    # The same answer of the provider counts once, and only where it was asked for.
    for back in ("?code=x&state=y", "", "?error=server_error&state=y"):
        answer = Browser(site).get(f"/accounts/oidc/sso/login/callback/{back}")
        assert (answer.status, answer.heading) == (401, "The single sign-on failed")

    # Nor does one count that is past its time, or that speaks of another provider or to another site.
    for wrong in ({"exp": int(time.time()) - 60}, {"iss": "https://elsewhere.example"}, {"aud": "another site"}):
        idp.claims = {**who("ms-1", "ms@example.org"), **wrong}
        answer = Browser(site).get(START)
        assert (answer.status, answer.heading) == (401, "The single sign-on failed"), wrong

    idp.refuses = "access_denied"
    assert Browser(site).get(START).heading == "Sign-in was cancelled"

    # Nobody ties somebody else's account to the one that is open in a browser.
    idp.refuses, idp.claims = None, who("x-1", "x@example.org")
    build.user("other", Role.AUDITOR)
    other = Browser(site)
    other.post(LOGIN, login="other", password=build.PASSWORD)
    assert other.get(START.replace("process=login", "process=connect"))[:2] == (200, "/admin/")
    assert list(SocialAccount.objects.values_list("uid", flat=True)) == ["ms-1"]

    idp.shutdown()
    idp.server_close()
    answer = Browser(site).get(START)
    assert (answer.status, answer.heading) == (502, "The single sign-on failed")


def came_in(site, language="en"):
    """The answer to somebody who comes from the provider, and whether they are then signed in."""
    browser = Browser(site)
    browser.opener.addheaders = [("Accept-Language", language)]
    return browser.get(START), browser.get(MISSIONS[1])[:2] == MISSIONS


FAILED = ((401, "/accounts/oidc/sso/login/callback/", "The single sign-on failed"), False)


def test_an_id_token_counts_by_the_provider_s_signature_alone(site, idp, monkeypatch):
    account("ms", "ms@example.org")
    idp.claims = who("ms-1", "ms@example.org")
    elsewhere = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    brought_along = jwt.algorithms.RSAAlgorithm.to_jwk(elsewhere.public_key(), as_dict=True)
    signed_otherwise = {
        "by a key that is not the provider's": (elsewhere, "RS256", {"kid": "one"}),
        "by a key that the provider does not publish": (elsewhere, "RS256", {"kid": "two"}),
        "by a key that it brings along": (elsewhere, "RS256", {"kid": "one", "jwk": brought_along}),
        "by a key without a name": (idp.key, "RS256", {}),
        "in another way than the key is for": (idp.key, "PS256", {"kid": "one"}),
        "with the word that both know": (SECRET, "HS256", {"kid": "one"}),
        "by nobody": (None, "none", {"kid": "one"}),
    }
    for how, signature in signed_otherwise.items():
        monkeypatch.setattr(idp, "signed", lambda said, signature=signature: jwt.encode(said, *signature))
        assert came_in(site) == FAILED, how
    (_status, _path, heading), is_in = came_in(site, "zh-hans")
    assert (heading, is_in) == ("单点登录失败", False)

    monkeypatch.setattr(idp, "signed", lambda said: None)
    assert came_in(site) == FAILED
    monkeypatch.undo()

    monkeypatch.setattr(idp, "keys", lambda query: None)
    assert came_in(site) == FAILED
    monkeypatch.undo()

    assert not SocialAccount.objects.exists()
    assert came_in(site)[1]
    idp.algorithm, idp.key = "ES256", ec.generate_private_key(ec.SECP256R1())
    assert came_in(site)[1]


def test_the_two_answers_of_the_provider_name_one_person(site, idp, monkeypatch):
    account("ms", "ms@example.org")
    idp.claims = who("ms-1", "ms@example.org")

    for userinfo in (who("x-1", "ms@example.org"), {"email": "ms@example.org", "email_verified": True}):
        monkeypatch.setattr(idp, "userinfo", lambda bearer, userinfo=userinfo: userinfo)
        assert came_in(site) == FAILED, userinfo

    assert not SocialAccount.objects.exists()


def test_a_provider_that_falls_silent_midway_gets_a_page(site, idp, monkeypatch):
    account("ms", "ms@example.org")
    idp.claims = who("ms-1", "ms@example.org")
    first = idp.discovery({})
    monkeypatch.setattr(idp, "discovery", lambda query: None if idp.codes else first)

    assert Browser(site).get(START) == (502, "/accounts/oidc/sso/login/callback/", "The single sign-on failed")


def test_the_sign_in_shows_a_button_only_where_it_is_set_up(client, db, settings, monkeypatch):
    assert "oidc" not in client.get(LOGIN).content.decode()
    assert client.get("/accounts/oidc/sso/login/").status_code == 404
    assert client.get("/accounts/oidc/sso/login/callback/").status_code == 404

    for name, value in {
        "URL": "https://id.example.org",
        "CLIENT_ID": "hub",
        "CLIENT_SECRET": "s",
        "NAME": "City",
    }.items():
        monkeypatch.setenv(f"HUB_OIDC_{name}", value)
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on()
    page = parse(client.get(LOGIN, {"next": "/admin/"}))

    (button,) = [link for link in page.all("a") if link.text == "City"]
    assert button["href"] == reverse("openid_connect_login", args=["sso"]) + "?process=login&next=%2Fadmin%2F"

    monkeypatch.delenv("HUB_OIDC_CLIENT_SECRET")
    with pytest.raises(ImproperlyConfigured):
        single_sign_on()
