"""The real data set, as its README describes it."""

from datetime import date

import pytest
from django.db import transaction
from django.db.models import F

from missions.exchange.programme import load_programme
from missions.models import Mission, Organisation, ReportedFigure, Source, StatusChange
from tests.exchange.folders import HONGQIAO, everything

pytestmark = pytest.mark.django_db

PLAN_ISSUED, MEASURES_ISSUED = date(2021, 2, 24), date(2023, 8, 16)
SEED_DAY, THIRD_PASS = date(2024, 3, 2), date(2026, 12, 1)


@pytest.fixture(scope="module", autouse=True)
def summary(django_db_setup, django_db_blocker):
    """What loading it said. It takes seconds, so it is loaded once, and rolled back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_programme(HONGQIAO)
        transaction.set_rollback(True)


def statuses(instrument, on):
    return Mission.objects.as_of(on).filter(instrument__code=instrument).tally("status_asof")


def test_it_is_loaded_whole(summary):
    assert summary.created == {
        "sources": 168,
        "areas": 19,
        "themes": 9,
        "instruments": 3,
        "owners": 53,
        "missions": 145,
        "reported_figures": 107,
        "programme": 1,
        "timeline": 7,
        "contradictions": 12,
    }
    assert set(summary.updated.values()) == {0}
    assert (summary.entries, summary.changes, summary.conflicts, summary.notes) == (145 + 177, (), (), ())
    assert Mission.objects.tally("instrument__code") == {"FP": 104, "M24": 24, "EX": 17}
    assert StatusChange.objects.filter(kind="opening").count() == 145
    assert StatusChange.objects.filter(kind="report", basis="document").count() == 177
    assert Organisation.objects.filter(source=None).count() == 10
    assert ReportedFigure.objects.exclude(measure="").count() == 7
    assert Source.objects.filter(published_on=None).count() == 34


def test_each_day_shows_what_the_readme_states():
    assert statuses("FP", SEED_DAY) == {"completed": 5, "in_progress": 58, "unreported": 41}
    assert statuses("FP", THIRD_PASS) == {"completed": 9, "in_progress": 70, "unreported": 25}
    assert statuses("M24", SEED_DAY) == {"in_progress": 6, "unreported": 18}
    assert statuses("M24", THIRD_PASS) == {"in_progress": 10, "unreported": 14}
    assert statuses("EX", SEED_DAY) == statuses("EX", THIRD_PASS) == {"unreported": 17}
    assert Mission.objects.public(date(2021, 1, 1)).count() == 0
    completed = Mission.objects.as_of(SEED_DAY).filter(status_asof="completed").values_list("code", flat=True)
    assert sorted(completed) == ["FP-049", "FP-089", "FP-090", "FP-093", "FP-104"]


def test_events_older_than_their_instrument_take_effect_with_it_and_keep_their_own_day():
    older = StatusChange.objects.filter(kind="report", evidence__event_on__lt=F("effective_on"))
    assert list(older.values_list("mission__code", "evidence__event_on", "effective_on", "previous")) == [
        ("FP-044", date(2020, 11, 3), PLAN_ISSUED, "unreported"),
        ("FP-071", date(2020, 6, 30), PLAN_ISSUED, "unreported"),
        ("FP-077", date(2020, 6, 5), PLAN_ISSUED, "unreported"),
        ("M24-06", date(2023, 8, 7), MEASURES_ISSUED, "unreported"),
        ("FP-098", date(2019, 8, 12), PLAN_ISSUED, "unreported"),
    ]
    assert StatusChange.objects.filter(kind="report", evidence__event_on__gt=F("effective_on")).count() == 0


def test_a_second_load_writes_nothing():
    before = everything()

    again = load_programme(HONGQIAO)

    assert everything() == before
    assert set(again.created.values()) == set(again.updated.values()) == {0}
    assert (again.entries, again.changes, again.conflicts, again.notes) == (0, (), (), ())
