"""A return form that comes back: how it is known, and what is read of it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from missions.exchange.returns import is_return, read_return
from missions.exchange.workbooks import Grid, address
from missions.models import Head, Role, Submission
from tests import build
from tests.exchange.returning import REPORTED, filled, form, grids, places, problems, read, states, submitted, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def missions(db):
    return [build.mission(f"M-{number}") for number in (1, 2, 3)]


@pytest.fixture
def editor(missions):
    return build.user("editor", Role.EDITOR, organisation=missions[0].lead_owner)


def test_reading_writes_nothing(missions, editor):
    before = written()
    read(editor, M_1=REPORTED)

    assert written() == before


def test_it_says_whose_form_it_is_and_from_when(missions, editor):
    sheets = grids(form(owner=missions[0].lead_owner))
    found = read_return(sheets, by=editor)

    assert (found.owner, found.revision, found.made, found.entry) == (
        "单位O1 Organisation O1",
        str(Head.objects.get().revision),
        "2024-06-30",
        3,
    )
    assert found.counts == {"unchanged": 3}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "completed",
            "已完成",
            "Completed",
            "已完成 Completed",
            "COMPLETED",
            " 已完成\u3000Completed ",
            "已完成\nCompleted",
        ),
        *("ｃｏｍｐｌｅｔｅｄ", "completed\xa0", "完成"),
    ],
)
def test_a_status_is_known_by_its_code_and_its_words(missions, editor, text):
    cited = {"evidence_title": "Notice", "evidence_url": "https://example.org/"}
    found = read(editor, M_1={**REPORTED, **cited, "new_status": text})

    assert (problems(found), found.rows[0].submission.status) == ([], "completed")


@pytest.mark.parametrize(
    "text", ["collective", "仅有总体表述", "Joint statement only", "仅有总体表述 joint statement only"]
)
def test_a_basis_is_known_by_its_code_and_its_words(missions, editor, text):
    assert read(editor, M_1={**REPORTED, "basis": text}).rows[0].submission.basis == "collective"


@pytest.mark.parametrize(
    "day",
    ["2024年3月2日", "2024/3/2", "２０２４－０３－０２", "20240302", " 2024-03-02 ", "45353", 45353.0, "2024.3.2"],
)
def test_a_day_is_read_however_it_is_written(missions, editor, day):
    found = read(editor, M_1={**REPORTED, "effective_on": day})

    assert (problems(found), found.rows[0].submission.effective_on) == ([], date(2024, 3, 2))


def test_a_code_in_full_width_letters_is_read_and_a_reason_keeps_its_own(missions, editor):
    found = read(editor, M_1={**REPORTED, "code": " Ｍ－１ ", "headline_zh": "  完成（第１期）\n收尾 "})

    assert (problems(found), states(found)["M-1"]) == ([], "submit")
    assert found.rows[0].submission.headline_zh == "完成（第１期） 收尾"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1", "'x", "<r>x</r>"])
def test_a_text_that_looks_like_a_formula_stays_one(missions, editor, text):
    submitted(filled(grids(form()), M_1={**REPORTED, "headline_zh": text, "note": text}), by=editor)

    submission = Submission.objects.get()
    assert (submission.headline_zh, submission.note) == (text, text)


def test_spaces_alone_fill_nothing_in(missions, editor):
    found = read(editor, M_1={"new_status": " ", "note": "\u3000\n"})

    assert states(found) == dict.fromkeys(("M-1", "M-2", "M-3"), "unchanged")


def test_nothing_in_a_locked_cell_is_believed(missions, editor):
    sheets = filled(
        grids(form()),
        M_1={**REPORTED, "title_zh": "假", "lead_owner": "X", "status_now": "completed", "due": "x", "since": "x"},
    )
    found = read_return(sheets, by=editor)

    assert (problems(found), found.rows[0].mission.title_zh) == ([], missions[0].title_zh)


@pytest.mark.parametrize("text", [3.0, "3", " ３ "])
def test_the_entry_is_read_as_a_number_and_as_a_text(missions, editor, text):
    sheets = grids(form())
    place = next(place for place, row in enumerate(sheets[0].rows) if "form_entry" in row)
    sheets[0].rows[place + 2][sheets[0].rows[place].index("form_entry")] = text

    assert read_return(sheets, by=editor).entry == 3


def test_rows_and_columns_may_have_been_put_in_and_taken_out(missions, editor):
    sheets = filled(grids(form()), M_2={**REPORTED, "effective_on": "spring"})
    columns, rows = places(sheets)
    grid = sheets[0]
    for row in grid.rows:
        del row[columns["title_en"]]
        row[0:0] = [None, None]
    grid.rows[rows["M-1"] : rows["M-1"]] = [[None], ["", "a remark"]]
    grid.rows[0:0] = [[], ["x"]]
    found = read_return([Grid("another", [["x"]]), *sheets], by=editor)

    assert [cell for cell, _message in problems(found)] == [address(rows["M-2"] + 4, columns["effective_on"] + 1)]
    assert states(found) == {"M-1": "unchanged", "M-2": "refused", "M-3": "unchanged"}


def test_a_column_that_was_taken_out_is_empty(missions, editor):
    sheets = filled(grids(form()), M_1={**REPORTED, "note": "lost"})
    columns, _rows = places(sheets)
    for row in sheets[0].rows:
        del row[columns["note"] :]
    found = read_return(sheets, by=editor)

    assert (problems(found), found.rows[0].submission.note) == ([], "")


def test_a_form_is_known_by_the_names_of_its_columns(missions, editor):
    sheets = grids(form())
    other = [Grid("x", [["code", "title_zh", "status", "effective_on"], ["M-1", "x", "paused", "2024-03-02"]])]

    assert [is_return(sheets), is_return(other + sheets), is_return(other), is_return([])] == [True, True, False, False]
    with pytest.raises(ValidationError, match="This is no return form"):
        read_return(other, by=editor)


def test_the_digest_tells_apart_what_the_preview_says(missions, editor):
    def digest(**said):
        return read_return(filled(sheets, M_1={**REPORTED, **said}), by=editor).digest

    sheets = grids(form())
    first = digest()
    with override("zh-hans"):
        assert digest() == first
    others = [
        digest(new_status="paused"),
        digest(effective_on="2024-03-03"),
        digest(basis="document"),
        digest(headline_zh="改写"),
        digest(evidence_title="Notice"),
        digest(note="Another"),
        digest(note="x" * 2001),
        digest(code="X-1"),
    ]
    sheets = grids(form())
    build.mission("M-4")
    assert digest() == first
    build.submission(missions[0], state="submitted")
    others.append(digest())
    build.report(missions[0], "paused")
    others.append(digest())
    assert len({first, *others}) == 11


@pytest.mark.both_databases
@pytest.mark.parametrize("size", [3, 12])
def test_reading_takes_as_many_queries_however_many_rows(size, editor, django_assert_num_queries):
    for number in range(size):
        build.mission(f"N-{number}")
    sheets = filled(grids(form()), **{f"N_{number}": REPORTED for number in range(size)})
    assert editor.organisations
    assert editor.roles

    with django_assert_num_queries(6):
        found = read_return(sheets, by=editor)
    assert found.counts == {"submit": size, "unchanged": 3}
