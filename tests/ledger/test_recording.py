"""`record` and `record_many`: which entries they accept, and what these make of a mission."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from missions.models import (
    EntryKind,
    EntryRejected,
    Evidence,
    Head,
    Mission,
    StatusChange,
    allowed_transitions,
    record,
    record_many,
    validate,
)
from missions.status import Status
from tests import factories
from tests.ledger import oracle

pytestmark = pytest.mark.django_db

JAN, FEB, MAR = (date(2024, month, 1) for month in range(1, 4))
DUE, LATER = date(2025, 12, 31), date(2026, 6, 30)


def draft(mission, status=Status.IN_PROGRESS, on=FEB, **fields):
    plain = {"status": status, "effective_on": on, "basis": "document", "headline_en": "Begun", "headline_zh": "已开工"}
    if fields.get("kind") == EntryKind.DEADLINE:
        plain["decided_by"] = "Office"
    return StatusChange(mission=mission, **{**plain, **fields})


def errors(draft, evidence=(), write=record):
    """The fields that the ledger rejects; nothing is written."""
    try:
        with transaction.atomic():
            write(draft, evidence, **({"by": None} if write is record else {}))
            transaction.set_rollback(True)
    except ValidationError as error:
        return sorted(error.message_dict)
    return []


def projected(mission):
    fields = ("status", "status_since", "due", "due_first", "due_moves")
    return Mission.objects.values_list(*fields).get(pk=mission.pk)


@pytest.fixture(scope="module")
def world(module_db):
    """A mission in each status since January, due at the end of 2025; one not opened; one with a corrected report."""
    missions = {
        status: factories.mission(due=DUE, status=None if status == "unreported" else status, on=JAN)
        for status in Status
    }
    missions["not opened"] = factories.mission(opened=False)
    missions["none"] = None
    missions["not saved"] = Mission(id=0, code="M-0")
    missions["corrected"] = factories.mission(status=Status.PAUSED, on=JAN)
    factories.correct(missions["corrected"].changes.latest("id"), status=Status.IN_PROGRESS)
    return missions


@pytest.mark.both_databases
def test_the_allowed_transitions_are_those_of_the_model(world):
    found = {
        before: {after for after in Status if not errors(draft(world[before], after), [factories.evidence()])}
        for before in Status
    }

    assert found == oracle.TRANSITIONS


REPORT, OPENING, DEADLINE, CORRECTION = EntryKind.REPORT, EntryKind.OPENING, EntryKind.DEADLINE, EntryKind.CORRECTION
DAY_BEFORE = factories.ISSUED - timedelta(days=1)
TITLE_ALONE = {"url": ""}

# Mission, fields of the draft, fields of one piece of evidence (or none) → the fields that are rejected.
CASES = [
    ("unreported", {}, None, []),
    ("unreported", {"status": "done"}, None, ["status"]),
    ("unreported", {"status": ""}, None, ["status"]),
    ("unreported", {"kind": "rumour"}, None, ["kind"]),
    ("unreported", {"basis": "hearsay"}, None, ["basis"]),
    ("unreported", {"effective_on": "2024-02-30"}, None, ["effective_on"]),
    ("unreported", {"effective_on": None}, None, ["effective_on"]),
    ("unreported", {"effective_on": date(1899, 12, 31)}, None, ["effective_on"]),
    ("unreported", {"headline_en": "x" * 301}, None, ["headline_en"]),
    ("unreported", {"headline_en": " \n\u3000"}, None, ["headline_en"]),
    ("unreported", {"headline_zh": ""}, None, ["headline_zh"]),
    ("unreported", {"effective_on": DAY_BEFORE}, None, ["effective_on"]),
    ("unreported", {"kind": OPENING}, None, ["kind"]),
    ("unreported", {"kind": CORRECTION}, None, ["corrects"]),
    ("not opened", {}, None, ["effective_on"]),
    ("not opened", {"kind": DEADLINE, "due": DUE}, None, ["effective_on"]),
    ("not opened", {"kind": OPENING, "headline_en": "", "headline_zh": ""}, None, []),
    ("none", {}, None, ["mission"]),
    ("not saved", {}, None, ["mission"]),
    # Evidence.
    ("paused", {"status": "completed"}, None, ["status"]),
    ("paused", {"status": "completed"}, TITLE_ALONE, ["status"]),
    ("paused", {"status": "completed"}, {}, []),
    ("paused", {"status": "completed"}, {"url": "", "source": factories.source}, []),
    ("paused", {"status": "completed"}, {"url": "", "file": factories.evidence_file}, []),
    ("paused", {}, TITLE_ALONE, []),
    ("paused", {}, {"title": ""}, ["title"]),
    ("paused", {}, {"url": "ftp://example.org/x"}, ["url"]),
    ("paused", {}, {"url": "javascript:alert(1)"}, ["url"]),
    ("paused", {}, {"published_on": "2024-02-30"}, ["published_on"]),
    # A move is checked against what follows as well; entries of one day count in the order recorded.
    ("completed", {"status": "withdrawn", "effective_on": date(2023, 12, 1)}, None, ["status"]),
    ("completed", {"status": "paused", "effective_on": JAN}, None, ["status"]),
    # Due dates.
    ("paused", {"kind": DEADLINE, "due": LATER}, None, []),
    ("paused", {"kind": DEADLINE, "due": None}, None, []),
    ("paused", {"kind": DEADLINE, "due": DUE}, None, ["due"]),
    ("paused", {"kind": DEADLINE, "due": date(1899, 12, 31)}, None, ["due"]),
    ("paused", {"kind": DEADLINE, "due": date(2101, 1, 1)}, None, ["due"]),
    ("paused", {"kind": DEADLINE, "due": LATER, "decided_by": " "}, None, ["decided_by"]),
    # Corrections, of the entry whose kind is named.
    ("paused", {"corrects": REPORT, "status": "completed"}, None, ["status"]),
    ("paused", {"corrects": REPORT, "status": "completed"}, {}, []),
    (
        "paused",
        {"corrects": OPENING, "status": "paused", "due": DUE, "effective_on": factories.ISSUED},
        None,
        ["status"],
    ),
    ("paused", {"corrects": OPENING, "status": "unreported", "due": DUE, "effective_on": factories.ISSUED}, None, []),
    ("paused", {"corrects": OPENING, "status": "unreported", "effective_on": DAY_BEFORE}, None, ["decided_by"]),
    ("unreported", {"corrects": "another mission"}, None, ["corrects"]),
    ("corrected", {"corrects": REPORT}, None, ["corrects"]),
]


@pytest.mark.parametrize(("name", "fields", "cited", "rejected"), CASES)
def test_an_entry_is_accepted_or_rejected_by_field(world, name, fields, cited, rejected):
    mission, fields = world[name], dict(fields)
    if kind := fields.get("corrects"):
        entries = mission.changes if kind in EntryKind.values else world["paused"].changes.filter(kind=REPORT)
        entries = entries.filter(kind=kind) if kind in EntryKind.values else entries
        fields |= {"kind": CORRECTION, "corrects": entries.get()}
    if cited is not None:
        cited = factories.evidence(**{name: value() if callable(value) else value for name, value in cited.items()})
    evidence = [cited] if cited else []

    assert errors(draft(mission, **fields), evidence) == rejected


def replaced(olds, due, on=JAN):
    """Withdraws the missions and opens another in their place."""
    new = factories.mission(opened=False)
    factories.opening(new, due=due, on=on)
    for old in olds:
        factories.report(old, Status.WITHDRAWN, on=on)
    new.take_the_place_of(olds)
    return new


@pytest.mark.both_databases
def test_a_correction_of_what_was_replaced_reaches_its_successors_and_the_list(client):
    old = factories.mission(due=DUE)
    new = replaced([old], LATER)
    newest = replaced([new], LATER, on=FEB)
    moved = [item["code"] for item in client.get("/api/v1/missions?moved=1").json()["items"]]

    factories.correct(old.changes.get(kind="opening"), due=LATER)

    assert moved == [new.code, newest.code]
    assert [projected(each)[2:] for each in (new, newest)] == [(LATER, LATER, 0)] * 2
    assert client.get("/api/v1/missions?moved=1").json()["total"] == 0


def test_texts_and_addresses_are_stored_in_one_form():
    """A headline is one line for every program; the scheme of an address is in small letters."""
    text, cited = " One\r\nline\u2028and\x85more\x0b\x1c\x1d", factories.evidence(url="HTTPS://Example.org/A")
    entry = factories.report(factories.mission(), Status.PAUSED, headline_en=text, headline_zh=text, evidence=[cited])

    entry.refresh_from_db()
    assert (entry.headline_en, entry.headline_zh) == ("One line and more", "One line and more")
    assert entry.evidence.get().url == "https://Example.org/A"


def test_saving_a_mission_never_writes_what_the_ledger_says():
    stale = factories.mission()
    factories.report(stale, Status.PAUSED, on=FEB)

    stale.title_en = "Another title"
    stale.save()

    assert (Mission.objects.get(pk=stale.pk).title_en, projected(stale)[:2]) == ("Another title", ("paused", FEB))


@pytest.mark.both_databases
def test_a_batch_is_checked_in_its_order_and_chained():
    first, second, shared = factories.mission(), factories.mission(), factories.evidence()
    entries = record_many(
        [
            (draft(first, Status.COMPLETED), [shared]),
            (draft(second, Status.COMPLETED), [shared]),
            (draft(first, Status.IN_PROGRESS, on=MAR), []),
        ],
        by=None,
    )

    assert [(entry.previous, entry.evidence.count()) for entry in entries] == [
        ("unreported", 1),
        ("unreported", 1),
        ("completed", 0),
    ]
    assert Head.objects.values_list("entry", "hash").get() == (entries[-1].pk, entries[-1].hash)
    assert record_many([], by=None) == []


def test_a_batch_is_rejected_as_a_whole_with_the_place_of_each_error():
    mission = factories.mission()
    before = StatusChange.objects.count(), Evidence.objects.count(), projected(mission)
    with pytest.raises(EntryRejected) as rejected:
        record_many(
            [
                (draft(mission, Status.PAUSED), [factories.evidence()]),
                (draft(mission, Status.COMPLETED), []),
                (draft(mission, Status.PAUSED, headline_zh=""), []),
                (draft(mission, Status.WITHDRAWN), []),
                (draft(mission, Status.PAUSED, on=MAR), []),
            ],
            by=None,
        )

    found = {place: list(error.message_dict) for place, error in rejected.value.errors.items()}
    assert found == {1: ["status"], 2: ["headline_zh"], 4: ["status"]}
    assert (StatusChange.objects.count(), Evidence.objects.count(), projected(mission)) == before


def test_a_batch_of_twenty_takes_as_many_queries_as_one():
    taken = []
    for size in (1, 20):
        olds = [factories.mission(due=DUE) for _each in range(size)]
        drafts = [(draft(replaced([old], LATER), Status.COMPLETED), [factories.evidence()]) for old in olds]
        with CaptureQueriesContext(connection) as queries:
            record_many(drafts, by=None)
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_the_statuses_that_a_form_offers_are_those_that_are_accepted(world):
    """Offered: accepted on some day. Without an objection: accepted today."""
    missions = [world[status] for status in Status] + [world["corrected"]]
    for before, after in [("completed", "in_progress"), ("paused", "completed"), ("in_progress", "withdrawn")]:
        missions.append(factories.mission(status=before, on=JAN))
        factories.report(missions[-1], after, on=MAR)
    # No day lies between its two entries.
    missions.append(factories.mission(status=Status.WITHDRAWN, on=factories.ISSUED))
    days = [DAY_BEFORE, factories.ISSUED, FEB, timezone.localdate()]

    for mission in missions:
        accepted = {
            status: [
                day for day in days if not errors(draft(mission, status, on=day), [factories.evidence()], validate)
            ]
            for status in Status
        }
        offered = allowed_transitions(mission)
        assert {status: move.possible for status, move in offered.items()} == {
            status: bool(days) for status, days in accepted.items()
        }
        assert {status for status in Status if not offered[status].objection} == {
            status for status in Status if days[-1] in accepted[status]
        }
    assert allowed_transitions(world["not opened"]) == {}
