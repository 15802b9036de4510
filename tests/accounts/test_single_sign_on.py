"""Single sign-on with a provider that answers the site's requests within this process."""

import io
import json
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa

from missions.models import Role, User
from tests import factories
from tests.accounts.signing import AUTHENTICATE, LOGIN, give_totp, user_id
from tests.public.dom import parse

START = "/accounts/oidc/sso/login/"
CALLBACK = "/accounts/oidc/sso/login/callback/"
MISSIONS = "/admin/missions/mission/"
ISSUER, CLIENT = "https://id.example.org", "hub"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """`claims` is who signs in. Paths in `silent` answer 503."""

    def __init__(self):
        self.claims, self.silent = {}, set()

    def answer(self, request):
        path, now = urlsplit(request.url).path, int(time.time())
        if path == "/token":
            sent = dict(parse_qsl(request.body))
            assert len(sent["code_verifier"]) > 40
            assert (sent["client_id"], sent["client_secret"], sent["code"]) == (CLIENT, "secret", "code")
            token = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims}
            return {"access_token": "access", "token_type": "Bearer", "expires_in": 300,
                    "id_token": jwt.encode(token, KEY, "RS256", {"kid": "one"})}  # fmt: skip
        if path == "/userinfo":
            return self.claims
        if path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
        endpoints = {f"{name}_endpoint": f"{ISSUER}/{name}" for name in ("authorization", "token", "userinfo")}
        return {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", **endpoints,
                "token_endpoint_auth_methods_supported": ["client_secret_post"]}  # fmt: skip

    def send(self, request):
        response = requests.Response()
        response.status_code = 503 if urlsplit(request.url).path in self.silent else 200
        response.headers["Content-Type"] = "application/json"
        response.raw, response.url = io.BytesIO(json.dumps(self.answer(request)).encode()), request.url
        return response


@pytest.fixture
def idp(db, settings, monkeypatch):
    app = {"provider_id": "sso", "client_id": CLIENT, "secret": "secret", "name": "City"}
    app["settings"] = {"server_url": ISSUER}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    provider = Provider()
    monkeypatch.setattr(requests.Session, "send", lambda session, request, **options: provider.send(request))
    return provider


def account(username, email, **fields):
    return factories.user(username, Role.AUDITOR, email=email, **fields)


def claims(sub, email=None, verified=True):
    return {"sub": sub, **({"email": email, "email_verified": verified} if email is not None else {})}


def sign_in(client, idp, process="login", **answer):
    """Goes to the provider and back; returns the site's answer."""
    query = dict(parse_qsl(urlsplit(client.get(START, {"process": process, "next": MISSIONS})["Location"]).query))
    assert (query["client_id"], {"openid", "email"} <= set(query["scope"].split())) == (CLIENT, True)
    returned = {**(answer or {"code": "code"}), "state": query["state"]}
    return client.get(f"{urlsplit(query['redirect_uri']).path}?{urlencode(returned)}")


def test_verified_email_connects_one_active_account_once(client, idp):
    user = account("ms", "Ms@example.org")
    idp.claims = claims("ms-1", "MS@example.org")

    assert sign_in(client, idp)["Location"] == MISSIONS
    assert user_id(client) == str(user.pk)
    client.logout()

    # From then on the provider's subject counts, not an address that may pass to another person.
    idp.claims = claims("ms-1", "another@example.org")
    assert sign_in(client, idp)["Location"] == MISSIONS
    assert list(SocialAccount.objects.values_list("user", "uid")) == [(user.pk, "ms-1")]
    assert (User.objects.count(), EmailAddress.objects.count(), SocialToken.objects.count()) == (1, 0, 0)
    client.logout()

    User.objects.update(is_active=False)
    sign_in(client, idp)
    assert user_id(client) is None


STRANGERS = [
    {"email": "nobody@example.org"},
    {"email": "ms@example.org", "verified": False},
    {"email": "ms@example.org", "verified": "false"},
    {"email": "gone@example.org"},  # inactive
    {"email": "two@example.org"},  # of two accounts
    {"email": None},
]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_no_account_is_connected_or_created_for_strangers(client, idp, stranger):
    account("ms", "ms@example.org")
    account("gone", "gone@example.org", is_active=False)
    account("a", "two@example.org")
    account("b", "TWO@example.org")
    idp.claims = claims("1", **stranger)

    assert sign_in(client, idp).status_code == 200
    assert (user_id(client), SocialAccount.objects.count(), User.objects.count()) == (None, 0, 4)


def test_second_factor_is_demanded_after_single_sign_on(client, idp):
    give_totp(account("ms", "ms@example.org"))
    idp.claims = claims("ms-1", "ms@example.org")

    assert (sign_in(client, idp)["Location"], user_id(client)) == (AUTHENTICATE, None)


def test_provider_cannot_be_connected_to_open_account(client, idp):
    client.force_login(account("other", "other@example.org"))
    idp.claims = claims("x-1", "x@example.org")

    assert sign_in(client, idp, "connect")["Location"] == LOGIN
    assert not SocialAccount.objects.exists()


def test_button_is_shown_only_when_configured_and_leads_to_502_where_the_provider_is_away(client, idp, settings):
    (button,) = [link for link in parse(client.get(LOGIN, {"next": "/admin/"})).all("a") if link.text == "City"]
    assert button["href"] == f"{START}?process=login&next=%2Fadmin%2F"
    idp.silent = {"/.well-known/openid-configuration"}
    assert client.get(button["href"]).status_code == 502

    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "oidc" not in client.get(LOGIN).content.decode()
    assert [client.get(path).status_code for path in (START, CALLBACK)] == [404, 404]
