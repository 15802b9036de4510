"""Fifty readers and ten writers for some minutes: no response is an error, and no report is lost."""

import random
import threading
import time
from itertools import count
from statistics import quantiles

import requests

from .officials import Acknowledged, start_officials, stop_officials
from .site import check, say, temporary_site

READERS, WRITERS = 50, 10
PAUSE = 1.0  # average seconds between two requests of a reader, and two reports of a writer
# Pattern → number of its variants: few of these pages are cached.
PATHS = {
    "/en/": 1, "/zh-hans/": 1, "/en/missions/": 1, "/zh-hans/missions/": 1,
    "/en/missions/?status=in_progress&page=2": 1, "/zh-hans/missions/?q={}": 104,
    "/en/missions/?as_of=2024-03-{:02}": 31, "/en/missions/FP-{:03}/": 104, "/zh-hans/changes/": 1, "/en/figures/": 1,
    "/api/v1/missions?per_page=100": 1, "/en/report/completion.csv": 1, "/badge/FP.svg": 1,
    "/zh-hans/missions/?sort=-changed&page={}": 5,
}  # fmt: skip


def drill(database, minutes):
    acknowledged, durations, errors = Acknowledged(), [], []
    with temporary_site(database) as site:
        site.start()
        end = time.monotonic() + minutes * 60
        readers = [threading.Thread(target=read, args=(site, end, durations, errors)) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        codes = [f"FP-{number:03}" for number in range(1, 105)]
        writers = start_officials(WRITERS, site, codes, acknowledged, pause=PAUSE)
        for reader in readers:
            reader.join()
        stop_officials(writers)
        site.stop()
        findings = check(site, acknowledged)[1]
    percentiles = quantiles(durations, n=100)
    times = ", ".join(f"p{p} {percentiles[p - 1] * 1000:.0f} ms" for p in (50, 95, 99))
    say(f"{len(durations)} requests of readers, {times}; acknowledged {acknowledged.counts()}")
    return findings + errors + acknowledged.findings()


def read(site, end, durations, errors):
    browser, numbers = requests.Session(), count(random.randrange(1000))
    browser.headers["Connection"] = "close"  # the server may close an idle connection just as it is reused
    while time.monotonic() < end:
        pattern, variants = random.choice(list(PATHS.items()))
        path, start = pattern.format(next(numbers) % variants + 1), time.monotonic()
        try:
            status = browser.get(site.url + path, timeout=60).status_code
        except Exception as error:  # any: a thread that ends silently would find no errors
            status = type(error).__name__
        durations.append(time.monotonic() - start)
        if status != 200:
            errors.append(f"{path}: {status}")
        time.sleep(random.uniform(0, 2 * PAUSE))
