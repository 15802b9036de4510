"""Fetches the data set and the ledger, takes the archive apart, and runs the script that verifies it."""

import contextlib
import csv
import io
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

from missions.dataset.package import VERIFY
from missions.models import Head
from missions.status import Status
from tests import build

ARCHIVE, LEDGER = "/data/hubtracker.zip", "/data/ledger.jsonl"
PROGRAM = compile(VERIFY.read_text(), VERIFY, "exec")


def fetched(client, address):
    """(response, its bytes)"""
    response = client.get(address)
    body = response.getvalue()
    assert response.status_code == 200, body
    return response, body


def members(body):
    """Name → bytes of each file of the archive."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def unpacked(client, folder) -> Path:
    """A folder with the files of the data set."""
    _response, body = fetched(client, ARCHIVE)
    for name, content in members(body).items():
        (folder / name).write_bytes(content)
    return folder


def rows(folder, name):
    return list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_bytes().decode("utf-8-sig"), newline="")))


def verified(folder, python=(sys.executable, "-I", "-S")):
    """(what it prints, exit code) as whoever has the archive runs it, from some other folder."""
    done = subprocess.run([*python, folder / "verify.py"], cwd="/", env={}, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout, done.returncode


def verified_here(folder):
    """The same, many times as fast: the program is run by this process."""
    printed, hook = io.StringIO(), sys.excepthook
    try:
        with contextlib.redirect_stdout(printed):
            exec(PROGRAM, {"__name__": "__main__", "__file__": str(folder / "verify.py")})
    except SystemExit as end:
        return printed.getvalue(), int(end.code)
    except Exception as error:
        with contextlib.redirect_stdout(printed):
            sys.excepthook(type(error), error, None)  # the one that the program has set
        return printed.getvalue(), 1
    finally:
        sys.excepthook = hook
    raise AssertionError("the program ends with its code")


def day() -> str:
    """The day of the data set, in Shanghai."""
    return (Head.objects.get().advanced_at + timedelta(hours=8)).strftime("%Y-%m-%d")


def head_line():
    """The line with which the program ends."""
    head = Head.objects.get()
    return f"entry {head.entry}, hash {head.hash}, revision {head.revision}, as of {day()}\n"


def small_ledger():
    """Six entries of two missions: a correction, a new due date, evidence in public and not, quotes and Chinese."""
    first = build.mission("M-1", title_en="First", due=date(2025, 12, 31))
    cited = [build.evidence(title='“虹桥” "quoted"\n\x85\u2028'), build.evidence(is_public=False)]
    build.report(first, Status.COMPLETED, on=date(2024, 1, 1), evidence=cited)
    build.deadline(first, None, on=date(2024, 2, 1))
    second = build.mission("M-2", status=Status.PAUSED, on=date(2024, 3, 1))
    build.correct(second.changes.get(status=Status.PAUSED), status=Status.IN_PROGRESS)
