"""What must I do now? Each answer is a count, and the list behind it holds as many."""

from datetime import timedelta

import pytest

from missions.models import Role
from missions.models.days import today
from tests import build
from tests.public.dom import parse

DRAFTS = {"Waiting for review": 2, "Returned": 1, "Drafts": 3}


@pytest.fixture
def world(db):
    """Two offices of each thing in unequal numbers, so that no count agrees by chance with another."""
    own, foreign = build.organisation("OWN"), build.organisation("FOREIGN")
    author = build.nameless()
    for owner, times in ((own, 1), (foreign, 2)):
        for _ in range(times):
            overdue = build.mission(lead_owner=owner, due=today() - timedelta(days=1), status="in_progress")
            build.mission(lead_owner=owner, due=today() + timedelta(days=30), status="paused")
            build.mission(lead_owner=owner, due=today() - timedelta(days=1), status="completed")
            build.mission(lead_owner=owner, due=today() + timedelta(days=31))
            build.mission(lead_owner=owner, opened=False)
            for _ in range(2):
                build.submission(overdue).submit(by=author)
            returned = build.submission(overdue)
            returned.submit(by=author)
            returned.send_back(by=author, reason="No")
            for _ in range(3):
                build.submission(overdue)
            given_up = build.submission(overdue)
            given_up.take_back(by=author)
    build.report(overdue, "in_progress", by=author)
    return own


def counts(response):
    """Label → (count, address of the list)."""
    shown = {}
    for link in parse(response).one(id="content").all("a"):
        if link.inside(tag="h2") or link.inside(class_="hub-done"):
            number, label = link.text.split(" ", 1)
            shown[label] = int(number), link["href"]
    return shown


def length_of_the_list(response):
    results = parse(response).all(id="result_list")
    return len(results[0].one("tbody").all("tr")) if results else 0


OWN = {**DRAFTS, "Overdue": 1, "Due within 30 days": 1, "Never updated": 1}
ALL = {label: 3 * number for label, number in OWN.items()}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.EDITOR, OWN),
        (Role.AUDITOR, ALL),
        (Role.ADMINISTRATOR, ALL),
        (Role.COORDINATOR, {**ALL, "Owners who never reported": 1}),
    ],
)
def test_each_count_is_that_of_the_list_behind_it(client, world, sign_in, role, expected):
    sign_in(role, organisation=world)
    shown = counts(client.get("/admin/"))

    assert {label: number for label, (number, _address) in shown.items()} == expected
    assert {label: length_of_the_list(client.get(address)) for label, (_number, address) in shown.items()} == expected


def test_the_first_few_lead_to_what_is_to_be_done(client, world, sign_in):
    editor = sign_in(Role.EDITOR, organisation=world)
    mission = build.mission("FIRST", lead_owner=world, due=today() - timedelta(days=9), status="paused")
    draft = build.submission(build.mission("DRAFT", lead_owner=world), by=editor)
    links = {link.text: link["href"] for link in parse(client.get("/admin/")).one(class_="hub-tasks").all("a")}

    assert links[str(mission)] == f"/admin/missions/mission/{mission.pk}/report/"
    assert links[str(draft.mission)] in (
        draft.get_absolute_url(),
        f"/admin/missions/mission/{draft.mission_id}/report/",
    )


def test_an_auditor_is_led_to_pages_that_open(client, world, sign_in):
    sign_in(Role.AUDITOR)
    links = {link["href"] for link in parse(client.get("/admin/")).one(class_="hub-tasks").all("a")}

    assert {client.get(address).status_code for address in links} == {200}


def test_what_a_coordinator_must_do_stands_first(client, world, sign_in):
    sign_in(Role.COORDINATOR)
    headings = [heading.text for heading in parse(client.get("/admin/")).one(class_="hub-tasks").all("h2")]

    assert headings[0] == "6 Waiting for review"


def test_where_nothing_waits_all_counts_are_nought(client, sign_in):
    build.mission(lead_owner=build.organisation("FOREIGN"))
    sign_in(Role.EDITOR, organisation=build.organisation("OWN"))

    assert {number for number, _address in counts(client.get("/admin/")).values()} == {0}


def test_the_page_takes_as_many_queries_with_three_records_as_with_one(client, coordinator, django_assert_num_queries):
    def one_of_each():
        overdue = build.mission(due=today() - timedelta(days=1))
        build.mission(due=today())
        build.submission(overdue)
        build.submission(overdue).submit(by=coordinator)

    one_of_each()
    client.get("/admin/")
    with django_assert_num_queries(16):
        client.get("/admin/")
    one_of_each()
    one_of_each()
    with django_assert_num_queries(16):
        client.get("/admin/")
