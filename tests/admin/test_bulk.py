"""One status for many missions in one go: looked at first, then all of them or none."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from missions.admin import bulk, register
from missions.models import EvidenceFile, Role, StatusChange, Submission
from tests import build
from tests.admin.pages import buttons, errors, filled_in, form, messages
from tests.public.dom import parse

LOOK, SUBMIT, PUBLISH = {"_look": "Preview"}, {"_submit": "Submit"}, {"_publish": "Publish"}
LIST = "/admin/missions/mission/"
SAID = {
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
    return [build.mission(f"M-{number}", status="in_progress", on=date(2023, 1, 1)) for number in (1, 2, 3)]


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
    """The page as it comes back from a preview of SAID."""

    def previewed(**answers):
        return client.post(page, {**filled_in(client.get(page)), **SAID, **answers, **LOOK})

    return previewed


def rows(response):
    return [[cell.text for cell in row.all("td")] for row in form(response).one("tbody").all("tr")]


def written():
    return Submission.objects.count(), StatusChange.objects.count()


@pytest.mark.both_databases
def test_a_coordinator_looks_at_it_and_publishes_it(client, page, missions, coordinator):
    nothing = written()
    first = client.get(page)
    assert (rows(first), buttons(first)) == ([["In progress", "–"]] * 3, ["_look", "_look"])

    seen = client.post(page, {**filled_in(first), **SAID, **LOOK})
    assert rows(seen) == [["In progress", "Completed"]] * 3
    assert buttons(seen) == ["_look", "_publish", "_submit", "_look"]  # the Enter key presses the first
    assert [note.text for note in form(seen).all("p", role="status") if "hidden" not in note.attributes] == [
        "Nothing is recorded yet. This is what it would come to: send it, or change it first."
    ]
    assert written() == nothing

    answer = client.post(page, {**filled_in(seen), **PUBLISH}, follow=True)
    assert (answer.redirect_chain, messages(answer)) == ([(LIST, 302)], ["3 missions: published."])
    for mission in missions:
        entry, submission = mission.changes.last(), mission.submissions.get()
        assert (submission.state, submission.entry, submission.author) == ("published", entry, coordinator)
        assert (entry.status, entry.effective_on, entry.basis, entry.headline_en, entry.headline_zh) == (
            "completed",
            date(2024, 3, 1),
            "document",
            "All of them are done",
            "均已完成",
        )
        assert (submission.note, entry.recorded_by) == ("See the notice", coordinator)
        assert [(item.title, item.published_on) for item in entry.evidence.all()] == [("Notice", date(2024, 3, 2))]
        assert [step.state for step in submission.steps.all()] == ["submitted", "published"]


def test_an_editor_submits_it_with_one_file_for_all(client, page, editor, preview):
    seen = preview(**{"evidence-0-upload": SimpleUploadedFile("letter.pdf", build.PDF)})
    assert (buttons(seen), EvidenceFile.objects.count()) == (["_look", "_submit", "_look"], 1)

    answer = client.post(page, {**filled_in(seen), **SUBMIT}, follow=True)
    file = EvidenceFile.objects.get()

    assert (answer.redirect_chain, messages(answer)) == ([("/admin/", 302)], ["3 missions: submitted."])
    assert [(s.state, s.author, s.evidence.get().file) for s in Submission.objects.all()] == [
        ("submitted", editor, file)
    ] * 3
    assert StatusChange.objects.count() == 6


@pytest.mark.parametrize("button", [LOOK, SUBMIT, PUBLISH])
def test_where_one_is_refused_none_is_recorded_and_each_says_why(client, page, missions, coordinator, button, preview):
    build.report(missions[1], "withdrawn", on=date(2023, 6, 1))
    typed = filled_in(preview())
    before = written()
    answer = client.post(page, {**typed, **button})
    why = "“Completed” (1 Mar 2024) may not follow “Withdrawn” (1 Jun 2023)."

    assert rows(answer) == [["In progress", "–"], ["Withdrawn", why], ["In progress", "–"]]
    assert form(answer).one(class_="errornote").text == "Nothing was recorded. See the reasons below."
    assert (filled_in(answer), buttons(answer), written()) == (typed, ["_look", "_look"], before)


def test_what_is_said_of_none_stands_at_its_field_and_nothing_typed_is_lost(client, page, coordinator):
    typed = {
        **filled_in(client.get(page)),
        **SAID,
        "effective_on": "1899-12-31",
        "evidence-1-url": "https://example.org/other",
    }
    before = written()
    answer = client.post(page, {**typed, **LOOK})

    assert errors(answer) == {"effective_on": ["Days run from 1900 to 2100."]}
    assert (filled_in(answer), written()) == (typed, before)

    answer = client.post(page, {**filled_in(answer), "effective_on": "2024-03-01", **LOOK})
    assert answer.context["form"].evidence.errors == [{}, {"title": ["Say what it is: a title."]}]


CHANGED = {"__all__": ["Nothing was recorded: you changed something after the preview. Look again."]}


def test_what_was_changed_after_the_preview_is_looked_at_again(client, page, coordinator, preview):
    seen, before = filled_in(preview(status="in_progress")), written()
    for changed in (
        {"status": "paused"},
        {"effective_on": "2024-03-02"},
        {"basis": "owner"},
        {"headline_zh": "改写"},
        {"note": "Another note"},
        {"evidence-0-title": "Another notice"},
        {"evidence-1-title": "One more"},
        {"evidence-0-is_public": ""},
        {"evidence-0-DELETE": "on"},
        {"evidence-0-upload": SimpleUploadedFile("letter.pdf", build.PDF)},
        {"previewed": ""},
        {"previewed": "0" * 64},
    ):
        typed = {name: value for name, value in {**seen, **changed}.items() if value}  # an empty box is not sent
        answer = client.post(page, {**typed, **PUBLISH})
        assert (changed, errors(answer), buttons(answer)) == (changed, CHANGED, ["_look", "_look"])
    assert written() == before

    client.post(page, {**filled_in(client.post(page, {**filled_in(answer), **LOOK})), **PUBLISH})
    assert Submission.objects.filter(state="published").count() == 3


def test_nothing_is_recorded_without_a_preview(client, page, editor):
    before = written()
    answer = client.post(page, {**filled_in(client.get(page)), **SAID, **SUBMIT})

    assert (errors(answer), written()) == (CHANGED, before)


def test_a_form_sent_twice_is_recorded_once(client, page, coordinator, preview):
    typed = {**filled_in(preview()), **PUBLISH}
    client.post(page, typed)
    after = written()
    again = client.post(page, typed)

    assert errors(again) == {"__all__": ["This was sent already: nothing was recorded twice."]}
    assert written() == after == (3, 9)


def test_only_what_the_form_asks_for_is_taken(client, page, missions, coordinator, preview):
    other, elsewhere = build.user("other"), build.mission()
    forged = {"author": other.pk, "recorded_by": other.pk, "state": "returned", "kind": "opening", "due": "2030-01-01"}
    client.post(page, {**filled_in(preview()), **forged, "mission": elsewhere.pk, **PUBLISH})

    assert {(s.author, s.state, s.kind, s.due) for s in Submission.objects.all()} == {
        (coordinator, "published", "report", None)
    }
    assert {mission.pk for mission in missions} == set(Submission.objects.values_list("mission", flat=True))


def test_an_editor_publishes_none_and_an_auditor_sends_none(client, page, editor, sign_in):
    typed = {**filled_in(client.get(page)), **SAID}
    before = written()
    assert client.post(page, {**typed, **PUBLISH}).status_code == 403

    sign_in(Role.AUDITOR)
    assert [client.get(page).status_code, client.post(page, {**typed, **SUBMIT}).status_code] == [403, 403]
    assert written() == before


def test_where_a_second_person_is_wanted_they_are_submitted_alone(client, missions, coordinator):
    missions.append(build.mission(instrument=build.instrument("SR", second_person="everything")))
    page = page_of(missions)
    typed = {**filled_in(client.get(page)), **SAID}

    assert buttons(client.post(page, {**typed, **LOOK})) == ["_look", "_submit", "_look"]
    assert client.post(page, {**typed, **PUBLISH}).status_code == 403
    assert Submission.objects.count() == 0


def test_missions_of_others_and_such_as_are_not_there_are_not_found(client, missions, editor):
    foreign = build.mission(lead_owner=build.organisation("ELSEWHERE"))
    unopened = build.mission(opened=False)
    wanted = [
        *(f"{missions[0].pk},{other}" for other in (foreign.pk, unopened.pk, 0, "x", "", "9" * 20, "9" * 5000, "١")),
        "",
        ",",
    ]

    assert {ids: client.get(f"{LIST}report-many/", {"mission": ids}).status_code for ids in wanted} == dict.fromkeys(
        wanted, 404
    )
    assert client.get(f"{LIST}report-many/").status_code == 404


def test_a_hundred_and_fifty_missions_are_the_most(client, missions, editor, monkeypatch):
    assert (bulk.MOST_MISSIONS, register.MOST_MISSIONS) == (150, 150)
    for module in (bulk, register):
        monkeypatch.setattr(module, "MOST_MISSIONS", 2)
    selected = {"action": "report_many", "index": 0}

    assert [client.get(page_of(some)).status_code for some in (missions[:2], missions)] == [200, 404]
    answer = client.post(LIST, {**selected, "_selected_action": [mission.pk for mission in missions[:2]]})
    assert answer.headers["Location"] == page_of(missions[:2])
    answer = client.post(LIST, {**selected, "_selected_action": [mission.pk for mission in missions]}, follow=True)
    assert messages(answer) == ["Select open missions, at most 2 at a time."]


def test_the_selected_missions_of_the_list_lead_to_the_form(client, missions, editor):
    unopened = build.mission(opened=False)
    selected = [unopened.pk, *(mission.pk for mission in reversed(missions))]
    answer = client.post(LIST, {"action": "report_many", "index": 0, "_selected_action": selected})
    assert answer.headers["Location"] == page_of(missions)

    answer = client.post(LIST, {"action": "report_many", "index": 0, "_selected_action": unopened.pk}, follow=True)
    assert messages(answer) == ["Select open missions, at most 150 at a time."]


def test_whoever_may_draft_nothing_is_not_offered_it(client, missions, sign_in):
    sign_in(Role.AUDITOR)
    actions = [option["value"] for option in parse(client.get(LIST)).all("option")]

    assert "report_many" not in actions
    client.post(LIST, {"action": "report_many", "index": 0, "_selected_action": missions[0].pk})
    assert Submission.objects.count() == 0


def test_an_entry_that_came_between_is_seen_first(client, page, missions, coordinator, preview):
    seen = preview()
    build.report(missions[1], "paused", on=date(2023, 6, 1), headline_en="Money ran out")
    refused = client.post(page, {**filled_in(seen), **PUBLISH})

    assert "Money ran out" in errors(refused)["__all__"][0]
    assert Submission.objects.count() == 0

    client.post(page, {**filled_in(client.post(page, {**filled_in(refused), **LOOK})), **PUBLISH})
    assert [mission.changes.last().status for mission in missions] == ["completed"] * 3


def test_a_coordinator_who_fills_in_one_language_may_submit_and_not_publish(
    client, page, missions, coordinator, preview
):
    seen = preview(headline_en="")
    assert buttons(seen) == ["_look", "_publish", "_submit", "_look"]

    refused = client.post(page, {**filled_in(seen), **PUBLISH})
    assert {row[1] for row in rows(refused)} == {"State the reason in this language too."}
    client.post(page, {**filled_in(seen), **SUBMIT})
    assert [mission.submissions.get().state for mission in missions] == ["submitted"] * 3
