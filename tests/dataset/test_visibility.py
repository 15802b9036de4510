"""What is not public is in no file of the data set: not its words, not its codes, not its number."""

import json
from datetime import date, timedelta

import pytest

from missions.models import Measure, Mission, ReportedFigure, Source
from missions.models.ledger import sha256
from missions.status import Status
from tests import build
from tests.dataset.unpacking import ARCHIVE, LEDGER, day, fetched, members, rows, unpacked, verified

SECRET = "Zzyzx"
HIDDEN = "HID"


def figure(name, as_of=date(2024, 3, 2), covers=(), **fields):
    words = {"indicator_en": name, "indicator_zh": name, "unit": name, "measure": Measure.COMPLETED, "value": 3}
    made = ReportedFigure.objects.create(as_of=as_of, **words, **fields)
    made.covers.set(covers)
    return made


@pytest.fixture(autouse=True)
def hidden(noon):
    """Beside a public mission: an instrument in preparation with all that belongs to it, and what officials keep."""
    official = build.nameless()
    official.username = f"{SECRET}-official"
    official.save()
    linked = {"areas": [build.area("A1")], "lead_owner": build.organisation("O1")}
    public = build.mission("FP-001", status=Status.PAUSED, **linked)
    public.sources.add(build.source("seen"))

    def source(name):
        return build.source(f"{HIDDEN}-{name}", title=SECRET, publisher=SECRET)

    names = {"title_en": SECRET, "title_zh": SECRET, "issuer_en": SECRET, "issuer_zh": SECRET, "notes": SECRET}
    instrument = build.instrument(HIDDEN, issued_on=None, **names)
    texts = dict.fromkeys(("title_en", "title_zh", "description_en", "description_zh", "clause"), SECRET)
    linked["supporting"] = [build.organisation("O1")]
    in_preparation = build.mission(f"{HIDDEN}-1", instrument=instrument, opened=False, **linked, **texts)
    in_preparation.sources.add(source("mission"))
    build.mission(f"{HIDDEN}-2", opened=False, **linked, **texts).sources.add(source("draft"))

    figure(SECRET, source=source("figure"), instrument=instrument)
    figure(SECRET, source=source("joint"), covers=[instrument, public.instrument])
    tomorrow = date.fromisoformat(day()) + timedelta(2)
    figure(SECRET, source=source("later"), as_of=tomorrow)

    private = {"title": f"{SECRET} letter", "publisher": SECRET, "url": f"https://example.org/{SECRET}"}
    file = build.evidence_file(f"{SECRET}.pdf", by=official)
    cited = [build.evidence(**private, file=file, source=source("evidence"), is_public=False), build.evidence()]
    build.report(public, Status.COMPLETED, by=official, evidence=cited)

    words = {"headline_en": SECRET, "headline_zh": SECRET, "note": SECRET}
    submitted = [build.submitted_evidence(**private, source=source("submission"))]
    build.submission(public, by=official, evidence=submitted, **words)
    build.imported(by=official, name=f"{SECRET}.csv", content=SECRET.encode())
    assert Source.objects.filter(key__startswith=HIDDEN).count() == 7
    assert Mission.objects.filter(title_en=SECRET).count() == 2


def test_no_file_of_the_data_set_has_a_word_of_it(client):
    response, body = fetched(client, ARCHIVE)

    found = {
        (name, word)
        for name, content in members(body).items()
        for word in (SECRET, HIDDEN)
        if word.lower() in (name + content.decode()).lower()
    }
    assert found == set()
    assert (response["X-Hub-Count"], SECRET in str(response.headers)) == ("1", False)


def test_no_line_of_the_ledger_has_a_word_of_it(client):
    _response, body = fetched(client, LEDGER)

    assert body.count(b"\n") == 3
    assert [word for word in (SECRET, HIDDEN) if word.lower() in body.decode().lower()] == []


def test_what_is_public_stands_there_alone(client, tmp_path):
    folder = unpacked(client, tmp_path)

    def column(table, name):
        return [row[name] for row in rows(folder, table)]

    assert column("missions", "code") == ["FP-001"]
    assert column("instruments", "code") == ["FP"]
    assert column("sources", "key") == ["seen"]
    assert column("figures", "id") == column("figure_instruments", "figure") == []
    assert column("mission_areas", "mission") == column("mission_sources", "mission") == ["FP-001"]
    assert column("mission_supporting_owners", "mission") == []
    assert [row["missions"] for row in rows(folder, "tallies")] == ["1"] * 6
    assert verified(folder)[1] == 0


def test_evidence_that_is_not_public_is_its_digest_and_no_more(client, tmp_path):
    folder = unpacked(client, tmp_path)
    entry = json.loads((folder / "ledger.jsonl").read_bytes().splitlines()[-1])

    private = next(row for row in rows(folder, "evidence") if (row["entry"], row["number"]) == ("3", "1"))

    told = ("title", "publisher", "published_on", "event_on", "url", "file", "source")
    assert {private[name] for name in told} == {""}
    assert entry["evidence"][0] == {"sha256": private["sha256"]}
    assert len(private["sha256"]) == len(sha256(""))


def test_no_account_stands_there(client, tmp_path):
    folder = unpacked(client, tmp_path)
    headers = {name for path in folder.glob("*.csv") for row in rows(folder, path.stem)[:1] for name in row}
    entry = json.loads((folder / "ledger.jsonl").read_bytes().splitlines()[-1])

    assert [name for name in {*headers, *entry} if name.endswith("_by") or "user" in name] == []


def test_once_it_is_opened_it_is_there(client, tmp_path):
    mission = Mission.objects.get(code=f"{HIDDEN}-2")
    build.opening(mission, on=date(2024, 6, 15))

    folder = unpacked(client, tmp_path)

    assert [row["code"] for row in rows(folder, "missions")] == ["FP-001", f"{HIDDEN}-2"]
    assert [row["key"] for row in rows(folder, "sources")] == [f"{HIDDEN}-draft", "seen"]
