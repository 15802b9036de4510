"""A return form that comes back: what of it is submitted, and what became of its missions meanwhile."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from missions.exchange.returns import carry_out, read_return
from missions.exchange.workbooks import Day
from missions.models import EntryKind, Role, Submission
from tests import build
from tests.exchange.returning import KEY, REPORTED, at, filled, form, grids, problems, states, submitted, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def missions(db):
    return [build.mission(f"M-{number}") for number in (1, 2, 3)]


@pytest.fixture
def editor(missions):
    return build.user("editor", Role.EDITOR, organisation=missions[0].lead_owner)


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
    sheets = filled(grids(form()), M_1=said, M_3=REPORTED)
    found = read_return(sheets, by=editor)
    assert (states(found), problems(found)) == ({"M-1": "submit", "M-2": "unchanged", "M-3": "submit"}, [])

    made = submitted(sheets, by=editor)
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
    ("chosen", "wanted"), [([], ["M-3"]), (["M-1"], ["M-1", "M-3"]), (["M-2", "M-1", "X"], ["M-1", "M-2", "M-3"])]
)
def test_a_conflict_is_submitted_by_whoever_chooses_to(missions, editor, chosen, wanted):
    sheets = filled(grids(form()), M_1=REPORTED, M_2=REPORTED, M_3=REPORTED)
    build.report(missions[0], "paused", on=date(2024, 1, 1))
    build.submission(missions[1], state="submitted")
    made = submitted(sheets, *chosen, by=editor)

    assert [submission.mission.code for submission in made] == wanted
    assert [submission.mission.code for submission in editor.submissions.order_by("id")] == wanted


def test_a_report_for_a_day_before_the_newest_one_is_known(missions, editor):
    for mission, days in zip(missions, [(1,), (1, 3), ()], strict=True):
        for month in days:
            build.report(mission, "paused", on=date(2024, month, 2))
    sheets = grids(form())

    def earlier(day):
        said = {**REPORTED, "effective_on": day}
        filled(sheets, M_1=said, M_2=said, M_3=said)
        return [row.is_earlier for row in read_return(sheets, by=editor).rows]

    assert [earlier("2024-01-01"), earlier("2024-01-02")] == [[True, True, False], [False, True, False]]
    assert [earlier("2024-03-01"), earlier("2024-03-02")] == [[False, True, False], [False, False, False]]


def test_an_unchanged_row_is_no_conflict(missions, editor):
    sheets = grids(form())
    build.report(missions[0], "paused")

    assert states(read_return(sheets, by=editor))["M-1"] == "unchanged"


def test_sent_twice_it_is_submitted_once(missions, editor):
    sheets = filled(grids(form()), M_1=REPORTED)
    submitted(sheets, by=editor)
    after = written()
    assert states(read_return(sheets, by=editor))["M-1"] == "conflict"

    with pytest.raises(ValidationError, match="This was sent already: nothing was recorded twice"):
        submitted(sheets, "M-1", by=editor)
    assert written() == after


def test_nothing_is_submitted_past_what_came_after_the_preview(missions, editor):
    sheets = filled(grids(form()), M_1=REPORTED)
    previewed = read_return(sheets, by=editor).digest
    build.report(missions[0], "paused")
    before = written()

    with pytest.raises(ValidationError, match="the data have changed since the preview"):
        carry_out(sheets, ["M-1"], previewed=previewed, by=editor, key=KEY)
    assert written() == before


def test_a_form_of_which_nothing_would_be_submitted_is_not_carried_out(missions, editor):
    sheets = filled(grids(form()), M_1=REPORTED)
    build.report(missions[0], "paused")
    before = written()

    for chosen in ([], ["M-2", "X"]):
        with pytest.raises(ValidationError, match="Nothing would be submitted: choose a row"):
            submitted(sheets, *chosen, by=editor)
    assert written() == before


def test_all_are_submitted_or_none(missions, editor, monkeypatch):
    sheets = filled(grids(form()), M_1=REPORTED, M_2=REPORTED)
    before, submit = written(), Submission.submit

    def refusing(submission, *, by):
        if submission.mission == missions[1]:
            raise ValidationError({"effective_on": "Not this day."})
        submit(submission, by=by)

    monkeypatch.setattr(Submission, "submit", refusing)
    with pytest.raises(ValidationError) as refused:
        submitted(sheets, by=editor)
    assert refused.value.messages == [f"{at(sheets, 'M-2', 'effective_on')}: Not this day."]
    assert written() == before

    monkeypatch.undo()
    assert len(submitted(sheets, by=editor)) == 2


def test_only_reports_are_made(missions, editor):
    submitted(filled(grids(form()), M_1=REPORTED), by=editor)

    assert [(s.kind, s.corrects, s.due, s.entry) for s in Submission.objects.all()] == [
        (EntryKind.REPORT, None, None, None)
    ]
