"""What must I do now? Each answer is a count, and the list behind it holds as many."""

from datetime import timedelta

import pytest
from django.utils.formats import date_format

from missions.models import Content, ImportState, Role, User
from missions.models.days import today
from tests import build
from tests.public.dom import parse

DRAFTS = {"Waiting for review": 2, "Returned": 1, "Drafts": 4}


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
            taken_back, given_up = build.submission(overdue), build.submission(overdue)
            taken_back.submit(by=author)
            for draft in (taken_back, given_up):
                draft.take_back(by=author)
    build.report(overdue, "in_progress", by=build.user("a reporter", Role.EDITOR, organisation=foreign))
    User.objects.update(must_change_password=False)
    for number in range(2):
        build.user(f"invited {number}", Role.AUDITOR, must_change_password=True)
    gone = build.user("invited and gone", Role.AUDITOR, must_change_password=True)
    gone.is_active = False
    gone.save()
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
    page = parse(response)
    if page.all(class_="hub-board"):
        return len(page.all("tr", class_="hub-never"))
    results = page.all(id="result_list")
    return len(results[0].one("tbody").all("tr")) if results else 0


OWN = {**DRAFTS, "Overdue": 1, "Due within 30 days": 1, "Never updated": 1, "Workbooks not confirmed": 1}
# Workbooks are each one's own.
ALL = {label: 3 * number for label, number in OWN.items()} | {"Workbooks not confirmed": 1}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.EDITOR, OWN),
        (Role.AUDITOR, {}),
        (Role.ADMINISTRATOR, {"Invitations not accepted": 2}),
        (Role.COORDINATOR, {**ALL, "Owners who never reported": 1}),
    ],
)
def test_each_count_is_that_of_the_list_behind_it(client, world, sign_in, role, expected):
    me = sign_in(role, organisation=world)
    build.imported(by=build.user("a colleague"))
    if me.has_perm("missions.add_import"):
        build.imported(by=me, kind=Content.RETURN)
        build.imported(by=me, kind=Content.RETURN, name="given-up.xlsx").decide(ImportState.DROPPED, by=me)
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


@pytest.mark.parametrize("role", [Role.EDITOR, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_every_link_leads_to_a_page_that_opens(client, world, sign_in, role):
    sign_in(role, organisation=world)
    links = {link["href"] for link in parse(client.get("/admin/")).one(class_="hub-tasks").all("a")}

    assert {client.get(address, follow=True).status_code for address in links} == {200}


def test_a_mission_on_which_a_submission_waits_says_so(client, sign_in):
    sign_in(Role.COORDINATOR)
    due = today() - timedelta(days=1)
    said, silent = build.mission(due=due), build.mission(due=due)
    build.submission(said).submit(by=build.nameless())
    build.submission(silent)
    sections = parse(client.get("/admin/")).one(class_="hub-tasks").all("section")
    (overdue,) = [section for section in sections if section.one("h2").text == "2 Overdue"]

    assert {row.one("a").text: row.one(class_="hub-more").text for row in overdue.all("li")} == {
        str(said): "Waiting for review",
        str(silent): date_format(due),
    }


def test_what_a_coordinator_must_do_stands_first(client, world, sign_in):
    sign_in(Role.COORDINATOR)
    headings = [heading.text for heading in parse(client.get("/admin/")).one(class_="hub-tasks").all("h2")]

    assert headings[0] == "6 Waiting for review"


def test_where_nothing_waits_all_counts_are_nought(client, sign_in):
    build.mission(lead_owner=build.organisation("FOREIGN"))
    sign_in(Role.EDITOR, organisation=build.organisation("OWN"))
    page = client.get("/admin/")

    assert {number for number, _address in counts(page).values()} == {0}
    assert parse(page).one(class_="hub-tasks").text == "Nothing waits for you."
    assert len(parse(page).one(class_="hub-done").all("a")) == 7


def test_an_auditor_who_only_reads_has_nothing_to_do(client, world, sign_in):
    sign_in(Role.AUDITOR)
    page = parse(client.get("/admin/"))

    assert page.one(class_="hub-tasks").text == "Nothing waits for you."
    assert page.all(class_="hub-done") == []


def test_the_page_names_the_systems_that_act_for_the_account_and_no_others(client, sign_in):
    me = sign_in(Role.COORDINATOR, Role.EDITOR, organisation=build.organisation())
    coordinator, editor = me.memberships.order_by("role")
    build.token(coordinator, "Board", days=9)
    build.token(editor, "Office", days=8)
    build.token(coordinator, "Revoked")[0].revoke(by=build.membership(Role.ADMINISTRATOR).user)
    build.token(name="Of somebody else")
    days = [date_format(today() + timedelta(days=number)) for number in (8, 9)]
    said = parse(client.get("/admin/")).one(class_="hub-systems").text
    client.force_login(build.nameless())

    assert said == f"Systems that act for you: Office (until {days[0]}), Board (until {days[1]})"
    assert parse(client.get("/admin/")).all(class_="hub-systems") == []


def test_the_page_takes_as_many_queries_with_three_records_as_with_one(client, coordinator, django_assert_num_queries):
    def one_of_each():
        overdue = build.mission(due=today() - timedelta(days=1))
        build.mission(due=today())
        build.submission(overdue)
        build.submission(overdue).submit(by=coordinator)
        build.token(coordinator.memberships.get(), f"System {overdue.pk}")

    one_of_each()
    client.get("/admin/")
    with django_assert_num_queries(23):
        client.get("/admin/")
    one_of_each()
    one_of_each()
    with django_assert_num_queries(23) as asked:
        client.get("/admin/")
    # The rest is read from the projection: the ledger grows.
    assert sum(query["sql"].count('FROM "missions_statuschange"') for query in asked) == 1
