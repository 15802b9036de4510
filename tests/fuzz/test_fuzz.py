"""A short run of `make fuzz` over pages and files; and that it finds what is wrong, each kind of it built first."""

import re
import socket
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest

from . import pages
from .addresses import Unknown, known_values
from .asking import SECURED, Request, ask, faults
from .pages import Fuzzer
from .site import EDITOR, running

# No answer is late here because another test is busy: only one that never comes fails.
PATIENCE = 60
# One of each kind: a list, a page, a file, a form, a form with files, one that writes without a form of its own.
ROUTES = [
    "en/missions/",
    "en/missions/<code:code>/",
    "en/changes.csv",
    "admin/missions/mission/<int:pk>/report/",
    "admin/missions/import/add/",
    "admin/missions/token/<int:pk>/revoke/",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture(scope="module")
def fuzzer(site):
    return Fuzzer(site, seed=7, patience=PATIENCE)


def test_what_nobody_thought_of_is_answered_as_it_should_be(fuzzer):
    for route in ROUTES:
        fuzzer.fuzz(route, examples=16)

    assert fuzzer.wrong == []
    assert fuzzer.answered.total() >= len(ROUTES) * 3 * 16
    assert {200, 302, 400, 403, 404, 405} <= set(fuzzer.answered)


def test_every_route_of_the_site_can_be_filled_in(fuzzer, site):
    places = {route: known_values(site, route) for route in site.routes}

    assert [route for route, known in places.items() if not all(known)] == []


def test_a_route_that_nobody_knows_how_to_fill_in_is_no_route_to_pass_over(fuzzer):
    with pytest.raises(Unknown, match="<int:year>"):
        fuzzer.fuzz("en/years/<int:year>/", examples=1)


PLAIN = {"Server": "test", "Content-Type": "text/html", **dict.fromkeys(SECURED, "x")}
WRONG = {
    "is answered with 500": ("500 Error", PLAIN, "<p>Error</p>"),
    "lacks referrer-policy": ("200 OK", {n: v for n, v in PLAIN.items() if n != "referrer-policy"}, "<p>Well</p>"),
    "has headers that are not the site's own": ("200 OK", {**PLAIN, "X-Hub-Fuzz": "1"}, "<p>Well</p>"),
    "leads to //elsewhere.example/": ("302 Found", {**PLAIN, "Location": "//elsewhere.example/"}, ""),
    "leads to https://elsewhere.example/": ("302 Found", {**PLAIN, "Location": "https://elsewhere.example/"}, ""),
    "sets a cookie": ("200 OK", {**PLAIN, "Set-Cookie": "a=b"}, "<p>Well</p>"),
    "has an element that the request brought": ("200 OK", PLAIN, '<p title=""><hub-fuzz></hub-fuzz></p>'),
    "cannot be read: </div> closes <p>": ("200 OK", PLAIN, "<div><p></div>"),
    "cannot be read: Expecting value: line 1 column 1 (char 0)": (
        "200 OK", {**PLAIN, "Content-Type": "application/json"}, "nothing",
    ),
    "tells what the site is made of: b'SELECT \"'": ("400 Bad", PLAIN, '<p>SELECT "name" FROM</p>'),
    "tells what the site is made of: b'Traceback (most recent call last)'": (
        "404 Not Found", PLAIN, "<p>Traceback (most recent call last)</p>",
    ),
}  # fmt: skip


@contextmanager
def answering(status, headers, text):
    """The port of a server that gives one answer, once, whatever it is asked."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    said = "\r\n".join([*lines, "Connection: close", "", text]).encode()

    def answer():
        connection, _address = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(said)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_wrong_with_an_answer_is_found(fault):
    request = Request("GET", b"/en/", ((b"Host", b"localhost"),))
    with answering(*WRONG[fault]) as port:
        answer = ask(port, request, patience=PATIENCE)

    assert list(faults(request, answer, "http://localhost")) == [fault]


SOUND = [
    ("302 Found", {**PLAIN, "Location": "/en/"}, "<p>Well</p>"),
    # The policy is that of the answer which the browser has.
    ("304 Not Modified", {name: v for name, v in PLAIN.items() if name != "content-security-policy"}, ""),
]


@pytest.mark.parametrize("sound", SOUND)
def test_a_sound_answer_is_not_complained_of(sound):
    request = Request("GET", b"/en/", ((b"Host", b"localhost"),))
    with answering(*sound) as port:
        assert list(faults(request, ask(port, request, patience=PATIENCE), "http://localhost")) == []


@pytest.fixture
def written_meanwhile(site, monkeypatch):
    """Lets this statement be carried out with every request, as by the site itself."""

    def write(statement):
        def ask_and_write(*args, **options):
            with closing(sqlite3.connect(site.folder / "hub.sqlite3", timeout=PATIENCE)) as database:
                database.execute(statement)
                database.commit()
            return ask(*args, **options)

        monkeypatch.setattr(pages, "ask", ask_and_write)

    return write


def test_a_request_that_reads_and_changes_something_is_found_and_what_it_changed_is_undone(
    fuzzer, site, written_meanwhile
):
    written_meanwhile("UPDATE missions_user SET name = 'changed'")
    request = Request("GET", b"/healthz", ((b"Host", f"localhost:{site.port}".encode()), (b"Connection", b"close")))

    assert fuzzer.asked(request, may_write=False) == "changes missions_user"
    assert site.changed() == []
    assert fuzzer.asked(request, may_write=True) == ""
    assert site.changed() == []


def test_what_is_a_readers_own_may_be_written_while_they_read(fuzzer, site, written_meanwhile):
    written_meanwhile("UPDATE django_session SET expire_date = '2999-01-01'")
    request = Request("GET", b"/healthz", ((b"Host", f"localhost:{site.port}".encode()), (b"Connection", b"close")))

    assert fuzzer.asked(request, may_write=False) == ""
    assert "2999-01-01" not in site.column("SELECT expire_date FROM django_session")


def test_a_request_that_reads_and_signs_somebody_out_is_found(fuzzer, site, written_meanwhile):
    written_meanwhile(f"DELETE FROM django_session WHERE session_key = '{site.sessions[EDITOR]}'")
    request = Request("GET", b"/healthz", ((b"Host", f"localhost:{site.port}".encode()), (b"Connection", b"close")))

    assert fuzzer.asked(request, may_write=False) == "changes sessions"
    assert site.open_sessions() == sorted(site.sessions.values())


def test_an_answer_that_never_comes_is_found(fuzzer, site, monkeypatch):
    request = Request("GET", b"/healthz", ((b"Host", b"localhost"),))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(site, "port", silent.getsockname()[1])
        monkeypatch.setattr(fuzzer, "patience", 0.2)

        assert fuzzer.asked(request, may_write=False) == "is not answered within 0.2 s"


def test_a_fault_is_shown_as_the_shortest_request_that_has_it(fuzzer, site, monkeypatch):
    monkeypatch.setattr(pages, "faults", lambda request, answer, url: ["has a query"] if b"?" in request.target else [])
    monkeypatch.setattr(fuzzer, "wrong", [])

    fuzzer.fuzz("healthz", examples=60)

    first, command = fuzzer.wrong[0].splitlines()
    plain = r" -H \$'Host: localhost:\d+' -H \$'Connection: close' -H \$'Cookie: csrftoken=a{32}'"
    asked = rf"    curl --http1\.1 --path-as-is -gisX GET \$'{site.url}/healthz\?[a-z_]+=[\w.-]*'"
    assert first == "healthz as anonymous has a query"
    assert re.fullmatch(asked + plain, command)
