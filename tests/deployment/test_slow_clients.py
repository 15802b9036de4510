"""Two hundred clients that send a byte a second hold up nobody: nginx waits for them, and no process does."""

import contextlib
import threading

import pytest

pytestmark = pytest.mark.no_cover

COUNT = 200
HEAD = "GET /en/missions/ HTTP/1.1\r\nHost: {host}\r\nX-Slow: "
# A form that the program would read to the end, to look for its token.
BODY = (
    "POST /admin/ HTTP/1.1\r\nHost: {host}\r\nReferer: https://{host}/\r\nCookie: __Host-csrftoken={token}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
)


@contextlib.contextmanager
def slowly(site, beginning):
    """As many clients that have sent this beginning, and go on by a byte a second until the block ends."""
    said = beginning.format(host=site.url.removeprefix("https://"), token="t" * 32).encode()
    with contextlib.ExitStack() as stack:
        clients = []
        for number in range(COUNT):
            client = stack.enter_context(contextlib.closing(site.connection(address=f"127.0.5.{number % 4 + 1}")))
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
    with slowly(site, beginning):
        answers = [site.ask(path, timeout=20) for path in ("/en/", "/zh-hans/", "/accounts/login/") * 4]

    assert [answer.status for answer in answers] == [200] * 12


def test_whoever_never_ends_the_headers_is_sent_away(site):
    with slowly(site, HEAD) as clients:
        clients[0].settimeout(60)

        assert clients[0].recv(1) == b""
