"""The owner board: what is counted for whom, whose reports count, the order, and which editors can be written to."""

from datetime import datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
import time_machine

from missions.days import today
from missions.models import Mission, Role
from tests import factories
from tests.public.dom import parse
from tests.reminders.conftest import person
from tests.workflow.steps import official

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
COLUMNS = ("Missions led", "Due within 30 days", "Overdue", "Never reported", "Waiting for review")
NEVER = "never"


def editor_of(*owners):
    user = official()
    for owner in owners:
        user.memberships.create(role=Role.EDITOR, organisation=owner)
    return user


@pytest.fixture
def board(client):
    """Reads the board as an auditor: code → (numbers, days since the last report, addresses of editors)."""

    def read():
        found = {}
        for row in parse(client.get("/admin/board/")).one("table").all("tr")[1:]:
            cells = {cell["data-label"]: cell for cell in row.all("td") if cell.get("data-label")}
            days, mail = (cells.get(label) for label in ("Days since last report", "Write to"))
            found[row.one("th").text.partition(" ")[0]] = (
                tuple(int(cells[label].text) for label in COLUMNS),
                days and days.text.partition(" ")[0],
                "".join(unquote(link["href"]).partition("?")[0] for link in mail.all("a")) if mail else "",
            )
        return found

    client.force_login(official(Role.AUDITOR))
    return read


def test_missions_are_counted_once_for_their_direct_lead_owner_with_the_nearest_reachable_editors(board):
    above, other = factories.organisation("ABOVE"), factories.organisation("OTHER")
    below = factories.organisation("BELOW", parent=above)
    person("a", organisation=above), person("silent", organisation=below, email="")
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

    assert board() == {
        "ALONE": ((1, 0, 0, 1, 0), NEVER, ""),
        "ABOVE": ((1, 1, 0, 1, 0), NEVER, "mailto:a@example.org"),
        "BELOW": ((3, 0, 1, 2, 1), "0", "mailto:a@example.org"),
        "Total": ((5, 1, 1, 4, 1), None, ""),
    }


# Lead owner → days since the last report that counts, in the order shown.
REPORTED = {
    **dict.fromkeys(("COORDINATOR", "MOVED", "OTHER", "PROGRAMME"), NEVER),
    "FORMER": "5",
    "SUPERIOR": "3",
    "CORRECTED": "0",
    "OWN": "0",
}


def test_reports_by_the_owners_own_or_superior_editors_count_and_the_longest_silent_come_first(board):
    above = factories.organisation("TOP")
    owners = {code: factories.organisation(code, parent=above) for code in REPORTED}
    below = factories.organisation("UNDER", parent=owners["OTHER"])
    reporters = {code: editor_of(owner) for code, owner in owners.items()}
    reporters |= {"PROGRAMME": None, "COORDINATOR": factories.nameless(), "SUPERIOR": editor_of(above)}
    reporters |= {"OTHER": editor_of(below, owners["OWN"])}
    for code, days in REPORTED.items():
        # Just after midnight in Shanghai, where dates are counted.
        day = today() - (9 if days == NEVER else int(days)) * DAY
        with time_machine.travel(datetime(day.year, day.month, day.day, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))):
            mission = factories.mission(lead_owner=owners[code])
            entry = factories.report(mission, "in_progress", by=reporters[code])
            if code == "CORRECTED":
                factories.correct(entry, status="paused", by=factories.nameless())
    for code, new in (("PROGRAMME", "X"), ("MOVED", "PROGRAMME"), ("X", "MOVED")):  # each reported on the other's
        Mission.objects.filter(lead_owner__code=code).update(lead_owner=factories.organisation(new))
    reporters["FORMER"].memberships.all().delete()

    assert [(code, days) for code, (_numbers, days, _mail) in board().items() if days] == list(REPORTED.items())
