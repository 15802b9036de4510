"""Cookies of officials: over https only, not for scripts, and not from other sites.

tests/contract shows that readers get none.
"""

import pytest

from missions.models import Role
from tests import factories
from tests.accounts.signing import sign_in
from tests.admin.routes import address, ask, records_of, routes

OWN = {"path": "/", "domain": "", "secure": True, "httponly": True, "samesite": "Lax"}


@pytest.fixture(scope="module")
def records(module_db):
    factories.user("administrator", Role.ADMINISTRATOR)
    return records_of(factories.organisation("OWN"))


@pytest.fixture
def over_https(settings):
    settings.HUB_REQUIRE_MFA = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True


def cookies(answer):
    """The attributes of each cookie that is set and not deleted."""
    return {name: {key: cookie[key] for key in OWN} for name, cookie in answer.cookies.items() if cookie.value}


def test_sign_in_sets_these_cookies_and_no_others(client, db, records, over_https):
    answers = [client.get("/accounts/login/", secure=True), sign_in(client, "administrator", secure=True)]
    language = client.post("/accounts/language/", {"language": "zh-hans"}, secure=True)
    sign_out = client.post("/accounts/logout/", secure=True)

    assert cookies(answers[0]) | cookies(answers[1]) == {"csrftoken": OWN, "sessionid": OWN}
    assert cookies(language) == {"django_language": {**OWN, "path": "/accounts/"}}
    assert set(cookies(sign_out)) <= {"csrftoken", "sessionid"}  # no cookie for messages


def test_no_admin_page_sets_another_cookie(client, db, records, over_https):
    sign_in(client, "administrator", secure=True)
    answers = [ask(client, "GET", address(route, records)) for route in routes("admin/")]
    found = [cookie for answer in answers for cookie in cookies(answer).items()]

    assert (len(answers) > 50, found.count(("csrftoken", OWN)) > 10) == (True, True)
    assert [cookie for cookie in found if cookie not in (("csrftoken", OWN), ("sessionid", OWN))] == []
