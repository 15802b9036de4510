"""A second load: only what is new or changed in the files is written, and an edit made here stays."""

from datetime import date

import pytest

from missions.exchange.programme import load_programme
from missions.models import Instrument, Mission, Organisation, StatusChange, Theme
from tests import build
from tests.exchange.folders import HONGQIAO, append, change, everything, refused, replace, written

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases
def test_a_second_load_writes_nothing(folder):
    load_programme(folder)
    before = everything()

    summary = load_programme(folder)

    assert written(summary) == (0, 0, 0)
    assert (summary.changes, summary.conflicts, summary.notes) == ((), (), ())
    assert everything() == before


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


@pytest.mark.parametrize("title", ["Harbour data exchange", "Another exchange"])
def test_a_change_of_lists_and_fields_is_one_row_of_history(folder, title):
    load_programme(folder)
    change(folder, "missions.csv", "WP-4", title_en=title, supporting_owners="PORT;BANK", areas="SOUTH")
    mission = Mission.objects.get(code="WP-4")
    rows = mission.history.count()

    assert written(load_programme(folder)) == (0, 1, 0)

    assert mission.history.count() == rows + 1
    newest = mission.history.first()
    assert (newest.title_en, {link.area.code for link in newest.areas.all()}) == (title, {"SOUTH"})
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
    load_programme(folder)
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


@pytest.mark.both_databases
@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"force": True}])
def test_another_programme_is_refused_with_how_to_start_a_site_for_it(folder, options):
    load_programme(folder)

    (problem,) = refused(HONGQIAO, **options)

    assert problem.startswith("instruments.csv: ")
    assert [line.strip() for line in problem.splitlines()[1:]] == [
        'export HUB_DATA_DIR="$PWD/var/new"',
        ".venv/bin/python manage.py migrate",
        f".venv/bin/python manage.py load_programme {HONGQIAO}",
        "make run",
    ]


def test_a_file_without_any_instrument_is_refused_too(folder):
    load_programme(folder)
    for file in folder.glob("*.csv"):
        if file.name != "themes.csv":
            file.write_text(file.read_text().splitlines()[0] + "\n")

    (problem,) = refused(folder)

    assert problem.startswith("instruments.csv: ")


def test_a_file_with_one_instrument_of_the_site_is_loaded(folder):
    load_programme(folder)
    change(folder, "instruments.csv", "WG", code="NEW")
    for file in ("missions.csv", "events.csv", "reported_figures.csv"):
        path = folder / file
        path.write_text(path.read_text().replace("WG", "NEW"))

    load_programme(folder)

    assert set(Instrument.objects.values_list("code", flat=True)) == {"WP", "WG", "NEW"}
