"""Fills the disk on which the site's data lie, and frees it again. Needs to be root, to make a small disk of memory."""

import contextlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

import requests

from tests.admin.pages import filled_in

from .officials import Acknowledged, Official
from .site import Site, amiss

SIZE = "240m"  # the site says that it is not ready with less than 100 MB free
PDF = b"%PDF-1.7\n" + b"%" * 2_000_000 + b"\n%%EOF\n"


def drill(say) -> list[str]:
    if os.geteuid() != 0:
        return ["not done: only root can make a small disk"]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubtracker-drill-")))
        data = stack.enter_context(small_disk(folder / "data"))
        site = Site(data)
        stack.callback(site.close)
        site.start()
        return one(site, data, say)


@contextlib.contextmanager
def small_disk(folder):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def one(site, data, say):
    acknowledged = Acknowledged()
    official = Official(site, ["FP-001"], acknowledged)
    official.start()
    time.sleep(2)
    before = len(acknowledged.published)
    filler = fill(data)
    full = answered(site, data / "full.zip", "Full")
    time.sleep(3)
    told = sorted({line[:15] for line in acknowledged.wrong})
    half = sorted(path.name for path in data.iterdir() if "full.zip" in path.name)
    filler.unlink()
    ready = site.wait_for("/readyz", 200)
    at_first = len(acknowledged.published)
    time.sleep(3)
    official.ended.set()
    official.join(timeout=60)
    freed = answered(site, data / "freed.zip", "Freed")
    acknowledged.frozen.append("Freed")
    found = site.found(acknowledged, data / "freed.zip")
    say(f"full: {full}; the official was told {told}; left of the backup: {half or 'nothing'}")
    say(
        f"freed: ready after {ready:.1f} s, {freed}; published {before} before, "
        f"{len(acknowledged.published) - at_first} after; {found}"
    )
    wrong = [f"{name} was answered with {full[name]} while it was full" for name in FULL if full[name] != FULL[name]]
    wrong += [f"{name} was answered with {freed[name]} once it was free" for name in FREE if freed[name] != FREE[name]]
    wrong += [f"the official was told {line}" for line in acknowledged.wrong if "503" not in line[:20]]
    wrong += [f"half a backup is left: {half}"] if half else []
    wrong += amiss(found) + ([] if found["backup is whole"] else ["the backup is not whole"])
    return wrong + ([] if len(acknowledged.published) > at_first else ["nothing was published once there was room"])


# What is right while the disk is full: readers read on, the site says that it is not ready, writers are told.
FULL = {"page": 200, "readyz": 503, "sign-in": 503, "upload": 503, "backup": 1, "freeze": 1}
FREE = {"page": 200, "readyz": 200, "sign-in": 200, "upload": 302, "backup": 0, "freeze": 0}


def answered(site, backup, title):
    """What the site answers, and with what the commands end."""
    return {
        "page": site.status(f"/en/missions/?q={title}"),
        "readyz": site.status("/readyz"),
        "sign-in": sign_in(site),
        "upload": upload(site),
        "backup": site.command("backup", backup).wait(),
        "freeze": site.command(
            "freeze_report", "--local", "--as-of=2026-01-02", f"--title-en={title}", "--title-zh=甲"
        ).wait(),
    }


def fill(data):
    filler = data / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return filler


def sign_in(site):
    """Posts the sign-in form with a wrong password; returns the status."""
    browser = requests.Session()
    address = f"{site.url}/accounts/login/"
    browser.get(address, timeout=60)
    sent = {"login": "admin", "password": "a wrong password", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    return browser.post(address, sent, timeout=60, allow_redirects=False).status_code


def upload(site):
    """What an official is answered who hands in a large file as evidence; the form is that of a new report."""
    browser = requests.Session()
    browser.cookies.set("sessionid", site.session)
    address = f"{site.url}/admin/missions/mission/2/report/"
    page = browser.get(address, timeout=60)
    if page.status_code != 200:
        return page.status_code
    page.getvalue = lambda: page.content  # as the test client's answers have it
    sent = {**filled_in(page), "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    files = {"evidence-0-upload": ("a.pdf", PDF)}
    answer = browser.post(page.url, sent, files=files, timeout=60, allow_redirects=False)
    return answer.status_code
