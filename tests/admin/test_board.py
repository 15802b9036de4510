"""The page of the owner board: who sees it, where its numbers lead, and the letters that it begins."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils.formats import date_format

from missions.models import Membership, Role, User
from missions.models.days import today
from tests import build
from tests.public.dom import parse

PAGE = "/admin/board/"
COLUMNS = ("Missions led", "Due within 30 days", "Overdue", "Never reported", "Waiting for review")
READERS = [Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR]


@pytest.fixture
def world(db):
    """Two owners who never reported and one who did, with each thing in unequal numbers."""
    official = build.nameless()
    for code, times in (("A", 1), ("B", 2)):
        for _ in range(times):
            late = build.mission(lead_owner=build.organisation(code), due=today() - timedelta(days=1))
            build.submission(late).submit(by=official)
            build.submission(late)
            for _ in range(2):
                build.mission(lead_owner=late.lead_owner, due=today() + timedelta(days=30), status="paused")
            build.mission(lead_owner=late.lead_owner, due=today() + timedelta(days=31))
            build.mission(lead_owner=late.lead_owner, due=today() - timedelta(days=1), status="withdrawn")
            build.mission(lead_owner=late.lead_owner, due=today() - timedelta(days=1), opened=False)
    reported = build.mission(lead_owner=build.organisation("C"))
    build.report(reported, "in_progress", by=editor("editor-c", reported.lead_owner, email=""))


def rows(response):
    """Organisation's code → what each column says of it, and the element itself."""
    found = {}
    for row in parse(response).one(class_="hub-board").all("tr")[1:]:
        cells = {cell.get("data-label"): cell for cell in row.all("td")}
        found[row.one("th").text.split(" ")[0]] = {None: row.one("th"), **cells}
    return found


def numbers(row):
    return [int(row[label].text) for label in COLUMNS]


def editor(username, organisation, *, email=None, language="en", **fields):
    email = f"{username}@example.org" if email is None else email
    user = User.objects.create(username=username, email=email, language=language, **fields)
    Membership.objects.create(user=user, role=Role.EDITOR, organisation=organisation)
    return user


def letter(response, code="O1"):
    """(addresses, subject, body) of the letter that the page begins to the editors of an owner."""
    link = rows(response)[code]["Write to"].all("a")[0]["href"]
    assert link.isascii()
    addresses, _, query = link.removeprefix("mailto:").partition("?")
    said = dict(part.split("=") for part in query.split("&"))
    assert list(said) == ["subject", "body"]
    return [unquote(address) for address in addresses.split(",")], unquote(said["subject"]), unquote(said["body"])


@pytest.mark.parametrize("role", READERS)
def test_who_reads_all_sees_the_board_and_the_way_to_it(client, world, sign_in, role):
    sign_in(role)

    assert list(rows(client.get(PAGE))) == ["B", "A", "C", "Total"]
    assert [link.text for link in parse(client.get("/admin/")).all("a", href=PAGE) if not link.inside(tag="h2")] == [
        "Owner board"
    ]


@pytest.mark.parametrize("roles", [[Role.EDITOR], []])
def test_nobody_else_sees_it_or_the_way_to_it(client, world, sign_in, roles):
    user = sign_in(Role.EDITOR, organisation=build.organisation("A"))
    if not roles:
        user.memberships.all().delete()

    assert client.get(PAGE).status_code == 403
    assert parse(client.get("/admin/")).all("a", href=PAGE) == []


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get(PAGE).headers["Location"] == f"/admin/login/?next={PAGE}"


def test_an_editor_with_another_role_too_sees_all_of_it(client, world, sign_in):
    sign_in(Role.EDITOR, Role.AUDITOR, organisation=build.organisation("A"))

    assert list(rows(client.get(PAGE))) == ["B", "A", "C", "Total"]


def test_the_columns_add_up_and_the_sentence_says_how_many_never_reported(client, world, sign_in):
    sign_in(Role.AUDITOR)
    answer = client.get(PAGE)
    found = rows(answer)

    assert {code: numbers(row) for code, row in found.items()} == {
        "B": [8, 4, 2, 8, 2],
        "A": [4, 2, 1, 4, 1],
        "C": [1, 0, 0, 0, 0],
        "Total": [13, 6, 3, 12, 3],
    }
    assert [found[code]["Days since last report"].text for code in "ABC"] == [
        "never",
        "never",
        f"0 {date_format(today())}",
    ]
    assert parse(answer).one(id="content-main").one("p", id=None).text == "2 of 3 owners have never reported."


def test_the_page_says_what_counts_as_a_report_and_what_waits(client, world, sign_in):
    sign_in(Role.AUDITOR)

    assert parse(client.get(PAGE)).one(id="counting").text == (
        "Each mission counts once, for the organisation that leads it itself, unless it is withdrawn: the rows add up "
        "to the whole. Waiting for review are the submissions on these missions. A report is a status reported here by "
        "editors of the owner or of an organisation above it, present or former; what coordinators reported for it, "
        "and what came from a programme's files, does not count. Owners who never reported stand first, then those "
        "whose last report is the longest ago."
    )


def test_each_number_with_a_list_behind_it_leads_to_as_many_records(client, world, sign_in):
    sign_in(Role.COORDINATOR)
    found = rows(client.get(PAGE))
    links = {
        (code, label): (int(cell.text), link["href"])
        for code, row in found.items()
        for label, cell in row.items()
        if label in COLUMNS
        for link in cell.all("a")
    }

    assert {place: length(client.get(address)) for place, (_number, address) in links.items()} == {
        place: number for place, (number, _address) in links.items()
    }
    with_a_list = {label for _code, label in links}
    assert with_a_list == {"Missions led", "Due within 30 days", "Overdue"}
    assert [code for code, label in links if label == "Overdue"] == ["B", "A", "Total"]
    assert length(client.get(found["A"][None].one("a")["href"])) == 6


def length(response):
    return len(parse(response).one(id="result_list").one("tbody").all("tr"))


def test_where_nobody_leads_anything_the_page_says_what_to_do(client, sign_in):
    sign_in(Role.COORDINATOR)
    build.mission(opened=False)
    page = parse(client.get(PAGE)).one(id="content-main")

    assert page.text == "No organisation leads a mission yet: open a mission first."


def test_the_letter_goes_to_all_active_editors_with_an_address(client, sign_in, settings):
    owner = build.mission(due=today(), status="paused").lead_owner
    build.mission(lead_owner=owner, due=today() - timedelta(days=1))
    editor("gone", owner, is_active=False)
    editor("silent", owner, email="")
    editor("wang", owner, name="Wang Fang")
    editor("li", owner, email="li+hub&a=b%20?@example.org")
    sign_in(Role.AUDITOR)
    answer = client.get(PAGE)

    addresses, subject, body = letter(answer)
    assert rows(answer)["O1"]["Write to"].text == "li · Wang Fang"
    assert addresses == ["li+hub&a=b%20?@example.org", "wang@example.org"]
    assert subject == "How the missions of Organisation O1 stand"
    assert body.split("\r\n") == [
        "Please report at Hub Tracker how the missions of Organisation O1 stand.",
        "",
        "Missions led: 2",
        "Due within 30 days: 1",
        "Overdue: 1",
        "Never reported: 2",
        "Last report: never",
        "",
        f"{settings.SIGN_IN_URL}/admin/",
    ]


def test_the_letter_says_when_an_official_last_reported_and_where_to_sign_in(client, sign_in, settings):
    settings.SIGN_IN_URL = "https://hub.example.org:8443"
    build.report(build.mission(), "paused", by=editor("wang", build.organisation()))
    sign_in(Role.AUDITOR)
    body = letter(client.get(PAGE))[2]

    assert body.split("\r\n")[-3:] == [
        f"Last report: {date_format(today())}",
        "",
        "https://hub.example.org:8443/admin/",
    ]


def test_the_letter_is_in_the_language_of_the_first_editor_whatever_the_readers_is(client, sign_in):
    names = {"name_en": 'Bank "R&D" <b>', "name_zh": "上海市“进出口”银行 & 100%"}
    build.mission(lead_owner=build.organisation(**names), due=today() - timedelta(days=1))
    editor("b", build.organisation(), language="en")
    sign_in(Role.AUDITOR)
    in_english = letter(client.get(PAGE))
    editor("a", build.organisation(), language="zh-hans")
    in_chinese = letter(client.get(PAGE))

    assert [names["name_en"] in text for text in in_english[1:]] == [True, True]
    assert [names["name_zh"] in text for text in in_chinese[1:]] == [True, True]
    assert "已逾期：1" in in_chinese[2].split("\r\n")
    assert rows(client.get(PAGE))["O1"][None].text == f"O1 {names['name_en']}"


def test_a_letter_is_short_enough_for_a_mail_program(client, sign_in):
    # Windows hands over addresses of up to 2,048 characters.
    owner = build.organisation(name_zh="上海虹桥国际中央商务区管理委员会办公室综合处")
    build.mission(lead_owner=owner)
    for name in ("a", "b", "c"):
        editor(f"{name}-with-a-long-user-name", owner, language="zh-hans")
    sign_in(Role.AUDITOR)
    (link,) = rows(client.get(PAGE))["O1"]["Write to"].all("a")

    assert len(link["href"]) < 2048


def test_without_an_editor_the_letter_goes_to_those_above_and_the_page_says_so(client, sign_in):
    top = build.organisation("TOP")
    low = build.organisation("LOW", parent=build.organisation("MIDDLE", parent=top))
    build.mission(lead_owner=low)
    editor("wang", top)
    editor("gone", low, is_active=False)
    sign_in(Role.AUDITOR)
    answer = client.get(PAGE)

    assert rows(answer)["LOW"]["Write to"].text == "wang no editor: editors of Organisation TOP above"
    assert letter(answer, "LOW")[0] == ["wang@example.org"]
    assert "Organisation LOW" in letter(answer, "LOW")[1]


@pytest.mark.parametrize("role", READERS)
def test_where_nobody_can_be_written_to_those_who_may_add_an_account(client, sign_in, role):
    editor("gone", build.mission().lead_owner, is_active=False)
    sign_in(role)
    cell = rows(client.get(PAGE))["O1"]["Write to"]
    links = [link["href"] for link in cell.all("a")]

    assert cell.text.startswith("nobody to write to")
    assert links == (["/admin/missions/user/add/"] if role == Role.ADMINISTRATOR else [])
    assert [client.get(address).status_code for address in links] == [200] * len(links)


@pytest.mark.parametrize("number", [3, 30])
def test_the_page_takes_as_many_queries_with_thirty_owners_as_with_three(
    client, coordinator, number, django_assert_num_queries
):
    for place in range(number):
        owner = build.organisation(f"O{place}", parent=build.organisation(f"P{place}"))
        own = editor(f"editor-{place}", owner.parent)
        build.report(build.mission(lead_owner=owner, due=today()), "in_progress", by=own)

    with django_assert_num_queries(9):
        answer = client.get(PAGE)
    assert len(rows(answer)) == number + 1
