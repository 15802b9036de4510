"""The owner board: what is counted for whom, whose reports count, the order, and which editors can be written to."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
import time_machine

from missions.models import Mission, Role
from missions.models.days import today
from tests import build
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
    above, other = build.organisation("ABOVE"), build.organisation("OTHER")
    below = build.organisation("BELOW", parent=above)
    person("a", organisation=above), person("silent", organisation=below, email="")
    build.mission(lead_owner=above, due=today() + 30 * DAY)
    for due in (today() + 31 * DAY, today() - DAY):
        mission = build.mission(lead_owner=below, supporting=[other, above], due=due)
        build.submission(mission)
    build.submission(mission).submit(by=build.nameless())
    completed = build.mission(lead_owner=below, due=today() - DAY)
    build.report(completed, "completed", by=editor_of(below), on=today() - 2 * DAY)
    build.mission(lead_owner=build.organisation("ALONE"))
    # Neither of these is counted.
    build.mission(lead_owner=other, opened=False)
    withdrawn = build.mission(lead_owner=other, due=today() - DAY)
    build.report(withdrawn, "withdrawn", on=today(), by=editor_of(other))
    build.submission(withdrawn, status="withdrawn", effective_on=today()).submit(by=build.nameless())

    assert board() == {
        "ALONE": ((1, 0, 0, 1, 0), NEVER, ""),
        "ABOVE": ((1, 1, 0, 1, 0), NEVER, "mailto:a@example.org"),
        "BELOW": ((3, 0, 1, 2, 1), "0", "mailto:a@example.org"),
        "Total": ((5, 1, 1, 4, 1), None, ""),
    }


def test_only_a_report_by_the_owners_own_or_superior_editors_counts(board):
    owners = {code: build.organisation(code) for code in ("PROGRAMME", "COORDINATOR", "OTHER", "MOVED")}
    above = build.organisation("TOP")
    for code in ("OWN", "SUPERIOR", "FORMER", "CORRECTED"):
        owners[code] = build.organisation(code, parent=above)
    below = build.organisation("UNDER", parent=owners["OTHER"])
    former = editor_of(owners["FORMER"])
    reporters = {
        "PROGRAMME": None,
        "COORDINATOR": build.nameless(),
        "OTHER": editor_of(below, owners["OWN"]),
        "MOVED": editor_of(owners["OTHER"]),
        "OWN": editor_of(owners["OWN"]),
        "SUPERIOR": editor_of(above),
        "FORMER": former,
        "CORRECTED": editor_of(owners["CORRECTED"]),
    }
    for code, user in reporters.items():
        mission = build.mission(lead_owner=owners["OTHER" if code == "MOVED" else code])
        entry = build.report(mission, "in_progress", by=user)
        if code == "CORRECTED":
            build.correct(entry, status="paused", by=build.nameless())
        if code == "MOVED":
            Mission.objects.filter(pk=mission.pk).update(lead_owner=owners["MOVED"])
    former.memberships.all().delete()

    days = {code: days for code, (_numbers, days, _mail) in board().items() if days}
    assert days == {
        **dict.fromkeys(("PROGRAMME", "COORDINATOR", "OTHER", "MOVED"), NEVER),
        **dict.fromkeys(("OWN", "SUPERIOR", "FORMER", "CORRECTED"), "0"),
    }


# Owner → date and hour (UTC) in June of its last report, number of overdue and of other missions; in the order shown.
IN_ORDER = {
    "N-TWO": (None, 2, 0),
    "N-ONE-OF-THREE": (None, 1, 2),
    "N-ONE-OF-TWO": (None, 1, 1),
    "N-A": (None, 0, 1),
    "N-a": (None, 0, 1),
    "R-LONG-AGO": ((1, 4), 0, 1),
    "R-OVERDUE": ((2, 5), 1, 0),
    "R-MORE": ((2, 6), 0, 2),
    "R-A": ((2, 7), 0, 1),
    "R-B": ((1, 17), 0, 1),  # the second of June in Shanghai
    "R-LATEST": ((3, 4), 3, 0),
}


def test_owners_who_never_reported_come_first_then_the_longest_silent(board):
    author = editor_of(*map(build.organisation, IN_ORDER))
    with time_machine.travel(datetime(2024, 5, 1, 4, tzinfo=UTC), tick=False) as clock:
        for code, (_reported, overdue, others) in reversed(IN_ORDER.items()):
            for due in [today()] * overdue + [None] * others:
                build.mission(lead_owner=build.organisation(code), due=due)
        for (day, hour), code in sorted((reported, code) for code, (reported, *_) in IN_ORDER.items() if reported):
            clock.move_to(datetime(2024, 6, day, hour, tzinfo=UTC))
            build.report(Mission.objects.filter(lead_owner__code=code).first(), "in_progress", by=author)
        clock.move_to(datetime(2024, 6, 4, 4, tzinfo=UTC))
        found = board()

    assert list(found) == [*IN_ORDER, "Total"]
    assert [days for _numbers, days, _mail in found.values()][5:] == ["3", "2", "2", "2", "2", "1", None]
