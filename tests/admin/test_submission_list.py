"""The list of submissions: whose they are, what they say, and many published at once."""

import pytest

from missions.models import Role, StatusChange, Submission
from tests import build
from tests.admin.pages import messages
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
        ({"q": "m-1"}, ["M-1"]),
        ({"q": "资金"}, ["M-2"]),
    ],
)
def test_the_list_is_narrowed(client, coordinator, own, foreign, query, codes):
    build.submission(own)
    submitted(foreign, headline_zh="资金不足")

    assert listed(client.get(LIST, query)) == codes


def test_the_selected_are_published_all_or_none(client, coordinator, own, foreign):
    fine, lacking = submitted(own), submitted(foreign, headline_en="")
    selected = {**PUBLISH, "_selected_action": [fine.pk, lacking.pk]}
    answer = client.post(LIST, selected, follow=True)

    assert messages(answer) == [
        "M-2: State the reason in this language too.",
        "Nothing was published. Mend these, or select the others alone.",
    ]
    assert set(Submission.objects.values_list("state", flat=True)) == {"submitted"}
    assert StatusChange.objects.count() == 2

    lacking.headline_en = "Work began"
    lacking.save()
    assert messages(client.post(LIST, selected, follow=True)) == ["Published: the public reads it now."]
    assert set(Submission.objects.values_list("state", flat=True)) == {"published"}
    assert set(StatusChange.objects.exclude(kind="opening").values_list("recorded_by", flat=True)) == {
        fine.author_id,
        lacking.author_id,
    }


def test_where_a_second_reader_is_wanted_the_own_submissions_are_named_and_none_is_published(client, coordinator, own):
    wanting = build.mission("M-9", instrument=build.instrument("SR", second_reader=True))
    submissions = [submitted(own), build.submission(wanting)]
    submissions[1].submit(by=coordinator)
    answer = client.post(LIST, {**PUBLISH, "_selected_action": [s.pk for s in submissions]}, follow=True)

    assert messages(answer) == [
        "M-9: This document wants a second reader: another coordinator publishes what you submitted."
    ]
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
    submitted(own)
    with django_assert_num_queries(7):
        client.get(LIST)
    for _ in range(2):
        submitted(build.mission())
    with django_assert_num_queries(7):
        client.get(LIST)
