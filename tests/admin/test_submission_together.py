"""Colleagues at one submission: who may go on with it, and what the second to save is shown."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from missions.models import EvidenceFile, Role, Submission
from tests import build
from tests.admin.pages import buttons, differences, errors, filled_in, form, messages
from tests.admin.reporting import SAVE, SUBMIT, of_evidence, pdf

EVIDENCE = [
    {"title": "Notice", "published_on": date(2024, 3, 2), "event_on": date(2024, 3, 1)},
    {"title": "Letter", "publisher": "", "url": "", "is_public": False},
]
NOTICE = "Notice · Publisher · 2 Mar 2024 · https://example.org/evidence · 1 Mar 2024"


@pytest.fixture
def mission(db):
    return build.mission("M-1")


@pytest.fixture
def editor(mission, sign_in):
    return sign_in(Role.EDITOR, organisation=mission.lead_owner)


@pytest.fixture
def submission(editor, mission):
    return build.submission(mission, by=editor, evidence=[build.submitted_evidence(**each) for each in EVIDENCE])


@pytest.fixture
def colleague(mission):
    """The browser of somebody else of the same office."""
    user = build.user("li", Role.EDITOR, organisation=mission.lead_owner)
    user.name = "Li Na"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def sends(client, submission, button=SAVE, **answers):
    page = submission.get_absolute_url()
    return client.post(page, {**filled_in(client.get(page)), **answers, **button})


def titles(submission):
    return [item.title for item in submission.evidence.all()]


def test_a_colleague_goes_on_with_a_draft_and_becomes_its_author_by_submitting_it(colleague, submission, mission):
    assert colleague.get(f"/admin/missions/mission/{mission.pk}/report/").status_code == 200  # it is not the own one

    sends(colleague, submission, note="From me")
    submission.refresh_from_db()
    assert (submission.state, submission.author.username, submission.note) == ("draft", "editor", "From me")

    sends(colleague, submission, SUBMIT)
    submission.refresh_from_db()
    assert (submission.state, submission.author.username, titles(submission)) == (
        "submitted",
        "li",
        ["Notice", "Letter"],
    )


def test_a_field_that_both_changed_is_shown_three_times_and_nothing_is_saved(client, colleague, submission):
    typed = filled_in(client.get(submission.get_absolute_url()))
    sends(colleague, submission, headline_en="Theirs", note="Theirs")
    answer = client.post(submission.get_absolute_url(), {**typed, "headline_en": "Yours", "basis": "owner", **SUBMIT})
    submission.refresh_from_db()

    assert (submission.headline_en, submission.basis, submission.state) == ("Theirs", "document", "draft")
    assert errors(answer)["__all__"][0].startswith("Nothing was saved: Li Na saved this record on")
    assert form(answer).one(class_="errornote").text == "See the reasons below."
    assert differences(answer) == {
        "headline_en": {"What": "Work has begun", "Theirs": "Theirs", "Yours": "Yours"},
        "basis": {"What": "Public document", "Yours": "Owner's statement"},
        "note": {"What": "–", "Theirs": "Theirs"},
    }
    again = filled_in(answer)
    assert (again["headline_en"], again["basis"], again["note"]) == ("Yours", "owner", "Theirs")

    client.post(submission.get_absolute_url(), {**again, **SUBMIT})
    submission.refresh_from_db()
    assert (submission.headline_en, submission.basis, submission.note, submission.state) == (
        "Yours",
        "owner",
        "Theirs",
        "submitted",
    )


def test_theirs_can_be_taken_instead(client, colleague, submission):
    typed = {**filled_in(client.get(submission.get_absolute_url())), "headline_en": "Yours", "status": "paused"}
    sends(colleague, submission, headline_en="Theirs", status="completed")
    answer = filled_in(client.post(submission.get_absolute_url(), {**typed, **SAVE}))

    client.post(submission.get_absolute_url(), {**answer, "theirs": ["headline_en", "status"], **SAVE})
    submission.refresh_from_db()

    assert (submission.headline_en, submission.status) == ("Theirs", "completed")


def test_evidence_that_both_changed_is_shown_three_times_and_that_of_both_is_kept(client, colleague, submission):
    typed = {**filled_in(client.get(submission.get_absolute_url())), **of_evidence(2, title="Yours")}
    sends(colleague, submission, **of_evidence(1, DELETE="on"), **of_evidence(2, title="Theirs"))
    answer = client.post(submission.get_absolute_url(), {**typed, **SAVE})

    assert titles(submission) == ["Notice", "Theirs"]
    assert differences(answer) == {
        "evidence": {
            "What": f"{NOTICE} Letter · not public",
            "Theirs": f"{NOTICE} Theirs",
            "Yours": f"{NOTICE} Letter · not public Yours",
        }
    }

    assert "Both of you changed this: the evidence of both stands in the form." in form(answer).text
    client.post(submission.get_absolute_url(), {**filled_in(answer), **SAVE})
    assert titles(submission) == ["Notice", "Letter", "Yours", "Theirs"]


def test_their_evidence_can_be_taken_instead_with_all_that_belongs_to_it(client, colleague, submission):
    typed = {**filled_in(client.get(submission.get_absolute_url())), **of_evidence(2, title="Yours")}
    sends(colleague, submission, **of_evidence(1, upload=pdf()), **of_evidence(2, title="Theirs"))
    before = [item.citation() for item in submission.evidence.all()]
    shown = client.post(submission.get_absolute_url(), {**typed, **SAVE})
    assert [box["value"] for box in form(shown).all("input", name="theirs")] == ["evidence"]

    client.post(submission.get_absolute_url(), {**filled_in(shown), "note": "Mine", "theirs": "evidence", **SAVE})
    submission.refresh_from_db()

    assert [item.citation() for item in submission.evidence.all()] == before
    assert (submission.note, before[1]["file"], before[1]["is_public"]) == ("Mine", EvidenceFile.objects.get(), False)


def test_evidence_that_only_they_changed_is_taken_into_your_form(client, colleague, submission):
    typed = {**filled_in(client.get(submission.get_absolute_url())), "note": "Mine"}
    sends(colleague, submission, **of_evidence(0, title="Theirs"))
    answer = client.post(submission.get_absolute_url(), {**typed, **SAVE})

    assert list(differences(answer)) == ["note", "evidence"]
    assert differences(answer)["evidence"].keys() == {"What", "Theirs"}
    again = filled_in(answer)
    assert (again["evidence-0-title"], again["evidence-0-published_on"]) == ("Theirs", "2024-03-02")
    assert "evidence-1-is_public" not in again

    client.post(submission.get_absolute_url(), {**again, **SAVE})
    submission.refresh_from_db()
    assert (submission.note, titles(submission)) == ("Mine", ["Theirs", "Letter"])


def test_a_file_of_the_same_name_is_another_file(client, colleague, submission):
    file = build.evidence_file("letter.pdf", by=submission.author)
    submission.save()
    submission.cite([build.submitted_evidence(file=file)])
    typed = {**filled_in(client.get(submission.get_absolute_url())), "note": "Mine"}
    other = SimpleUploadedFile("letter.pdf", build.PDF + b"\n")
    sends(colleague, submission, **of_evidence(0, upload=other))
    answer = client.post(submission.get_absolute_url(), {**typed, **SAVE})

    assert list(differences(answer)) == ["note", "evidence"]
    assert filled_in(answer)["evidence-0-file"] == str(submission.evidence.get().file.pk)


def test_a_file_that_was_sent_into_a_conflict_need_not_be_chosen_again(client, colleague, submission):
    typed = {**filled_in(client.get(submission.get_absolute_url())), "note": "Yours"}
    sends(colleague, submission, note="Theirs")
    answer = client.post(submission.get_absolute_url(), {**typed, **of_evidence(2, upload=pdf()), **SAVE})

    client.post(submission.get_absolute_url(), {**filled_in(answer), **SAVE})

    assert [(item.title, item.file and item.file.name) for item in submission.evidence.all()][2:] == [
        ("letter.pdf", "letter.pdf")
    ]


def test_what_changed_nothing_of_yours_stands_in_nobodys_way(client, colleague, submission):
    typed = {**filled_in(client.get(submission.get_absolute_url())), "headline_en": "Yours"}
    sends(colleague, submission)
    assert client.post(submission.get_absolute_url(), {**typed, **SAVE}).status_code == 302

    submission.refresh_from_db()
    assert (submission.headline_en, titles(submission)) == ("Yours", ["Notice", "Letter"])


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "x"}, {"version": "9" * 30}])
def test_a_form_without_a_version_is_shown_again_and_not_saved(client, submission, version):
    typed = {
        **filled_in(client.get(submission.get_absolute_url())),
        "headline_en": "Yours",
        **of_evidence(2, title="New"),
    }
    del typed["version"]
    answer = client.post(submission.get_absolute_url(), {**typed, **version, **SAVE})
    submission.refresh_from_db()

    assert (submission.headline_en, titles(submission)) == ("Work has begun", ["Notice", "Letter"])
    assert differences(answer)["headline_en"] == {"What": "not known", "Theirs": "Work has begun", "Yours": "Yours"}
    assert differences(answer)["evidence"]["What"] == "not known"

    client.post(submission.get_absolute_url(), {**filled_in(answer), **SAVE})
    submission.refresh_from_db()
    assert (submission.headline_en, titles(submission)) == ("Yours", ["Notice", "Letter", "New"])


def test_a_form_that_was_begun_and_is_sent_again_from_the_browsers_history_meets_what_became_of_it(
    client, colleague, editor, mission
):
    page = f"/admin/missions/mission/{mission.pk}/report/"
    typed = {**filled_in(client.get(page)), "status": "paused", "headline_en": "First", **SAVE}
    client.post(page, typed)
    submission = Submission.objects.get()
    sends(colleague, submission, headline_en="Theirs")
    answer = client.post(page, {**typed, "headline_en": "Yours"})

    assert differences(answer) == {"headline_en": {"What": "First", "Theirs": "Theirs", "Yours": "Yours"}}
    assert Submission.objects.get().headline_en == "Theirs"


def test_a_returned_submission_shows_its_reason_and_is_submitted_again(client, submission, editor):
    submission.submit(by=editor)
    submission.send_back(by=build.user("zhang"), reason="Which letter?\nName <its> day.")
    answer = client.get(submission.get_absolute_url())
    (notice,) = [notice for notice in form(answer).all(class_="hub-notice") if "hidden" not in notice.attributes]

    said, reason = notice.all("p")
    assert (said.text.split(" · ")[-1], reason.text) == ("zhang", "Which letter?Name <its> day.")
    assert buttons(answer) == ["_save", "_submit", "_save"]

    sends(client, submission, SUBMIT, note="That of 2 March")
    submission.refresh_from_db()
    assert (submission.state, submission.returns) == ("submitted", [])
    assert "Which letter?" in client.get(submission.get_absolute_url()).content.decode()


def test_another_submission_that_waits_is_named_beside_the_form(client, editor, mission, submission):
    waiting = build.submission(mission, headline_zh="另一件")
    waiting.submit(by=build.user("zhang"))
    links = [(link.text, link["href"]) for link in form(client.get(submission.get_absolute_url())).all("a")]

    assert ("另一件", waiting.get_absolute_url()) in links


def test_what_was_taken_back_from_review_is_gone_on_with_from_the_mission(client, submission, editor, mission):
    page = f"/admin/missions/mission/{mission.pk}/report/"
    submission.submit(by=editor)
    assert client.get(page).status_code == 200

    submission.take_back(by=editor)
    answer = client.get(page, follow=True)
    assert answer.redirect_chain == [(submission.get_absolute_url(), 302)]
    assert messages(answer) == ["You have begun this already: go on here."]


def test_a_draft_that_was_given_up_does_not_come_back(client, submission, editor, mission):
    submission.take_back(by=editor)

    assert client.get(f"/admin/missions/mission/{mission.pk}/report/").status_code == 200


def test_a_draft_is_given_up_and_taken_up_again(client, submission, editor):
    page = submission.get_absolute_url()
    answer = client.post(f"/admin/missions/submission/{submission.pk}/take-back/", follow=True)
    submission.refresh_from_db()

    assert (submission.state, answer.redirect_chain) == ("taken_back", [(page, 302)])
    assert messages(answer) == ["Taken back: change it and submit it again, or leave it."]

    sends(client, submission, SUBMIT)
    submission.refresh_from_db()
    assert submission.state == "submitted"
