"""Trap 1, for the whole site: every public address there is, searched for what nobody published."""

import io
import zipfile
from datetime import date

import pypdf
import pytest
from django.db import connection
from django.urls import URLPattern, get_resolver
from django.utils.translation import override

from missions.models import EntryKind, Measure, ReportedFigure
from missions.reports import FORMATS
from missions.status import Status
from tests import build
from tests.reports.frozen import published

pytestmark = pytest.mark.usefixtures("noon")

# The markers: each stands in one thing that is not public.
DRAFT, NOTE, REASON = "Zdraft", "Znote", "Zreturned"
EVIDENCE, FILE, CITED = "Zevidence", "Zfile", "Zsubmitted"
PREPARED, FIGURE, SOURCE = "Zprepared", "Zfigure", "Zsource"
PERSON, SYSTEM = "Zperson", "Zsystem"
MARKERS = (DRAFT, NOTE, REASON, EVIDENCE, FILE, CITED, PREPARED, FIGURE, SOURCE, PERSON, SYSTEM)
OFFICIALS = ("admin/", "accounts/")


def hide_everything():
    """Beside one public mission with all that it can have: everything that the public may not see."""
    shared = {"theme": build.theme("T1"), "areas": [build.area("A1")], "lead_owner": build.organisation("O1")}
    mission = build.mission("FP-001", **shared, status=Status.PAUSED)
    person = build.user(PERSON, build.Role.EDITOR, organisation=build.organisation("O1"))
    secret = {"publisher": EVIDENCE, "url": f"https://example.org/{EVIDENCE}", "is_public": False}
    file = build.evidence_file(f"{FILE}.pdf", by=person)
    build.report(
        mission,
        Status.COMPLETED,
        by=person,
        on=date(2024, 2, 1),
        evidence=[build.evidence(title=EVIDENCE, file=file, **secret), build.evidence(title="In the open")],
    )
    said = {"headline_en": DRAFT, "headline_zh": DRAFT, "note": NOTE}
    for kind in (EntryKind.REPORT, EntryKind.DEADLINE):
        cited = [build.submitted_evidence(title=CITED, publisher=CITED)]
        build.submission(mission, by=person, kind=kind, evidence=cited, **said)
    returned = build.submission(mission, by=person, **said)
    returned.submit(by=person)
    returned.send_back(by=build.nameless(), reason=REASON)
    names = dict.fromkeys(("title_en", "title_zh", "issuer_en", "issuer_zh", "citation", "notes"), PREPARED)
    hidden = build.instrument("HID", issued_on=None, **names)
    titles = dict.fromkeys(("title_en", "title_zh", "description_en", "description_zh", "clause"), PREPARED)
    prepared = build.mission("HID-1", instrument=hidden, opened=False, **shared, **titles)
    prepared.sources.add(build.source("hidden", title=SOURCE, publisher=SOURCE, url=f"https://example.org/{SOURCE}"))
    figure = {"indicator_en": FIGURE, "indicator_zh": FIGURE, "unit": FIGURE, "source": build.source("hidden")}
    ReportedFigure.objects.create(as_of=date(2024, 1, 1), value=3, measure=Measure.TOTAL, instrument=hidden, **figure)
    build.token(person.memberships.get(), name=SYSTEM)
    return published(), {"file": file.pk, "submission": returned.key}


def routes(patterns, before=""):
    """Every route that is no official's page, as (name, route with its arguments)."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern.name, route
        elif not route.startswith(OFFICIALS):
            yield from routes(pattern.url_patterns, route)


CODES = {"instrument": "FP", "theme": "T1", "area": "A1", "owner": "O1", "badge": "FP", "embed": "FP"}


def filled(name, route, report, hidden):
    """The addresses of a route: what it leads to is there, or (`hidden`) is what nobody may see."""
    file = report.files.get(name__endswith=".json").name
    code = CODES.get((name or "").removesuffix("-picture"), "FP-001")
    for argument, value in {
        "<slug:slug>": report.slug,
        "<str:name>": file,
        "<code:code>": code,
        "<uuid:pk>": hidden["file"],
        "<uuidstr:key>": hidden["submission"],
    }.items():
        route = route.replace(argument, str(value))
    endings = FORMATS if "<str:ending>" in route else [""]
    return [f"/{route.replace('<str:ending>', ending)}" for ending in endings]


def texts(body: bytes) -> str:
    """All that a body says: of an archive what is in it, of a PDF its text and what is attached."""
    if body.startswith(b"PK\3\4"):
        archive = zipfile.ZipFile(io.BytesIO(body))
        return "\n".join(texts(archive.read(name)) for name in archive.namelist())
    if body.startswith(b"%PDF"):
        document = pypdf.PdfReader(io.BytesIO(body))
        attached = [file for files in document.attachments.values() for file in files]
        return "\n".join([*(page.extract_text() for page in document.pages), *map(texts, attached)])
    return body.decode(errors="replace")


def test_no_public_address_says_anything_that_nobody_published(client):
    report, hidden = hide_everything()
    found = {}

    for language in ("en", "zh-hans"):
        with override(language):
            everything = list(routes(get_resolver().url_patterns))
        for name, route in everything:
            for address in filled(name, route, report, hidden):
                assert "<" not in address, f"{address}: say what stands for this argument"
                response = client.get(address)
                found[address] = (response.status_code, texts(response.getvalue()))

    assert {a: found[a][0] for a in found if found[a][0] != 200} == {
        "/": 302,
        "/metrics": 404,
        f"/evidence/{hidden['file']}/": 404,
        "/api/v1/submissions": 405,
        f"/api/v1/submissions/{hidden['submission']}": 401,
    }
    assert [(a, marker) for a, (_status, text) in found.items() for marker in MARKERS if marker in text] == []
    # What is published stands in each place that could have the rest.
    shown = ("/api/v1/changes", "/data/ledger.jsonl", "/data/hubtracker.zip", "/en/missions/FP-001/", "/en/changes.csv")
    assert [address for address in shown if "Now completed" not in found[address][1]] == []
    assert len(found) > 90


@pytest.mark.parametrize("marker", MARKERS)
def test_what_is_searched_for_is_really_there_and_would_be_seen(client, marker):
    """Each marker stands in the database, and is seen by an official who may."""
    hide_everything()

    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [str(row) for row in cursor.fetchall()]

    assert [row for row in rows if marker in row]


def test_a_query_for_it_finds_nothing(client):
    hide_everything()

    for marker in MARKERS:
        for path in ("/api/v1/missions", "/api/v1/changes", "/en/missions/", "/en/report/completion.json"):
            response = client.get(f"{path}?q={marker}")
            body = response.getvalue().decode()
            assert response.status_code == 200
            # The query itself is said again, and nothing else.
            assert "FP-001" not in body
            assert "HID" not in body
