"""A report's form sent twice, sent late, or sent with more than it asks for."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from missions.models import Role, StatusChange, Submission, SubmittedEvidence
from tests import build
from tests.admin.pages import errors, filled_in, form
from tests.admin.reporting import BEGUN, PUBLISH, SAVE, SUBMIT, of_evidence, pdf

TOP = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("button", [SAVE, SUBMIT])
def test_a_form_sent_twice_makes_one_submission(client, page, editor, button):
    typed = {**filled_in(client.get(page)), **BEGUN, **button}
    client.post(page, {**typed, **of_evidence(0, upload=pdf())})
    again = client.post(page, {**typed, **of_evidence(0, upload=pdf())}, follow=True)
    submission = Submission.objects.get()

    assert len(again.redirect_chain) == 1
    assert submission.steps.count() == (button is SUBMIT)
    assert [item.title for item in submission.evidence.all()] == ["letter.pdf"]


@pytest.mark.both_databases
@pytest.mark.no_cover  # a process of its own, whose lines nobody traces
def test_a_form_sent_sixteen_times_at_once_makes_one_submission(own_database):
    editor, mission = build.user("editor", Role.EDITOR, organisation=build.organisation()), build.mission()
    client, page = Client(), f"/admin/missions/mission/{mission.pk}/report/"
    client.force_login(editor)
    sent = json.dumps({**filled_in(client.get(page)), **BEGUN, **of_evidence(0, title="Letter"), **SUBMIT})
    command = [sys.executable, "-m", "tests.admin.saver", editor.username, page, sent]
    pipes = {"stdout": subprocess.PIPE, "text": True, "cwd": TOP, "env": {**own_database, "HUB_REQUIRE_MFA": "0"}}
    answers = []
    for saver in [subprocess.Popen(command, **pipes) for _ in range(2)]:
        answers += json.loads(saver.communicate()[0]).values()
    submission = Submission.objects.get()

    assert answers == [302] * 16
    assert (submission.state, submission.steps.count(), submission.evidence.count()) == ("submitted", 1, 1)


def test_what_was_typed_after_it_was_submitted_is_shown_again_and_not_saved(client, page, editor, mission):
    """A colleague submits the draft while its author goes on typing."""
    submission = build.submission(mission, by=editor, headline_en="Before")
    page = submission.get_absolute_url()
    typed = {**filled_in(client.get(page)), "headline_en": "Typed since", **of_evidence(0, title="Letter")}
    submission.submit(by=build.nameless())
    answer = client.post(page, {**typed, **SAVE})

    assert errors(answer)["__all__"][-1] == "This is not possible any more: the submission is “Submitted” by now."
    assert {name for name, value in filled_in(answer).items() if typed.get(name) != value} <= {"version"}
    assert Submission.objects.get().headline_en == "Before"
    assert SubmittedEvidence.objects.count() == 0


def test_a_form_that_was_overtaken_is_recorded_once_its_sender_confirms(client, page, mission, editor):
    typed = {**filled_in(client.get(page)), **BEGUN}
    build.report(mission, "paused", on=date(2024, 2, 1), headline_en="Money ran out")
    refused = client.post(page, {**typed, **SUBMIT})

    assert errors(refused) == {
        "__all__": [
            "Nothing was recorded: since this page was made, entry 3 was (Paused, Money ran out). "
            "If yours is still needed, send it again."
        ]
    }
    changed = {name: value for name, value in filled_in(refused).items() if typed[name] != value}
    assert changed == {"built_on": "3", "version": filled_in(refused)["version"]}

    client.post(page, {**filled_in(refused), **SUBMIT})
    assert Submission.objects.get().state == "submitted"


def test_a_status_that_became_illegal_while_the_form_was_open_is_refused_at_its_field(client, page, mission, editor):
    typed = {**filled_in(client.get(page)), **BEGUN}
    build.report(mission, "withdrawn", on=date(2024, 2, 1))
    seen = client.post(page, {**typed, **SUBMIT})
    refused = client.post(page, {**typed, "built_on": filled_in(seen)["built_on"], **SUBMIT})

    assert errors(refused) == {"status": ["“In progress” (1 Mar 2024) may not follow “Withdrawn” (1 Feb 2024)."]}
    assert Submission.objects.get().headline_en == "Work began"


def test_another_mistake_confirms_nothing(client, page, mission, editor):
    typed = {**filled_in(client.get(page)), **BEGUN}
    build.report(mission, "paused", on=date(2024, 2, 1))
    refused = client.post(page, {**typed, "effective_on": "nonsense", **SUBMIT})

    assert filled_in(refused)["built_on"] == "2"


def test_a_form_without_its_place_in_the_ledger_is_not_submitted(client, page, editor):
    typed = {**filled_in(client.get(page)), **BEGUN, **SUBMIT}
    del typed["built_on"]

    assert list(errors(client.post(page, typed))) == ["__all__"]
    assert Submission.objects.get().state == "draft"


def test_only_what_the_form_asks_for_is_taken(send, coordinator, mission):
    other, elsewhere = build.user("other"), build.mission()
    forged = {"mission": elsewhere.pk, "kind": "correction", "corrects": 1, "entry": 1, "id": 99, "state": "published"}
    send(**forged, author=other.pk, recorded_by=other.pk, recorded_at="2020-01-01", due="2030-01-01", **PUBLISH)
    submission, entry = Submission.objects.get(), StatusChange.objects.last()

    assert (submission.mission, submission.kind, submission.corrects, submission.author, submission.due) == (
        mission,
        "report",
        None,
        coordinator,
        None,
    )
    assert submission.pk != 99
    assert (entry.pk, entry.kind, entry.recorded_by, entry.due, entry.recorded_at.date() > date(2020, 1, 1)) == (
        4,
        "report",
        coordinator,
        None,
        True,
    )
    assert elsewhere.changes.count() == 1


def test_their_evidence_cannot_be_taken_where_there_is_none_yet(client, page, editor):
    """The form of a report that nobody has begun: there is no other version of it."""
    typed = {**filled_in(client.get(page)), **BEGUN, **of_evidence(0, title="Letter"), "theirs": "evidence"}
    client.post(page, {**typed, **SAVE})

    assert [item.title for item in Submission.objects.get().evidence.all()] == ["Letter"]


def test_the_key_of_somebody_elses_submission_leads_nowhere(client, page, mission, editor):
    foreign = build.submission(mission, headline_en="Theirs")
    client.post(page, {**filled_in(client.get(page)), **BEGUN, "key": foreign.key, **SUBMIT})
    own = Submission.objects.exclude(pk=foreign.pk).get()
    foreign.refresh_from_db()

    assert (foreign.headline_en, foreign.state) == ("Theirs", "draft")
    assert (own.headline_en, own.state) == ("Work began", "submitted")


def test_a_file_of_others_is_not_cited_nor_shown(client, page, editor):
    foreign = build.submission(build.mission(lead_owner=build.organisation("ELSEWHERE")))
    secret = build.evidence_file("secret plan.pdf")
    foreign.cite([build.submitted_evidence(file=secret)])

    for value in (secret.pk, "x", "0" * 32, "9" * 400):
        refused = client.post(
            page,
            {**filled_in(client.get(page, follow=True)), **BEGUN, **SUBMIT} | of_evidence(0, title="Mine", file=value),
        )
        assert list(refused.context["form"].evidence.errors[0]) == ["file"]
        assert "secret plan" not in refused.content.decode()

    mine = Submission.objects.exclude(pk=foreign.pk)
    assert set(SubmittedEvidence.objects.filter(submission__in=mine).values_list("file", flat=True)) == {None}
    assert not mine.filter(state="submitted").exists()


def test_a_broken_set_of_evidence_is_refused_with_a_reason_and_costs_none(client, editor, mission):
    submission = build.submission(mission, by=editor, evidence=[build.submitted_evidence(title="Letter")])
    page = submission.get_absolute_url()
    typed = {**filled_in(client.get(page)), **SUBMIT}
    del typed["evidence-TOTAL_FORMS"]
    answer = client.post(page, typed)

    assert "ManagementForm data is missing" in form(answer).text
    assert (Submission.objects.get().state, submission.evidence.get().title) == ("draft", "Letter")
