"""The published lines and their hashes, by bytes written out here; and the revision of what is public."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import Head, StatusChange
from missions.status import Status
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = datetime(2024, 3, 2, 4, 0, 0, 12, tzinfo=UTC)
CITED = '"published_on":"2024-01-16","publisher":"解放日报","title":"“Open” <&> \\\\ \\" 建成 🚄","url":"https://e.org/?b=1&c=é"'
HIDDEN = '{"event_on":null,"published_on":null,"publisher":"","title":"Not for all","url":""}'
LINES = [
    '{"basis":"document","corrects":null,"due":"2025-12-31","effective_on":"2021-02-24","evidence":[],'
    '"headline_en":"","headline_zh":"","id":1,"kind":"opening","mission":"FP-001","prev_hash":"<prev>",'
    '"previous":null,"recorded_at":"2024-03-02T04:00:00.000012Z","status":"unreported"}',
    '{"basis":"owner","corrects":null,"due":null,"effective_on":"2024-01-15","evidence":['
    '{"event_on":"2024-01-14","file":{"name":"进展.pdf","sha256":"<file>"},' + CITED + '},{"sha256":"<hidden>"}],'
    '"headline_en":"Opened","headline_zh":"已启用","id":2,"kind":"report","mission":"FP-001","prev_hash":"<prev>",'
    '"previous":"unreported","recorded_at":"2024-03-02T04:00:00.000012Z","status":"completed"}',
    '{"basis":"document","corrects":null,"decided_by":"Municipal Government","due":null,"effective_on":"2024-02-01",'
    '"evidence":[],"headline_en":"New due date","headline_zh":"期限调整","id":3,"kind":"deadline",'
    '"mission":"FP-001","prev_hash":"<prev>","previous":"completed","recorded_at":"2024-03-02T04:00:00.000012Z",'
    '"reported_by":"O1","status":"completed"}',
    '{"basis":"owner","corrects":2,"due":null,"effective_on":"2024-01-15","evidence":[],"headline_en":"Corrected",'
    '"headline_zh":"更正","id":4,"kind":"correction","mission":"FP-001","prev_hash":"<prev>",'
    '"previous":"completed","recorded_at":"2024-03-02T04:00:00.000012Z","status":"paused"}',
]


def sha256(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def test_each_entry_is_published_and_hashed_as_these_bytes(client):
    with time_machine.travel(NOON, tick=False):
        author = factories.user("Zhang")
        mission = factories.mission("FP-001", due=date(2025, 12, 31))
        cited = {"title": '“Open” <&> \\ " 建成 🚄', "publisher": "解放日报", "url": "https://e.org/?b=1&c=é"}
        days = {"published_on": date(2024, 1, 16), "event_on": date(2024, 1, 14)}
        evidence = [
            factories.evidence(file=factories.evidence_file("进展.pdf"), **cited, **days),
            factories.evidence(title="Not for all", publisher="", url="", is_public=False),
        ]
        words = {"headline_en": "Opened", "headline_zh": "已启用", "basis": "owner"}
        report = factories.report(
            mission, Status.COMPLETED, on=date(2024, 1, 15), evidence=evidence, by=author, **words
        )
        factories.deadline(mission, None, on=date(2024, 2, 1), reported_by=factories.organisation())
        factories.correct(report, status=Status.PAUSED, evidence=[])
        expected, prev = [], "0" * 64
        for template in LINES:
            line = template.replace("<file>", sha256(factories.PDF)).replace("<hidden>", sha256(HIDDEN))
            line = line.replace("<prev>", prev)
            prev = sha256(line)
            expected.append(line.replace('"headline_en"', f'"hash":"{prev}","headline_en"'))

        published = b"".join(client.get("/data/ledger.jsonl")).decode()

    assert published == "\n".join([*expected, ""])
    assert json.loads(expected[0])["hash"] == "84d2cebe3d77a0e16bc53549b2b17d48d64b49c6a3361113ffd1e3863ba20c3f"
    assert list(StatusChange.objects.order_by("id").values_list("hash", flat=True))[-1] == prev
    assert Head.objects.values_list("entry", "hash").get() == (4, prev)
    assert report.recorded_by == author


def test_what_the_public_cannot_see_makes_no_new_revision():
    mission = factories.mission()
    before = Head.objects.get().revision

    factories.submission(mission), factories.evidence_file(), factories.imported(factories.user())

    assert Head.objects.get().revision == before
