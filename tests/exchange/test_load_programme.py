"""A first load, a second one, and what either leaves as it is."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from missions.exchange import programme
from missions.exchange.programme import load_programme
from missions.models import Area, Instrument, Mission, Organisation, ReportedFigure, Source, StatusChange, Theme
from tests import build
from tests.exchange.folders import append, change, everything, refused, replace

pytestmark = pytest.mark.django_db


def written(summary):
    """What a load wrote: records created, records updated, ledger entries."""
    return sum(summary.created.values()), sum(summary.updated.values()), summary.entries


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


def test_history_names_the_load_and_has_few_rows_for_a_new_record(folder):
    load_programme(folder)

    history = Mission.objects.get(code="WP-2").history.all()
    assert {row.history_change_reason for row in history} == {"load_programme"}
    assert [row.history_type for row in history] == ["~", "~", "+"]  # itself, its areas, its sources
    assert Theme.objects.get(code="QUAY").history.count() == 1


@pytest.mark.both_databases
def test_a_second_load_writes_nothing(folder):
    load_programme(folder)
    before = everything()

    summary = load_programme(folder)

    assert written(summary) == (0, 0, 0)
    assert (summary.changes, summary.conflicts, summary.notes) == ((), (), ())
    assert everything() == before


@pytest.mark.both_databases
def test_a_dry_run_says_the_same_and_writes_nothing(folder):
    before = everything()

    summary = load_programme(folder, dry_run=True)

    assert everything() == before
    assert summary == load_programme(folder)


def test_a_change_in_the_file_changes_the_record(folder):
    load_programme(folder)
    change(folder, "missions.csv", "WP-3", title_en="Another form", theme="GREEN", areas="SOUTH;NORTH", clause="")

    summary = load_programme(folder)

    assert summary.changes == (
        "missions.csv, line 5, column title_en: “One form for ship papers” becomes “Another form”",
        "missions.csv, line 5, column theme: “QUAY” becomes “GREEN”",
        "missions.csv, line 5, column areas: “ALL” becomes “NORTH;SOUTH”",
        "missions.csv, line 5, column clause: “Part 2” becomes “”",
    )
    assert written(summary) == (0, 1, 0)
    mission = Mission.objects.get(code="WP-3")
    assert (mission.title_en, mission.theme.code, mission.clause) == ("Another form", "GREEN", "")
    assert {area.code for area in mission.areas.all()} == {"NORTH", "SOUTH"}
    assert mission.search_text.startswith("wp-3\nanother form\n")
    assert written(load_programme(folder)) == (0, 0, 0)


def test_a_changed_list_alone_is_in_the_history(folder):
    load_programme(folder)
    change(folder, "missions.csv", "WP-4", supporting_owners="PORT;BANK")
    mission = Mission.objects.get(code="WP-4")
    rows = mission.history.count()

    assert written(load_programme(folder)) == (0, 1, 0)

    assert mission.history.count() == rows + 1
    newest = mission.history.first()
    assert {link.organisation.code for link in newest.supporting_owners.all()} == {"PORT", "BANK"}


def test_an_edit_made_here_is_kept_and_listed(folder):
    load_programme(folder)
    Mission.objects.get(code="WP-3").areas.set([build.area("NORTH")])
    theme = Theme.objects.get(code="GREEN")
    theme.name_en = "Greener harbour"
    theme.save()
    before = everything()

    summary = load_programme(folder)

    assert summary.conflicts == (
        "themes.csv, line 3, column name_en: "
        "edited here (“Greener harbour”), the file says “Green harbour”; left as it is",
        "missions.csv, line 5, column areas: edited here (“NORTH”), the file says “ALL”; left as it is",
    )
    assert written(summary) == (0, 0, 0)
    assert everything() == before


def test_an_edit_made_here_is_kept_where_the_file_changes_too(folder):
    load_programme(folder)
    theme = Theme.objects.get(code="GREEN")
    theme.name_en = "Greener harbour"
    theme.save()
    rows = theme.history.count()
    change(folder, "themes.csv", "GREEN", name_en="Clean harbour", name_zh="清洁港口")
    expected = (
        "themes.csv, line 3, column name_en: "
        "edited here (“Greener harbour”), the file says “Clean harbour”; left as it is",
    )

    assert load_programme(folder).conflicts == expected

    theme.refresh_from_db()
    assert (theme.name_en, theme.name_zh, theme.loaded["name_en"]) == ("Greener harbour", "清洁港口", "Clean harbour")
    assert theme.history.count() == rows + 1
    assert load_programme(folder).conflicts == expected


def test_force_overwrites_an_edit(folder):
    load_programme(folder)
    theme = Theme.objects.get(code="GREEN")
    theme.name_en = "Greener harbour"
    theme.save()

    summary = load_programme(folder, force=True)

    assert summary.changes == ("themes.csv, line 3, column name_en: “Greener harbour” becomes “Green harbour”",)
    assert (written(summary), summary.conflicts) == ((0, 1, 0), ())
    theme.refresh_from_db()
    assert theme.name_en == "Green harbour"


def test_the_same_edit_here_and_in_the_file_is_no_conflict(folder):
    load_programme(folder)
    theme = Theme.objects.get(code="GREEN")
    theme.name_en = "Greener harbour"
    theme.save()
    rows = theme.history.count()
    change(folder, "themes.csv", "GREEN", name_en="Greener harbour")

    summary = load_programme(folder)

    assert (written(summary), summary.conflicts) == ((0, 0, 0), ())
    theme.refresh_from_db()
    assert (theme.loaded["name_en"], theme.history.count()) == ("Greener harbour", rows)


def test_line_breaks_of_a_web_form_are_no_edit(folder):
    load_programme(folder)
    mission = Mission.objects.get(code="WP-2")
    mission.description_en = mission.description_en.replace("\n", "\r\n")
    mission.save()

    assert load_programme(folder).conflicts == ()


def test_a_record_made_here_that_a_file_names_later_is_kept_where_it_differs(folder):
    build.theme("GREEN", name_en="Made here", name_zh="绿色港口", position=2)

    summary = load_programme(folder)

    assert summary.created["themes"] == 1
    assert summary.conflicts == (
        "themes.csv, line 3, column name_en: edited here (“Made here”), the file says “Green harbour”; left as it is",
    )


def test_records_made_here_are_left_alone(folder):
    mission = build.mission("HERE-1", title_en="Made here")

    summary = load_programme(folder)

    assert (summary.conflicts, summary.notes) == ((), ())
    mission.refresh_from_db()
    assert (mission.title_en, mission.loaded, mission.history.count()) == ("Made here", None, 1)


def test_records_that_left_the_files_stay_and_are_noted(folder):
    append(folder, "themes.csv", "OLD,Old,旧", "OLDER,Older,更旧")
    load_programme(folder)
    replace(folder, "themes.csv", "OLD,Old,旧\nOLDER,Older,更旧\n", "")

    summary = load_programme(folder)

    assert summary.notes == ("themes.csv: no longer in the file, left as they are: OLD, OLDER",)
    assert Theme.objects.count() == 4


def test_an_added_event_alone_is_recorded(folder):
    load_programme(folder)
    append(folder, "events.csv", "WP-3,2025-07-01,in_progress,A first form,首张表单,paper_2025")

    assert written(load_programme(folder)) == (0, 0, 1)

    assert Mission.objects.get(code="WP-3").status == "in_progress"


def test_an_event_under_another_headline_is_another_event(folder):
    load_programme(folder)
    replace(folder, "events.csv", "First berth has shore power", "A first berth has shore power")

    assert written(load_programme(folder)) == (0, 0, 1)


def test_a_corrected_event_is_not_written_again(folder):
    load_programme(folder)
    build.correct(StatusChange.objects.get(status="completed"), status="in_progress")
    before = everything()

    assert written(load_programme(folder)) == (0, 0, 0)
    assert everything() == before


def test_a_due_date_other_than_the_one_in_force_is_a_conflict(folder):
    load_programme(folder)
    build.deadline(Mission.objects.get(code="WP-2"), date(2031, 6, 30), on=date(2025, 1, 1))
    change(folder, "missions.csv", "WP-3", due="2026-06-30")
    entries = StatusChange.objects.count()

    summary = load_programme(folder, force=True)

    assert summary.conflicts == (
        "missions.csv, line 3, column due: “2031-06-30” is in force, the file says “2030-12-31”; "
        "record a new due date in the back office",
        "missions.csv, line 5, column due: “” is in force, the file says “2026-06-30”; "
        "record a new due date in the back office",
    )
    assert StatusChange.objects.count() == entries


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


def test_organisations_may_not_form_a_ring_by_an_edit_here_and_one_in_the_file(folder):
    load_programme(folder)
    city = Organisation.objects.get(code="CITY")
    city.parent = Organisation.objects.get(code="BANK")
    city.save()
    change(folder, "owners.csv", "BANK", parent_code="PORT")

    assert refused(folder) == [
        f"owners.csv, line {line}, column parent_code: An organisation cannot stand below itself." for line in (2, 3, 4)
    ]


def test_a_description_may_not_lose_a_language_by_an_edit_here_and_one_in_the_file(folder):
    load_programme(folder)
    mission = Mission.objects.get(code="WP-1")
    mission.description_en = "Edited here."
    mission.save()
    change(folder, "missions.csv", "WP-1", description_en="", description_zh="")

    assert refused(folder) == [
        "missions.csv, line 2: Fill in the description in both languages, or in neither.",
    ]
