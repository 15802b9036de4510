"""The chain, checked by bytes written out here and not by the code that makes them."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import Evidence, Head, StatusChange
from missions.models.ledger import canonical
from missions.status import Status
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = datetime(2024, 3, 2, 4, 0, 0, 12, tzinfo=UTC)

FIRST = (
    '{"basis":"document","corrects":null,"due":"2025-12-31","effective_on":"2021-02-24","evidence":[],'
    '"headline_en":"","headline_zh":"","id":1,"kind":"opening","mission":"FP-001","prev_hash":'
    '"0000000000000000000000000000000000000000000000000000000000000000","previous":null,'
    '"recorded_at":"2024-03-02T04:00:00.000012Z","status":"unreported"}'
)
SECOND = (
    '{"basis":"owner","corrects":null,"due":null,"effective_on":"2024-01-15","evidence":['
    '{"event_on":"2024-01-14","published_on":"2024-01-16","publisher":"解放日报","title":"“Open” <&> \\\\ 建成\\n",'
    '"url":"https://example.org/a?b=1&c=é"},'
    '{"sha256":"%s"}],'
    '"headline_en":"Opened","headline_zh":"已启用","id":2,"kind":"report","mission":"FP-001","prev_hash":'
    '"%s","previous":"unreported","recorded_at":"2024-03-02T04:00:00.000012Z","status":"completed"}'
)
HIDDEN = '{"event_on":null,"published_on":null,"publisher":"","title":"Not for all","url":""}'


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@pytest.fixture
def entries(any_character):
    with time_machine.travel(NOON, tick=False):
        mission = build.mission("FP-001", due=date(2025, 12, 31))
        evidence = [
            Evidence(
                title="“Open” <&> \\ 建成\n",
                publisher="解放日报",
                published_on=date(2024, 1, 16),
                url="https://example.org/a?b=1&c=é",
                event_on=date(2024, 1, 14),
            ),
            Evidence(title="Not for all", is_public=False),
        ]
        words = {"headline_en": "Opened", "headline_zh": "已启用", "basis": "owner"}
        build.report(mission, Status.COMPLETED, on=date(2024, 1, 15), evidence=evidence, **words)
    return list(StatusChange.objects.order_by("id"))


def test_an_entry_is_hashed_over_these_very_bytes(entries):
    first, second = entries
    second_line = SECOND % (sha256(HIDDEN), sha256(FIRST))

    assert canonical(first.public_line()) == FIRST
    assert first.hash == sha256(FIRST)
    assert canonical(second.public_line()) == second_line
    assert (second.prev_hash, second.hash) == (sha256(FIRST), sha256(second_line))
    assert (Head.objects.get().entry, Head.objects.get().hash) == (2, sha256(second_line))


def test_a_hash_is_the_one_that_these_bytes_have_anywhere(entries):
    assert entries[0].hash == "84d2cebe3d77a0e16bc53549b2b17d48d64b49c6a3361113ffd1e3863ba20c3f"  # by sha256sum


def test_evidence_that_is_not_public_enters_as_its_sha256_alone(entries):
    hidden = entries[1].public_line()["evidence"][1]

    assert Evidence.objects.filter(is_public=False).count() == 1
    assert hidden == {"sha256": sha256(HIDDEN)}


def test_a_file_enters_by_its_name_and_the_sha256_of_its_bytes():
    file = build.evidence_file("进展.pdf")
    evidence = [build.evidence(title="A", file=file), build.evidence(title="B", file=file, is_public=False)]

    entry = build.report(build.mission(), Status.PAUSED, evidence=evidence)

    line = canonical(StatusChange.objects.get(pk=entry.pk).public_line())
    open_form, hidden_form = (
        f'{{"event_on":null,"file":{{"name":"进展.pdf","sha256":"{hashlib.sha256(build.PDF).hexdigest()}"}},'
        f'"published_on":null,"publisher":"Publisher","title":"{title}","url":"https://example.org/evidence"}}'
        for title in "AB"
    )
    assert f'"evidence":[{open_form},{{"sha256":"{sha256(hidden_form)}"}}]' in line
    assert entry.hash == sha256(line)


def test_who_recorded_it_is_not_in_the_line():
    entry = build.report(build.mission(), Status.PAUSED, by=build.user("Zhang"))

    assert entry.recorded_by.username == "Zhang"
    assert sorted(entry.public_line()) == [
        "basis",
        "corrects",
        "due",
        "effective_on",
        "evidence",
        "headline_en",
        "headline_zh",
        "id",
        "kind",
        "mission",
        "prev_hash",
        "previous",
        "recorded_at",
        "status",
    ]


def test_the_line_is_json_on_one_line_for_any_text():
    text = 'quote " backslash \\ tab \t emoji 🚄 hanzi 虹橋 accents e\u0301'
    entry = build.report(build.mission(), Status.PAUSED, headline_en=text)

    line = canonical(StatusChange.objects.get(pk=entry.pk).public_line())

    assert json.loads(line)["headline_en"] == " ".join(text.split())
    assert len(line.splitlines()) == 1


def test_the_door_hashes_what_the_database_gives_back():
    """So that a value which a database rounds or pads would show."""
    mission = build.mission(due=date(2025, 12, 31))
    entry = build.report(mission, Status.COMPLETED, evidence=[build.evidence(title=" padded "), build.evidence()])
    build.correct(entry, status=Status.PAUSED)
    build.deadline(mission, None, on=date(2024, 2, 1))

    entries = list(StatusChange.objects.order_by("id"))
    assert [e.hash for e in entries] == [e.computed_hash() for e in entries]
    assert [e.prev_hash for e in entries] == ["0" * 64, *(e.hash for e in entries[:-1])]


def test_every_write_that_the_public_can_see_makes_a_new_revision():
    mission = build.mission()
    seen = [Head.objects.get().revision]
    writes = [
        lambda: build.report(mission, Status.PAUSED),
        lambda: mission.areas.set([build.area()]),
        lambda: mission.areas.clear(),
        lambda: mission.save(),
        lambda: build.source(),
        lambda: mission.theme.save(),
        lambda: build.theme("T9").delete(),
    ]
    for write in writes:
        write()
        seen.append(Head.objects.get().revision)

    assert seen == sorted(set(seen))


def test_what_the_public_cannot_see_makes_no_new_revision():
    build.mission()
    before = Head.objects.get().revision

    build.user()

    assert Head.objects.get().revision == before
