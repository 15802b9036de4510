"""The list of submissions: whose they are, what they say, and many published at once."""

import pytest

from missions.models import Role, StatusChange, Submission
from missions.models.days import today
from tests import build
from tests.admin.pages import filled_in, form, messages
from tests.public.dom import parse

LIST = "/admin/missions/submission/"
PUBLISH = {"action": "publish_selected", "index": 0}


@pytest.fixture
def own(db):
    return build.mission("M-1", lead_owner=build.organisation("OWN"))


@pytest.fixture
def foreign(db):
    return build.mission("M-2", lead_owner=build.organisation("FOREIGN"))


def submitted(mission, **said):
    submission = build.submission(mission, **said)
    submission.submit(by=build.nameless())
    return submission


def listed(response):
    results = parse(response).all(id="result_list")
    return [row.one(class_="field-mission_link").text for row in results[0].one("tbody").all("tr")] if results else []


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        (Role.EDITOR, ["M-1"]),
        (Role.AUDITOR, ["M-2", "M-1"]),
        (Role.COORDINATOR, ["M-2", "M-1"]),
        (Role.ADMINISTRATOR, ["M-2", "M-1"]),
    ],
)
def test_the_list_holds_what_this_account_may_read(client, sign_in, own, foreign, role, codes):
    for mission in (own, foreign):
        submitted(mission)
    sign_in(role, organisation=own.lead_owner)
    answer = client.get(LIST)

    assert listed(answer) == codes
    actions = [option["value"] for option in parse(answer).all("option") if option["value"]]
    assert ("publish_selected" in actions) == (role == Role.COORDINATOR)


def test_a_row_says_what_is_submitted_by_whom_and_leads_there(client, coordinator, own):
    submission = submitted(own, status="paused")
    build.submission(own, kind="deadline", due="2030-01-01")
    rows = parse(client.get(LIST)).one(id="result_list").one("tbody").all("tr")
    names = ("said", "effective_on", "state", "author")

    assert [[row.one(class_=f"field-{name}").text for name in names] for row in rows] == [
        ["1 Jan 2030", "1 Jan 2024", "Draft", str(Submission.objects.get(kind="deadline").author)],
        ["Paused", "1 Jan 2024", "Submitted", str(submission.author)],
    ]
    assert [link["href"] for link in rows[1].all("a")] == [submission.get_absolute_url()]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"state__exact": "submitted"}, ["M-2"]),
        ({"kind__exact": "report"}, ["M-2", "M-1"]),
        ({"drafts": "1"}, ["M-1"]),
        ({"q": "m-1"}, ["M-1"]),
        ({"q": "资金"}, ["M-2"]),
    ],
)
def test_the_list_is_narrowed(client, coordinator, own, foreign, query, codes):
    build.submission(own)
    submitted(foreign, headline_zh="资金不足")
    build.submission(build.mission("M-3"), kind="opening").take_back(by=coordinator)

    assert listed(client.get(LIST, query)) == codes


def selected(*submissions):
    return {**PUBLISH, "_selected_action": [submission.pk for submission in submissions]}


def shown(response):
    """The missions that the page before publishing shows."""
    return [section.one("h2").text[:3] for section in parse(response).all("section", class_="hub-one")]


def confirm(client, page):
    sent = {
        **filled_in(page),
        "_selected_action": [f["value"] for f in form(page).all("input", name="_selected_action")],
    }
    return client.post(LIST, sent, follow=True)


@pytest.mark.both_databases
def test_the_selected_are_shown_first_and_published_when_sent_again(client, coordinator, own, foreign):
    submissions = [submitted(own, headline_en="On the first"), submitted(foreign, headline_en="On the second")]
    page = client.post(LIST, selected(*submissions))

    assert (shown(page), messages(page)) == (["M-2", "M-1"], [])
    assert [words for words in ("On the first", "On the second") if words not in parse(page).text] == []
    assert (StatusChange.objects.count(), [field["value"] for field in form(page).all("input", type="submit")]) == (
        2,
        ["Publish"],
    )
    answer = confirm(client, page)
    assert (messages(answer), listed(answer)) == (["Published: the public reads it now."], ["M-2", "M-1"])
    assert set(Submission.objects.values_list("state", flat=True)) == {"published"}
    assert set(StatusChange.objects.exclude(kind="opening").values_list("recorded_by", flat=True)) == {
        submission.author_id for submission in submissions
    }


def reworded(submission):
    submission.take_back(by=submission.author)
    submission.headline_en = "Other words"
    submission.save()
    submission.submit(by=submission.author)


@pytest.mark.parametrize(
    ("happened", "seen"),
    [
        (reworded, "Other words"),
        (lambda submission: submission.take_back(by=submission.author), "Taken back"),
        (lambda submission: build.report(submission.mission, "paused"), "Status today: Paused"),
    ],
)
def test_what_changed_since_it_was_shown_is_shown_again_and_not_published(
    client, coordinator, own, foreign, happened, seen
):
    submissions = [submitted(own), submitted(foreign)]
    page = client.post(LIST, selected(*submissions))
    happened(submissions[0])
    entries = StatusChange.objects.count()
    again = confirm(client, page)

    assert (shown(again), StatusChange.objects.count()) == (["M-2", "M-1"], entries)
    assert messages(again) == ["It was changed since you opened this page: read it again, then decide."]
    assert seen in parse(again).text
    assert set(Submission.objects.exclude(pk=submissions[0].pk).values_list("state", flat=True)) == {"submitted"}


def test_what_was_not_shown_is_not_published(client, coordinator, own):
    submission = submitted(own)
    for said in ("", "x", f"{submission.pk}:1:1"):
        client.post(LIST, {**selected(submission), "shown": said})

    assert (Submission.objects.get().state, StatusChange.objects.count()) == ("submitted", 1)


def test_the_selected_are_published_all_or_none(client, coordinator, own, foreign):
    fine, lacking = submitted(own), submitted(foreign, headline_en="")
    answer = confirm(client, client.post(LIST, selected(fine, lacking)))

    assert messages(answer) == [
        "M-2: State the reason in this language too.",
        "Nothing was published. Mend these, or select the others alone.",
    ]
    assert set(Submission.objects.values_list("state", flat=True)) == {"submitted"}
    assert StatusChange.objects.count() == 2

    assert shown(answer) == ["M-2", "M-1"]
    assert messages(confirm(client, client.post(LIST, selected(fine)))) == ["Published: the public reads it now."]
    assert set(Submission.objects.values_list("state", flat=True)) == {"published", "submitted"}


def test_where_a_second_person_is_wanted_the_own_submissions_are_named_and_none_is_published(client, coordinator, own):
    wanting = build.mission("M-9", instrument=build.instrument("SR", second_person="everything"))
    submissions = [submitted(own), build.submission(wanting)]
    submissions[1].submit(by=coordinator)
    answer = client.post(LIST, selected(*submissions), follow=True)

    assert messages(answer) == ["M-9: Here, two people are needed: another coordinator publishes what you submitted."]
    assert StatusChange.objects.count() == 2


def test_nobody_else_publishes_the_selected(client, sign_in, own):
    submission = submitted(own)
    for role in (Role.EDITOR, Role.AUDITOR, Role.ADMINISTRATOR):
        sign_in(role, organisation=own.lead_owner)
        client.post(LIST, {**PUBLISH, "_selected_action": submission.pk})

    assert (Submission.objects.get().state, StatusChange.objects.count()) == ("submitted", 1)


def test_the_list_takes_as_many_queries_with_three_submissions_as_with_one(
    client, coordinator, own, django_assert_num_queries
):
    def one_of_each():
        mission = build.mission(due=today(), status="paused")
        submitted(mission)
        for entry in mission.changes.all():
            build.submission(mission, kind="correction", corrects=entry)

    one_of_each()
    with django_assert_num_queries(7):
        client.get(LIST)
    one_of_each()
    one_of_each()
    with django_assert_num_queries(7):
        client.get(LIST)
