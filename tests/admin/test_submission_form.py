"""A report on one screen: what is kept, and what is refused and where."""

from datetime import date

import pytest

from missions.models import StatusChange, Submission
from missions.models.days import today
from tests import build
from tests.admin.pages import buttons, errors, filled_in, form, messages
from tests.admin.reporting import BEGUN, PUBLISH, SAVE, SUBMIT, of_evidence
from tests.public.dom import parse

NEEDS_EVIDENCE = "“Completed” needs evidence that can be looked up: an address, a file or a source on record."


def said(submission):
    fields = ("mission__code", "kind", "corrects", "state", "author__username", "entry", "due", *BEGUN)
    return Submission.objects.values(*fields).get(pk=submission.pk)


def test_an_editor_submits_a_report_and_is_led_back_to_what_is_to_be_done(send, editor, mission):
    answer = send()
    submission = Submission.objects.get()

    assert said(submission) == {
        "mission__code": "M-1",
        "kind": "report",
        "corrects": None,
        "state": "submitted",
        "author__username": "editor",
        "entry": None,
        "due": None,
        **BEGUN,
        "effective_on": date(2024, 3, 1),
    }
    assert list(submission.steps.values_list("state", "by")) == [("submitted", editor.pk)]
    assert (answer.redirect_chain, messages(answer)) == (
        [("/admin/", 302)],
        ["Submitted. A coordinator is going to read it."],
    )
    assert mission.changes.count() == 2


@pytest.mark.both_databases
def test_a_coordinator_publishes_at_once_and_is_led_to_the_ledger(client, page, mission, coordinator):
    typed = {**filled_in(client.get(page)), **BEGUN, **PUBLISH}
    answer = client.post(page, typed, follow=True)
    again = client.post(page, typed, follow=True)
    entry, submission = StatusChange.objects.last(), Submission.objects.get()
    mission.refresh_from_db()
    rows = parse(answer).one("section", class_="hub-ledger").one("tbody").all("tr")

    assert (entry.mission, entry.kind, entry.status, entry.effective_on, entry.basis, entry.recorded_by) == (
        mission,
        "report",
        "in_progress",
        date(2024, 3, 1),
        "owner",
        coordinator,
    )
    assert (entry.headline_en, entry.headline_zh) == ("Work began", "工程开工")
    assert (submission.state, submission.entry) == ("published", entry)
    assert (mission.status, mission.status_since) == ("in_progress", date(2024, 3, 1))
    assert answer.redirect_chain == [(f"/admin/missions/mission/{mission.pk}/change/", 302)]
    assert messages(answer) == ["Published: the public reads it now."]
    assert (messages(again), mission.changes.count()) == (["The submission is “Published” by now."], 3)
    assert [row.one("th").text for row in rows] == ["3", "2", "1"]


def test_the_page_shows_what_is_in_force_and_asks_for_nothing_twice(client, page, mission, editor):
    build.report(mission, "paused", on=date(2024, 2, 1), headline_en="Money ran out", headline_zh="资金不足")
    answer = client.get(page)
    aside = parse(answer).one("aside").text

    assert [word for word in ("In force today", "Paused", "Money ran out", "资金不足") if word not in aside] == []
    assert list(answer.context["form"].fields) == [
        "status",
        "effective_on",
        "basis",
        "headline_zh",
        "headline_en",
        "note",
    ]
    assert filled_in(answer)["effective_on"] == today().isoformat()
    assert filled_in(answer).keys().isdisjoint({"status", "basis"})
    # The first is the one that the Enter key presses.
    assert buttons(answer) == ["_save", "_submit", "_save"]


def test_a_status_that_is_impossible_cannot_be_chosen_and_says_why(client, page, mission, editor):
    build.report(mission, "completed", on=date(2024, 3, 1))
    build.report(mission, "withdrawn", on=date(2024, 3, 1))
    choices = form(client.get(page)).all("input", type="radio", name="status")
    never = "May not follow “Withdrawn”, in force since 1 Mar 2024."
    earlier = "Only for an earlier day: “Withdrawn” is in force since 1 Mar 2024."

    assert {
        choice["value"]: (
            "disabled" in choice.attributes,
            " ".join(why.text for why in choice.parent.all(class_="hub-objection")),
        )
        for choice in choices
    } == {
        "unreported": (True, "Only a correction can lead back to “Not individually reported”."),
        "not_started": (False, earlier),
        "in_progress": (False, earlier),
        "paused": (False, earlier),
        "completed": (False, earlier),
        "withdrawn": (False, "For good: no other status can follow."),
    }
    assert never not in form(client.get(page)).text


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"status": "completed"}, {"status": [NEEDS_EVIDENCE]}),
        ({"status": "completed", **of_evidence(0, title="A title alone")}, {"status": [NEEDS_EVIDENCE]}),
        ({"status": "unreported"}, {"status": ["Only a correction can lead back to “Not individually reported”."]}),
        ({"status": ""}, {"status": ["This field cannot be blank."]}),
        (
            {"status": "invented"},
            {"status": ["Select a valid choice. invented is not one of the available choices."]},
        ),
        ({"headline_zh": " ", "headline_en": ""}, {"headline_zh": ["State the reason, in one language at least."]}),
        ({"basis": ""}, {"basis": ["This field cannot be blank."]}),
        ({"effective_on": ""}, {"effective_on": ["This field cannot be null."]}),
        ({"effective_on": "1/3/2024"}, {"effective_on": ["Write a day as YYYY-MM-DD, such as 2024-03-02."]}),
        (
            {"effective_on": "2100-01-01"},
            {
                "effective_on": [
                    "This day lies in the future: enter the day on which it became true, at the latest today."
                ]
            },
        ),
        (
            {"effective_on": "2020-01-01"},
            {"effective_on": ["Nothing can take effect before the mission's opening, and the opening comes first."]},
        ),
        (
            {"effective_on": "2023-01-01", "status": "withdrawn"},
            {"status": ["“Not started” (1 Jan 2024) may not follow “Withdrawn” (1 Jan 2023)."]},
        ),
        (
            {"effective_on": "nonsense", "basis": "", "headline_zh": "", "headline_en": ""},
            {
                "effective_on": ["Write a day as YYYY-MM-DD, such as 2024-03-02."],
                "basis": ["This field cannot be blank."],
                "headline_zh": ["State the reason, in one language at least."],
            },
        ),
    ],
)
def test_a_refusal_stands_at_its_field_and_what_could_be_read_is_kept(send, editor, answers, found):
    answer = send(**answers)
    submission = Submission.objects.get()
    kept = {**BEGUN, "effective_on": date(2024, 3, 1)}
    readable = {name for name in BEGUN if name not in answers}

    assert errors(answer) == found
    assert parse(answer).one(class_="errornote").text == (
        "What could be read is kept as a draft, and was not sent on. See the reasons below."
    )
    assert (submission.state, {name: said(submission)[name] for name in readable}) == (
        "draft",
        {name: kept[name] for name in readable},
    )
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
    assert filled_in(answer) == {**typed, "version": filled_in(answer)["version"]}

    (address,) = [address for address, _status in client.get(page, follow=True).redirect_chain]
    again = filled_in(client.get(address))
    assert address == Submission.objects.get().get_absolute_url()
    assert {name: again[name] for name in typed if typed[name] != again.get(name)} == {
        "version": filled_in(answer)["version"],
        "evidence-INITIAL_FORMS": "2",
        "evidence-TOTAL_FORMS": "4",
    }
    assert "evidence-1-is_public" not in again


def test_what_cannot_be_read_is_left_empty_in_the_draft_and_stays_in_the_form(client, mission, editor):
    submission = build.submission(mission, by=editor, headline_en="Before")
    page = submission.get_absolute_url()
    typed = {**filled_in(client.get(page)), "effective_on": "1899-12-31", "headline_en": "x" * 301, "note": "Read"}
    answer = filled_in(client.post(page, {**typed, **SAVE}))
    submission.refresh_from_db()

    assert (submission.effective_on, submission.headline_en, submission.note) == (None, "", "Read")
    assert answer == {**typed, "version": answer["version"]}


@pytest.mark.parametrize("number", ["0", "9" * 20])
def test_a_mission_that_does_not_exist_is_not_found(client, coordinator, number):
    assert client.get(f"/admin/missions/mission/{number}/report/").status_code == 404


def test_a_mission_that_is_not_open_takes_no_report(client, coordinator):
    mission = build.mission(opened=False)
    page = f"/admin/missions/mission/{mission.pk}/report/"

    assert errors(client.post(page, {**filled_in(client.get(page)), **BEGUN, **SUBMIT})) == {
        "effective_on": ["Nothing can take effect before the mission's opening, and the opening comes first."]
    }
