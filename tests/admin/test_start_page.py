"""The start page shows each role its tasks; the owner board shows who must be reminded, and begins the letters."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils.formats import date_format

from missions.days import today
from missions.models import ImportKind, ImportState, Membership, Role, User
from tests import factories
from tests.public.dom import parse

BOARD = "/admin/board/"
COLUMNS = ("Missions led", "Due within 30 days", "Overdue", "Never reported", "Waiting for review")
READERS = [Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR]


def in_days(number):
    return today() + timedelta(days=number)


def editor(username, organisation, *, email=None, **fields):
    email = f"{username}@example.org" if email is None else email
    user = User.objects.create(username=username, email=email, **{"language": "en", **fields})
    Membership.objects.create(user=user, role=Role.EDITOR, organisation=organisation)
    return user


@pytest.fixture(scope="module")
def world(module_db):
    """OWN has each thing once and FOREIGN twice, so that no two counts agree by chance."""
    own, foreign, author = factories.organisation("OWN"), factories.organisation("FOREIGN"), factories.nameless()
    for owner, times in ((own, 1), (foreign, 2)):
        for _time in range(times):
            overdue = factories.mission(lead_owner=owner, due=in_days(-1), status="in_progress")
            factories.mission(lead_owner=owner, due=in_days(30), status="paused")
            factories.mission(lead_owner=owner, due=in_days(-1), status="completed")
            factories.mission(lead_owner=owner, due=in_days(-1), status="withdrawn")
            factories.mission(lead_owner=owner, due=in_days(31))
            factories.mission(lead_owner=owner, opened=False)
            submissions = [factories.submission(overdue) for _number in range(8)]
            for submission in submissions[:4]:
                submission.submit(by=author)
            submissions[2].send_back(by=author, reason="No")
            submissions[3].take_back(by=author)
            submissions[4].take_back(by=author)  # given up: it was never submitted
    factories.report(overdue, "in_progress", by=editor("reporter", foreign, email=""))
    User.objects.update(must_change_password=False)
    for number, is_active in enumerate((True, True, False)):
        user = factories.user(f"invited {number}", Role.AUDITOR, must_change_password=True)
        User.objects.filter(pk=user.pk).update(is_active=is_active)
    return own


def tasks(response):
    """Label → (count, address of the list)."""
    links = [link for link in parse(response).one(id="content").all("a") if link.text[:1].isdigit()]
    parts = [(link.text.split(" ", 1), link["href"]) for link in links]
    return {label: (int(number), href) for (number, label), href in parts}


def board_rows(response):
    """Code of the organisation → the cells of its row by their labels."""
    rows = [row for body in parse(response).one("table").all("tbody") for row in body.all("tr")]
    return {
        row.one("th").text.split(" ")[0]: {cell.get("data-label"): cell for cell in [row.one("th"), *row.all("td")]}
        for row in rows
    }


def length_of_the_list(response):
    if response.request["PATH_INFO"] == BOARD:
        last = [row.get("Days since last report") for row in board_rows(response).values()]
        return sum(cell is not None and cell.text == "never" for cell in last)
    results = parse(response).all(id="result_list")
    return len(results[0].one("tbody").all("tr")) if results else 0


OWN = {
    "Waiting for review": 2, "Returned": 1, "Drafts": 4, "Overdue": 1, "Due within 30 days": 1, "Never updated": 1,
    "Workbooks not confirmed": 1,
}  # fmt: skip
ALL = {label: 3 * number for label, number in OWN.items()} | {"Workbooks not confirmed": 1}  # those of this account


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.EDITOR, OWN),
        (Role.AUDITOR, {}),
        (Role.ADMINISTRATOR, {"Invitations not accepted": 2}),
        (Role.COORDINATOR, {**ALL, "Owners who never reported": 1}),
    ],
)
def test_each_role_sees_its_tasks_and_each_count_is_that_of_its_list(client, world, sign_in, role, expected):
    user = sign_in(role, organisation=world)
    factories.imported(by=factories.user("colleague"))
    if user.has_perm("missions.add_import"):
        factories.imported(by=user, kind=ImportKind.RETURN)
        factories.imported(by=user, kind=ImportKind.RETURN, name="given-up.xlsx").decide(ImportState.DROPPED, by=user)
    found = tasks(client.get("/admin/"))

    assert {label: number for label, (number, _page) in found.items()} == expected
    assert {label: length_of_the_list(client.get(page)) for label, (_number, page) in found.items()} == expected
    links = {link["href"] for link in parse(client.get("/admin/")).one(id="content").all("a")}
    opened = [page for page in links if page.startswith("/") and "/import/" not in page]  # these workbooks are empty
    assert {client.get(page, follow=True).status_code for page in opened} == {200}


# --- the owner board --------------------------------------------------------------------------------------------------


def test_the_columns_of_the_board_add_up(client, world, sign_in):
    sign_in(Role.EDITOR, Role.AUDITOR, organisation=world)
    rows = board_rows(client.get(BOARD))

    assert {code: [int(row[label].text) for label in COLUMNS] for code, row in rows.items()} == {
        "OWN": [4, 1, 1, 4, 2],
        "FOREIGN": [8, 2, 2, 7, 4],
        "Total": [12, 3, 3, 11, 6],
    }
    last = {code: row["Days since last report"].text for code, row in rows.items() if code != "Total"}
    assert last == {"OWN": "never", "FOREIGN": f"0 {date_format(today())}"}
    links = [
        (cell, link)
        for row in rows.values()
        for label, cell in row.items()
        if label in COLUMNS
        for link in cell.all("a")
    ]
    assert len(links) == 9
    assert [length_of_the_list(client.get(link["href"])) for _cell, link in links] == [
        int(cell.text) for cell, _l in links
    ]


def board_mail(response, code="O1"):
    """Addresses, subject and the lines of the body of the mail that the board begins."""
    (link,) = [link["href"] for link in board_rows(response)[code]["Write to"].all("a") if "mailto:" in link["href"]]
    assert link.isascii()
    addresses, _, query = link.removeprefix("mailto:").partition("?")
    fields = {name: unquote(value) for name, value in (part.split("=") for part in query.split("&"))}
    assert list(fields) == ["subject", "body"]
    assert len(link) < 2048  # what Windows hands over to a mail program
    return [unquote(each) for each in addresses.split(",")], fields["subject"], fields["body"].split("\r\n")


def test_the_mail_goes_to_all_active_editors_with_an_address_in_the_language_of_the_first(client, sign_in, settings):
    settings.SIGN_IN_URL = "https://hub.example.org:8443"
    names = {"name_en": 'Bank "R&D" <b>', "name_zh": "上海市“进出口”银行 & 100%"}
    owner = factories.organisation(**names)
    factories.mission(lead_owner=owner, due=in_days(-1), status="paused")
    editor("gone", owner, is_active=False)
    editor("silent", owner, email="")
    editor("wang", owner)
    editor("li", owner, email="li+hub&a=b%20?@example.org")
    sign_in(Role.AUDITOR)
    addresses, subject, body = board_mail(client.get(BOARD))
    editor("a", owner, language="zh-hans")
    _addresses, _subject, chinese = board_mail(client.get(BOARD))

    assert addresses == ["li+hub&a=b%20?@example.org", "wang@example.org"]
    assert [names["name_en"] in text for text in (subject, body[0])] == [True, True]
    assert ("Overdue: 1" in body, body[-1]) == (True, "https://hub.example.org:8443/admin/")
    assert (names["name_zh"] in chinese[0], "已逾期：1" in chinese) == (True, True)


@pytest.mark.parametrize("role", READERS)
def test_without_editors_the_mail_goes_to_those_above_and_without_those_to_nobody(client, sign_in, role):
    top = factories.organisation("TOP")
    low = factories.organisation("LOW", parent=factories.organisation("MIDDLE", parent=top))
    factories.mission(lead_owner=low)
    factories.mission(lead_owner=factories.organisation("ALONE"))
    editor("wang", top)
    editor("gone", low, is_active=False)
    sign_in(role)
    answer = client.get(BOARD)

    assert (board_mail(answer, "LOW")[0], "Organisation TOP" in board_rows(answer)["LOW"]["Write to"].text) == (
        ["wang@example.org"],
        True,
    )
    links = [link["href"] for link in board_rows(answer)["ALONE"]["Write to"].all("a")]
    assert links == (["/admin/missions/user/add/"] if role == Role.ADMINISTRATOR else [])
