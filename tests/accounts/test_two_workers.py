"""The limits hold across processes: a real gunicorn with two workers, asked over HTTP."""

import http.cookiejar
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests import build
from tests.accounts.signing import code, give_totp, wrong_code
from tests.browser.conftest import wait_for

pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]
TOP = Path(__file__).parent.parent.parent


@pytest.fixture
def quick_hashes():
    """Not here: the server's processes know the real hashes alone."""


@pytest.fixture
def site(own_database):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "hubtracker.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
         "--threads", "4", "--log-level", "error", "--no-control-socket"],
        cwd=TOP,
        env={**own_database, "HUB_SITE_URL": url},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"{url}/healthz")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


class Browser:
    def __init__(self, url):
        self.url, self.cookies = url, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def post(self, path, **sent):
        """Fetches the form and sends it; returns (status, address of the answer)."""
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.opener.open(self.url + path).read().decode())[1]
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **sent}).encode()
        try:
            answer = self.opener.open(self.url + path, body)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, urllib.parse.urlsplit(answer.url).path


def test_twenty_wrong_passwords_lock_out(site):
    build.user("official")
    statuses = [Browser(site).post("/accounts/login/", login="official", password=f"guess {n}")[0] for n in range(20)]

    assert statuses == [200] * 4 + [429] * 16
    assert Browser(site).post("/accounts/login/", login="official", password=build.PASSWORD)[0] == 429


def test_twenty_wrong_codes_lock_out(site):
    secret = give_totp(build.user("official"))
    browser = Browser(site)
    at_the_code = browser.post("/accounts/login/", login="official", password=build.PASSWORD)
    statuses = [browser.post("/accounts/2fa/authenticate/", code=wrong_code(secret))[0] for _number in range(20)]

    assert at_the_code == (200, "/accounts/2fa/authenticate/")
    assert statuses == [200] * 5 + [429] * 15
    assert browser.post("/accounts/2fa/authenticate/", code=code(secret))[0] == 429
