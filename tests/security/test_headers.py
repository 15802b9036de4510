"""Every answer of the server has the headers that protect readers and officials, also those made without a view.

The public addresses are in tests/contract/test_contract.py.
"""

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.test import Client

from missions.models import Role
from tests import factories
from tests.contract.addresses import OFFICIALS
from tests.contract.test_contract import POLICY, SECURITY

OF_ALL = SECURITY | {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def behind_https(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


@pytest.fixture
def mission(db):
    return factories.mission("FP-001")


def ask(client, method, path, **options):
    """The answer over https, read to its end, of which nothing stays in the database."""
    with transaction.atomic():
        answer = client.generic(method, path, secure=True, **options)
        transaction.set_rollback(True)
    answer.getvalue()
    # PEP 3333: a server may refuse what is a string by inheritance alone, as Python's own does.
    assert {type(part) for header in answer.headers.items() for part in header} == {str}
    return answer


def protecting(answer):
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    return {name: answer.headers.get(name) for name in OF_ALL}


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.ADMINISTRATOR])
def test_every_page_of_officials_has_the_headers(client, mission, role):
    if role:
        organisation = mission.lead_owner if role == Role.EDITOR else None
        client.force_login(factories.user("official", role, organisation=organisation))
    pages = [f"/{name}" for name in (*OFFICIALS, "admin/none/", "accounts/login/", "metrics", "healthz")]
    pages += [f"/admin/missions/{name}/" for name in ("mission", "submission", "user", f"mission/{mission.pk}/change")]
    answers = {(method, page): ask(client, method, page) for page in pages for method in ("GET", "POST", "PUT")}

    assert {place: protecting(answer) for place, answer in answers.items()} == dict.fromkeys(answers, OF_ALL)
    assert {404, 405} < {answer.status_code for answer in answers.values()}


@pytest.mark.parametrize("name", ["missions/site.css", "missions/site.js", "missions/mark.svg"])
def test_a_static_file_has_the_headers(client, name):
    answer = ask(client, "GET", staticfiles_storage.url(name))

    policy = answer["Content-Security-Policy"]
    assert re.fullmatch(re.escape(POLICY) + r"(; style-src 'sha256-[\w/+]{43}=')?", policy)
    assert protecting(answer) == OF_ALL | {"Content-Security-Policy": policy}


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/admin/", {"headers": {"Host": "example.org"}}, 400),
        ("POST", "/api/v1/submissions", {}, 401),
        ("GET", "/static/no-such.css", {}, 404),
        ("GET", "/%00", {}, 404),
        ("POST", "/api/v1/submissions", {"headers": {"Transfer-Encoding": "chunked"}}, 411),
        ("POST", "/accounts/login/", {"data": b"x" * 2_000_000, "content_type": FORM}, 413),
    ],
)  # fmt: skip
def test_a_refusal_has_the_headers(mission, method, path, options, status):
    answer = ask(Client(raise_request_exception=False), method, path, **options)

    expected = OF_ALL | {"Cross-Origin-Resource-Policy": "cross-origin" if "api" in path else "same-origin"}
    assert (answer.status_code, protecting(answer)) == (status, expected)


def test_too_many_guesses_and_signing_out_have_the_headers(client):
    for _attempt in range(5):
        guess = client.post("/accounts/login/", {"login": "official", "password": "a guess"}, secure=True)
    client.force_login(factories.user("official", Role.COORDINATOR))
    goodbye = ask(client, "POST", "/accounts/logout/")

    assert (guess.status_code, protecting(guess), protecting(goodbye)) == (429, OF_ALL, OF_ALL)
    # What was typed and not sent is not left for the next person at the same desk.
    assert goodbye["Clear-Site-Data"] == '"storage"'


@pytest.mark.parametrize("address", ["/en/missions/", "/en/embed/FP/"])
def test_a_304_changes_no_policy_of_the_answer_that_the_reader_has(client, mission, address):
    etag = ask(client, "GET", address)["ETag"]
    headers = protecting(known := ask(client, "GET", address, headers={"If-None-Match": etag}))

    assert (known.status_code, headers["Content-Security-Policy"], headers["X-Frame-Options"]) == (304, None, None)
    assert headers["Strict-Transport-Security"] == OF_ALL["Strict-Transport-Security"]
