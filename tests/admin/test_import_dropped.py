"""Whoever closes the connection in the middle of an import leaves nothing half done: a real server, a real socket."""

import socket
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import transaction

from missions.models import Head, Import, ImportState, Mission, Role
from tests import build
from tests.accounts.serving import Browser, gunicorn
from tests.accounts.signing import LOGIN
from tests.admin.importing import register

pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]

ROWS = 600


@pytest.fixture
def quick_hashes():
    """Not here: the server's processes know the real hashes alone."""


@pytest.fixture
def without_second_factor():
    """Nor this: the server reads its own environment."""


@pytest.fixture
def site(own_database):
    with gunicorn({**own_database, "HUB_REQUIRE_MFA": "0"}) as url:
        yield url


def posted(url, cookies, page, sent):
    """A connection on which the form has been sent, and nothing of the answer read."""
    body = urlencode(sent).encode()
    head = (
        f"POST {page} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nCookie: {cookies}\r\nReferer: {url}{page}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=60)
    connection.sendall(head.encode() + body)
    return connection


def test_a_connection_that_drops_while_rows_are_written_leaves_nothing_behind(site):
    official = build.user("official", Role.COORDINATOR)
    codes = [build.mission(f"M-{number}", title_en="As it was", opened=False).code for number in range(ROWS)]
    content = register(**{code.replace("-", "_"): "Changed" for code in codes})
    handed_in = build.imported(by=official, content=content, name="register.xlsx")
    versions = Mission.history.count()
    browser = Browser(site)
    browser.post(LOGIN, login="official", password=build.PASSWORD)
    page = handed_in.get_absolute_url()
    browser.get(page)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.jar)
    revision = Head.objects.get().revision
    sent = {"csrfmiddlewaretoken": browser.token[1], "revision": revision, "_carry_out": "1"}

    with posted(site, cookies, page, sent) as connection:
        read = b""
        # The first sign of the writing: one batch is written by then, and others are not.
        while f'max="{ROWS}" value="200"'.encode() not in read:
            read += connection.recv(65536)
    with transaction.atomic():
        Head.objects.lock()  # which the writing holds until it is over

    assert set(Mission.objects.values_list("title_en", flat=True)) == {"As it was"}
    assert Mission.history.count() == versions
    assert Import.objects.get().state == ImportState.WAITING

    with posted(site, cookies, page, sent) as connection:  # and whoever stays, gets all of it
        read = b""
        while b"</html>" not in read:
            read += connection.recv(65536)

    assert set(Mission.objects.values_list("title_en", flat=True)) == {"Changed"}
    assert Mission.history.count() == versions + ROWS
    assert Import.objects.get().state == ImportState.DONE
