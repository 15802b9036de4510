"""The form of a report: drafts, errors at their fields, evidence, and no typed text lost."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from missions.models import EvidenceFile, StatusChange, Submission, SubmittedEvidence
from tests import factories
from tests.admin.pages import BEGUN, PUBLISH, SAVE, SUBMIT, edit, errors, filled_in, form, of_evidence, pdf

READ = {**BEGUN, "effective_on": date(2024, 3, 1)}  # BEGUN as it is stored


def stored():
    return Submission.objects.values("mission__code", "kind", "state", "author__username", *BEGUN).get()


def without_version(fields):
    return {name: value for name, value in fields.items() if name != "version"}


def test_a_coordinator_publishes_at_once_and_the_same_form_again_records_nothing(client, page, mission, coordinator):
    typed = {**filled_in(client.get(page)), **BEGUN, **PUBLISH}
    for _time in range(2):
        answer = client.post(page, typed, follow=True)
    entry, submission = mission.changes.last(), Submission.objects.get()

    fields = [name for name in READ if name != "note"]
    assert [getattr(entry, name) for name in fields] == [READ[name] for name in fields]
    assert (entry.kind, entry.recorded_by, mission.changes.count()) == ("report", coordinator, 3)
    assert (submission.state, submission.entry, submission.author) == ("published", entry, coordinator)
    assert answer.redirect_chain == [(f"/admin/missions/mission/{mission.pk}/change/", 302)]


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({"status": "completed"}, ["status"]),  # no evidence that can be looked up
        ({"status": "invented"}, ["status"]),
        ({"headline_zh": " ", "headline_en": ""}, ["headline_zh"]),
        ({"effective_on": "1/3/2024"}, ["effective_on"]),
        ({"effective_on": "2100-01-01"}, ["effective_on"]),
        ({"effective_on": "2020-01-01"}, ["effective_on"]),  # before the opening
        ({"effective_on": "2023-01-01", "status": "withdrawn"}, ["status"]),  # “not started” follows in 2024
        (
            {"effective_on": "nonsense", "basis": "", "headline_zh": "", "headline_en": ""},
            ["basis", "effective_on", "headline_zh"],
        ),
        ({"headline_zh": "a\ufffeb", "note": "a\x07b"}, ["headline_zh", "note"]),
    ],
)
def test_an_error_is_shown_at_its_field_and_the_rest_is_saved_as_a_draft(client, page, editor, answers, fields):
    answer = edit(client, page, **{**BEGUN, **SUBMIT, **answers})
    readable = {name: value for name, value in READ.items() if name not in answers}

    assert sorted(errors(answer)) == fields
    assert stored().items() >= {"state": "draft", **readable}.items()
    texts = [name for name in ("headline_en", "headline_zh", "note") if name in answers]
    assert [filled_in(answer)[name] for name in texts] == [answers[name] for name in texts]
    assert StatusChange.objects.count() == 2


def test_nothing_typed_is_lost_when_a_report_is_refused(client, page, editor):
    typed = {
        **filled_in(client.get(page)),
        **BEGUN,
        "effective_on": "2100-01-01",
        "note": "Line one\n  “quoted” <b>&amp; 100%</b>",
        **of_evidence(0, title="A report <on paper>", published_on="2024-03-02"),
        **of_evidence(1, title="Another one", url="https://example.org/other"),
    }
    del typed["evidence-1-is_public"]
    answer = client.post(page, {**typed, **SUBMIT})
    ((address, _status),) = client.get(page, follow=True).redirect_chain
    again = filled_in(client.get(address))

    assert without_version(filled_in(answer)) == without_version(typed)
    assert address == Submission.objects.get().get_absolute_url()
    assert {name for name in typed if typed[name] != again.get(name)} == {
        "version",
        "evidence-INITIAL_FORMS",
        "evidence-TOTAL_FORMS",
    }
    assert "evidence-1-is_public" not in again


def test_what_was_typed_after_a_colleague_submitted_is_shown_again_and_not_saved(client, mission, editor):
    submission = factories.submission(mission, by=editor, headline_en="Before")
    page = submission.get_absolute_url()
    typed = {**filled_in(client.get(page)), "headline_en": "Typed since", **of_evidence(0, title="Letter")}
    submission.submit(by=factories.nameless())
    answer = client.post(page, {**typed, **SAVE})

    assert "__all__" in errors(answer)
    assert without_version(filled_in(answer)) == without_version(typed)
    assert (Submission.objects.get().headline_en, SubmittedEvidence.objects.count()) == ("Before", 0)


@pytest.mark.parametrize("button", [SAVE, SUBMIT])
def test_a_form_sent_twice_makes_one_submission(client, page, editor, button):
    typed = {**filled_in(client.get(page)), **BEGUN, **button}
    for _time in range(2):
        client.post(page, {**typed, **of_evidence(0, upload=pdf())})
    submission = Submission.objects.get()

    assert (submission.steps.count(), submission.evidence.count()) == (button is SUBMIT, 1)


def test_an_entry_recorded_since_the_form_was_opened_must_be_confirmed(client, page, mission, editor):
    typed = {**filled_in(client.get(page)), **BEGUN}
    factories.report(mission, "paused", on=date(2024, 2, 1), headline_en="Money ran out")
    mistake = client.post(page, {**typed, "effective_on": "nonsense", **SUBMIT})
    refused = client.post(page, {**typed, **SUBMIT})

    assert filled_in(mistake)["built_on"] == "2"  # another mistake confirms nothing
    assert list(errors(refused)) == ["__all__"]
    assert "Money ran out" in errors(refused)["__all__"][0]
    client.post(page, {**filled_in(refused), **SUBMIT})
    assert Submission.objects.get().state == "submitted"


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_a_file_need_not_be_chosen_again_after_an_error(client, page, editor):
    typed = {**filled_in(client.get(page)), **BEGUN, "status": "completed", "basis": "", **of_evidence(1, upload=pdf())}
    refused = client.post(page, {**typed, **SUBMIT})
    file = EvidenceFile.objects.get()
    assert [link.text for link in form(refused).all("a", href=file.get_absolute_url())] == ["letter.pdf"]

    client.post(page, {**filled_in(refused), "basis": "owner", **SUBMIT})
    item = SubmittedEvidence.objects.get()
    assert (stored()["state"], item.title, item.file, item.is_public) == ("submitted", "letter.pdf", file, True)
    assert EvidenceFile.objects.get().uploaded_by == editor


def test_an_error_of_evidence_is_shown_at_its_field_and_linked(client, page, editor):
    answer = edit(
        client,
        page,
        **{**BEGUN, **SUBMIT, "effective_on": "2020-01-01"},
        **of_evidence(0, title="Notice", url="nonsense", upload=SimpleUploadedFile("a.pdf", b"MZ")),
        **of_evidence(1, url="https://example.org/notice"),
    )
    links = [link["href"] for link in form(answer).all("a") if link["href"].startswith("#id_evidence")]
    rows = [(item.title, item.url, item.file) for item in Submission.objects.get().evidence.all()]

    row_errors = [sorted(row) for row in answer.context["form"].evidence.errors]
    assert (list(errors(answer)), row_errors) == (["effective_on"], [["upload", "url"], ["title"]])
    assert links == ["#id_evidence-0-url", "#id_evidence-0-upload", "#id_evidence-1-title"]
    assert rows == [("Notice", "", None), ("", "https://example.org/notice", None)]


def test_evidence_can_be_removed_emptied_replaced_and_added(client, editor, mission):
    old = factories.evidence_file("old.pdf", by=editor)
    cited = [factories.submitted_evidence(title=title) for title in ("First", "Second", "Third")]
    cited += [factories.submitted_evidence(title=title, file=old) for title in ("old.pdf", "Letter of the district")]
    submission = factories.submission(mission, by=editor, evidence=cited)
    typed = {**of_evidence(0, DELETE="on"), **of_evidence(1, title="", publisher="", url="")}
    typed |= {**of_evidence(3, upload=pdf("new.pdf")), **of_evidence(4, upload=pdf("new.pdf"))}
    edit(client, submission.get_absolute_url(), **typed, **of_evidence(5, title="Fourth"), **SAVE)

    # A title that was taken from the file follows the file; one that was typed stays.
    assert [(item.title, item.file and item.file.name) for item in submission.evidence.all()] == [
        ("Third", None),
        ("new.pdf", "new.pdf"),
        ("Letter of the district", "new.pdf"),
        ("Fourth", None),
    ]
