"""Takes PostgreSQL away for ten seconds, in order and as a crash does; the site is not restarted when it comes back."""

import contextlib
import signal
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from tests.postgres import binaries, temporary_server

from .officials import Acknowledged, Official
from .site import CAREFUL, Site, amiss

SECONDS_AWAY = 10
# Nothing is kept of an address that nobody asked for before: each request needs the database.
ASKED = ["/en/missions/?q=", "/api/v1/missions?q=", "/en/report/completion.csv?q=", "/accounts/login/?n=", "/readyz?n="]
LONGEST = 15  # seconds that a request may take: the pool waits 5 s


def drill(say) -> list[str]:
    """What was answered while the database was away, where it should have been 503, and after it came back."""
    wrong = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubtracker-drill-")))
        postgresql = stack.enter_context(temporary_server(binaries(), CAREFUL))
        (folder / "data").mkdir()
        site = Site(folder / "data", postgresql.url)
        stack.callback(site.close)
        site.start()
        for how, sends in (("stopped", signal.SIGINT), ("crashed", signal.SIGQUIT)):
            wrong += [f"{how}: {finding}" for finding in one(site, postgresql, how, sends, say)]
    return wrong


def one(site, postgresql, how, sends, say):
    acknowledged = Acknowledged()
    official = Official(site, ["FP-001", "FP-002"], acknowledged)
    official.start()
    time.sleep(2)
    postgresql.stop(sends)
    answers, slowest = asked_until(site, time.monotonic() + SECONDS_AWAY)
    postgresql.start()
    back = site.wait_for("/readyz", 200)
    after = Counter(site.status(f"{path}after{how}") for path in ASKED)
    time.sleep(2)
    official.ended.set()
    official.join(timeout=120)
    found = site.found(acknowledged)
    reported = len(acknowledged.published)
    say(
        f"{how} for {SECONDS_AWAY} s: answered {dict(answers)}, the slowest after {slowest:.1f} s; ready {back:.1f} s "
        f"after it came back, then {dict(after)}; {reported} reports published, the official was told "
        f"{Counter(said[:20] for said in acknowledged.wrong)}; {found['entries']} entries"
    )
    wrong = [] if set(answers) == {503} else [f"answered {dict(answers)} while the database was away"]
    wrong += [] if set(after) == {200} else [f"answered {dict(after)} once it was back"]
    wrong += [f"a request took {slowest:.1f} s"] if slowest > LONGEST else []
    wrong += [f"the official was told {said}" for said in acknowledged.wrong if "503" not in said[:20]]
    return wrong + amiss(found) + acknowledged.nothing()


def asked_until(site, end):
    """(how often each status was answered, the longest that a request took), of some readers at once."""
    answers, took = Counter(), []

    def ask(path):
        number = 0
        while time.monotonic() < end:
            begin, number = time.monotonic(), number + 1
            answers[site.status(f"{path}{number}")] += 1
            took.append(time.monotonic() - begin)

    readers = [threading.Thread(target=ask, args=(path,)) for path in ASKED]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return answers, max(took)
