"""A return form that comes back: what is read of it, what is refused, and what is submitted."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from missions.exchange import returns
from missions.exchange.returns import carry_out, is_return, read_return
from missions.exchange.workbooks import Day, Grid, Moment, NoValue, address
from missions.models import EntryKind, Head, Role, StatusChange, Step, Submission, SubmittedEvidence
from tests import build
from tests.exchange import broken
from tests.exchange.returning import REPORTED, at, filled, form, grids, places, read, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

KEY = uuid.UUID(int=7)


@pytest.fixture
def missions(db):
    return [build.mission(f"M-{number}") for number in (1, 2, 3)]


@pytest.fixture
def editor(missions):
    return build.user("editor", Role.EDITOR, organisation=missions[0].lead_owner)


def written():
    return [model.objects.count() for model in (Submission, SubmittedEvidence, Step, StatusChange)]


def problems(found):
    return [problem for row in found.rows for problem in row.problems]


@pytest.mark.both_databases
def test_what_was_filled_in_is_submitted_and_the_rest_is_unchanged(missions, editor):
    said = {
        "new_status": "已完成 Completed",
        "effective_on": Day("2024-03-02"),
        "basis": "公开文件 Public document",
        "headline_zh": "已建成",
        "headline_en": "Built",
        "evidence_title": "Notice",
        "evidence_publisher": "Bureau",
        "evidence_url": "HTTPS://example.org/notice",
        "note": "See page 2,\nplease",
    }
    found = read(editor, M_1=said, M_3=REPORTED)
    assert (states(found), problems(found)) == ({"M-1": "submit", "M-2": "unchanged", "M-3": "submit"}, [])

    made = carry_out(found, [], by=editor, key=KEY)
    first, second = Submission.objects.order_by("id")
    assert [submission.pk for submission in made] == [first.pk, second.pk]
    assert (first.mission, first.kind, first.state, first.author) == (missions[0], "report", "submitted", editor)
    assert (first.status, first.effective_on, first.basis, first.due) == (
        "completed",
        date(2024, 3, 2),
        "document",
        None,
    )
    assert (first.headline_zh, first.headline_en, first.note) == ("已建成", "Built", "See page 2,\nplease")
    cited = first.evidence.get()
    assert (cited.title, cited.publisher, cited.url, cited.is_public) == (
        "Notice",
        "Bureau",
        "https://example.org/notice",
        True,
    )
    assert [(step.state, step.by) for step in first.steps.all()] == [("submitted", editor)]
    assert (second.mission, second.status, second.basis, second.headline_en) == (
        missions[2],
        "in_progress",
        "owner",
        "",
    )
    assert [first.key, second.key] == [uuid.uuid5(KEY, "M-1"), uuid.uuid5(KEY, "M-3")]
    assert second.evidence.count() == 0


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
        *("ｃｏｍｐｌｅｔｅｄ", "completed\xa0"),
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


@pytest.mark.parametrize(
    "day", ["3/2/2024", "spring", Moment("2024-03-02T10:00:00"), True, 2024.5, NoValue("Why not.")]
)
def test_a_day_that_is_not_clear_is_refused(missions, editor, day):
    sheets = filled(grids(form()), M_1={**REPORTED, "effective_on": day})

    assert [cell for cell, _message in problems(read_return(sheets, by=editor))] == [at(sheets, "M-1", "effective_on")]


def test_a_code_in_full_width_letters_is_read_and_a_reason_keeps_its_own(missions, editor):
    found = read(editor, M_1={**REPORTED, "code": " Ｍ－１ ", "headline_zh": "  完成（第１期）\n收尾 "})

    assert (problems(found), states(found)["M-1"]) == ([], "submit")
    assert found.rows[0].submission.headline_zh == "完成（第１期） 收尾"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1", "'x", "<r>x</r>"])
def test_a_text_that_looks_like_a_formula_stays_one(missions, editor, text):
    carry_out(read(editor, M_1={**REPORTED, "headline_zh": text, "note": text}), [], by=editor, key=KEY)

    submission = Submission.objects.get()
    assert (submission.headline_zh, submission.note) == (text, text)


def test_spaces_alone_fill_nothing_in(missions, editor):
    found = read(editor, M_1={"new_status": " ", "note": "\u3000\n"})

    assert states(found) == dict.fromkeys(("M-1", "M-2", "M-3"), "unchanged")


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
            carry_out(found, [], by=coordinator, key=KEY)
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
        ({"headline_zh": "a\x00b"}, "headline_zh", "Character 2 is a control character (U+0000): remove it."),
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


def test_what_became_of_a_mission_since_is_a_conflict(missions, editor):
    sheets = filled(grids(form()), M_1=REPORTED, M_2=REPORTED, M_3=REPORTED)
    entry = build.report(missions[0], "paused")
    waiting = build.submission(missions[1], state="submitted")
    build.submission(missions[2])  # a draft is nobody's business
    found = read_return(sheets, by=editor)

    assert states(found) == {"M-1": "conflict", "M-2": "conflict", "M-3": "submit"}
    assert [(row.since, row.waiting) for row in found.rows] == [([entry], []), ([], [waiting]), ([], [])]
    assert states(read_return(filled(grids(form()), M_1=REPORTED), by=editor))["M-1"] == "submit"


@pytest.mark.parametrize(
    ("chosen", "submitted"), [([], ["M-3"]), (["M-1"], ["M-1", "M-3"]), (["M-2", "M-1", "X"], ["M-1", "M-2", "M-3"])]
)
def test_a_conflict_is_submitted_by_whoever_chooses_to(missions, editor, chosen, submitted):
    sheets = filled(grids(form()), M_1=REPORTED, M_2=REPORTED, M_3=REPORTED)
    build.report(missions[0], "paused", on=date(2024, 1, 1))
    build.submission(missions[1], state="submitted")
    made = carry_out(read_return(sheets, by=editor), chosen, by=editor, key=KEY)

    assert [submission.mission.code for submission in made] == submitted
    assert [submission.mission.code for submission in editor.submissions.order_by("id")] == submitted


def test_an_unchanged_row_is_no_conflict(missions, editor):
    sheets = grids(form())
    build.report(missions[0], "paused")

    assert states(read_return(sheets, by=editor))["M-1"] == "unchanged"


def test_nothing_in_a_locked_cell_is_believed(missions, editor):
    sheets = filled(
        grids(form()),
        M_1={**REPORTED, "title_zh": "假", "lead_owner": "X", "status_now": "completed", "due": "x", "since": "x"},
    )
    found = read_return(sheets, by=editor)

    assert (problems(found), found.rows[0].mission.title_zh) == ([], missions[0].title_zh)


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


def test_more_rows_than_a_form_has_are_refused(missions, editor, monkeypatch):
    assert returns.MOST_ROWS == 1000
    monkeypatch.setattr(returns, "MOST_ROWS", 3)
    sheets = grids(form())
    read_return(sheets, by=editor)
    sheets[0].rows.append(["X-1"])

    with pytest.raises(ValidationError, match="The form has 4 rows, and at most 3 are read"):
        read_return(sheets, by=editor)


def test_sent_twice_it_is_submitted_once(missions, editor):
    sheets = filled(grids(form()), M_1=REPORTED)
    carry_out(read_return(sheets, by=editor), [], by=editor, key=KEY)
    after, again = written(), read_return(sheets, by=editor)
    assert states(again)["M-1"] == "conflict"

    with pytest.raises(ValidationError, match="This was sent already: nothing was recorded twice"):
        carry_out(again, ["M-1"], by=editor, key=KEY)
    assert written() == after


def test_nothing_is_submitted_past_what_came_after_the_preview(missions, editor):
    found = read(editor, M_1=REPORTED)
    build.report(missions[0], "paused")
    before = written()

    with pytest.raises(ValidationError, match="the data have changed since the preview"):
        carry_out(found, [], by=editor, key=KEY)
    assert written() == before


def test_all_are_submitted_or_none(missions, editor, monkeypatch):
    sheets = filled(grids(form()), M_1=REPORTED, M_2=REPORTED)
    found, before, submit = read_return(sheets, by=editor), written(), Submission.submit

    def refusing(submission, *, by):
        if submission.mission == missions[1]:
            raise ValidationError({"effective_on": "Not this day."})
        submit(submission, by=by)

    monkeypatch.setattr(Submission, "submit", refusing)
    with pytest.raises(ValidationError) as refused:
        carry_out(found, [], by=editor, key=KEY)
    assert refused.value.messages == [f"{at(sheets, 'M-2', 'effective_on')}: Not this day."]
    assert written() == before

    monkeypatch.undo()
    assert len(carry_out(read_return(sheets, by=editor), [], by=editor, key=KEY)) == 2


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

    with django_assert_num_queries(5):
        found = read_return(sheets, by=editor)
    assert found.counts == {"submit": size, "unchanged": 3}


def test_only_reports_are_made(missions, editor):
    carry_out(read(editor, M_1=REPORTED), [], by=editor, key=KEY)

    assert [(s.kind, s.corrects, s.due, s.entry) for s in Submission.objects.all()] == [
        (EntryKind.REPORT, None, None, None)
    ]
