"""Fetches the data set and the ledger, takes the archive apart, and runs the script that verifies it."""

import contextlib
import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

from missions.models import Head, ReportedFigure
from missions.opendata.package import VERIFY
from missions.status import Status
from tests import factories

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
    """(what it prints, exit code) as a reader runs it, from another folder."""
    done = subprocess.run([*python, folder / "verify.py"], cwd="/", env={}, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout, done.returncode


def verified_here(folder):
    """The same, many times as fast: the program is run by this process."""
    printed = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        exec(PROGRAM, scope := {"__name__": "__main__", "__file__": str(folder / "verify.py")})
    printed.flush()
    return printed.buffer.getvalue().decode(), int(bool(scope["problems"]))


def reseal(folder):
    """Write the sums of the files as they are now, as a forger would: only the other checks can find an alteration."""

    def sums(path):
        content = path.read_bytes()
        return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}

    package, head = (folder / "datapackage.json", folder / "head.json")
    described = json.loads(package.read_bytes())
    for resource in described["resources"]:
        if (folder / resource["path"]).exists():
            resource.update(sums(folder / resource["path"]))
    package.write_text(json.dumps(described), "utf-8")
    head.write_text(json.dumps({**json.loads(head.read_bytes()), "datapackage": sums(package)}, indent=2), "utf-8")


def day() -> str:
    """The day of the data set, in Shanghai."""
    return (Head.objects.get().advanced_at + timedelta(hours=8)).strftime("%Y-%m-%d")


def head_line():
    """The line with which the program ends."""
    head = Head.objects.get()
    return f"entry {head.entry}, hash {head.hash}, revision {head.revision}, as of {day()}\n"


def small_ledger():
    """Six entries of two missions: a correction, a new due date, evidence in public and not, quotes and Chinese."""
    first = factories.mission("M-1", title_en="First", due=date(2025, 12, 31))
    cited = [factories.evidence(title='“虹桥” "quoted"\n\x85\u2028'), factories.evidence(is_public=False)]
    with factories.any_character():
        factories.report(first, Status.COMPLETED, on=date(2024, 1, 1), evidence=cited)
    factories.deadline(first, None, on=date(2024, 2, 1))
    second = factories.mission("M-2", status=Status.PAUSED, on=date(2024, 3, 1))
    factories.correct(second.changes.get(status=Status.PAUSED), status=Status.IN_PROGRESS)


def every_table():
    """The small ledger, and a row in each table: texts that a spreadsheet would run, an attached file, reports."""
    small_ledger()
    owners = [factories.organisation("O2", parent=factories.organisation("O1"), source=factories.source("s0", url=""))]
    mission = factories.mission(
        "M-3", title_en="=1+1", title_zh="-1", areas=[factories.area("A1")], supporting=owners, description_en="a\n\nb",
        description_zh="“甲”,\r\n乙", due=date(2024, 7, 1),
    )  # fmt: skip
    mission.sources.add(factories.source("s1", published_on=date(2024, 1, 1)))
    factories.report(
        mission,
        Status.PAUSED,
        evidence=[factories.evidence(file=factories.evidence_file(), source=factories.source("s1"))],
    )
    words = {"indicator_en": "Done", "indicator_zh": "完成", "unit": "missions", "source": factories.source("s2")}
    figure = ReportedFigure.objects.create(as_of=date(2024, 1, 1), value=-5, measure="completed", **words)
    figure.covers.add(mission.instrument)
    ReportedFigure.objects.create(as_of=date(2024, 1, 1), value="0.0001", instrument=mission.instrument, **words)
    factories.programme(), factories.programme_day(), factories.contradiction()
    factories.frozen_report("R-2", supersedes=factories.frozen_report("R-1"))
    factories.frozen_report("R-3", known_at=date(2024, 6, 30))
