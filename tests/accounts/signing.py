"""Signing in as a browser does, second factors without a device, and links to choose a password."""

import re
import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

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
    """The six digits that an authenticator app shows for `secret`."""
    return format_hotp_value(hotp_value(secret, int((time.time() if at is None else at) // 30)))


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
