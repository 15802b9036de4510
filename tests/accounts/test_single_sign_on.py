"""Single sign-on against a real little provider on loopback."""

import http.client
import time
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken

from missions.models import Role, User
from tests import build
from tests.accounts.provider import CLIENT, SECRET, provider
from tests.accounts.signing import AUTHENTICATE, LOGIN, give_totp, user_id
from tests.public.dom import parse

START = "/accounts/oidc/sso/login/"
CALLBACK = "/accounts/oidc/sso/login/callback/"
MISSIONS = "/admin/missions/mission/"


@pytest.fixture(scope="module")
def shared_provider():
    with provider() as server:
        yield server


@pytest.fixture
def idp(db, settings, shared_provider):
    app = {"provider_id": "sso", "client_id": CLIENT, "secret": SECRET, "name": "City"}
    app["settings"] = {"server_url": shared_provider.url}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    shared_provider.claims, shared_provider.userinfo_claims, shared_provider.error = {}, None, None
    shared_provider.silent = set()
    return shared_provider


def account(username, email, **fields):
    user = build.user(username, Role.AUDITOR)
    User.objects.filter(pk=user.pk).update(email=email, **fields)
    return user


def claims(sub, email=None, verified=True):
    return {"sub": sub, **({"email": email, "email_verified": verified} if email is not None else {})}


def authorize(client, process="login"):
    """Goes to the provider; returns the path to which it sends the browser back."""
    address = urlsplit(client.get(START, {"process": process, "next": MISSIONS})["Location"])
    connection = http.client.HTTPConnection(address.netloc, timeout=10)
    connection.request("GET", f"{address.path}?{address.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    return f"{back.path}?{back.query}"


def sign_in(client, process="login"):
    return client.get(authorize(client, process))


def test_verified_email_connects_one_active_account_once(client, idp):
    user = account("ms", "Ms@example.org")
    idp.claims = claims("ms-1", "MS@example.org")

    assert sign_in(client)["Location"] == MISSIONS
    assert user_id(client) == str(user.pk)
    client.logout()

    # From then on the provider's subject counts, not an address that may pass to another person.
    idp.claims = claims("ms-1", "another@example.org")
    assert sign_in(client)["Location"] == MISSIONS
    assert list(SocialAccount.objects.values_list("user", "uid")) == [(user.pk, "ms-1")]
    assert (User.objects.count(), EmailAddress.objects.count(), SocialToken.objects.count()) == (1, 0, 0)
    client.logout()

    User.objects.update(is_active=False)
    sign_in(client)
    assert user_id(client) is None


@pytest.mark.parametrize(
    "stranger",
    [
        claims("1", "nobody@example.org"),
        claims("2", "ms@example.org", False),
        claims("3", "ms@example.org", "false"),
        claims("4", "gone@example.org"),
        claims("5", "two@example.org"),
        claims("6"),
        claims("7", ""),
    ],
    ids=["no account", "unverified", "false as text", "inactive", "two accounts", "no e-mail", "empty e-mail"],
)
def test_no_account_is_connected_or_created_for_strangers(client, idp, stranger):
    account("ms", "ms@example.org")
    account("gone", "gone@example.org", is_active=False)
    account("a", "two@example.org")
    account("b", "TWO@example.org")
    idp.claims = stranger

    assert sign_in(client).status_code == 200
    assert (user_id(client), SocialAccount.objects.count(), User.objects.count()) == (None, 0, 4)


def test_second_factor_is_demanded_after_single_sign_on(client, idp):
    give_totp(account("ms", "ms@example.org"))
    idp.claims = claims("ms-1", "ms@example.org")

    assert sign_in(client)["Location"] == AUTHENTICATE
    assert user_id(client) is None


REFUSED = {
    "expired": {"claims": {"exp": int(time.time()) - 60}},
    "of another provider": {"claims": {"iss": "https://elsewhere.example"}},
    "for another site": {"claims": {"aud": "another site"}},
    "two persons": {"userinfo_claims": claims("x-1", "ms@example.org")},
    "token endpoint fails": {"silent": {"/token"}},
    "userinfo endpoint fails": {"silent": {"/userinfo"}},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_unusable_answer_of_provider_signs_nobody_in(client, idp, reason):
    account("ms", "ms@example.org")
    idp.claims = claims("ms-1", "ms@example.org") | REFUSED[reason].get("claims", {})
    idp.userinfo_claims = REFUSED[reason].get("userinfo_claims")
    idp.silent = REFUSED[reason].get("silent", set())

    assert (sign_in(client).status_code, user_id(client)) == (401, None)
    assert not SocialAccount.objects.exists()


def test_callback_without_its_own_state_signs_nobody_in(client, idp):
    account("ms", "ms@example.org")
    idp.claims = claims("ms-1", "ms@example.org")
    back = authorize(client)
    client.cookies.clear()

    statuses = [client.get(path).status_code for path in (back, CALLBACK, f"{CALLBACK}?code=x&state=y")]
    assert (statuses, user_id(client)) == ([401] * 3, None)

    idp.error = "access_denied"
    assert sign_in(client)["Location"] == "/accounts/oidc/cancelled/"


def test_provider_cannot_be_connected_to_open_account(client, idp):
    client.force_login(account("other", "other@example.org"))
    idp.claims = claims("x-1", "x@example.org")

    assert sign_in(client, process="connect")["Location"] == LOGIN
    assert not SocialAccount.objects.exists()


def test_unreachable_provider_answers_502(client, idp):
    idp.silent = {"/.well-known/openid-configuration"}

    assert client.get(START).status_code == 502


def test_button_is_shown_only_when_configured(client, idp, settings):
    (button,) = [link for link in parse(client.get(LOGIN, {"next": "/admin/"})).all("a") if link.text == "City"]
    assert button["href"] == f"{START}?process=login&next=%2Fadmin%2F"

    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "oidc" not in client.get(LOGIN).content.decode()
    assert [client.get(path).status_code for path in (START, CALLBACK)] == [404, 404]
