"""Signing in as a browser does, second factors without a device, and links to choose a password."""

import base64
import hmac
import re
import struct
import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tests import factories

LOGIN = "/accounts/login/"
AUTHENTICATE = "/accounts/2fa/authenticate/"
NEW = "three arcs over the river"


def sign_in(client, username, password=factories.PASSWORD, wanted=None, **options):
    sent = {"login": username, "password": password, **({"next": wanted} if wanted else {})}
    return client.post(LOGIN, sent, **options)


def reauthenticate(client):
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})


def user_id(client):
    """The primary key of the account that is signed in, as the session stores it, or None."""
    return client.session.get("_auth_user_id")


def code(secret, at=None):
    """The six digits that an authenticator app shows for `secret` (RFC 6238)."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def wrong_code(secret):
    """A code that is not valid now nor within a minute."""
    valid = {code(secret, time.time() + 30 * step) for step in range(-3, 4)}
    return next(guess for guess in map("{:06}".format, range(10)) if guess not in valid)


def give_totp(user):
    """Sets up an authenticator app with recovery codes for `user`; returns the secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def link_in(text):
    (address,) = re.findall(r"http://localhost:8000(/accounts/password/reset/key/\S+/)", text)
    return address


def choose(client, link, password=NEW):
    """Opens the link and posts its form; returns the response. 302 means that the password was set."""
    opened = client.get(link, follow=True)
    if not opened.redirect_chain:
        return opened
    return client.post(opened.redirect_chain[-1][0], {"password1": password, "password2": password})
