"""A site with all that a page can show, all that the public may not see, and texts that attack readers."""

import io
import zipfile
from datetime import date
from typing import NamedTuple

import pypdf
from django.http.response import ResponseHeaders
from django.test import Client

from missions.models import Contradiction, EntryKind, Measure, Programme, ProgrammeDay, ReportedFigure, Role
from missions.status import Status
from tests import factories

# Each marker stands in one thing that is not public.
DRAFT, NOTE, REASON, CITED = "Zdraft", "Znote", "Zreturned", "Zsubmitted"
EVIDENCE, FILE = "Zevidence", "Zfile"
PREPARED, FIGURE, SOURCE, UNOPENED = "Zprepared", "Zfigure", "Zsource", "Zunopened"
PERSON, SYSTEM = "Zperson", "Zsystem"
MARKERS = [DRAFT, NOTE, REASON, CITED, EVIDENCE, FILE, PREPARED, FIGURE, SOURCE, UNOPENED, PERSON, SYSTEM]

ATTACK = "\"><hub-attack onload=alert(1)>'</script><script>alert(1)</script>{{ 7|add:7 }}${7}"
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)"]


class Answer(NamedTuple):
    status: int
    headers: ResponseHeaders
    cookies: str
    body: bytes

    @property
    def text(self):
        return texts(self.body)


def fetch(client, address, method="GET", **headers):
    response = client.generic(method, address, headers=headers)
    body = response.getvalue()
    return Answer(response.status_code, ResponseHeaders(response.headers), response.cookies.output(), body)


def texts(body: bytes) -> str:
    """All text of a body: of an archive its members, of a PDF its text and attachments."""
    if body.startswith(b"PK\3\4"):
        archive = zipfile.ZipFile(io.BytesIO(body))
        return "\n".join(texts(archive.read(name)) for name in archive.namelist())
    if body.startswith(b"%PDF") and b"startxref" in body:
        document = pypdf.PdfReader(io.BytesIO(body))
        attached = [file for files in document.attachments.values() for file in files]
        return "\n".join([*(page.extract_text() for page in document.pages), *map(texts, attached)])
    return body.decode(errors="replace")


def both(name, text):
    return {f"{name}_en": text, f"{name}_zh": text}


def figure(source, text, *instruments, **fields):
    made = ReportedFigure.objects.create(
        as_of=date(2024, 3, 2), source=source, unit="missions", **both("indicator", text), **fields
    )
    made.covers.set(instruments)


def build_site():
    """{"file": …, "hidden": …, "submission": …}: keys of a public and a hidden evidence file, and of a submission."""
    plan = factories.instrument("FP", **both("title", f"Plan {ATTACK}"), **both("issuer", ATTACK), citation=ATTACK)
    top = factories.organisation("TOP", **both("name", f"City {ATTACK}"))
    office = factories.organisation("O1", parent=top, **both("name", f"Office {ATTACK}"))
    area = factories.area("A1", **both("name", f"Area {ATTACK}"), province_or_city=ATTACK)
    theme = factories.theme("T1", **both("name", f"Theme {ATTACK}"))
    shared = {"instrument": plan, "theme": theme, "areas": [area], "lead_owner": office, "supporting": [top]}
    source = factories.source("s1", title=ATTACK, publisher=ATTACK)
    person = factories.user(PERSON, Role.EDITOR, organisation=office)

    for number, status in enumerate(Status, 1):
        reported = None if status == Status.UNREPORTED else status
        factories.mission(f"S-{status}", status=reported, due=date(2024, 7, 1), number=9100 + number, **shared)
    for number, formula in enumerate(FORMULAS, 1):
        factories.mission(f"F-{number}", number=9200 + number, **both("title", formula), **shared)
    first = factories.mission(
        "FP-001", number=9001, due=date(2024, 12, 31), **shared, **both("title", ATTACK), **both("description", ATTACK)
    )
    first.sources.add(source)
    first.clause = ATTACK  # the history of fields shows it as well
    first.save()
    public, hidden = factories.evidence_file("open.pdf"), factories.evidence_file(f"{FILE}.pdf", by=person)
    secret = {"title": EVIDENCE, "publisher": EVIDENCE, "url": f"https://example.org/{EVIDENCE}", "is_public": False}
    shown = factories.evidence(title=ATTACK, publisher=ATTACK, file=public)
    evidence = [factories.evidence(file=hidden, **secret), shown]
    report = factories.report(
        first, Status.PAUSED, by=person, evidence=evidence, **both("headline", f"Halted {ATTACK}")
    )
    factories.deadline(first, date(2025, 6, 30), on=date(2024, 3, 1), decided_by=ATTACK)
    factories.correct(report, status=Status.IN_PROGRESS, **both("headline", ATTACK))

    texts = {**both("headline", DRAFT), "note": NOTE}
    for kind in (EntryKind.REPORT, EntryKind.DEADLINE):
        factories.submission(first, person, kind, [factories.submitted_evidence(title=CITED, publisher=CITED)], **texts)
    returned = factories.submission(first, by=person, **texts)
    returned.submit(by=person)
    returned.send_back(by=factories.nameless(), reason=REASON)
    unopened = {"kind": "other", **both("title", UNOPENED), **both("description", UNOPENED)}
    factories.mission("FP-002", number=9002, opened=False, **unopened, **shared)
    names = {**both("title", PREPARED), **both("issuer", PREPARED), "citation": PREPARED, "notes": PREPARED}
    prepared = factories.instrument(PREPARED, issued_on=None, **names)
    inside = {**shared, "instrument": prepared}
    mission = factories.mission(
        f"{PREPARED}-1", opened=False, kind="other", clause=PREPARED, **both("title", PREPARED), **inside
    )
    mission.sources.add(factories.source("hidden", title=SOURCE, publisher=SOURCE, url=f"https://example.org/{SOURCE}"))
    figure(factories.source("hidden"), FIGURE, value=3, measure=Measure.TOTAL, instrument=prepared)
    factories.token(person.memberships.get(), name=SYSTEM)

    for measure, value in ((Measure.TOTAL, 12), (Measure.COMPLETED, 9)):
        figure(source, f"{measure} {ATTACK}", plan, prepared, value=value, measure=measure)
    Programme.objects.create(key="hub", **both("name", "Hub"), **both("short_name", "Hub"), **both("about", ATTACK))
    ProgrammeDay.objects.create(date=date(2021, 2, 24), source=source, **both("label", ATTACK))
    Contradiction.objects.create(key="c1", **both("text", ATTACK))
    summary = Client().get("/en/report/completion.json").getvalue()
    old = factories.frozen_report("R-0", **both("title", ATTACK))
    factories.frozen_report("R-1", {"report.json": summary}, supersedes=old, reason_en=ATTACK, reason_zh=ATTACK)
    return {"file": public.pk, "hidden": hidden.pk, "submission": returned.key}
