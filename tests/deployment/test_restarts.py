"""Restarts, killed processes and slow clients: no request fails, and none is processed twice."""

import contextlib
import itertools
import os
import signal
import threading
import time

import pytest
import requests

from tests.deployment.site import LOGIN

pytestmark = pytest.mark.long

PATHS = ("/en/", "/zh-hans/missions/", "/en/missions/?status=in_progress", "/api/v1/missions", LOGIN)
READERS = 8
INCOMPLETE = "incomplete"


class Load:
    """Readers, and a client that sends forms, each with its own address, until the block ends."""

    def __init__(self, site, name):
        self.site, self.name = site, name
        self.stopping, self.read_statuses, self.form_statuses = threading.Event(), [], []

    def __enter__(self):
        clients = [*[self.read] * READERS, self.send_forms]
        self.threads = [
            threading.Thread(target=client, args=(f"127.0.6.{number}",)) for number, client in enumerate(clients, 1)
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def request(self, statuses, *request, **options):
        try:
            statuses.append(self.site.request(*request, **options).status_code)
        except requests.exceptions.ChunkedEncodingError:
            statuses.append(INCOMPLETE)
        except requests.RequestException as error:
            statuses.append(repr(error))

    def read(self, address):
        for path in itertools.cycle(PATHS):
            if self.stopping.wait(0.1):
                return
            self.request(self.read_statuses, path, address=address)

    def send_forms(self, address):
        """Wrong passwords, each for another name: each is recorded, and takes a while."""
        token, headers = self.site.sign_in_form(address)
        for number in itertools.count():
            if self.stopping.wait(0.3):
                return
            form = {"csrfmiddlewaretoken": token, "login": f"{self.name}-{number}", "password": "wrong"}
            self.request(self.form_statuses, LOGIN, "POST", form, headers, address=address)

    def wait(self, count=40):
        """Wait for so many more responses, at most a minute."""
        wanted, deadline = len(self.read_statuses) + count, time.monotonic() + 60
        while len(self.read_statuses) < wanted and time.monotonic() < deadline:
            time.sleep(0.05)

    def recorded_forms(self):
        attempts = f"AccessAttempt.objects.filter(username__startswith={self.name!r}, failures_since_start=1)"
        return int(self.site.run_code(f"from axes.models import AccessAttempt; print({attempts}.count())"))


def test_both_instances_restart_under_load_without_a_failed_request(site):
    with Load(site, "restart") as load:
        load.wait()
        for instance in site.instances:
            instance.restart()
            load.wait()

    assert (set(load.read_statuses), set(load.form_statuses)) == ({200}, {200})
    assert load.recorded_forms() == len(load.form_statuses)


def test_a_killed_worker_affects_only_its_responses_and_no_form_is_processed_twice(site):
    kills = site.instances * 2
    with Load(site, "kill") as load:
        for instance in kills:
            load.wait()
            [worker] = instance.workers()
            os.kill(worker, signal.SIGKILL)
        load.wait()

    # A response that began to arrive cannot be repeated; other requests are sent to another process.
    assert set(load.read_statuses) <= {200, INCOMPLETE}
    assert load.read_statuses.count(INCOMPLETE) <= 4 * len(kills)
    # nginx never sends a form twice: a killed worker may have processed it.
    assert set(load.form_statuses) <= {200, 502}
    assert load.form_statuses.count(200) <= load.recorded_forms() <= len(load.form_statuses)


def test_requests_wait_while_no_instance_runs(site):
    for instance in site.instances:
        instance.stop()
    statuses = []
    waiting = threading.Thread(target=lambda: statuses.append(site.request("/en/").status_code))
    waiting.start()
    for instance in site.instances:
        instance.start()
    waiting.join()

    assert statuses == [200]


# --- slow clients ----------------------------------------------------------------------------------------------------

ADDRESSES = [f"127.0.5.{number}" for number in range(1, 5)]
HEADERS = "GET /en/missions/ HTTP/1.1\r\nHost: {host}\r\nX-Slow: "
# A form that the site would read to the end for its token.
BODY = (
    "POST /admin/ HTTP/1.1\r\nHost: {host}\r\nReferer: https://{host}/\r\nCookie: __Host-csrftoken={token}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
)


@contextlib.contextmanager
def slow_clients(site, start, addresses):
    """Clients that have sent this start of a request, and continue with a byte per second."""
    start = start.format(host=site.host, token="t" * 32).encode()
    stopping, clients = threading.Event(), []

    def drip():
        while not stopping.wait(1):
            for client in clients:
                with contextlib.suppress(OSError):  # nginx has closed this one
                    client.sendall(b"x")

    with contextlib.ExitStack() as stack:
        for address in addresses:
            client = stack.enter_context(site.connect(address=address))
            client.sock.sendall(start)
            clients.append(client.sock)
        thread = threading.Thread(target=drip)
        thread.start()
        stack.callback(thread.join)
        stack.callback(stopping.set)
        yield clients


@pytest.mark.parametrize("start", [HEADERS, BODY], ids=["headers", "bodies"])
def test_two_hundred_slow_clients_delay_no_other(site, start):
    with slow_clients(site, start, ADDRESSES * 50):
        statuses = [site.request(path).status_code for path in ("/en/", "/zh-hans/", LOGIN) * 4]

    assert statuses == [200] * 12


def test_a_client_that_never_finishes_its_headers_is_disconnected(site):
    with slow_clients(site, HEADERS, ADDRESSES) as clients:
        clients[0].settimeout(60)

        assert clients[0].recv(1) == b""


def test_one_address_has_at_most_sixty_requests_to_the_back_office(site):
    with slow_clients(site, BODY, ["127.0.5.9"] * 70):
        requests = [("/admin/", "127.0.5.9"), ("/en/", "127.0.5.9"), ("/admin/", "127.0.5.8")]
        statuses = [site.request(path, address=address).status_code for path, address in requests]

    assert statuses == [429, 200, 302]
