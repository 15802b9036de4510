"""A return form that comes back rearranged: nothing that was filled in gets lost without a word."""

import pytest
from django.core.exceptions import ValidationError

from missions.exchange.returns import read_return
from missions.exchange.workbooks import Day, Grid, address
from missions.models import Mission, Role
from tests import build
from tests.exchange.returning import REPORTED, above, at, filled, form, grids, places, problems, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

UNCHANGED = {"M-1": "unchanged", "M-2": "unchanged", "M-3": "unchanged"}
TWO = "This file holds 2 forms: send each in a file of its own."


@pytest.fixture
def missions(db):
    return [build.mission(f"M-{number}") for number in (1, 2, 3)]


@pytest.fixture
def editor(missions):
    return build.user("editor", Role.EDITOR, organisation=missions[0].lead_owner)


@pytest.fixture
def sheets(missions):
    return filled(grids(form()), M_1=REPORTED)


def refusal(sheets, by):
    with pytest.raises(ValidationError) as refused:
        read_return(sheets, by=by)
    return refused.value.messages


def test_without_its_heading_the_first_mission_is_read(sheets, editor):
    del sheets[0].rows[above(sheets) + 1]

    assert states(read_return(sheets, by=editor)) == {**UNCHANGED, "M-1": "submit"}


def test_a_heading_that_was_sorted_into_the_list_is_no_mission(sheets, editor):
    rows = sheets[0].rows
    rows.insert(above(sheets) + 3, rows.pop(above(sheets) + 1))
    found = read_return(sheets, by=editor)

    assert (states(found), found.unread) == ({**UNCHANGED, "M-1": "submit"}, [])


@pytest.mark.parametrize("language", [0, 1])
def test_a_heading_in_one_language_is_no_mission(sheets, editor, language):
    place = above(sheets) + 1
    sheets[0].rows[place] = [label and label.split("\n")[language].upper() for label in sheets[0].rows[place]]

    assert states(read_return(sheets, by=editor)) == {**UNCHANGED, "M-1": "submit"}


def test_a_row_that_is_only_like_the_heading_is_one_that_is_filled_in(sheets, editor):
    filled(sheets, M_2={**REPORTED, "code": "Code"})

    assert states(read_return(sheets, by=editor)) == {"M-1": "submit", "Code": "refused", "M-3": "unchanged"}


def test_without_the_heading_over_its_statement_it_still_says_from_when_it_is(sheets, editor):
    place = next(place for place, row in enumerate(sheets[0].rows) if "form_entry" in row)
    del sheets[0].rows[place + 1]

    assert read_return(sheets, by=editor).entry == 3


def test_two_forms_in_one_file_are_refused(sheets, editor):
    assert refusal([*sheets, *grids(form())], editor) == [TWO]
    without_names = grids(form())
    del without_names[0].rows[above(without_names)]
    assert refusal([*sheets, *without_names], editor) == [TWO]


def test_two_lists_on_one_sheet_are_refused(sheets, editor):
    rows, place = sheets[0].rows, above(sheets)
    again = [[None, None, *row] for row in rows[place:]]
    assert refusal([Grid("x", rows + again)], editor) == [TWO]
    assert refusal([Grid("x", rows + again[1:])], editor) == [TWO]
    assert states(read_return(sheets, by=editor)) == {**UNCHANGED, "M-1": "submit"}


@pytest.mark.parametrize("name", ["new_status", "note", "form_entry"])
def test_a_column_that_was_copied_is_refused_with_both_cells(sheets, editor, name):
    place = next(place for place, row in enumerate(sheets[0].rows) if name in row)
    names = sheets[0].rows[place]
    names.append(name)
    first, second = address(place, names.index(name)), address(place, len(names) - 1)

    assert refusal(sheets, editor) == [
        f"{first} and {second} in the hidden row both say “{name}”: delete one of the columns."
    ]


def test_what_is_filled_in_above_the_list_is_refused(sheets, editor):
    rows = sheets[0].rows
    cell = address(2, places(sheets)[0]["new_status"])
    rows.insert(2, rows.pop(above(sheets) + 2))

    assert refusal(sheets, editor) == [
        f"{cell} stands above the list and would not be read: move it into the list, or empty it."
    ]


def test_rows_below_others_that_are_empty_are_read(sheets, editor):
    sheets[0].rows[above(sheets) + 2 : above(sheets) + 2] = [[None]] * 50

    assert states(read_return(sheets, by=editor)) == {**UNCHANGED, "M-1": "submit"}


def test_a_filled_row_whose_code_was_emptied_is_refused(sheets, editor):
    cell = at(sheets, "M-1", "code")
    filled(sheets, M_1={"code": None})

    assert problems(read_return(sheets, by=editor)) == [(cell, "The code of the mission is missing.")]


def test_what_stands_in_other_columns_rows_and_sheets_is_named(sheets, editor):
    columns, rows = places(sheets)
    last = max(columns.values())
    sheets[0].rows[rows["M-2"]].extend([None, "a remark"])
    sheets[0].rows.append([None, "合计", None, 3.0])
    sheets.extend([Grid("甲", [[None, "x"]]), Grid("empty", [[None, " "]])])
    found = read_return(sheets, by=editor)

    end = len(sheets[0].rows) - 1
    assert found.unread == [address(rows["M-2"], last + 2), address(end, 1), address(end, 3)]
    assert (found.other_sheets, states(found)) == (["甲"], {**UNCHANGED, "M-1": "submit"})


def test_a_column_without_its_name_is_named_where_something_stands_in_it(sheets, editor):
    filled(sheets, M_1={"note": "lost"})
    cell = at(sheets, "M-1", "note")
    sheets[0].rows[above(sheets)][places(sheets)[0]["note"]] = None

    assert read_return(sheets, by=editor).unread == [cell]


def test_a_locked_cell_that_says_something_else_is_named(sheets, editor):
    said = {"title_zh": "改题", "lead_owner": "X", "due": Day("2030-01-01"), "status_now": "已完成", "since": "春天"}
    filled(sheets, M_2=said)
    found = read_return(sheets, by=editor)

    assert found.unread == [
        at(sheets, "M-2", name) for name in ("title_zh", "lead_owner", "due", "status_now", "since")
    ]
    assert states(found) == {**UNCHANGED, "M-1": "submit"}


def test_a_locked_cell_that_says_the_same_in_another_way_is_not_named(editor):
    due = Day("2025-01-02")
    build.mission("M-4", lead_owner=editor.memberships.get().organisation, due=due, title_en="Ａ  title")
    said = {
        "due": "2025年1月2日",
        "since": "20210224",
        "status_now": "未单独报告 Not individually reported",
        "title_zh": None,
    }

    assert read_return(filled(grids(form()), M_4=said), by=editor).unread == []


def test_a_locked_cell_is_not_named_where_the_ledger_went_on_since(sheets, missions, editor):
    build.report(missions[1], "paused")
    build.deadline(missions[2], "2030-01-01", on="2024-01-01")
    assert read_return(sheets, by=editor).unread == []
    mission = Mission.objects.get(code="M-2")
    mission.title_en = "Reworded"
    mission.save()

    assert read_return(sheets, by=editor).unread == [at(sheets, "M-2", "title_en")]
