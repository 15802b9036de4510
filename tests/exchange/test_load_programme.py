"""A first load: each record, its openings and reports, and its history."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from missions.exchange import programme
from missions.exchange.programme import load_programme
from missions.models import Area, Instrument, Mission, Organisation, ReportedFigure, Source, StatusChange, Theme
from tests.exchange.folders import append, change, everything, written

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases
def test_each_record_is_made_as_its_file_says(folder):
    summary = load_programme(folder)

    assert written(summary) == (4 + 3 + 2 + 2 + 3 + 6 + 4, 0, 6 + 5)
    mission = Mission.objects.get(code="WP-2")
    assert (mission.instrument.code, mission.number, mission.kind, mission.theme.code) == ("WP", 2, "project", "QUAY")
    assert (mission.title_zh, mission.description_en) == ("港池加深", "Deepen the basin\nto twelve metres.")
    assert (mission.lead_owner.code, mission.clause, mission.provenance) == ("PORT", "Part 1", "official")
    assert {area.code for area in mission.areas.all()} == {"NORTH", "SOUTH"}
    assert {source.key for source in mission.sources.all()} == {"plan", "paper_2024"}
    instrument = Instrument.objects.get(code="WG")
    assert (instrument.title_en, instrument.citation) == ("Green measures (invented)", "City gazette 3/2025")
    assert (instrument.official_total, instrument.notes) == (2, "Invented for tests.")
    assert Source.objects.get(key="paper_2025").published_on is None


def test_an_organisation_may_stand_in_the_file_before_the_one_above_it(folder):
    load_programme(folder)

    owners = Organisation.objects.values_list("code", "parent__code", "source__key", "position")
    assert list(owners) == [("PORT", "CITY", "plan", 1), ("CITY", None, None, 2), ("BANK", None, "measures", 3)]


def test_the_order_of_the_file_is_kept(folder):
    load_programme(folder)

    assert list(Theme.objects.values_list("code", "position")) == [("QUAY", 1), ("GREEN", 2)]
    assert list(Area.objects.values_list("code", "position")) == [("ALL", 1), ("NORTH", 2), ("SOUTH", 3)]
    assert list(Instrument.objects.values_list("code", "position")) == [("WP", 1), ("WG", 2)]


def test_a_figure_of_the_hub_has_no_instrument(folder):
    load_programme(folder)

    figures = ReportedFigure.objects.values_list("as_of", "instrument__code", "value", "measure")
    assert list(figures) == [
        (date(2024, 12, 31), None, Decimal("3.5"), ""),
        (date(2025, 2, 1), "WP", 4, "total"),
        (date(2025, 2, 1), "WP", 2, "in_place"),
        (date(2025, 6, 1), None, 6, "total"),
    ]
    both = ReportedFigure.objects.get(as_of=date(2025, 6, 1))
    assert [instrument.code for instrument in both.covers.all()] == ["WP", "WG"]


def test_openings_stand_before_reports_and_each_in_the_order_of_its_file(folder):
    load_programme(folder)

    entries = StatusChange.objects.values_list("mission__code", "kind", "status", "due", "effective_on", "basis")
    plan, measures = date(2024, 3, 1), date(2025, 1, 15)
    assert list(entries) == [
        ("WP-1", "opening", "unreported", date(2025, 12, 31), plan, "document"),
        ("WP-2", "opening", "unreported", date(2030, 12, 31), plan, "document"),
        ("WP-3", "opening", "unreported", None, plan, "document"),
        ("WP-4", "opening", "unreported", None, plan, "document"),
        ("WG-1", "opening", "unreported", None, measures, "document"),
        ("WG-2", "opening", "unreported", None, measures, "document"),
        ("WP-1", "report", "in_progress", None, date(2024, 6, 1), "document"),
        ("WP-1", "report", "completed", None, date(2025, 2, 1), "document"),
        ("WP-2", "report", "in_progress", None, plan, "document"),
        ("WG-1", "report", "not_started", None, date(2025, 3, 10), "document"),
        ("WG-1", "report", "in_progress", None, date(2025, 6, 1), "document"),
    ]


def test_an_event_cites_its_source_and_keeps_its_own_day(folder):
    load_programme(folder)

    (evidence,) = StatusChange.objects.get(mission__code="WP-2", kind="report").evidence.all()
    assert evidence.cited() == {
        "title": "Works begin (invented)",
        "publisher": "The Willow Paper",
        "published_on": "2024-06-02",
        "url": "https://example.org/works-begin",
        "event_on": "2023-11-20",
    }
    assert (evidence.source.key, evidence.is_public) == ("paper_2024", True)


def test_each_record_keeps_what_its_file_said(folder):
    load_programme(folder)

    assert Organisation.objects.get(code="CITY").loaded == {
        "code": "CITY",
        "name_en": "Willow Harbour city (invented)",
        "name_zh": "柳港市(虚构)",
        "level": "municipal",
        "parent_code": "",
        "source": "by remit, not stated in a source",
        "position": "2",
    }
    loaded = Mission.objects.get(code="WP-2").loaded
    assert (loaded["number"], loaded["due"]) == ("2", "2030-12-31")
    assert (loaded["areas"], loaded["supporting_owners"]) == (["NORTH", "SOUTH"], [])
    assert ReportedFigure.objects.get(as_of=date(2024, 12, 31)).loaded["value"] == "3.5"


def test_history_names_the_load_and_has_one_row_for_a_new_record_with_its_lists(folder):
    load_programme(folder)

    created = Mission.objects.get(code="WP-2").history.get()
    assert (created.history_type, created.history_change_reason) == ("+", "load_programme")
    assert {link.area.code for link in created.areas.all()} == {"NORTH", "SOUTH"}
    assert Theme.objects.get(code="QUAY").history.count() == 1


@pytest.mark.both_databases
def test_a_dry_run_says_the_same_and_writes_nothing(folder):
    before = everything()

    summary = load_programme(folder, dry_run=True)

    assert everything() == before
    assert summary == load_programme(folder)


@pytest.mark.parametrize("issued_on", ["", "2099-01-01"])
def test_an_instrument_in_preparation_is_hidden_until_it_is_issued(folder, issued_on):
    append(folder, "instruments.csv", f"NEXT,Next plan,下一规划,City,柳港市,{issued_on},,,")
    append(folder, "missions.csv", "NEXT-1,NEXT,1,policy,To come,待公布,,,QUAY,CITY,,ALL,,2027-12-31,official,plan")

    assert load_programme(folder).entries == 6 + 5

    mission = Mission.objects.get(code="NEXT-1")
    assert (mission.status, mission.due) == (None, None)
    assert "NEXT-1" not in Mission.objects.public().values_list("code", flat=True)
    assert [i.code for i in Instrument.objects.public()] == ["WP", "WG"]

    change(folder, "instruments.csv", "NEXT", issued_on="2026-01-01")

    assert written(load_programme(folder)) == (0, 1, 1)
    mission.refresh_from_db()
    assert (mission.status, mission.status_since, mission.due) == ("unreported", date(2026, 1, 1), date(2027, 12, 31))
    assert "NEXT-1" in Mission.objects.public().values_list("code", flat=True)


def test_a_failure_in_the_middle_leaves_nothing_behind(folder, monkeypatch):
    def fail(drafts, *, by):
        raise IntegrityError("the disk is full")

    monkeypatch.setattr(programme, "record_many", fail)
    before = everything()

    with pytest.raises(IntegrityError, match="the disk is full"):
        load_programme(folder)

    assert everything() == before
