"""Officials of the site under test, signed in without the sign-in pages: those have tests of their own."""

import json

MAKE = """
import json
from types import SimpleNamespace
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from missions.models import Organisation, User
from tests import factories

wanted = json.loads({wanted!r})
user = User.objects.filter(username=wanted["username"]).first()
if user is None:
    organisation = Organisation.objects.filter(code=wanted["organisation"]).first()
    user = factories.user(wanted["username"], wanted["role"], organisation=organisation)
    user.language = wanted["language"]
    user.save()
    TOTP.activate(user, generate_totp_secret())
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
record_authentication(SimpleNamespace(session=session), user, "password")
session.save()
print(session.session_key)
"""


def session_of(site, username, role, *, organisation=None, language="en"):
    wanted = {"username": username, "role": role, "organisation": organisation, "language": language}
    script = MAKE.format(wanted=json.dumps(wanted))
    output = site.run_code(script)
    return {"name": "sessionid", "value": output.split()[-1], "url": site.url, "httpOnly": True, "sameSite": "Lax"}


def as_official(open_page, site, *who, path="/admin/", language="en", organisation=None, **options):
    """Return a page in the official's own browser, signed in."""
    cookie = session_of(site, *who, organisation=organisation, language=language)
    page = open_page(f"/{language}/", **options)
    page.context.add_cookies([cookie])
    page.goto(site.url + path)
    return page


def count_clicks(page):
    """Return a function that returns the number of clicks since now."""
    page.add_init_script(
        "addEventListener('click', (e) => e.isTrusted && e.detail &&"
        " sessionStorage.setItem('clicks', 1 + Number(sessionStorage.getItem('clicks'))), true)"
    )
    page.reload()
    return lambda: int(page.evaluate("sessionStorage.getItem('clicks') || 0"))
