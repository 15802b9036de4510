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
BROWSERS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox · Windows",
    "Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36 MicroMessenger/8.0": "WeChat · Android",
    "": "",
}


def rows(response):
    return [[cell.text for cell in row.all("td")] for row in parse(response).one("tbody").all("tr")]


def is_open(client):
    return client.get("/admin/").status_code == 200


def test_sessions_are_listed_with_beginning_last_use_browser_and_address(editor):
    phone, other, desk = (
        Client(headers={"User-Agent": agent}, REMOTE_ADDR=f"192.0.2.{number}")
        for number, agent in enumerate(reversed(BROWSERS))
    )
    with time_machine.travel(MORNING, tick=False) as clock:
        sign_in(phone, "editor")
        clock.shift(20 * 60)
        phone.get("/admin/")
        for client in (other, desk):
            clock.shift(60)
            sign_in(client, "editor")
        found = rows(desk.get(LIST))

    names = list(reversed(BROWSERS.values()))
    assert [row[2:] for row in found] == [[name, f"192.0.2.{number}"] for number, name in enumerate(names)]
    assert found[0][:2] == ["1 Mar 2026, 08:00", "1 Mar 2026, 08:20"]
    assert found[-1][:2] == ["1 Mar 2026, 08:22", "this one, now"]


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        (LIST, {}),
        ("/accounts/password/change/", {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW}),
    ],
)
def test_other_sessions_of_the_account_are_ended(client, editor, page, sent):
    factories.user("stranger")
    phone, stranger = Client(), Client()
    sign_in(stranger, "stranger")
    for browser in (phone, client):
        sign_in(browser, "editor")
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
