"""Evidence that names a source shows the source as it is now; the ledger keeps what was copied from it."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import EntryKind, ReportedFigure, Source, State
from missions.models.verification import problems
from missions.status import Status
from tests import build
from tests.public.dom import parse
from tests.public.hosts import addresses, as_text, told

pytestmark = pytest.mark.usefixtures("noon")

OLD = {
    "title": "Alter Titel",
    "publisher": "altverlag.example",
    "url": "https://altes.example/seite",
    "published_on": date(1987, 6, 5),
}
NEW = {
    "title": "Neuer Titel",
    "title_zh": "新标题",
    "publisher": "Neuverlag",
    "publisher_zh": "新出版社",
    "url": "https://neues.example/seite",
    "published_on": date(1989, 8, 7),
}
COPIED = ("Alter Titel", "altverlag.example", "altes.example", "1987-06-05", "5 Jun 1987", "1987年6月5日")
OWN = {"title": "Eigener Titel", "publisher": "Eigenverlag", "url": "https://eigenes.example/"}


def cite(*, is_public=True):
    """A mission whose report cites a source that was corrected since, and evidence that names none."""
    mission, source = build.mission("M-1"), build.source("s1", **OLD, form="original")
    evidence = [build.evidence(**OLD, source=source, is_public=is_public), build.evidence(**OWN)]
    build.report(mission, Status.COMPLETED, on=date(2024, 6, 1), evidence=evidence)
    Source.objects.filter(pk=source.pk).update(**NEW)
    return mission


def text(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return as_text(response.getvalue(), response["Content-Type"])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/en/missions/M-1/", ("Neuer Titel", "Neuverlag", "neues.example", "7 Aug 1989")),
        ("/zh-hans/missions/M-1/", ("新标题", "新出版社", "neues.example", "1989年8月7日")),
        ("/en/missions/M-1/changes.atom", ("Neuer Titel", "Neuverlag", "neues.example", "7 Aug 1989")),
        ("/zh-hans/changes.atom", ("新标题", "新出版社", "neues.example")),
        ("/en/changes.csv", ("neues.example",)),
        ("/en/report/completion.html", ("Neuer Titel", "Neuverlag", "neues.example", "1989-08-07")),
        ("/zh-hans/report/completion.html", ("新标题", "新出版社", "neues.example", "1989-08-07")),
        ("/en/report/completion.pdf?lang=both", ("Neuer Titel", "Neuverlag", "新标题", "neues.example")),
        ("/en/report/completion.docx?lang=both", ("Neuer Titel", "Neuverlag", "新标题", "neues.example")),
        ("/en/report/completion.xlsx?lang=both", ("Neuer Titel", "Neuverlag", "新标题", "新出版社", "neues.example")),
        (
            "/en/report/completion.json",
            ("Neuer Titel", "Neuverlag", "新标题", "新出版社", "neues.example", "1989-08-07"),
        ),
        ("/api/v1/missions/M-1", ("Neuer Titel", "Neuverlag", "neues.example", "1989-08-07")),
        ("/api/v1/changes", ("Neuer Titel", "Neuverlag", "neues.example", "1989-08-07")),
    ],
)
def test_evidence_that_names_a_source_shows_the_source_as_it_is_now(client, address, expected):
    cite()

    found = text(client, address)

    assert [word for word in expected if word not in found] == []
    assert [word for word in COPIED if word in found] == []


@pytest.mark.parametrize(
    "address", ["/en/missions/M-1/", "/en/changes.atom", "/en/report/completion.html", "/api/v1/missions/M-1"]
)
def test_evidence_without_a_source_keeps_its_own(client, address):
    cite()

    found = text(client, address)

    assert [word for word in OWN.values() if word not in found] == []


def test_evidence_that_is_not_public_tells_nothing_of_its_source(client):
    cite(is_public=False)

    found = {address: text(client, address) for address in addresses(client)}

    assert len(found) > 50
    words = [*COPIED, "Neuer Titel", "新标题", "neues.example", "1989-08-07"]
    assert {address for address, said in found.items() if any(word in said for word in words)} == set()


def test_the_ledger_and_the_evidence_of_the_data_set_keep_what_was_recorded(client):
    mission = cite()
    entry = mission.changes.get(kind=EntryKind.REPORT)

    line = json.loads(client.get("/data/ledger.jsonl").getvalue().splitlines()[entry.pk - 1])
    assert line["evidence"][0] == {
        "title": "Alter Titel",
        "publisher": "altverlag.example",
        "published_on": "1987-06-05",
        "url": "https://altes.example/seite",
        "event_on": None,
    }
    with zipfile.ZipFile(io.BytesIO(client.get("/data/hubtracker.zip").getvalue())) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("evidence.csv").decode("utf-8-sig"))))
    named = ("title", "publisher", "published_on", "url", "source")
    assert [rows[0][name] for name in named] == [
        *(str(OLD[n]) for n in ("title", "publisher", "published_on", "url")),
        "s1",
    ]
    assert "title_zh" not in rows[0]
    assert list(problems()) == []


def test_the_back_office_shows_the_source_as_it_is_now(client, settings):
    settings.HUB_REQUIRE_MFA = False
    mission = cite()
    entry = mission.changes.get(kind=EntryKind.REPORT)
    cited = build.submitted_evidence(**OLD, source=Source.objects.get())
    submission = build.submission(mission, status=Status.PAUSED, state=State.SUBMITTED, evidence=[cited])
    client.force_login(build.user("c", "coordinator"))

    for address in (f"/admin/missions/statuschange/{entry.pk}/change/", submission.get_absolute_url()):
        page = client.get(address).getvalue().decode()
        assert [word for word in ("Neuer Titel", "Neuverlag", "neues.example") if word not in page] == []
        assert [word for word in COPIED if word in page] == []


@pytest.mark.parametrize(
    "address", ["/en/missions/M-1/", "/en/changes.csv", "/en/changes.atom", "/api/v1/missions/M-1"]
)
def test_the_number_of_queries_does_not_grow_with_the_sources(client, address):
    mission = build.mission("M-1")
    counts = []
    for number in range(3):
        source = build.source(f"s{number}")
        build.report(mission, Status.IN_PROGRESS, on=date(2024, 6, 1), evidence=[build.evidence(source=source)])
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        counts.append(len(captured))
    assert len(set(counts)) == 1


# --- how a source was read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "url", "english", "chinese"),
    [
        ("original", "https://example.org/", "", ""),
        ("copy", "https://example.org/", " · copy", " · 转载"),
        ("summary", "https://example.org/", " · summary", " · 摘要"),
        ("translation", "https://example.org/", " · translation", " · 译文"),
        ("original", "", " · original", " · 原文"),
        ("copy", "", " · read in a copy", " · 转载页"),
        ("summary", "", " · read in a copy (summary)", " · 转载页（摘要）"),
        ("translation", "", " · read in a copy (translation)", " · 转载页（译文）"),
        ("", "", "", ""),
    ],
)
def test_a_source_without_an_address_is_text_with_how_it_was_read(client, form, url, english, chinese):
    words = {"title": "Plan", "title_zh": "方案", "publisher": "Paper", "publisher_zh": "报社"}
    source = build.source("s1", **words, url=url, form=form)
    build.organisation("O9", source=source)

    for language, title, publisher, read in (("en", "Plan", "Paper", english), ("zh-hans", "方案", "报社", chinese)):
        (fact,) = [dd for dd in parse(client.get(f"/{language}/owners/O9/")).all("dd") if title in dd.text]
        assert fact.text == f"{title} · {publisher}{read}"
        assert [link["href"] for link in fact.all("a")] == ([url] if url else [])
        spans = [span.get("lang") for span in fact.all("span") if span.get("lang")]
        assert spans == [{"en": "en", "zh-hans": "zh-Hans"}[language]] * 2


def test_a_figures_publisher_says_how_it_was_read(client):
    build.mission()
    source = build.source("s1", publisher_zh="报社", url="", form="copy")
    for measure, value in (("total", 104), ("completed", 100)):
        said = {
            "indicator_en": measure,
            "indicator_zh": measure,
            "value": value,
            "unit": "missions",
            "measure": measure,
        }
        figure = ReportedFigure.objects.create(as_of=date(2024, 3, 2), source=source, **said)
        figure.covers.add(build.instrument("FP"))

    for address in ("/{}/", "/{}/instruments/FP/", "/{}/embed/FP/"):
        assert "Publisher · read in a copy" in parse(client.get(address.format("en"))).text
        assert "报社 · 转载页" in parse(client.get(address.format("zh-hans"))).text


def test_an_owner_that_no_source_names_says_so_in_the_readers_language(client):
    build.organisation("O9")

    assert "按职责推定，来源未载明。" in parse(client.get("/zh-hans/owners/O9/")).text


# --- where a copy was seen --------------------------------------------------------------------------------------------


def test_where_a_copy_was_seen_is_told_to_the_back_office_alone(client, settings):
    settings.HUB_REQUIRE_MFA = False
    source = build.source("s1", url="", form="copy", seen_at="https://gesehen.example/kopie")
    mission = build.mission("M-1", status=Status.IN_PROGRESS)
    mission.sources.add(source)
    source.seen_at = "https://gesehen.example/andere"
    source.save()

    found = told(client)
    assert len(found) > 50
    assert {address for address, said in found.items() if "gesehen.example" in said or "seen_at" in said} == set()

    client.force_login(build.user("c", "coordinator"))
    form = parse(client.get(f"/admin/missions/source/{source.pk}/change/"))
    assert form.one("input", name="seen_at")["value"] == "https://gesehen.example/andere"
    history = client.get(f"/admin/missions/source/{source.pk}/history/").getvalue().decode()
    assert "https://gesehen.example/kopie" in history
