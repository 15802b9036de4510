"""Cookies: none for readers; those of officials go over https alone, to no script, and not along from other sites."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from missions.models import Role
from tests import build
from tests.accounts.signing import sign_in
from tests.admin.routes import address, records_of, routes
from tests.security.test_headers import ask, public

OF_OFFICIALS = ("admin/", "accounts/")


@pytest.mark.no_cover
def test_no_address_outside_the_back_office_sets_a_cookie_or_depends_on_one(db):
    records = records_of(build.organisation("OWN"))
    outside = [route for route in routes("") if not route.startswith(OF_OFFICIALS)]
    client, found = Client(), {}

    for route in outside:
        path = address(public(route, records), records)
        for method in ("GET", "HEAD", "POST"):
            answer = ask(client, method, path)
            if answer.cookies or ("cookie" in answer.get("Vary", "").lower() and not route.startswith("evidence/")):
                found[method, path] = answer.cookies.output(), answer["Vary"]

    assert (len(outside) > 50, found) == (True, {})


def attributes(cookie):
    return {name: cookie[name] for name in ("path", "domain", "secure", "httponly", "samesite")}


@pytest.fixture
def behind_https(settings):
    settings.HUB_REQUIRE_MFA = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True


def test_who_signs_in_gets_these_cookies_and_no_others(db, client, behind_https):
    build.user("editor", Role.EDITOR, organisation=build.organisation())
    own = {"path": "/", "domain": "", "secure": True, "httponly": True, "samesite": "Lax"}

    form = client.get("/accounts/login/", secure=True)
    signed_in = sign_in(client, "editor", secure=True)
    chosen = client.post("/accounts/language/", {"language": "zh-hans"}, secure=True)
    out = client.post("/accounts/logout/", secure=True)

    set_there = {name: attributes(each) for answer in (form, signed_in) for name, each in answer.cookies.items()}
    assert set_there == {"csrftoken": own, "sessionid": own}
    assert {name: attributes(each) for name, each in chosen.cookies.items()} == {
        "django_language": {**own, "path": "/accounts/"}
    }
    # What was said on the way out is kept with the session, and in no cookie of its own.
    assert set(out.cookies) <= {"csrftoken", "sessionid"}


def test_a_page_of_the_back_office_sets_no_cookie_of_which_the_table_above_does_not_know(db, client, behind_https):
    build.user("administrator", Role.ADMINISTRATOR)
    sign_in(client, "administrator", secure=True)
    records = records_of(build.organisation("OWN"))
    session = client.cookies.output(header="", sep=";")
    names, set_otherwise = set(), {}

    for route in routes("admin/"):
        client.cookies.load(session)
        answer = ask(client, "GET", address(route, records))
        names |= set(answer.cookies)
        for name, cookie in answer.cookies.items():
            if not (cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"):
                set_otherwise[route] = name

    assert (names <= {"csrftoken", "sessionid"}, set_otherwise) == (True, {})


SAID = """
import json, django
from django.conf import settings
django.setup()
names = [f"{cookie}_COOKIE_{what}" for cookie in ("SESSION", "CSRF", "LANGUAGE")
    for what in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.mark.parametrize(
    ("site", "is_private", "names"),
    [
        ("https://hub.example.org", True, ["__Host-sessionid", "__Host-csrftoken", "__Secure-django_language"]),
        ("https://localhost", True, ["__Host-sessionid", "__Host-csrftoken", "__Secure-django_language"]),
        ("http://127.0.0.1:8000", False, ["sessionid", "csrftoken", "django_language"]),
        ("http://192.168.0.10:8000", False, ["sessionid", "csrftoken", "django_language"]),
    ],
)
def test_by_their_names_browsers_bind_cookies_to_the_host_and_to_https(tmp_path, site, is_private, names):
    environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path), "HUB_SITE_URL": site, "HUB_ALLOW_HTTP": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "hubtracker.settings"

    said = json.loads(subprocess.check_output([sys.executable, "-c", SAID], env=environment, text=True))

    cookies = [
        [said[f"{cookie}_COOKIE_{what}"] for what in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]
        for cookie in ("SESSION", "CSRF", "LANGUAGE")
    ]
    paths = ("/", "/", "/accounts/")
    assert cookies == [[name, is_private, True, "Lax", path, None] for name, path in zip(names, paths, strict=True)]
