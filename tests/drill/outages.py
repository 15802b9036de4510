"""Stops PostgreSQL for ten seconds, and fills the disk: the site must answer 503, lose nothing and recover."""

import contextlib
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import requests

from tests.sites import wait_for

from .officials import Acknowledged, form_of, new_browser, officials_at_work
from .site import say, temporary_site

SECONDS_AWAY = 10
LONGEST = 15  # seconds that a request may take: the pool waits 5 s
# Every request has its own query, so that it is not cached and needs the database.
PATHS = ["/en/missions/?q=", "/api/v1/missions?q=", "/en/report/completion.csv?q=", "/accounts/login/?n=", "/readyz?n="]
DISK = "240m"  # with less than 100 MB free the site is not ready
PDF = b"%PDF-1.7\n" + b"%" * 2_000_000 + b"\n%%EOF\n"
# Statuses and exit codes with a full disk, and with a free one.
FULL = {"page": 200, "readyz": 503, "sign-in": 503, "upload": 503, "backup": 1, "freeze": 1}
FREE = {"page": 200, "readyz": 200, "sign-in": 200, "upload": 302, "backup": 0, "freeze": 0}


def stop_database():
    findings = []
    with temporary_site("postgresql") as site:
        for number in (signal.SIGINT, signal.SIGQUIT):  # in order, and like a crash
            acknowledged = Acknowledged()
            with officials_at_work(1, site, ["FP-001", "FP-002"], acknowledged):
                time.sleep(2)
                site.postgresql.stop(number)
                end = time.monotonic() + SECONDS_AWAY
                with ThreadPoolExecutor(len(PATHS)) as readers:
                    responses = [*chain(*readers.map(lambda path, end=end: read(site, path, end), PATHS))]
                site.postgresql.start()
                wait_for(f"{site.url}/readyz")
                recovered = [site.status(f"{path}after{number}") for path in PATHS]
                time.sleep(2)
            statuses, slowest = Counter(status for status, _seconds in responses), max(s for _status, s in responses)
            say(f"{number.name}: {statuses}, slowest {slowest:.1f} s; then {recovered}; {acknowledged.counts()}")
            findings += site.check(acknowledged)[1] + acknowledged.findings("503")
            if (set(statuses), set(recovered)) != ({503}, {200}) or slowest > LONGEST:
                findings.append(f"{number.name}: {statuses} in up to {slowest:.1f} s, then {recovered}")
    return findings


def read(site, path, end):
    """(status, seconds) of each request until the end."""
    responses = []
    while (start := time.monotonic()) < end:
        status = site.status(f"{path}{len(responses)}")
        responses.append((status, time.monotonic() - start))
    return responses


def fill_disk():
    if os.geteuid() != 0:
        return ["not done: only root can mount a small disk"]
    with temporary_site(disk=DISK) as site:
        acknowledged = Acknowledged()
        with officials_at_work(1, site, ["FP-001"], acknowledged):
            time.sleep(2)
            filler = site.folder / "filler"
            with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(4096))
            full = try_everything(site, "full")
            time.sleep(3)
            remains = sorted(path.name for path in site.folder.iterdir() if "full.zip" in path.name)
            filler.unlink()
            wait_for(f"{site.url}/readyz")
            before = len(acknowledged.published)
            time.sleep(3)
        free = try_everything(site, "free")
        acknowledged.frozen.append("free")
        state, findings = site.check(acknowledged, site.folder / "free.zip")
    published = len(acknowledged.published) - before
    say(f"full: {full}, left of the backup: {remains or 'nothing'}; free: {free}, published {published}")
    findings += [f"{results}, not {wanted}" for results, wanted in ((full, FULL), (free, FREE)) if results != wanted]
    findings += [f"an incomplete backup remains: {remains}"] if remains else []
    findings += [] if published and state["backup is complete"] else ["no report or backup with space on the disk"]
    return findings + acknowledged.findings("503")


def try_everything(site, title):
    wrong = {"login": "admin", "password": "a wrong password"}
    return {
        "page": site.status(f"/en/missions/?q={title}"),
        "readyz": site.status("/readyz"),
        "sign-in": send(requests.Session(), f"{site.url}/accounts/login/", wrong),
        "upload": send(new_browser(site), site.report_url("FP-002"), {}, {"evidence-0-upload": ("a.pdf", PDF)}),
        "backup": site.start_command("backup", site.folder / f"{title}.zip").wait(),
        "freeze": site.freeze(title).wait(),
    }


def send(browser, url, values, files=None):
    """The status of the answer to the page's form."""
    page = browser.get(url, timeout=60)
    if page.status_code != 200:
        return page.status_code
    form = {**form_of(page, browser), **values}
    return browser.post(page.url, form, files=files, timeout=60, allow_redirects=False).status_code
