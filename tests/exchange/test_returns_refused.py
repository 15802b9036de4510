"""A return form that comes back: what is refused of it, at which cell, in which words."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from missions.exchange import returns
from missions.exchange.returns import read_return
from missions.exchange.workbooks import Day, Moment, NoValue, address
from missions.models import Head, Role
from tests import build
from tests.exchange import broken
from tests.exchange.returning import REPORTED, at, filled, form, grids, places, problems, read, submitted, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def missions(db):
    return [build.mission(f"M-{number}") for number in (1, 2, 3)]


@pytest.fixture
def editor(missions):
    return build.user("editor", Role.EDITOR, organisation=missions[0].lead_owner)


@pytest.mark.parametrize(
    "day", ["3/2/2024", "spring", Moment("2024-03-02T10:00:00"), True, 2024.5, NoValue("Why not.")]
)
def test_a_day_that_is_not_clear_is_refused(missions, editor, day):
    sheets = filled(grids(form()), M_1={**REPORTED, "effective_on": day})

    assert [cell for cell, _message in problems(read_return(sheets, by=editor))] == [at(sheets, "M-1", "effective_on")]


@pytest.mark.parametrize("value", [False, 0.0, NoValue("Why not."), "?"])
def test_whatever_else_stands_in_a_cell_fills_it_in(missions, editor, value):
    sheets = filled(grids(form()), M_1={"new_status": value})
    found = read_return(sheets, by=editor)

    assert found.counts == {"refused": 1, "unchanged": 2}
    assert [cell for cell, _message in problems(found)] == [
        at(sheets, "M-1", name) for name in ("new_status", "effective_on", "headline_zh")
    ]


@pytest.mark.parametrize(("language", "place"), [("en", 2), ("zh-hans", 3)])
def test_twenty_broken_rows_have_twenty_reasons_with_their_cells_and_nothing_is_submitted(language, place):
    broken.missions()
    coordinator = build.user()
    _columns, rows = places(sheets := grids(form()))
    wrong = broken.twenty(rows["M-01"] + 1)
    wanted = [(at(sheets, code, row.column), row[place]) for code, row in wrong.items()]
    by_code = {code.replace("-", "_"): row.said for code, row in wrong.items()}
    # The codes are written last: by them the rows are found.
    filled(
        sheets, **{code: {**said, "code": said.get("code", code.replace("_", "-"))} for code, said in by_code.items()}
    )
    before = written()

    with override(language):
        found = read_return(sheets, by=coordinator)
        with pytest.raises(ValidationError) as refused:
            submitted(sheets, by=coordinator)
    assert (found.problems, len(wanted)) == (wanted, 20)
    mark = {"en": ": ", "zh-hans": "："}[language]
    assert refused.value.messages == [f"{cell}{mark}{message}" for cell, message in wanted]
    assert written() == before


def test_all_that_is_wrong_with_a_row_is_said_at_once(editor):
    build.mission("M-9", status="completed", on=date(2024, 1, 1), lead_owner=build.organisation("O1"))
    said = {
        "new_status": "paused",
        "effective_on": "2024-03-02",
        "basis": "rumour",
        "headline_en": "x" * 301,
        "evidence_url": "example.org",
        "note": "x" * 2001,
    }
    sheets = filled(grids(form()), M_9=said)
    names = ["basis", "headline_en", "evidence_url", "note", "evidence_title", "new_status"]

    assert [cell for cell, _message in problems(read_return(sheets, by=editor))] == [
        at(sheets, "M-9", name) for name in names
    ]


@pytest.mark.parametrize(
    ("said", "column", "message"),
    [
        ({"new_status": "unreported"}, "new_status", "Only a correction can lead back to “Not individually reported”."),
        (
            {"effective_on": Day("2020-01-01")},
            "effective_on",
            "Nothing can take effect before the mission's opening, and the opening comes first.",
        ),
        ({"headline_zh": "a\x00b"}, "headline_zh", "Character 2 is U+0000 (control character): remove it."),
        ({"note": NoValue("Why not.")}, "note", "Why not."),
        ({"evidence_publisher": "Bureau"}, "evidence_title", "Say what it is: a title."),
        ({"evidence_title": " ", "evidence_url": "https://example.org/"}, "evidence_title", "Say what it is: a title."),
    ],
)
def test_what_is_not_possible_is_refused_at_its_cell(missions, editor, said, column, message):
    sheets = filled(grids(form()), M_1={**REPORTED, **said})

    assert problems(read_return(sheets, by=editor)) == [(at(sheets, "M-1", column), message)]


@pytest.mark.both_databases
def test_a_mission_that_one_may_not_see_is_as_one_that_is_not_there(missions, editor):
    build.mission("SECRET", lead_owner=build.organisation("ELSEWHERE"))
    said = []
    for code in ("SECRET", "NOWHERE", "m-1", "M-\0"):
        found = read(editor, M_2={**REPORTED, "code": code})
        said.append([(cell, message.replace(found.rows[1].code, "X")) for cell, message in problems(found)])
        assert found.rows[1].mission is None

    assert said == 4 * [said[0]]
    assert said[0] == [(said[0][0][0], "There is no mission “X” that you could report on.")]
    assert problems(read(build.user(), M_2={**REPORTED, "code": "SECRET"})) == []


def test_whoever_may_read_a_mission_and_not_report_on_it_is_refused(missions):
    sheets = filled(grids(form()), M_1=REPORTED)
    found = read_return(sheets, by=build.user("auditor", Role.AUDITOR))

    assert problems(found) == [(at(sheets, "M-1", "code"), "You may not report on this mission.")]


def test_a_row_without_a_code_is_refused_only_where_something_is_filled_in(missions, editor):
    sheets = filled(grids(form()), M_1={**REPORTED, "code": None})
    columns, _rows = places(sheets)
    sheets[0].rows.extend([[None], [None, "合计"], [None] * columns["note"] + ["remark"]])
    found = read_return(sheets, by=editor)
    last = address(len(sheets[0].rows) - 1, columns["code"])

    assert [message for cell, message in problems(found) if cell == last][:1] == ["The code of the mission is missing."]
    assert [row.state for row in found.rows] == ["refused", "unchanged", "unchanged", "refused"]


def test_a_mission_in_two_rows_is_refused_unless_one_of_them_is_empty(missions, editor):
    sheets = grids(form())
    wanted = at(sheets, "M-2", "code")
    _columns, rows = places(sheets)
    filled(sheets, M_1=REPORTED, M_2={"code": "M-1"})
    assert [row.state for row in read_return(sheets, by=editor).rows] == ["submit", "unchanged", "unchanged"]

    sheets = filled(grids(form()), M_1=REPORTED, M_2={**REPORTED, "code": "M-1"})
    message = f"“M-1” is reported in row {rows['M-1'] + 1} already: empty one of the two."
    assert problems(read_return(sheets, by=editor)) == [(wanted, message)]


@pytest.mark.both_databases
@pytest.mark.parametrize("entry", [None, "", "x", 4.0, "４", "-1", "1.5", NoValue("x"), Day("2024-01-01")])
def test_a_form_that_does_not_say_from_which_entry_it_was_made_is_refused(missions, editor, entry):
    assert Head.objects.get().entry == 3
    sheets = grids(form())
    place = next(place for place, row in enumerate(sheets[0].rows) if "form_entry" in row)
    column = sheets[0].rows[place].index("form_entry")
    sheets[0].rows[place + 2][column] = entry

    with pytest.raises(ValidationError, match="does not say from which state of the data it was made"):
        read_return(sheets, by=editor)


def test_more_rows_than_a_form_has_are_refused(missions, editor, monkeypatch):
    assert returns.MOST_ROWS == 1000
    monkeypatch.setattr(returns, "MOST_ROWS", 3)
    sheets = grids(form())
    read_return(sheets, by=editor)
    sheets[0].rows.append(["X-1"])

    with pytest.raises(ValidationError, match="The form has 4 rows, and at most 3 are read"):
        read_return(sheets, by=editor)
