"""What holds for every page of sign-in, second factor and sessions."""

import re

import pytest
from allauth.mfa.models import Authenticator

from tests.accounts.signing import AUTHENTICATE, give_totp, sign_in
from tests.admin.test_every_page import inline_code
from tests.public.dom import parse

BEFORE = [
    "login/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-no-such/",
    "inactive/",
    "oidc/cancelled/",
]
AFTER = [
    "logout/",
    "password/change/",
    "password/set/",
    "reauthenticate/",
    "2fa/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/reauthenticate/",
    "2fa/webauthn/add/",
    "sessions/",
    "personal-data/",
]
# What stays Latin in Chinese: names, and what a device shows.
LATIN = re.compile(r"English|editor|Passkey \d|PIN|IP|[A-Z2-7]{32}|\d")


@pytest.fixture
def pages(client, editor):
    """Every page by its address, as a reader of `language` gets it."""

    def fetched(language):
        client.logout()
        asked = {"headers": {"Accept-Language": language}}
        found = {address: client.get(f"/accounts/{address}", **asked) for address in BEFORE}
        editor.language = language
        editor.save()
        sign_in(client, "editor")
        found["2fa/totp/activate/"] = client.get("/accounts/2fa/totp/activate/")
        give_totp(editor)
        found |= {address: client.get(f"/accounts/{address}") for address in AFTER}
        client.logout()
        sign_in(client, "editor")
        found["2fa/authenticate/"] = client.get(AUTHENTICATE, **asked)
        Authenticator.objects.all().delete()
        return {address: answer for address, answer in found.items() if answer.status_code != 302}

    return fetched


def test_every_page_has_a_title_a_heading_and_nothing_that_the_policy_forbids(pages):
    shown = pages("en")

    assert {*BEFORE, *AFTER, "2fa/totp/activate/", "2fa/authenticate/"} - set(shown) == {"password/set/"}
    for address, answer in shown.items():
        page = parse(answer)
        scripts = [script for script in page.all("script") if script.get("type") != "application/json"]
        unhidden = [field for field in page.all("input") if "hidden" not in field.attributes]
        inputs = [field for field in unhidden if field.get("type") not in ("hidden", "submit")]
        labels = {label.get("for") for label in page.all("label")}

        assert answer.status_code == 200, address
        assert len(page.all("h1")) == 1, address
        assert page.one("h1").text in page.one("title").text or "no-such" in address, address
        assert all(script.get("src") for script in scripts), address
        assert [e for e in inline_code(page) if getattr(e, "tag", "") != "script"] == [], address
        assert {field.get("id") for field in inputs} <= labels, address


def test_every_page_is_in_chinese_and_says_nothing_in_english(pages):
    for address, answer in pages("zh-hans").items():
        page = parse(answer)
        texts = [
            t
            for e in [page.one("title"), *page.one("body").walk()]
            if e.tag not in ("script", "code")
            for t in e.children
        ]
        words = [t.strip() for t in texts if isinstance(t, str) and re.search("[A-Za-z]{2}", LATIN.sub("", t))]

        assert page.one("html")["lang"] == "zh-hans", address
        assert words == [], address
