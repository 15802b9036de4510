"""The limits hold across processes: a real gunicorn with two workers, asked over HTTP."""

import pytest

from tests import build
from tests.accounts.serving import Browser, gunicorn
from tests.accounts.signing import AUTHENTICATE, LOGIN, code, give_totp, wrong_code

pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]


@pytest.fixture
def quick_hashes():
    """Not here: the server's processes know the real hashes alone."""


@pytest.fixture
def site(own_database):
    with gunicorn(own_database) as url:
        yield url


def test_twenty_wrong_passwords_lock_out(site):
    build.user("official")
    answers = [Browser(site).post(LOGIN, login="official", password=f"guess {number}") for number in range(20)]

    assert [answer.status for answer in answers] == [200] * 4 + [429] * 16
    assert answers[-1].heading == "Too many attempts"
    assert Browser(site).post(LOGIN, login="official", password=build.PASSWORD).status == 429


def test_twenty_wrong_codes_lock_out(site):
    secret = give_totp(build.user("official"))
    browser = Browser(site)
    at_the_code = browser.post(LOGIN, login="official", password=build.PASSWORD)
    answers = [browser.post(AUTHENTICATE, code=wrong_code(secret)) for _number in range(20)]

    assert (at_the_code.status, at_the_code.path) == (200, AUTHENTICATE)
    assert [answer.status for answer in answers] == [200] * 5 + [429] * 15
    assert answers[-1].heading == "Too many attempts"
    assert browser.post(AUTHENTICATE, code=code(secret)).status == 429
