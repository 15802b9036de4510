"""What a coordinator does with submissions: reads, publishes, returns, one or many; and what its author does then."""

from datetime import date

import pytest
from django.test import Client

from missions.models import Role, StatusChange, Submission
from tests import factories
from tests.admin.pages import PUBLISH, SUBMIT, buttons, edit, errors, filled_in, form, levels
from tests.public.dom import parse

RETURN, LIST = {"_return": "Return"}, "/admin/missions/submission/"


@pytest.fixture
def mission(db):
    return factories.mission("M-1", status="not_started", on=date(2023, 1, 1))


@pytest.fixture
def author(mission):
    return factories.user("li", Role.EDITOR, organisation=mission.lead_owner)


@pytest.fixture
def submission(mission, author):
    cited = [
        factories.submitted_evidence(title="Notice", published_on=date(2024, 3, 2)),
        factories.submitted_evidence(title="Letter", url="", is_public=False, file=factories.evidence_file(by=author)),
    ]
    made = factories.submission(mission, by=author, status="completed", note="Line one\nLine two", evidence=cited)
    made.submit(by=author)
    return made


@pytest.fixture
def page(submission):
    return submission.get_absolute_url()


def state():
    return Submission.objects.get().state, StatusChange.objects.count()


def test_the_reviewer_sees_all_and_the_public_its_part_once_published(client, page, submission, author, coordinator):
    public = "/en/missions/M-1/"
    content, before = parse(client.get(page)).one(id="content"), client.get(public).content.decode()
    submitted, in_force = [entry.text for entry in content.all("dl") if "Status" in entry.text][:2]
    open_to_all = ["Completed", "1 Jan 2024", "Work has begun", "已开工", "Notice", "2 Mar 2024"]
    internal = ["Letter", "letter.pdf", "Line one"]
    assert [words for words in (*open_to_all, *internal, "not public", "li") if words not in submitted] == []
    assert ("Not started" in in_force, buttons(client.get(page))) == (True, ["_publish", "_return"])

    answer = edit(client, page, **PUBLISH)
    shown = parse(client.get(public)).one(id=f"change-{StatusChange.objects.last().pk}").text
    assert [words for words in ("Completed", "Work has begun", "Notice") if words not in shown] == []
    assert [words for words in internal if words in shown] == []
    assert ("Work has begun" in before, state()) == (False, ("published", 3))
    assert answer.headers["Location"] == f"/admin/missions/mission/{submission.mission_id}/change/"
    assert parse(client.get(page)).one(id="content").all("form") == []


def test_the_publisher_adds_the_missing_language_and_nothing_else(client, mission, author, coordinator):
    submission = factories.submission(mission, by=author, headline_en="")
    submission.submit(by=author)
    page = submission.get_absolute_url()
    hidden = edit(client, page, headline_en="a\u202eb", **PUBLISH)
    refused = edit(client, page, **PUBLISH)
    edit(client, page, headline_en="Work began", headline_zh="改写", status="paused", **PUBLISH)
    entry = mission.changes.last()

    assert [list(errors(answer)) for answer in (hidden, refused)] == [["headline_en"]] * 2
    assert (entry.headline_en, entry.headline_zh, entry.status) == ("Work began", "已开工", "in_progress")
    assert (entry.recorded_by, submission.history.first().history_user) == (author, coordinator)


@pytest.mark.parametrize("reason", ["", " ", "a\u202eb", "x" * 2001])
def test_a_return_needs_a_reason_and_keeps_what_was_typed(client, page, submission, coordinator, reason):
    Submission.objects.update(headline_en="")
    refused = edit(client, page, headline_en="Proposed", reason=reason, **RETURN)

    assert (list(errors(refused)), filled_in(refused)["headline_en"]) == (["reason"], "Proposed")
    assert state() == ("submitted", 2)


def test_the_author_of_a_returned_submission_reads_why_and_submits_it_again(client, page, author, coordinator):
    Submission.objects.update(headline_en="")
    edit(client, page, headline_en="Proposed by a reader", reason="Which <letter>?", **RETURN)
    theirs = Client()
    theirs.force_login(author)
    shown = theirs.get(page)

    assert [words in parse(shown).text for words in ("Which <letter>?", "Proposed by a reader")] == [True, True]
    assert (state(), buttons(shown)) == (("returned", 2), ["_save", "_submit", "_save"])
    edit(theirs, page, headline_en="Done", note="That of 2 March", **SUBMIT)
    assert (state(), "Which <letter>?" in parse(client.get(page)).text) == (("submitted", 2), True)


def reword(submission):
    submission.take_back(by=submission.author)
    submission.headline_en = "Other words"
    submission.save()
    submission.submit(by=submission.author)


def record_another(submission):
    factories.report(submission.mission, "paused", on=date(2023, 6, 1), headline_en="Money ran out")


@pytest.mark.parametrize(
    ("change", "button", "words"),
    [(reword, PUBLISH, "Other words"), (reword, RETURN, "Other words"), (record_another, PUBLISH, "Money ran out")],
)
def test_what_changed_since_the_page_was_opened_is_read_again_first(
    client, page, submission, coordinator, change, button, words
):
    typed = {**filled_in(client.get(page)), "reason": "No", **button}
    change(submission)
    entries = StatusChange.objects.count()

    for version in (typed["version"], "", "x"):
        refused = client.post(page, {**typed, "version": version})
        assert (list(errors(refused)), state()) == (["__all__"], ("submitted", entries))
    seen = client.post(page, typed)
    assert words in parse(seen).one(id="content").text
    client.post(page, {**filled_in(seen), "reason": "No", **button})
    assert state()[0] == ("published" if button is PUBLISH else "returned")


def test_a_decision_is_made_once(client, page, submission, coordinator):
    typed = {**filled_in(client.get(page)), "reason": "No", **RETURN}
    submission.publish(by=factories.user("zhang"))
    answer = client.post(page, typed, follow=True)

    assert (answer.redirect_chain, levels(answer)) == ([(page, 302)], ["warning"])
    assert (submission.steps.count(), state()) == (2, ("published", 3))


# --- many at once -----------------------------------------------------------------------------------------------------


def selected(*submissions):
    pks = [submission.pk for submission in submissions]
    return {"action": "publish_selected", "index": 0, "_selected_action": pks}


def confirm(client, page):
    chosen = [field["value"] for field in form(page).all("input", name="_selected_action")]
    return client.post(LIST, {**filled_in(page), "_selected_action": chosen}, follow=True)


def submitted(code, **fields):
    author, owner = factories.nameless(), factories.organisation(f"of {code}")
    submission = factories.submission(factories.mission(code, lead_owner=owner), by=author, **fields)
    submission.submit(by=author)
    return submission


@pytest.fixture
def two(coordinator):
    return [submitted("M-1", headline_en="On the first"), submitted("M-2", headline_en="On the second")]


def states():
    return list(Submission.objects.order_by("mission__code").values_list("state", flat=True))


def test_the_selected_are_shown_first_and_published_when_that_is_confirmed(client, two):
    page = client.post(LIST, selected(*two))
    assert [words in parse(page).text for words in ("On the first", "On the second")] == [True, True]
    assert states() == ["submitted"] * 2
    assert (levels(confirm(client, page)), states()) == (["success"], ["published"] * 2)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (reword, "Other words"),
        (lambda submission: submission.take_back(by=submission.author), "Taken back"),
        (record_another, "Status today: Paused"),
    ],
)
def test_what_changed_since_it_was_shown_is_shown_again_and_nothing_is_published(client, two, change, seen):
    page = client.post(LIST, selected(*two))
    change(two[0])
    before = StatusChange.objects.count(), states()
    again = confirm(client, page)

    assert (levels(again), seen in parse(again).text) == (["warning"], True)
    assert (StatusChange.objects.count(), states()) == before


def test_the_selected_are_published_all_or_none_and_each_error_names_its_mission(client, two):
    lacking = submitted("M-3", headline_en="")
    answer = confirm(client, client.post(LIST, selected(*two, lacking)))

    assert (levels(answer), states()) == (["error", "error"], ["submitted"] * 3)
    assert str(next(iter(answer.context["messages"]))).startswith("M-3: ")


def test_only_a_coordinator_publishes_the_selected(client, submission, mission, sign_in):
    sign_in(Role.EDITOR, organisation=mission.lead_owner)
    client.post(LIST, {**selected(submission), "shown": f"{submission.pk}:{submission.version}:2"})

    assert state() == ("submitted", 2)
