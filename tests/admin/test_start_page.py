"""The start page shows each role its tasks."""

from datetime import timedelta

import pytest

from missions.days import today
from missions.models import ImportKind, ImportState, Role, User
from tests import factories
from tests.public.dom import parse
from tests.workflow.steps import official


def in_days(number):
    return today() + timedelta(days=number)


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
    factories.report(overdue, "in_progress", by=official(Role.EDITOR, foreign))
    User.objects.update(must_change_password=False)
    for number, is_active in enumerate((True, True, False)):
        factories.user(f"invited {number}", Role.AUDITOR, is_active=is_active, must_change_password=True)
    return own


def length_of_the_list(response):
    page = parse(response)
    if response.request["PATH_INFO"] == "/admin/board/":
        return sum(cell.text == "never" for cell in page.all("td", data_label="Days since last report"))
    results = page.all(id="result_list")
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
    content = parse(client.get("/admin/")).one(id="content")
    tasks = [(*link.text.split(" ", 1), link["href"]) for link in content.all("a") if link.text[:1].isdigit()]

    assert {label: int(number) for number, label, _page in tasks} == expected
    assert {label: length_of_the_list(client.get(page)) for _number, label, page in tasks} == expected
    links = {link["href"] for link in content.all("a")}
    opened = [page for page in links if page.startswith("/") and "/import/" not in page]  # these workbooks are empty
    assert {client.get(page, follow=True).status_code for page in opened} == {200}
