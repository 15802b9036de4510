"""Fills the disk on which the site's data lie, and frees it again. Needs to be root, to make a small disk of memory."""

import contextlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

import requests

from .officials import Acknowledged, Official
from .site import Site

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
        return one(site, data, folder, say)


@contextlib.contextmanager
def small_disk(folder):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def one(site, data, folder, say):
    acknowledged = Acknowledged()
    official = Official(site, ["FP-001"], acknowledged)
    official.start()
    time.sleep(2)
    before = len(acknowledged.published)
    filler = fill(data)
    said = {
        "page": site.status("/en/missions/?q=full"),
        "readyz": site.status("/readyz"),
        "upload": upload(site),
        "backup": site.command("backup", data / "hub.zip").wait(),
        "import": site.command("freeze_report", "--as-of=2026-01-02", "--title-en=A", "--title-zh=甲").wait(),
    }
    time.sleep(3)
    told = sorted({line[:15] for line in acknowledged.wrong})
    half = sorted(path.name for path in data.iterdir() if "hub.zip" in path.name)
    filler.unlink()
    ready = site.wait_for("/readyz", 200)
    at_first = len(acknowledged.published)
    time.sleep(3)
    official.ended.set()
    official.join(timeout=60)
    (folder / "acknowledged.json").write_text('{"submitted": [], "published": [], "frozen": []}')
    found = site.found(folder / "acknowledged.json")
    say(f"full: {said}; the official was told {told}; left of the backup: {half or 'nothing'}")
    say(
        f"freed: ready after {ready:.1f} s, upload {upload(site)}; published {before} before, "
        f"{len(acknowledged.published) - at_first} after; {found}"
    )
    wrong = [f"{name} was answered with {said[name]}" for name, good in EXPECTED.items() if said[name] not in good]
    wrong += [f"the official was told {line}" for line in acknowledged.wrong if "503" not in line[:20]]
    wrong += [f"half a backup is left: {half}"] if half else []
    wrong += [f"{name}: {found[name]}" for name in ("lost", "half done", "problems") if found[name]]
    return wrong + ([] if len(acknowledged.published) > at_first else ["nothing was published once there was room"])


# What is right while the disk is full: readers read on, the site says that it is not ready, writers are told.
EXPECTED = {"page": {200}, "readyz": {503}, "upload": {503}, "backup": {1}, "import": {1}}


def fill(data):
    filler = data / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return filler


def upload(site):
    """What an official is answered who hands in a large file as evidence; the form is that of a new report."""
    browser = requests.Session()
    browser.cookies.set("sessionid", site.session)
    address = f"{site.url}/admin/missions/mission/2/report/"
    page = browser.get(address, timeout=60)
    if page.status_code != 200:
        return page.status_code
    sent = {"csrfmiddlewaretoken": browser.cookies["csrftoken"], "files-0": ""}
    answer = browser.post(address, sent, files={"file": ("a.pdf", PDF)}, timeout=60, allow_redirects=False)
    return answer.status_code
