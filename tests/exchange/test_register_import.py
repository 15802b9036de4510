"""Bringing in a register: what a file changes is what it says, all of it or nothing."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils.translation import override

from missions.exchange import register_import
from missions.exchange.programme import load_programme
from missions.exchange.register_import import RegisterImport, Unwritable
from missions.exchange.workbooks import Day, Grid
from missions.models import Mission, Organisation, StatusChange, Theme
from missions.models.verification import problems as ledger_problems
from tests import build
from tests.exchange.folders import everything
from tests.exchange.registering import (
    add,
    alone,
    cell,
    changes,
    differences,
    edit,
    imported,
    looked,
    organisations,
    plain,
    sheet,
    sheets,
    versions,
)

pytestmark = pytest.mark.django_db

NEW_MISSION = {
    "code": "WP-9",
    "instrument": "WP",
    "number": 9.0,
    "kind": "project",
    "title_en": "A ninth",
    "title_zh": "第九",
    "theme": "QUAY",
    "lead_owner": "CITY",
    "provenance": "official",
}


@pytest.fixture
def harbour(folder):
    """The small programme, loaded; the folder of its files."""
    load_programme(folder)
    return folder


def unwritten(found):
    """Why it is not written; nothing has been."""
    before, everything_before = plain(), everything()
    with pytest.raises(Unwritable) as caught:
        list(found.write())
    assert (plain(), everything()) == (before, everything_before)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("table", "key", "cells", "fields"),
    [
        ("sources", "plan", {"title": "Another title"}, {"title": "Another title"}),
        ("sources", "plan", {"published_on": "2021年3月2日"}, {"published_on": date(2021, 3, 2)}),
        ("sources", "plan", {"published_on": None}, {"published_on": None}),
        ("areas", "NORTH", {"zone": "southern belt", "position": 9.0}, {"zone": "southern belt", "position": 9}),
        ("themes", "QUAY", {"name_zh": "新码头"}, {"name_zh": "新码头"}),
        ("instruments", "WP", {"official_total": 12.0}, {"official_total": 12}),
        ("instruments", "WP", {"notes": "One\nTwo"}, {"notes": "One\nTwo"}),
        ("owners", "BANK", {"level": "agency"}, {"level": "agency"}),
        ("owners", "BANK", {"closed_on": Day("2024-03-02")}, {"closed_on": date(2024, 3, 2)}),
        ("missions", "WP-1", {"kind": "platform"}, {"kind": "platform"}),
        ("missions", "WP-1", {"areas": "NORTH、SOUTH"}, {"areas": ["NORTH", "SOUTH"]}),
        ("missions", "WP-1", {"supporting_owners": None}, {"supporting_owners": []}),
        ("missions", "WP-1", {"source_keys": "plan；paper_2024"}, {"sources": ["paper_2024", "plan"]}),
    ],
)
def test_one_cell_changes_one_field_of_one_record_in_one_version(harbour, table, key, cells, fields):
    edit(sheets_here := sheets(), table, key, **cells)
    before, versions_before = plain(), versions()
    edited = before[table][key]
    assert all(edited[name] != value for name, value in fields.items())

    imported(sheets_here)

    assert differences(before, plain()) == {(table, key, name): (edited[name], value) for name, value in fields.items()}
    versions_before[table][key] += 1
    assert versions() == versions_before


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("indicator_zh", "另一指标", "indicator_zh"),
        ("value", 3.75, "value"),
        ("value", "１２．５", "value"),
        ("measure", "completed", "measure"),
        ("covers", "WP;WG", "covers"),
    ],
)
def test_a_figure_changes_likewise(harbour, column, value, field):
    grids = sheets()
    header, first, *_others = (figures := sheet(grids, "reported_figures")).rows
    first[header.index(column)] = value
    before, versions_before = plain(), versions()

    found = imported(grids)

    assert [change.row.line for change in found.changes] == [2]
    changed = differences(before, plain())
    assert [key[::2] for key in changed] == [("reported_figures", field)]
    assert sum(versions()["reported_figures"].values()) == sum(versions_before["reported_figures"].values()) + 1
    assert len(figures.rows) == 5


@pytest.mark.parametrize(
    ("table", "key", "field", "english", "chinese"),
    [("missions", "WP-1", "title", "A title", "标题"), ("themes", "QUAY", "name", "A name", "名称")],
)
def test_a_text_changes_in_the_language_that_was_edited(harbour, table, key, field, english, chinese):
    grids = edit(sheets(), table, key, **{f"{field}_en": english, f"{field}_zh": chinese})
    before = plain()[table][key]

    found = imported(grids)

    assert changes(found) == {
        (table, (key,), f"{field}_en"): (before[f"{field}_en"], english),
        (table, (key,), f"{field}_zh"): (before[f"{field}_zh"], chinese),
    }
    assert (plain()[table][key][f"{field}_en"], plain()[table][key][f"{field}_zh"]) == (english, chinese)


def test_history_names_who_brought_it_in_and_by_what(harbour):
    coordinator = build.user("coordinator")
    grids = edit(sheets(), "missions", "WP-1", title_en="New", areas="NORTH", source_keys=None)
    add(grids, "missions", **{**NEW_MISSION, "areas": "NORTH;SOUTH"})

    imported(grids, by=coordinator)

    changed, created = (Mission.objects.get(code=code).history.first() for code in ("WP-1", "WP-9"))
    for version, kind in ((changed, "~"), (created, "+")):
        assert (version.history_type, version.history_user, version.history_change_reason) == (
            kind,
            coordinator,
            "import 1",
        )
    assert (changed.title_en, [link.area.code for link in changed.areas.all()], changed.sources.count()) == (
        "New",
        ["NORTH"],
        0,
    )
    assert sorted(link.area.code for link in created.areas.all()) == ["NORTH", "SOUTH"]
    assert Mission.objects.get(code="WP-9").history.count() == 1


@pytest.mark.both_databases
def test_new_records_refer_to_new_records_of_the_same_file_in_any_order(harbour):
    grids = sheets()
    add(grids, "owners", code="SHED", name_en="Shed", name_zh="仓库", level="agency", parent_code="PIER",
        source="new", position=12.0)  # fmt: skip
    add(grids, "owners", code="PIER", name_en="Pier", name_zh="栈桥", level="agency", parent_code="TOP",
        source="by remit, not stated in a source", position=11.0)  # fmt: skip
    add(grids, "owners", code="TOP", name_en="Top", name_zh="上级", level="municipal", position=10.0,
        source="by remit, not stated in a source")  # fmt: skip
    edit(grids, "owners", "CITY", parent_code="TOP")
    add(grids, "sources", key="new", title="New", publisher="Paper", language="en")
    add(grids, "areas", code="EAST", name_en="East", name_zh="东", zone="core", position=9.0)
    add(grids, "themes", code="FISH", name_en="Fish", name_zh="渔", position=9.0)
    add(grids, "instruments", code="NP", name_en="New plan", name_zh="新规划", issuer_en="City", issuer_zh="市",
        issued_on=Day("2024-01-02"), position=9.0)  # fmt: skip
    add(grids, "missions", code="NP-1", instrument="NP", number=1.0, kind="other", title_en="One", title_zh="一",
        theme="FISH", lead_owner="SHED", supporting_owners="PIER;TOP", areas="EAST", provenance="official",
        source_keys="new", due="2027/6/30")  # fmt: skip
    add(grids, "reported_figures", as_of=Day("2024-12-31"), instrument="NP", indicator_en="I", indicator_zh="指",
        value=2.5, unit="items", source_key="new", covers="NP;WP")  # fmt: skip
    grids.reverse()

    found = imported(grids)

    assert found.counts == [
        "reported_figures: 1 new, 0 changed",
        "missions: 1 new, 0 changed",
        "owners: 3 new, 1 changed",
        "instruments: 1 new, 0 changed",
        "themes: 1 new, 0 changed",
        "areas: 1 new, 0 changed",
        "sources: 1 new, 0 changed",
        "ledger: 1 opened, 0 withdrawn",
    ]
    assert organisations() == {
        "CITY": "TOP", "PORT": "CITY", "BANK": None, "TOP": None, "PIER": "TOP", "SHED": "PIER",
    }  # fmt: skip
    made = plain()["missions"]["NP-1"]
    assert (made["areas"], made["supporting_owners"], made["sources"]) == (["EAST"], ["PIER", "TOP"], ["new"])
    mission = Mission.objects.get(code="NP-1")
    assert (mission.status, mission.status_since, mission.due) == ("unreported", date(2024, 1, 2), date(2027, 6, 30))
    assert {table: set(found.values()) for table, found in versions().items() if not set(found.values()) <= {1}} == {
        "owners": {1, 2}
    }
    assert list(ledger_problems()) == []


def test_a_file_may_name_a_few_records_only_and_the_rest_stays(harbour):
    before = plain()

    found = imported(alone("owners", {
        "code": "PORT", "name_en": "Harbour office", "name_zh": "港口处", "level": "agency", "parent_code": "BANK",
        "source": "plan", "position": 2.0,
    }))  # fmt: skip

    assert {key[2]: said for key, (_was, said) in changes(found).items()}["parent_code"] == "BANK"
    assert {key[:2] for key in differences(before, plain())} == {("owners", "PORT")}
    assert organisations()["PORT"] == "BANK"


def test_a_new_organisation_stands_below_one_that_the_file_does_not_name(harbour):
    imported(alone("owners", {
        "code": "PIER", "name_en": "Pier", "name_zh": "栈桥", "level": "agency", "parent_code": "PORT",
        "source": "plan", "position": 9.0,
    }))  # fmt: skip

    assert organisations()["PIER"] == "PORT"


def test_a_sheet_that_stands_alone_holds_missions_whatever_its_name(harbour):
    (missions,) = [grid for grid in sheets() if grid.name == "missions"]
    edit([missions], "missions", "WP-1", title_en="New")

    found = imported([Grid("", missions.rows)])

    assert list(changes(found)) == [("missions", ("WP-1",), "title_en")]
    assert [change.place for change in found.changes] == ["missions · WP-1"]


def test_names_of_sheets_are_taken_as_they_are_meant_and_empty_sheets_are_passed_over(harbour):
    grids = edit(sheets(), "themes", "QUAY", name_en="New")
    named_so = [Grid("Sheet9", [[None, " "]]), *(Grid(f" {grid.name.title()} ", grid.rows) for grid in grids)]

    assert list(changes(imported(named_so))) == [("themes", ("QUAY",), "name_en")]


def test_a_sheet_that_stands_alone_holds_missions_whatever_it_is_called(harbour):
    grids = edit(sheets(), "missions", "WP-3", title_en="New")
    alone = [Grid("清单", sheet(grids, "missions").rows), Grid("Sheet2", []), Grid("Sheet3", [])]

    assert list(changes(imported(alone))) == [("missions", ("WP-3",), "title_en")]


def test_columns_may_stand_in_any_order_with_empty_rows_between(harbour):
    grids = edit(sheets(), "themes", "QUAY", name_en="New")
    themes = sheet(grids, "themes")
    themes.rows[:] = [[], *(row[::-1] for row in themes.rows), [None, " "]]

    assert list(changes(imported([themes]))) == [("themes", ("QUAY",), "name_en")]


def test_slips_of_typing_change_nothing(harbour):
    grids = edit(
        sheets(),
        "missions",
        "WP-1",
        instrument=" ＷＰ ",
        number="１",
        kind="project\u3000",
        title_en=" Open the north pier ",
    )
    before = everything()

    assert changes(imported(grids)) == {}
    assert everything() == before


# --- all or nothing ---------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_what_the_database_refuses_in_the_last_row_takes_all_along(harbour, monkeypatch):
    """A rule that nothing else knows: here the one of numbers, which is looked at before otherwise."""
    monkeypatch.setattr(register_import, "wrong_missions", lambda sheet: ())
    grids = edit(sheets(), "missions", "WP-1", title_en="New")
    add(grids, "missions", **{**NEW_MISSION, "number": 1.0})
    found = looked(grids)
    assert found.problems == []

    assert unwritten(found) == [
        "missions, line 8: The database refuses this row: a mission with this id, code or number is there already"
    ]


@pytest.mark.both_databases
def test_what_the_ledger_refuses_takes_all_along(harbour):
    """The clock was set back between the look and the writing."""
    grids = add(sheets(), "missions", **NEW_MISSION, opened_on=Day("2026-06-30"))
    with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC), tick=False):
        found = looked(grids)
    assert found.problems == []

    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        (problem,) = unwritten(found)

    place = cell(grids, "missions", "WP-9", "opened_on")
    assert problem == (
        f"missions, cell {place}: This day lies in the future: enter the day on which it became true, at the latest "
        "today."
    )


@pytest.mark.both_databases
@pytest.mark.parametrize("edited", ["theme", "ledger"])
def test_what_was_changed_between_the_look_and_the_writing_stops_it(harbour, edited):
    found = looked(edit(sheets(), "missions", "WP-1", title_en="New"))
    if edited == "theme":
        theme = Theme.objects.get(code="GREEN")
        theme.name_en = "Edited meanwhile"
        theme.save()
    else:
        build.report(Mission.objects.get(code="WP-3"), "in_progress", on=date(2025, 7, 1))

    assert unwritten(found) == ["The data have changed since the preview: look again."]


@pytest.mark.both_databases
def test_who_goes_away_in_the_middle_leaves_nothing_behind(harbour, monkeypatch):
    monkeypatch.setattr("missions.exchange.register_import.BATCH", 1)
    grids = edit(sheets(), "themes", "QUAY", name_en="New")
    edit(grids, "missions", "WP-1", title_en="New")
    add(grids, "missions", **NEW_MISSION)
    before, everything_before = plain(), everything()
    found = looked(grids)

    steps = found.write()
    assert (next(steps), next(steps)) == (1, 2)
    assert plain() != before
    steps.close()

    assert (plain(), everything()) == (before, everything_before)


def test_progress_counts_rows_to_the_last(harbour, monkeypatch):
    monkeypatch.setattr("missions.exchange.register_import.BATCH", 3)
    found = RegisterImport(edit(sheets(), "themes", "QUAY", name_en="New"), reason="x")

    assert list(found.look())[-1] == found.rows == sum(len(grid.rows) - 1 for grid in sheets())
    assert list(found.write()) == [1]


def test_nothing_is_written_twice(harbour):
    grids = edit(add(sheets(), "missions", **NEW_MISSION), "missions", "WP-1", title_en="New")
    imported(grids)
    before = everything()
    edit(grids, "missions", "WP-9", opened_on=Day(Mission.objects.get(code="WP-9").status_since.isoformat()))

    assert changes(imported(grids)) == {}
    assert everything() == before


# --- beside the programme's files -------------------------------------------------------------------------------------


def test_a_later_load_takes_what_was_imported_for_an_edit_made_here(harbour):
    grids = edit(sheets(), "missions", "WP-3", title_en="Imported", areas="NORTH")
    add(grids, "missions", **NEW_MISSION)
    loaded = dict(Mission.objects.values_list("code", "loaded"))

    imported(grids)

    assert dict(Mission.objects.values_list("code", "loaded")) == {**loaded, "WP-9": None}
    before = everything()
    assert load_programme(harbour).conflicts == (
        "missions.csv, line 5, column title_en: edited here (“Imported”), the file says “One form for ship papers”; "
        "left as it is",
        "missions.csv, line 5, column areas: edited here (“NORTH”), the file says “ALL”; left as it is",
    )
    assert everything() == before


# --- what is told -----------------------------------------------------------------------------------------------------


def test_what_would_change_is_told_by_field_with_its_cell(harbour):
    grids = edit(sheets(), "missions", "WP-3", title_en="New", areas="SOUTH;NORTH", clause=None)
    add(grids, "missions", **NEW_MISSION)

    found = looked(grids)

    assert found.lines() == [
        "missions: 1 new, 1 changed",
        "ledger: 1 opened, 0 withdrawn",
        "missions, cell E6: “One form for ship papers” becomes “New”",
        "missions, cell L6: “ALL” becomes “NORTH;SOUTH”",
        "missions, cell M6: “Part 2” becomes “”",
        "missions, line 8: new",
    ]
    changed, new = found.changes
    assert (changed.place, changed.is_new, list(changed.differences)[1]) == (
        "missions · WP-3",
        False,
        ("areas", "ALL", "NORTH;SOUTH"),
    )
    assert (new.place, new.is_new) == ("missions · WP-9", True)
    assert ("title_zh", "", "第九") in new.differences


def test_it_is_told_in_the_readers_language(harbour):
    grids = edit(sheets(), "missions", "WP-3", title_en="New")

    with override("zh-hans"):
        (counts, line) = looked(grids).lines()

    assert counts.startswith("missions")
    assert line.endswith("“One form for ship papers”改为“New”")


def test_an_import_of_a_mission_that_stays_closed_writes_no_entry(harbour):
    """Its instrument is in preparation."""
    grids = add(sheets(), "instruments", code="NP", name_en="New plan", name_zh="新规划", issuer_en="City",
                issuer_zh="市", position=9.0)  # fmt: skip
    add(grids, "missions", **{**NEW_MISSION, "instrument": "NP"})
    entries = StatusChange.objects.count()

    found = imported(grids)

    assert found.counts == ["instruments: 1 new, 0 changed", "missions: 1 new, 0 changed"]
    assert (Mission.objects.get(code="WP-9").status, StatusChange.objects.count()) == (None, entries)


def test_organisations_are_read_before_those_below_them_are_written(harbour):
    build.organisation("A-BELOW", parent=Organisation.objects.get(code="BANK"), position=0)
    grids = edit(sheets(), "owners", "A-BELOW", parent_code="Z-NEW")
    add(grids, "owners", code="Z-NEW", name_en="Z", name_zh="乙", level="agency", source="plan", position=99.0)

    imported(grids)

    assert organisations()["A-BELOW"] == "Z-NEW"
