"""Fifty readers and ten writers for some minutes: nothing is answered with an error, no report is lost."""

import random
import threading
import time
from collections import Counter, defaultdict
from itertools import count

import requests

from .officials import Acknowledged, Official
from .site import amiss

READERS, WRITERS = 50, 10
PAUSE = 1.0  # seconds between two requests of a reader, on average; of a writer between two reports
# What people read, more often what they read more. {} is something else each time: what no process has kept.
READ = [
    "/en/", "/zh-hans/", "/en/missions/", "/zh-hans/missions/", "/en/missions/?status=in_progress&page=2",
    "/zh-hans/missions/?q={}", "/en/missions/?as_of=2024-03-{:02}", "/en/missions/FP-{:03}/", "/zh-hans/changes/",
    "/en/figures/", "/api/v1/missions?per_page=100", "/en/report/completion.csv", "/badge/FP.svg",
    "/zh-hans/missions/?sort=-changed&page={}",
]  # fmt: skip
NUMBERS = {"/en/missions/?as_of=2024-03-{:02}": 31, "/zh-hans/missions/?sort=-changed&page={}": 5}


def drill(site, minutes, say) -> list[str]:
    """Loads the site for so long; returns what was wrong."""
    codes = [f"FP-{number:03}" for number in range(1, 105)]
    acknowledged, took, wrong = Acknowledged(), defaultdict(list), Counter()
    site.start()
    end = time.monotonic() + minutes * 60
    readers = [threading.Thread(target=read, args=(site, end, took, wrong)) for _ in range(READERS)]
    writers = [Official(site, codes, acknowledged, pause=PAUSE, took=took) for _ in range(WRITERS)]
    for each in (*readers, *writers):
        each.start()
    for reader in readers:
        reader.join()
    for writer in writers:
        writer.ended.set()
    for writer in writers:
        writer.join(timeout=120)
    site.stop()
    found = site.found(acknowledged)
    for name in sorted(took):
        say(line(name, took[name], minutes))
    say(
        f"{len(acknowledged.submitted)} submissions and {len(acknowledged.published)} publications acknowledged, "
        f"{found['entries']} entries, lost: {found['lost'] or 'none'}, problems: {found['problems'] or 'none'}"
    )
    findings = amiss(found) + [f"{times} × {said}" for said, times in wrong.items()]
    return findings + acknowledged.wrong + acknowledged.nothing()


def read(site, end, took, wrong):
    browser, numbers = requests.Session(), count(random.randrange(1000))
    browser.headers["Connection"] = "close"  # the server gives an idle one up just when a reader may ask again
    while time.monotonic() < end:
        pattern = random.choice(READ)
        path = pattern.format(next(numbers) % NUMBERS.get(pattern, 104) + 1)
        begin = time.monotonic()
        try:
            status = browser.get(site.url + path, timeout=60).status_code
        except Exception as error:  # whatever it is: a thread that ends in silence would find nothing wrong
            status = type(error).__name__
        took["read"].append(time.monotonic() - begin)
        if status != 200:
            wrong[f"{path}: {status}"] += 1
        time.sleep(random.uniform(0, 2 * PAUSE))


def line(name, seconds, minutes):
    """What was seen of one kind of request, in milliseconds."""
    ordered = sorted(seconds)
    share = {p: ordered[min(int(len(ordered) * p / 100), len(ordered) - 1)] * 1000 for p in (50, 95, 99)}
    seen = ", ".join(f"p{p} {ms:.0f} ms" for p, ms in share.items())
    return f"{name}: {len(ordered)} in {minutes} min, {seen}, longest {ordered[-1] * 1000:.0f} ms"
