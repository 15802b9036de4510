"""Whose request it is: nginx says so, over a socket that is its own; nobody else is believed."""

import pytest

from hubtracker import wsgi

pytestmark = pytest.mark.long

ATTEMPTS = """
from axes.models import AccessAttempt
print(*AccessAttempt.objects.filter(username={name!r}).values_list("ip_address", flat=True))
"""


def address_seen(monkeypatch, **environ):
    seen = []
    monkeypatch.setattr(wsgi, "site", lambda environ, start_response: seen.append(environ["REMOTE_ADDR"]))
    wsgi.application(environ, None)
    return seen[0]


def test_through_a_socket_comes_the_address_that_nginx_states(monkeypatch):
    assert address_seen(monkeypatch, REMOTE_ADDR="", HTTP_X_REAL_IP="192.0.2.1") == "192.0.2.1"


def test_whoever_comes_over_the_network_is_not_believed_another_address(monkeypatch):
    assert address_seen(monkeypatch, REMOTE_ADDR="192.0.2.9", HTTP_X_REAL_IP="192.0.2.1") == "192.0.2.9"


def test_a_guesser_is_locked_out_by_the_own_address_whatever_headers_say(site):
    lies = [
        {"X-Real-IP": f"192.0.2.{n}", "X-Forwarded-For": f"192.0.2.{n}", "Forwarded": f"for=192.0.2.{n}"}
        for n in range(6)
    ]

    guesses = [site.sign_in("guessed", "wrong", address="127.0.3.1", headers=headers) for headers in lies]

    assert [answer.status for answer in guesses] == [200] * 4 + [429] * 2
    assert site.sign_in("guessed", "wrong", address="127.0.3.2").status == 200
    assert sorted(site.manage("shell", "--no-imports", "-c", ATTEMPTS.format(name="guessed")).split()) == [
        "127.0.3.1",
        "127.0.3.2",
    ]
