"""Two hundred clients that send a byte a second hold up nobody: nginx waits for them, and no process does."""

import contextlib
import threading

import pytest

pytestmark = pytest.mark.long

OFFICES = [f"127.0.5.{number}" for number in range(1, 5)]
HEAD = "GET /en/missions/ HTTP/1.1\r\nHost: {host}\r\nX-Slow: "
# A form that the program would read to the end, to look for its token.
BODY = (
    "POST /admin/ HTTP/1.1\r\nHost: {host}\r\nReferer: https://{host}/\r\nCookie: __Host-csrftoken={token}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
)


@contextlib.contextmanager
def slowly(site, beginning, addresses):
    """A client at each of these addresses that has sent this beginning, and goes on by a byte a second."""
    said = beginning.format(host=site.url.removeprefix("https://"), token="t" * 32).encode()
    with contextlib.ExitStack() as stack:
        clients = []
        for address in addresses:
            client = stack.enter_context(contextlib.closing(site.connection(address=address)))
            client.connect()
            client.sock.sendall(said)
            clients.append(client.sock)
        ended = threading.Event()
        dripping = threading.Thread(target=drip, args=(clients, ended))
        dripping.start()
        stack.callback(dripping.join)
        stack.callback(ended.set)
        yield clients


def drip(clients, ended):
    while not ended.wait(1):
        for client in clients:
            with contextlib.suppress(OSError):  # nginx has given up on this one
                client.sendall(b"x")


@pytest.mark.parametrize("beginning", [HEAD, BODY], ids=["headers", "bodies"])
def test_slow_clients_hold_up_nobody(site, beginning):
    with slowly(site, beginning, OFFICES * 50):
        answers = [site.ask(path, timeout=20) for path in ("/en/", "/zh-hans/", "/accounts/login/") * 4]

    assert [answer.status for answer in answers] == [200] * 12


def test_whoever_never_ends_the_headers_is_sent_away(site):
    with slowly(site, HEAD, OFFICES) as clients:
        clients[0].settimeout(60)

        assert clients[0].recv(1) == b""


def test_one_address_sends_to_the_back_office_in_sixty_requests_at_once_at_most(site):
    """Each may have 110 MB, which nginx keeps on its disk until the last of them is there."""
    with slowly(site, BODY, ["127.0.5.9"] * 70):
        refused = site.ask("/admin/", address="127.0.5.9")
        elsewhere, others = site.ask("/en/", address="127.0.5.9"), site.ask("/admin/", address="127.0.5.8")

    assert (refused.status, "<h1>Too many requests</h1>" in refused.text) == (429, True)
    assert (elsewhere.status, others.status) == (200, 302)
