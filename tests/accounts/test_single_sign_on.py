"""Single sign-on with a provider that answers the site's requests within this process."""

import base64
import hashlib
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
ISSUER, CLIENT, SECRET = "https://id.example.org", "hub", "the secret that both know"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """`claims` is who signs in. Paths in `silent` answer 503."""

    def __init__(self):
        self.claims, self.userinfo_claims, self.silent, self.challenge = {}, None, set(), None

    def answer(self, request):
        path, now = urlsplit(request.url).path, int(time.time())
        if path == "/token":
            sent = dict(parse_qsl(request.body))
            verifier = hashlib.sha256(sent["code_verifier"].encode()).digest()
            assert base64.urlsafe_b64encode(verifier).decode().rstrip("=") == self.challenge
            assert (sent["client_id"], sent["client_secret"], sent["code"]) == (CLIENT, SECRET, "code")
            token = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims}
            return {"access_token": "access", "token_type": "Bearer", "expires_in": 300,
                    "id_token": jwt.encode(token, KEY, "RS256", {"kid": "one"})}  # fmt: skip
        if path == "/userinfo":
            return self.userinfo_claims or self.claims
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
    app = {"provider_id": "sso", "client_id": CLIENT, "secret": SECRET, "name": "City"}
    app["settings"] = {"server_url": ISSUER}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    provider = Provider()
    monkeypatch.setattr(requests.Session, "send", lambda session, request, **options: provider.send(request))
    return provider


def account(username, email, **fields):
    user = factories.user(username, Role.AUDITOR)
    User.objects.filter(pk=user.pk).update(email=email, **fields)
    return user


def claims(sub, email=None, verified=True):
    return {"sub": sub, **({"email": email, "email_verified": verified} if email is not None else {})}


def authorize(client, idp, process="login", **answer):
    """Goes to the provider; returns the path to which it sends the browser back."""
    query = dict(parse_qsl(urlsplit(client.get(START, {"process": process, "next": MISSIONS})["Location"]).query))
    assert (query["client_id"], {"openid", "email"} <= set(query["scope"].split())) == (CLIENT, True)
    idp.challenge = query["code_challenge"]
    return (
        f"{urlsplit(query['redirect_uri']).path}?{urlencode({**(answer or {'code': 'code'}), 'state': query['state']})}"
    )


def sign_in(client, idp, process="login", **answer):
    return client.get(authorize(client, idp, process, **answer))


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


STRANGERS = {
    "no account": claims("1", "nobody@example.org"),
    "unverified": claims("2", "ms@example.org", False),
    "false as text": claims("3", "ms@example.org", "false"),
    "inactive": claims("4", "gone@example.org"),
    "two accounts": claims("5", "two@example.org"),
    "no e-mail": claims("6"),
    "empty e-mail": claims("7", ""),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_no_account_is_connected_or_created_for_strangers(client, idp, stranger):
    account("ms", "ms@example.org")
    account("gone", "gone@example.org", is_active=False)
    account("a", "two@example.org")
    account("b", "TWO@example.org")
    idp.claims = STRANGERS[stranger]

    assert sign_in(client, idp).status_code == 200
    assert (user_id(client), SocialAccount.objects.count(), User.objects.count()) == (None, 0, 4)


def test_second_factor_is_demanded_after_single_sign_on(client, idp):
    give_totp(account("ms", "ms@example.org"))
    idp.claims = claims("ms-1", "ms@example.org")

    assert sign_in(client, idp)["Location"] == AUTHENTICATE
    assert user_id(client) is None


REFUSED = {
    "expired": {"claims": {"exp": int(time.time()) - 60}},
    "of another provider": {"claims": {"iss": "https://elsewhere.example"}},
    "for another site": {"claims": {"aud": "another site"}},
    "token endpoint fails": {"silent": {"/token"}},
    "userinfo endpoint fails": {"silent": {"/userinfo"}},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_unusable_answer_of_provider_signs_nobody_in(client, idp, reason):
    account("ms", "ms@example.org")
    idp.claims = claims("ms-1", "ms@example.org") | REFUSED[reason].get("claims", {})
    idp.userinfo_claims = REFUSED[reason].get("userinfo_claims")
    idp.silent = REFUSED[reason].get("silent", set())

    assert (sign_in(client, idp).status_code, user_id(client)) == (401, None)
    assert not SocialAccount.objects.exists()


def test_callback_without_its_own_state_signs_nobody_in(client, idp):
    account("ms", "ms@example.org")
    idp.claims = claims("ms-1", "ms@example.org")
    back = authorize(client, idp)
    client.cookies.clear()

    statuses = [client.get(path).status_code for path in (back, CALLBACK, f"{CALLBACK}?code=x&state=y")]
    assert (statuses, user_id(client)) == ([401] * 3, None)

    assert sign_in(client, idp, error="access_denied")["Location"] == "/accounts/oidc/cancelled/"


def test_provider_cannot_be_connected_to_open_account(client, idp):
    client.force_login(account("other", "other@example.org"))
    idp.claims = claims("x-1", "x@example.org")

    assert sign_in(client, idp, "connect")["Location"] == LOGIN
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
