"""One status for many missions: previewed first, then recorded for all of them or for none."""

from datetime import date

import pytest

from missions.models import EvidenceFile, Role, StatusChange, Submission
from tests import factories
from tests.admin.pages import PUBLISH, SUBMIT, buttons, edit, errors, filled_in, levels, pdf, table_rows

LOOK, LIST = {"_look": "Preview"}, "/admin/missions/mission/"
ENTRY = {
    "status": "completed",
    "effective_on": "2024-03-01",
    "basis": "document",
    "headline_en": "All of them are done",
    "headline_zh": "均已完成",
    "note": "See the notice",
    "evidence-0-title": "Notice",
    "evidence-0-url": "https://example.org/notice",
    "evidence-0-published_on": "2024-03-02",
}


@pytest.fixture
def missions(db):
    return [factories.mission(f"M-{number}", status="in_progress", on=date(2023, 1, 1)) for number in (1, 2, 3)]


def page_of(missions):
    return f"{LIST}report-many/?mission={','.join(str(mission.pk) for mission in missions)}"


@pytest.fixture
def page(missions):
    return page_of(missions)


@pytest.fixture
def editor(missions, sign_in):
    return sign_in(Role.EDITOR, organisation=missions[0].lead_owner)


@pytest.fixture
def preview(client, page):
    def preview(**answers):
        return edit(client, page, **{**ENTRY, **answers, **LOOK})

    return preview


def after(response):
    """What the preview shows for each mission."""
    return [row[-1] for row in table_rows(response)]


def written():
    return Submission.objects.count(), StatusChange.objects.count()


def test_a_coordinator_previews_it_and_publishes_it_for_all(client, missions, coordinator, preview):
    nothing, seen = written(), preview()
    assert (after(seen), written()) == (["Completed"] * 3, nothing)
    assert buttons(seen) == ["_look", "_publish", "_submit", "_look"]  # the Enter key presses the first

    answer = client.post(page_of(missions), {**filled_in(seen), **PUBLISH}, follow=True)
    assert (answer.redirect_chain, levels(answer)) == ([(LIST, 302)], ["success"])
    for mission in missions:
        entry, submission = mission.changes.last(), mission.submissions.get()
        assert (submission.state, submission.entry, submission.author) == ("published", entry, coordinator)
        assert (entry.status, entry.effective_on, entry.headline_zh) == ("completed", date(2024, 3, 1), "均已完成")
        assert [item.title for item in entry.evidence.all()] == ["Notice"]


def test_an_editor_submits_it_with_one_file_for_all_and_cannot_publish_it(client, page, editor, preview):
    seen = preview(**{"evidence-0-upload": pdf()})
    assert buttons(seen) == ["_look", "_submit", "_look"]
    assert client.post(page, {**filled_in(seen), **PUBLISH}).status_code == 403
    client.post(page, {**filled_in(seen), **SUBMIT})

    file = EvidenceFile.objects.get()
    assert set(Submission.objects.values_list("state", "author", "evidence__file")) == {
        ("submitted", editor.pk, file.pk)
    }
    assert written() == (3, 6)


@pytest.mark.parametrize("button", [LOOK, PUBLISH])
def test_where_one_is_refused_none_is_recorded_and_its_row_says_why(
    client, page, missions, coordinator, preview, button
):
    factories.report(missions[1], "withdrawn", on=date(2023, 6, 1))
    typed, before = filled_in(preview()), written()
    answer = client.post(page, {**typed, **button})

    assert [text == "–" for text in after(answer)] == [True, False, True]
    assert (filled_in(answer), buttons(answer), written()) == (typed, ["_look", "_look"], before)


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "paused"},
        {"evidence-0-is_public": ""},
        {"evidence-0-upload": "file"},
        {"previewed": "0" * 64},
        {"an entry": "recorded since"},
    ],
)
def test_what_was_changed_after_the_preview_is_previewed_again(client, page, missions, coordinator, preview, changed):
    seen = filled_in(preview(status="in_progress"))
    if "an entry" in changed:
        factories.report(missions[1], "paused", on=date(2023, 6, 1))
    before = written()
    changed = {"evidence-0-upload": pdf()} if "evidence-0-upload" in changed else changed
    typed = {name: value for name, value in {**seen, **changed}.items() if value}  # an empty box is not sent
    answer = client.post(page, {**typed, **PUBLISH})

    assert (list(errors(answer)), buttons(answer), written()) == (["__all__"], ["_look", "_look"], before)


def test_where_two_people_are_needed_or_a_language_is_missing_they_are_only_submitted(
    client, missions, coordinator, preview
):
    page, seen = page_of(missions), preview(headline_en="")
    assert client.post(page, {**filled_in(seen), **PUBLISH}).status_code == 200
    assert Submission.objects.count() == 0
    client.post(page, {**filled_in(seen), **SUBMIT})
    assert set(Submission.objects.values_list("state", flat=True)) == {"submitted"}

    wanting = [*missions, factories.mission(instrument=factories.instrument("SR", second_person="everything"))]
    page, typed = page_of(wanting), {**filled_in(client.get(page_of(wanting))), **ENTRY}
    assert buttons(client.post(page, {**typed, **LOOK})) == ["_look", "_submit", "_look"]
    assert client.post(page, {**typed, **PUBLISH}).status_code == 403


def test_only_own_open_missions_can_be_chosen(client, missions, editor):
    foreign = factories.mission(lead_owner=factories.organisation("ELSEWHERE"))
    unopened = factories.mission(opened=False)
    others = [f"{missions[0].pk},{other}" for other in (foreign.pk, unopened.pk, 0, "x", "", "9" * 5000, "١")]
    assert {client.get(f"{LIST}report-many/", {"mission": ids}).status_code for ids in (*others, "")} == {404}

    chosen = [unopened.pk, *(mission.pk for mission in reversed(missions))]
    answer = client.post(LIST, {"action": "report_many", "index": 0, "_selected_action": chosen})
    assert answer.headers["Location"] == page_of(missions)
