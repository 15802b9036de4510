"""Under load: an instance is restarted, both in turn, a process is killed. No request fails, and none is done twice."""

import contextlib
import http.client
import itertools
import os
import signal
import threading
import time

import pytest

pytestmark = pytest.mark.long

PATHS = ("/en/", "/zh-hans/missions/", "/en/missions/?status=in_progress", "/api/v1/missions", "/accounts/login/")
READERS = 8
CUT_OFF = "cut off"
ATTEMPTS = """
from axes.models import AccessAttempt
print(AccessAttempt.objects.filter(username__startswith={name!r}, failures_since_start=1).count())
"""


class Load:
    """Readers who read, and one who sends forms, each from an address of its own, until the block ends."""

    def __init__(self, site, name):
        self.site, self.name = site, name
        self.ended, self.answers, self.sent = threading.Event(), [], []

    def __enter__(self):
        tasks = [(self.read, number) for number in range(1, READERS + 1)] + [(self.send, READERS + 1)]
        self.threads = [threading.Thread(target=task, args=(f"127.0.6.{number}",)) for task, number in tasks]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def note(self, said, *request, **options):
        try:
            said.append(self.site.ask(*request, **options).status)
        except http.client.IncompleteRead:
            said.append(CUT_OFF)
        except (OSError, http.client.HTTPException) as error:
            said.append(repr(error))

    def read(self, address):
        for path in itertools.cycle(PATHS):
            if self.ended.wait(0.1):
                return
            self.note(self.answers, path, address=address)

    def send(self, address):
        """Wrong passwords, each of another name: every one is counted, and takes a while."""
        token, headers = self.site.form(address)
        for number in itertools.count():
            if self.ended.wait(0.3):
                return
            body = f"csrfmiddlewaretoken={token}&login={self.name}-{number}&password=wrong"
            self.note(self.sent, "/accounts/login/", method="POST", body=body, headers=headers, address=address)

    def goes_on(self, count=40):
        """Waits until so many more requests have been answered, at most a minute."""
        wanted, deadline = len(self.answers) + count, time.monotonic() + 60
        while len(self.answers) < wanted and time.monotonic() < deadline:
            time.sleep(0.05)


def attempts(site, name):
    return int(site.manage("shell", "--no-imports", "-c", ATTEMPTS.format(name=name)))


def test_an_instance_restarts_under_load_without_a_failed_request(site):
    with Load(site, "restart") as load:
        load.goes_on()
        site.instances[0].restart()
        load.goes_on()

    assert set(load.answers) == {200}
    assert set(load.sent) == {200}
    assert attempts(site, "restart") == len(load.sent)


def test_both_restart_in_turn_under_load_without_a_failed_request(site):
    with Load(site, "turn") as load:
        load.goes_on()
        for instance in site.instances:
            instance.restart()
            load.goes_on()

    assert set(load.answers) == {200}
    assert set(load.sent) == {200}
    assert attempts(site, "turn") == len(load.sent)


def test_a_killed_process_is_not_noticed_but_by_whom_it_was_sending_to_and_no_form_is_done_twice(site):
    killed = site.instances * 2
    with Load(site, "kill") as load:
        for instance in killed:
            load.goes_on()
            (worker,) = instance.workers()
            os.kill(worker, signal.SIGKILL)
        load.goes_on()

    # What had begun to arrive cannot be taken back; what had not is asked of another process.
    assert set(load.answers) <= {200, CUT_OFF}
    assert load.answers.count(CUT_OFF) <= 4 * len(killed)
    # What a killed process was about to do with a form nobody can know: it is not sent once more.
    assert set(load.sent) <= {200, 502}
    assert load.sent.count(200) <= attempts(site, "kill") <= len(load.sent)


def test_while_no_instance_runs_requests_wait(site):
    for instance in site.instances:
        instance.stop()
    answers = []
    with contextlib.ExitStack() as stack:
        waiting = threading.Thread(target=lambda: answers.append(site.ask("/en/").status))
        waiting.start()
        stack.callback(waiting.join)
        for instance in site.instances:
            instance.start()

    assert answers == [200]
