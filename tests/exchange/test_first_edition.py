"""The present data set over its first edition, on a site that kept nothing of what the rows of events had said."""

from datetime import date

import pytest
from django.db import transaction
from django.utils import translation

from missions.exchange.programme import load_programme
from missions.models import Head, LoadedEvent, Mission, Source, StatusChange
from missions.models.verification import problems
from tests.exchange.first_edition import first_edition, table
from tests.exchange.folders import HONGQIAO, everything

pytestmark = pytest.mark.django_db

GONE = ["freewechat_hub", "hefei_20250619", "hqcbdoffice_3529", "xinhua_20250705"]


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    return first_edition(tmp_path_factory.mktemp("data") / "first")


@pytest.fixture(scope="module", autouse=True)
def summary(django_db_setup, django_db_blocker, old):
    """What loading the present set over the first edition said."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("en"):
        first = load_programme(old)
        assert (first.entries, first.changes, first.conflicts, first.notes) == (145 + 143, (), (), ())
        LoadedEvent.objects.all().delete()
        yield load_programme(HONGQIAO)
        transaction.set_rollback(True)


def events(changes):
    return {change.split(",")[1] for change in changes if change.startswith("events.csv, line ")}


def test_each_changed_event_is_corrected_and_each_new_one_reported(summary):
    assert (summary.entries, len(events(summary.changes)), summary.conflicts) == (45 + 34, 45, ())
    corrections = StatusChange.objects.filter(kind="correction", recorded_by=None)
    assert corrections.count() == 45
    assert StatusChange.objects.filter(kind="report").count() == 143 + 34
    assert StatusChange.objects.standing().exclude(kind="opening").count() == 177


def test_each_row_stands_once_as_the_file_says_it(summary):
    said = [
        (row["mission_code"], row["date"], row["new_status"], row["headline_en"], row["headline_zh"], row["source_key"])
        for row in table(HONGQIAO, "events.csv")
    ]
    standing = StatusChange.objects.standing().exclude(kind="opening").prefetch_related("evidence__source")
    stands = [
        (e.mission.code, str(piece.event_on), e.status, e.headline_en, e.headline_zh, piece.source.key)
        for e in standing.select_related("mission")
        for piece in e.evidence.all()
    ]
    assert sorted(stands) == sorted(said)
    keys = {row["key"] for row in table(HONGQIAO, "events.csv")}
    assert set(LoadedEvent.objects.values_list("key", flat=True)) == keys


def test_another_load_writes_nothing():
    before = everything()
    kept = list(LoadedEvent.objects.order_by("key").values())

    again = load_programme(HONGQIAO)

    assert everything() == before
    assert list(LoadedEvent.objects.order_by("key").values()) == kept
    assert set(again.created.values()) | set(again.updated.values()) <= {0}
    assert (again.entries, again.changes, again.conflicts) == (0, (), ())
    assert again.notes[0] == f"sources.csv: no longer in the file, left as they are: {', '.join(GONE)}"


def test_the_first_edition_over_the_present_one_doubles_nothing(old):
    with transaction.atomic():
        again = load_programme(old)

        assert (again.entries, len(events(again.changes))) == (45, 45)
        assert StatusChange.objects.standing().exclude(kind="opening").count() == 177
        assert LoadedEvent.objects.filter(key__contains="/").count() == 0
        transaction.set_rollback(True)


def test_the_ledger_is_sound():
    assert list(problems()) == []


def test_the_counts_are_those_of_the_present_set():
    def tally(code, on):
        return Mission.objects.as_of(on).filter(instrument__code=code).tally("status_asof")

    assert tally("FP", date(2026, 12, 1)) == {"completed": 9, "in_progress": 70, "unreported": 25}
    assert tally("M24", date(2026, 12, 1)) == {"in_progress": 10, "unreported": 14}
    assert tally("FP", date(2024, 3, 2)) == {"completed": 5, "in_progress": 58, "unreported": 41}


def test_a_source_that_is_gone_has_no_address_and_no_publisher(summary):
    gone = Source.objects.filter(key__in=GONE).order_by("key")
    assert [(s.key, s.url, s.seen_at, s.publisher, s.publisher_zh) for s in gone] == [
        (key, "", "", "Publisher not named", "来源未注明") for key in GONE
    ]
    assert [(s.history.count(), bool(s.title)) for s in gone] == [(2, True)] * 4
    assert [change for change in summary.changes if "no longer in the file" in change] == [
        f"sources.csv: {key} is no longer in the file: its address is emptied, and its publisher no longer named"
        for key in GONE
    ]


def test_no_address_of_the_first_edition_is_left_that_the_present_one_does_not_have(old):
    named = {row["url"] for row in table(HONGQIAO, "sources.csv")}
    assert {row["url"] for row in table(old, "sources.csv")} - named
    assert set(Source.objects.values_list("url", flat=True)) <= named
    assert Source.objects.filter(publisher__contains=".example").count() == 0
    assert Source.objects.filter(title__contains=".example").count() == 0
    assert Head.objects.get().entry == 145 + 143 + 79
