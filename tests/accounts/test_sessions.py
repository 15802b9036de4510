"""Where an account is signed in, and for how long."""

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client

from missions.accounts.middleware import keep_alive
from missions.templatetags.browsers import browser
from tests import build
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in
from tests.public.dom import parse

LIST = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def rows(response):
    return [[cell.text for cell in row.all("td")] for row in parse(response).one("tbody").all("tr")]


@pytest.fixture
def phone():
    return Client(headers={"User-Agent": SAFARI}, REMOTE_ADDR="192.0.2.7")


def test_each_session_is_listed_with_its_beginning_last_use_browser_and_address(editor, phone):
    desk = Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="192.0.2.1")
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        sign_in(phone, "editor")
        clock.shift(20 * 60)
        phone.get("/admin/")
        clock.shift(40 * 60)
        sign_in(desk, "editor")
        clock.shift(60)

        assert rows(desk.get(LIST)) == [
            ["1 Mar 2026, 08:00", "1 Mar 2026, 08:20", "Safari · iPhone", "192.0.2.7"],
            ["1 Mar 2026, 09:00", "this one, now", "Firefox · Windows", "192.0.2.1"],
        ]


def test_the_others_are_ended_and_this_one_goes_on(client, editor, phone):
    stranger = Client()
    build.user("stranger")
    sign_in(stranger, "stranger")
    for one in (phone, client):
        sign_in(one, "editor")
    answer = client.post(LIST, follow=True)

    assert "The other sessions are ended." in parse(answer).text
    assert len(rows(answer)) == 1
    assert client.get("/admin/").status_code == 200
    assert phone.get("/admin/").status_code == 302
    assert stranger.get(LIST).status_code == 200


def test_a_new_password_ends_the_others_too(client, editor, phone):
    for one in (phone, client):
        sign_in(one, "editor")
    new = "three arcs over the river"
    client.post("/accounts/password/change/", {"oldpassword": build.PASSWORD, "password1": new, "password2": new})

    assert client.get("/admin/").status_code == 200
    assert phone.get("/admin/").status_code == 302


def test_a_session_ends_eight_hours_after_its_last_use(client, editor):
    with time_machine.travel("2026-03-01T08:00Z", tick=False) as clock:
        sign_in(client, "editor")
        for _hours in range(3):
            clock.shift(7 * 3600)
            assert client.get("/admin/").status_code == 200

        clock.shift(8 * 3600 + 1)
        assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"


def test_a_page_writes_the_session_once_in_five_minutes(client, editor, rf):
    with time_machine.travel("2026-03-01T08:00Z", tick=False) as clock:
        sign_in(client, "editor")
        request = rf.get("/admin/")
        request.user, request.session = editor, client.session
        seen = []
        for _page in range(4):
            request.session.modified = False
            clock.shift(2 * 60)
            keep_alive(request)
            seen.append(request.session.modified)

    assert seen == [False, False, True, False]
    assert UserSession.objects.count() == 1


def test_the_public_pages_neither_read_nor_write_a_session(client, editor, django_assert_num_queries):
    build.instrument()
    sign_in(client, "editor")
    before = client.cookies["sessionid"].value
    answer = client.get("/en/missions/")
    reader = Client().get("/en/missions/")

    for page in (answer, reader):
        assert "Cookie" not in page.headers.get("Vary", "")
        assert page.cookies == {}
    assert answer.content == reader.content
    assert client.cookies["sessionid"].value == before


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (FIREFOX, "Firefox · Windows"),
        (SAFARI, "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(user_agent, said):
    assert browser(user_agent) == said


@pytest.mark.parametrize("way", ["password", "code"])
def test_who_shows_again_who_they_are_goes_on_under_a_new_key_and_the_old_one_opens_nothing(client, editor, way):
    secret = give_totp(editor) if way == "code" else None
    with time_machine.travel("2026-03-01T08:00Z", tick=False) as clock:
        sign_in(client, "editor")
        if secret:
            client.post(AUTHENTICATE, {"code": code(secret)})
        thief = Client()
        thief.cookies["sessionid"] = client.cookies["sessionid"].value
        assert thief.get("/admin/").status_code == 200

        clock.shift(6 * 60)
        form = "reauthenticate/" if way == "password" else "2fa/reauthenticate/"
        client.post(f"/accounts/{form}", {"code": code(secret)} if secret else {"password": build.PASSWORD})

        asked_again = "deactivate" if secret else "activate"
        assert client.get(f"/accounts/2fa/totp/{asked_again}/").status_code == 200
        assert thief.get("/admin/").status_code == 302
        assert len(rows(client.get(LIST))) == 1


def test_after_signing_out_the_key_opens_nothing(client, editor):
    sign_in(client, "editor")
    kept = Client()
    kept.cookies["sessionid"] = client.cookies["sessionid"].value
    assert kept.get("/admin/").status_code == 200

    client.post("/accounts/logout/")

    assert kept.get("/admin/").status_code == 302


def test_signing_out_clears_what_the_browser_kept_and_the_end_of_a_session_does_not(client, editor):
    sign_in(client, "editor")
    page, left, gone = client.get("/admin/"), client.post("/accounts/logout/"), client.post("/accounts/logout/")
    sign_in(client, "editor")
    client.session.flush()
    ended = client.get("/admin/")

    said = [answer.headers.get("Clear-Site-Data") for answer in (page, left, gone, ended)]
    assert said == [None, '"storage"', None, None]
    assert ended.status_code == 302


def test_no_browser_stores_a_page_of_somebody_who_is_signed_in(client, editor):
    routes = [
        "/admin/", "/admin/missions/mission/", "/admin/missions/user/", "/admin/no/such/page/", "/accounts/sessions/",
        "/accounts/2fa/", "/accounts/password/change/",
    ]  # fmt: skip
    strangers = client.get("/accounts/login/")
    sign_in(client, "editor")

    said = {route: client.get(route)["Cache-Control"] for route in routes}

    assert [route for route, words in said.items() if "no-store" not in words or "private" not in words] == []
    assert "no-store" in strangers["Cache-Control"]
