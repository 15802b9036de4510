"""The steps of signing in, in whatever language the page is."""

from tests.accounts.signing import code
from tests.browser.conftest import follow


def sign_in(page, username, password):
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    follow(page.locator("#content button.default"))


def choose_a_password(page, old, new):
    page.locator("input[name=oldpassword]").fill(old)
    page.locator("input[name=password1]").fill(new)
    page.locator("input[name=password2]").fill(new)
    follow(page.locator("#content button.default"))


def set_up_an_app(page):
    """Set up the second factor; return the app's key."""
    follow(page.locator("a[href$='/totp/activate/']"))
    secret = page.locator("#totp-key").inner_text()
    give_code(page, secret)
    follow(page.locator("#content a.default"))
    return secret


def give_code(page, secret, at=None):
    page.locator("input[name=code]").fill(code(secret, at))
    follow(page.locator("#content button.default"))


def plug_in_an_authenticator(page):
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools
