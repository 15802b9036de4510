"""Where an account is signed in, and for how long."""

from itertools import pairwise

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from tests import factories
from tests.accounts.signing import NEW, sign_in
from tests.public.dom import parse

LIST = "/accounts/sessions/"
MORNING = "2026-03-01T00:00Z"
WECHAT = "Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36 MicroMessenger/8.0"


def rows(response):
    return [[cell.text for cell in row.all("td")] for row in parse(response).one("tbody").all("tr")]


def is_open(client):
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        (LIST, {}),
        ("/accounts/password/change/", {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW}),
    ],
)
def test_other_sessions_of_the_account_are_listed_and_ended(client, editor, page, sent):
    factories.user("stranger")
    phone, stranger = Client(headers={"User-Agent": WECHAT}, REMOTE_ADDR="192.0.2.1"), Client()
    sign_in(stranger, "stranger")
    for browser in (phone, client):
        sign_in(browser, "editor")
    assert rows(client.get(LIST))[0][2:] == ["WeChat · Android", "192.0.2.1"]
    client.post(page, sent)

    assert (is_open(client), is_open(phone), len(rows(client.get(LIST)))) == (True, False, 1)
    assert stranger.get(LIST).status_code == 200


def test_session_ends_eight_hours_after_its_last_use_which_is_written_at_most_every_five_minutes(client, editor):
    """A write for each page would queue at SQLite's one lock."""
    ends = []
    with time_machine.travel(MORNING, tick=False) as clock:
        sign_in(client, "editor")
        for _ in range(4):
            clock.shift(2 * 60)
            assert is_open(client)
            ends.append(Session.objects.get().expire_date)
        clock.shift(8 * 3600 + 1)
        assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"

    assert [later > earlier for earlier, later in pairwise(ends)] == [False, True, False]


def test_proof_of_identity_changes_the_session_key(client, editor):
    sign_in(client, "editor")
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_open(thief)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})

    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    assert (is_open(client), is_open(thief), len(rows(client.get(LIST)))) == (True, False, 1)
