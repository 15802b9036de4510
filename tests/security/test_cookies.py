"""Cookies of officials: over https only, not for scripts, and not from other sites.

tests/contract shows that readers get none.
"""

import pytest

from missions.models import Role
from tests import factories
from tests.accounts.signing import sign_in

OWN = {"path": "/", "domain": "", "secure": True, "httponly": True, "samesite": "Lax"}


@pytest.fixture
def over_https(settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True


def cookies(answer):
    """The attributes of each cookie that is set and not deleted."""
    return {name: {key: cookie[key] for key in OWN} for name, cookie in answer.cookies.items() if cookie.value}


def test_sign_in_sets_these_cookies_and_no_others(client, db, over_https):
    factories.user("administrator", Role.ADMINISTRATOR)
    answers = [client.get("/accounts/login/", secure=True), sign_in(client, "administrator", secure=True)]
    language = client.post("/accounts/language/", {"language": "zh-hans"}, secure=True)
    sign_out = client.post("/accounts/logout/", secure=True)

    assert cookies(answers[0]) | cookies(answers[1]) == {"csrftoken": OWN, "sessionid": OWN}
    assert cookies(language) == {"django_language": {**OWN, "path": "/accounts/"}}
    assert set(cookies(sign_out)) <= {"csrftoken", "sessionid"}  # no cookie for messages
