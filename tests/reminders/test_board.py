"""The owner board: what is counted for whom, whose reports count, the order, and the mail to the editors."""

from datetime import datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
import time_machine

from missions.days import today
from missions.models import Role
from tests import factories
from tests.public.dom import parse
from tests.reminders.conftest import person
from tests.workflow.steps import official

pytestmark = pytest.mark.django_db

BOARD, DAY, NEVER = "/admin/board/", timedelta(days=1), "never"
COLUMNS = ("Missions led", "Due within 30 days", "Overdue", "Never reported", "Waiting for review")


def editor_of(*owners):
    user = official()
    for owner in owners:
        user.memberships.create(role=Role.EDITOR, organisation=owner)
    return user


@pytest.fixture
def board(client):
    """Reads the board as an auditor: code → (numbers, days since the last report, link of the mail)."""

    def read():
        found = {}
        for row in parse(client.get(BOARD)).one("table").all("tr")[1:]:
            cells = {cell["data-label"]: cell for cell in row.all("td") if cell.get("data-label")}
            days, mail = (cells.get(label) for label in ("Days since last report", "Write to"))
            found[row.one("th").text.partition(" ")[0]] = (
                tuple(int(cells[label].text) for label in COLUMNS),
                days and days.text.partition(" ")[0],
                "".join(link["href"] for link in mail.all("a")) if mail else "",
            )
            for label in COLUMNS:
                for link in cells[label].all("a"):  # each number links to a list of that many missions
                    assert len(parse(client.get(link["href"])).one(id="result_list").all("tr")) - 1 == int(link.text)
        return found

    client.force_login(official(Role.AUDITOR))
    return read


def test_missions_are_counted_once_for_their_direct_lead_owner_with_the_nearest_reachable_editors(board, client):
    above, other = factories.organisation("ABOVE"), factories.organisation("OTHER")
    below = factories.organisation("BELOW", parent=above)
    person("a", organisation=above), person("silent", organisation=below, email="")
    person("gone", organisation=below, is_active=False)
    factories.mission(lead_owner=above, due=today() + 30 * DAY)
    for due in (today() + 31 * DAY, today() - DAY):
        mission = factories.mission(lead_owner=below, supporting=[other, above], due=due)
        factories.submission(mission)
    factories.submission(mission).submit(by=factories.nameless())
    completed = factories.mission(lead_owner=below, due=today() - DAY)
    factories.report(completed, "completed", by=editor_of(below), on=today() - 2 * DAY)
    factories.mission(lead_owner=factories.organisation("ALONE"))
    # Neither of these is counted.
    factories.mission(lead_owner=other, opened=False)
    withdrawn = factories.mission(lead_owner=other, due=today() - DAY)
    factories.report(withdrawn, "withdrawn", on=today(), by=editor_of(other))
    factories.submission(withdrawn, status="withdrawn", effective_on=today()).submit(by=factories.nameless())

    found = {code: (numbers, days, link.partition("?")[0]) for code, (numbers, days, link) in board().items()}
    assert found == {
        "ALONE": ((1, 0, 0, 1, 0), NEVER, ""),
        "ABOVE": ((1, 1, 0, 1, 0), NEVER, "mailto:a@example.org"),
        "BELOW": ((3, 0, 1, 2, 1), "0", "mailto:a@example.org"),
        "Total": ((5, 1, 1, 4, 1), None, ""),
    }
    client.force_login(official(Role.ADMINISTRATOR))
    rows = [row for row in parse(client.get(BOARD)).one("table").all("tr") if "ALONE" in row.text]
    assert [link["href"] for row in rows for link in row.all("a")][-1] == "/admin/missions/user/add/"


def test_reports_by_the_owners_own_or_superior_editors_count_and_the_longest_silent_come_first(board):
    above = factories.organisation("TOP")
    owners = {code: factories.organisation(code, parent=above) for code in ("OFFICE", "FORMER", "SUPERIOR", "OWN")}
    below = factories.organisation("UNDER", parent=owners["OFFICE"])
    reporters = {code: editor_of(owner) for code, owner in owners.items()}
    reporters |= {"OFFICE": editor_of(below, owners["OWN"]), "SUPERIOR": editor_of(above)}
    for code, days in {"OFFICE": 9, "FORMER": 5, "SUPERIOR": 3, "OWN": 0}.items():
        # Just after midnight in Shanghai, where dates are counted.
        day = today() - days * DAY
        with time_machine.travel(datetime(day.year, day.month, day.day, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))):
            factories.report(factories.mission(lead_owner=owners[code]), "in_progress", by=reporters[code])
    reporters["FORMER"].memberships.all().delete()

    found = {code: days for code, (_numbers, days, _mail) in board().items() if days}
    assert list(found.items()) == [("OFFICE", NEVER), ("FORMER", "5"), ("SUPERIOR", "3"), ("OWN", "0")]


def test_mail_goes_to_all_editors_in_the_language_of_the_first(board, settings):
    settings.SIGN_IN_URL = "https://hub.example.org:8443"
    owner = factories.organisation(name_en='Bank "R&D" <b>', name_zh="上海市“进出口”银行 & 100%")
    factories.mission(lead_owner=owner, due=today() - DAY, status="paused")
    person("wang", organisation=owner), person("li", organisation=owner, email="li+hub&a=b%20?@example.org")

    def mail():
        link = board()["O1"][2]
        addresses, _, query = link.removeprefix("mailto:").partition("?")
        subject, body = (unquote(part.partition("=")[2]) for part in query.split("&"))
        assert (link.isascii(), len(link) < 2048) == (True, True)  # what Windows hands over to a mail program
        return [unquote(each) for each in addresses.split(",")], subject, body.split("\r\n")

    addresses, subject, body = mail()
    assert addresses == ["li+hub&a=b%20?@example.org", "wang@example.org"]
    assert (owner.name_en in subject, "Overdue: 1" in body) == (True, True)
    assert body[-1] == "https://hub.example.org:8443/admin/"
    person("a", organisation=owner, language="zh-hans")
    assert "已逾期：1" in mail()[2]
