"""The evidence in a report's form: what is kept of it, and what is refused and where."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from missions.models import EvidenceFile, Submission, SubmittedEvidence
from tests import build
from tests.admin.pages import errors, filled_in, form
from tests.admin.reporting import BEGUN, SAVE, SUBMIT, of_evidence, pdf

WHOLE_ADDRESS = "Write the whole address, such as https://example.org/notice."


def test_a_file_need_not_be_chosen_again_whatever_else_is_wrong(client, page, editor):
    typed = {**filled_in(client.get(page)), **BEGUN, "status": "completed", "basis": "", **of_evidence(1, upload=pdf())}
    refused = client.post(page, {**typed, **SUBMIT})
    file = EvidenceFile.objects.get()
    link = form(refused).one(class_="hub-kept").one("a")

    assert (link.text, link["href"]) == ("letter.pdf", file.get_absolute_url())

    client.post(page, {**filled_in(refused), "basis": "owner", **SUBMIT})
    submission = Submission.objects.get()
    assert submission.state == "submitted"
    assert [(item.title, item.file, item.is_public) for item in submission.evidence.all()] == [
        ("letter.pdf", file, True)
    ]
    assert EvidenceFile.objects.get().uploaded_by == editor


def test_what_is_wrong_with_evidence_stands_at_its_field_and_the_rest_is_kept(send, editor):
    answer = send(
        effective_on="2020-01-01",
        **of_evidence(0, title="Notice", url="nonsense", upload=SimpleUploadedFile("a.pdf", b"MZ")),
        **of_evidence(1, url="https://example.org/notice"),
    )
    (first, second), submission = answer.context["form"].evidence.errors, Submission.objects.get()

    assert (first["url"], sorted(first)) == ([WHOLE_ADDRESS], ["upload", "url"])
    assert second == {"title": ["Say what it is: a title."]}
    assert list(errors(answer)) == ["effective_on"]
    assert [(item.title, item.url, item.file) for item in submission.evidence.all()] == [
        ("Notice", "", None),
        ("", "https://example.org/notice", None),
    ]
    listed = [(line.one("a")["href"], line.text) for line in form(answer).one(class_="hub-mistakes").all("li")]
    assert listed[1:] == [
        ("#id_evidence-0-url", f"Address: {WHOLE_ADDRESS}"),
        ("#id_evidence-0-upload", f"File: {first['upload'][0]}"),
        ("#id_evidence-1-title", "Title: Say what it is: a title."),
    ]


def test_a_refused_file_is_all_that_is_wrong_with_a_row_that_would_be_named_after_it(send, editor):
    answer = send(**of_evidence(0, upload=SimpleUploadedFile("letter.pdf", b"")))

    assert answer.context["form"].evidence.errors[0] == {
        "upload": ["This file is empty: choose the one that has the content."]
    }
    assert Submission.objects.get().state == "draft"


def test_evidence_is_kept_as_typed_and_an_untouched_row_is_none(client, page, editor):
    typed = {
        **filled_in(client.get(page)),
        **BEGUN,
        **of_evidence(1, title="Notice", publisher="District", published_on="2024-03-02", event_on="2024-03-01"),
    }
    del typed["evidence-1-is_public"]
    typed |= of_evidence(0, title=" ")
    del typed["evidence-0-is_public"]  # a box alone says nothing
    client.post(page, {**typed, **SUBMIT})

    assert [item.citation() for item in SubmittedEvidence.objects.all()] == [
        {
            "title": "Notice",
            "publisher": "District",
            "published_on": date(2024, 3, 2),
            "url": "",
            "event_on": date(2024, 3, 1),
            "source": None,
            "file": None,
            "is_public": False,
        }
    ]


def test_evidence_can_be_left_out_emptied_and_added_later(client, editor, mission):
    cited = [build.submitted_evidence(title=title) for title in ("First", "Second", "Third")]
    submission = build.submission(mission, by=editor, evidence=cited)
    page = submission.get_absolute_url()
    blank = of_evidence(1, title="", publisher="", url="")
    answers = {**of_evidence(0, DELETE="on"), **blank, **of_evidence(3, title="Fourth")}

    client.post(page, {**filled_in(client.get(page)), **answers, **SAVE})

    assert [item.title for item in submission.evidence.all()] == ["Third", "Fourth"]


def test_a_title_taken_from_a_file_follows_the_file_and_a_typed_one_stays(client, editor, mission):
    file = build.evidence_file("old.pdf", by=editor)
    cited = [build.submitted_evidence(title=title, file=file) for title in ("old.pdf", "Letter of the district")]
    submission = build.submission(mission, by=editor, evidence=cited)
    page = submission.get_absolute_url()
    uploads = {**of_evidence(0, upload=pdf("new.pdf")), **of_evidence(1, upload=pdf("new.pdf"))}
    client.post(page, {**filled_in(client.get(page)), **uploads, **SAVE})

    assert [(item.title, item.file.name) for item in submission.evidence.all()] == [
        ("new.pdf", "new.pdf"),
        ("Letter of the district", "new.pdf"),
    ]


def test_more_evidence_than_ten_pieces_is_refused(send, editor):
    rows = {name: value for n in range(11) for name, value in of_evidence(n, title=f"Letter {n}").items()}
    answer = send(**{"evidence-TOTAL_FORMS": "11"}, **rows)

    assert answer.context["form"].evidence.non_form_errors() == ["Please submit at most 10 forms."]
    assert Submission.objects.get().state == "draft"
