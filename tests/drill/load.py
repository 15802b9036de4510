"""Fifty readers and ten writers for some minutes: no response is an error, and no report is lost."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, count
from statistics import quantiles

from .officials import Acknowledged, officials_at_work
from .site import say, temporary_site

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
    acknowledged, codes = Acknowledged(), [f"FP-{number:03}" for number in range(1, 105)]
    with temporary_site(database) as site:
        end = time.monotonic() + minutes * 60
        with officials_at_work(WRITERS, site, codes, acknowledged, pause=PAUSE), ThreadPoolExecutor(READERS) as readers:
            responses = [*chain(*readers.map(lambda _number: read(site, end), range(READERS)))]
        site.stop()
        findings = site.check(acknowledged)[1]
    percentiles = quantiles((seconds for _path, _status, seconds in responses), n=100)
    times = ", ".join(f"p{p} {percentiles[p - 1] * 1000:.0f} ms" for p in (50, 95, 99))
    say(f"{len(responses)} requests of readers, {times}; acknowledged {acknowledged.counts()}")
    findings += [f"{path}: {status}" for path, status, _seconds in responses if status != 200]
    return findings + acknowledged.findings()


def read(site, end):
    """(path, status, seconds) of each request until the end."""
    responses, numbers = [], count(random.randrange(1000))
    while time.monotonic() < end:
        pattern, variants = random.choice(list(PATHS.items()))
        path, start = pattern.format(next(numbers) % variants + 1), time.monotonic()
        responses.append((path, site.status(path), time.monotonic() - start))
        time.sleep(random.uniform(0, 2 * PAUSE))
    return responses
