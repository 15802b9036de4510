"""What a coordinator does with a submission: reads it, publishes it, returns it; and how its author takes it back."""

from datetime import date

import pytest
from django.test import Client

from missions.models import Role, StatusChange, Submission
from tests import build
from tests.admin.pages import buttons, errors, filled_in, form, messages
from tests.public.dom import parse

PUBLISH, RETURN = {"_publish": "Publish"}, {"_return": "Return"}
LIST = "/admin/missions/submission/"


@pytest.fixture
def mission(db):
    return build.mission("M-1", status="not_started", on=date(2023, 1, 1))


@pytest.fixture
def author(mission):
    return build.user("li", Role.EDITOR, organisation=mission.lead_owner)


@pytest.fixture
def submission(mission, author):
    cited = [
        build.submitted_evidence(title="Notice", published_on=date(2024, 3, 2)),
        build.submitted_evidence(title="Letter", url="", is_public=False, file=build.evidence_file(by=author)),
    ]
    said = {"status": "completed", "note": "Line one\nLine two", "evidence": cited}
    made = build.submission(mission, by=author, **said)
    made.submit(by=author)
    return made


@pytest.fixture
def page(submission):
    return submission.get_absolute_url()


def as_its_author(author):
    client = Client()
    client.force_login(author)
    return client


def taken_back(submission):
    return f"{LIST}{submission.pk}/take-back/"


def test_the_page_shows_all_that_was_said_beside_what_is_in_force(client, page, submission, coordinator):
    shown = parse(client.get(page))
    said, in_force = shown.one(id="content").all("dl", class_="hub-entry")
    rows = [child.text for child in said.walk() if child.tag in ("dt", "dd")]

    assert rows == [
        *["Status", "Completed", "Effective on", "1 Jan 2024", "Basis", "Public document"],
        *["Headline", "已开工", "Work has begun"],
        *["Evidence", "Notice · Publisher, 2 Mar 2024 · public", rows[rows.index("Evidence") + 2]],
        *["Reported by", "Organisation O1", "Author", "li", "Note to the reviewer", "Line oneLine two"],
    ]
    assert "letter.pdf" in rows[rows.index("Evidence") + 2]
    assert rows[rows.index("Evidence") + 2].endswith(" · not public")
    assert shown.one(id="content").one("h1").text == "Review"
    assert "Not started" in in_force.text
    assert buttons(client.get(page)) == ["_publish", "_return"]
    (step,) = shown.one("ol", class_="hub-steps").all("li")
    assert step.text.startswith("Submitted ")


@pytest.mark.both_databases
def test_what_is_published_stands_on_the_public_page_at_once(client, page, submission, author, coordinator):
    public = "/en/missions/M-1/"
    assert "Work has begun" not in client.get(public).content.decode()

    answer = client.post(page, {**filled_in(client.get(page)), **PUBLISH}, follow=True)
    entry = StatusChange.objects.last()
    submission.refresh_from_db()

    assert (submission.state, submission.entry, entry.recorded_by) == ("published", entry, author)
    assert answer.redirect_chain == [(f"/admin/missions/mission/{submission.mission_id}/change/", 302)]
    assert messages(answer) == ["Published: the public reads it now."]
    shown = parse(client.get(public)).one(id=f"change-{entry.pk}").text
    assert [words for words in ("Completed", "Work has begun", "Notice") if words not in shown] == []
    assert [words for words in ("Line one", "Letter", "letter.pdf") if words in shown] == []
    assert f"entry {entry.pk}" in parse(client.get(page)).one("p", class_="hub-state").text
    assert form_or_none(client.get(page)) is None


def form_or_none(response):
    return next(iter(parse(response).one(id="content").all("form")), None)


def test_who_publishes_fills_in_the_other_language_and_its_author_stays(client, mission, author, coordinator):
    submission = build.submission(mission, by=author, headline_en="")
    submission.submit(by=author)
    page = submission.get_absolute_url()
    refused = client.post(page, {**filled_in(client.get(page)), **PUBLISH})
    assert errors(refused) == {"headline_en": ["State the reason in this language too."]}
    assert mission.changes.count() == 2

    client.post(page, {**filled_in(refused), "headline_en": "Work began", **PUBLISH})
    entry = mission.changes.last()
    submission.refresh_from_db()

    assert (entry.headline_en, entry.headline_zh, entry.recorded_by) == ("Work began", "已开工", author)
    assert (submission.headline_en, submission.author) == ("Work began", author)
    assert submission.history.first().history_user == coordinator


def test_a_return_needs_a_reason_and_its_author_reads_it_with_the_proposed_translation(
    client, page, submission, author, coordinator
):
    submission.headline_en = ""
    submission.save()
    typed = {**filled_in(client.get(page)), "headline_en": "Proposed by a reader"}
    refused = client.post(page, {**typed, **RETURN})
    assert errors(refused) == {"reason": ["Say what is to be changed: the author reads it."]}
    assert filled_in(refused)["headline_en"] == "Proposed by a reader"

    answer = client.post(page, {**filled_in(refused), "reason": "Which <letter>?", **RETURN}, follow=True)
    submission.refresh_from_db()

    assert (answer.redirect_chain, messages(answer)) == ([("/admin/", 302)], ["Returned to its author."])
    assert (submission.state, submission.entry, submission.headline_en) == ("returned", None, "")
    assert list(submission.steps.values_list("state", "by__username", "reason"))[1:] == [
        ("returned", "coordinator", "Which <letter>?\nHeadline (English): Proposed by a reader")
    ]
    shown = form(as_its_author(author).get(page))
    assert "Which <letter>?Headline (English): Proposed by a reader" in shown.text
    assert "".join(shown.one("textarea", name="headline_en").children).strip() == ""


def test_the_authors_own_headline_is_not_asked_for_and_not_taken(client, page, submission, author, coordinator):
    answers = filled_in(client.get(page))
    client.post(page, {**answers, "headline_en": "Other words", "headline_zh": "改写", **PUBLISH})
    entry = StatusChange.objects.last()

    assert answers.keys().isdisjoint({"headline_en", "headline_zh"})
    assert (entry.headline_en, entry.headline_zh) == (submission.headline_en, submission.headline_zh)


def test_what_was_changed_since_it_was_opened_is_read_again_first(client, page, submission, author, coordinator):
    typed = filled_in(client.get(page))
    submission.take_back(by=author)
    submission.status = "paused"
    submission.save()
    submission.submit(by=author)
    changed = "It was changed since you opened this page: read it again, then decide."

    for button in (PUBLISH, RETURN):
        assert errors(client.post(page, {**typed, "reason": "No", **button})) == {"__all__": [changed]}
    for version in ({}, {"version": ""}, {"version": "x"}):
        sent = {name: value for name, value in typed.items() if name != "version"}
        assert errors(client.post(page, {**sent, **version, **PUBLISH})) == {"__all__": [changed]}
    assert (Submission.objects.get().state, StatusChange.objects.count()) == ("submitted", 2)

    seen = client.post(page, {**typed, **PUBLISH})
    assert "Paused" in parse(seen).one(id="content").all("dl", class_="hub-entry")[0].text
    client.post(page, {**filled_in(seen), **PUBLISH})
    assert StatusChange.objects.last().status == "paused"


def test_an_entry_that_came_between_is_seen_first(client, page, submission, coordinator):
    typed = filled_in(client.get(page))
    build.report(submission.mission, "paused", on=date(2023, 6, 1), headline_en="Money ran out")
    seen = client.post(page, {**typed, **PUBLISH})

    assert errors(seen) == {
        "__all__": [
            "Nothing was recorded: since this page was made, entry 3 was (Paused, Money ran out). "
            "If yours is still needed, send it again."
        ]
    }
    client.post(page, {**filled_in(seen), **PUBLISH})
    assert StatusChange.objects.last().status == "completed"


def test_what_the_ledger_refuses_by_now_is_not_published(client, page, submission, coordinator):
    build.report(submission.mission, "withdrawn", on=date(2023, 6, 1))
    answer = client.post(page, {**filled_in(client.get(page)), **PUBLISH})

    assert errors(answer) == {"__all__": ["“Completed” (1 Jan 2024) may not follow “Withdrawn” (1 Jun 2023)."]}
    assert Submission.objects.get().state == "submitted"


@pytest.mark.parametrize("button", [PUBLISH, RETURN])
def test_what_was_decided_meanwhile_is_not_decided_again(client, page, submission, coordinator, button):
    typed = {**filled_in(client.get(page)), "reason": "No", **button}
    submission.publish(by=build.user("zhang"))
    answer = client.post(page, typed, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert messages(answer) == ["The submission is “Published” by now."]
    assert (submission.steps.count(), StatusChange.objects.count()) == (2, 3)


def test_where_a_second_person_is_wanted_the_own_submission_is_left_to_others(client, coordinator):
    mission = build.mission(instrument=build.instrument("SR", second_person="everything"))
    begun = f"/admin/missions/mission/{mission.pk}/report/"
    answers = {"status": "paused", "basis": "owner", "headline_zh": "暂停", "headline_en": "Paused"}
    assert buttons(client.get(begun)) == ["_save", "_submit", "_save"]
    typed = {**filled_in(client.get(begun)), **answers}
    assert client.post(begun, {**typed, **PUBLISH}).status_code == 403
    assert Submission.objects.count() == 0

    client.post(begun, {**typed, "_submit": "Submit"})
    submission = Submission.objects.get()
    page = submission.get_absolute_url()
    note = "Here, two people are needed: another coordinator publishes what you submitted."
    assert note in form(client.get(page)).text
    assert buttons(client.get(page)) == ["_return"]
    assert client.post(page, {**filled_in(client.get(page)), **PUBLISH}).status_code == 403
    assert Submission.objects.get().state == "submitted"

    other = as_its_author(build.user("zhang"))
    assert (buttons(other.get(page)), note in form(other.get(page)).text) == (["_publish", "_return"], False)
    other.post(page, {**filled_in(other.get(page)), **PUBLISH})
    assert (mission.changes.last().recorded_by, Submission.objects.get().state) == (coordinator, "published")


def test_nobody_publishes_alone_by_taking_over_a_draft(client, coordinator):
    mission = build.mission(instrument=build.instrument("SR", second_person="everything"))
    draft = build.submission(mission, by=build.user("zhang"))
    page = draft.get_absolute_url()

    assert buttons(client.get(page)) == ["_save", "_submit", "_save"]
    assert client.post(page, {**filled_in(client.get(page)), **PUBLISH}).status_code == 403
    assert (Submission.objects.get().state, mission.changes.count()) == ("draft", 1)


def test_an_author_takes_it_back_as_long_as_nobody_has_decided(page, submission, author):
    client = as_its_author(author)
    (button,) = parse(client.get(page)).all("form", action=taken_back(submission))
    answer = client.post(button["action"], follow=True)

    assert (answer.redirect_chain, Submission.objects.get().state) == ([(page, 302)], "taken_back")
    assert buttons(answer) == ["_save", "_submit", "_save"]

    client.post(page, {**filled_in(answer), "_submit": "Submit"})
    Submission.objects.get().publish(by=build.user("zhang"))
    refused = client.post(taken_back(submission), follow=True)
    assert messages(refused)[-1] == "This is not possible any more: the submission is “Published” by now."
    assert Submission.objects.get().state == "published"


def test_an_editor_and_an_auditor_decide_nothing(client, page, submission, author, sign_in):
    typed = filled_in_by_a_coordinator(page)
    sign_in(Role.AUDITOR)
    for who in (as_its_author(author), client):
        assert parse(who.get(page)).one(id="content").all("input", type="submit") == []
        for button in (PUBLISH, RETURN):
            assert who.post(page, {**typed, "reason": "No", **button}).status_code == 403
            assert who.post(page, {**typed, **button}).status_code == 403
    assert client.post(taken_back(submission)).status_code == 403

    assert (Submission.objects.get().state, submission.steps.count(), StatusChange.objects.count()) == (
        "submitted",
        1,
        2,
    )
    submission.publish(by=build.user("wang"))
    assert client.post(taken_back(submission)).status_code == 403


def filled_in_by_a_coordinator(page):
    client = Client()
    client.force_login(build.user("zhang"))
    return filled_in(client.get(page))


def test_a_submission_of_others_is_not_there(client, page, submission, sign_in):
    sign_in(Role.EDITOR, organisation=build.organisation("ELSEWHERE"))

    assert [client.get(page).status_code, client.post(page, PUBLISH).status_code] == [404, 404]
    assert client.post(taken_back(submission)).status_code == 404
    assert Submission.objects.get().state == "submitted"
