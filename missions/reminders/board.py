"""The owner board: what each lead owner has to report, when its own editors last did, and which of them to write to."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.timezone import localdate

from ..accounts.models import Membership, Role, User
from ..days import today
from ..ledger.entries import EntryKind, StatusChange
from ..register.mission import Mission
from ..register.models import Organisation, OrganisationTree
from ..status import Deadline, Status
from ..workflow.models import Submission
from .recipients import Reachable

COUNTS = ("led", "due_soon", "overdue", "silent", "waiting")


@dataclass(frozen=True)
class Row:
    """A lead owner, its COUNTS, when its own editors last reported (None: never), and whom to write to.

    The editors to write to are those of `reached`: the owner itself, or the nearest above it that has any.
    """

    owner: Organisation
    counts: dict[str, int]
    reported_on: date | None
    days: int | None
    reached: Organisation | None
    editors: list[User]


def board() -> list[Row]:
    """The organisations that lead missions themselves, who never reported first, then whose report is the oldest.

    A mission counts once, for its direct lead owner, while it is public and not withdrawn. `silent` are those of which
    no editor of the owner's own ever reported a status, `waiting` the submissions on them under review. Among equals
    stands first who has more overdue, then who leads more.
    """
    people = Reachable()
    reports, waiting, day = _reports(people.tree), _waiting(), today()
    organisations = {organisation.pk: organisation for organisation in people.tree.all}
    rows = []
    for pk, led, due_soon, overdue in _led():
        owner, reported = organisations[pk], reports.get(pk, {})
        silent = led - len(reported)
        counts = dict(zip(COUNTS, (led, due_soon, overdue, silent, waiting.get(pk, 0)), strict=True))
        last = localdate(max(reported.values())) if reported else None
        days = (day - last).days if last else None
        rows.append(Row(owner, counts, last, days, *people.editors(owner)))
    return sorted(rows, key=_place)


def _place(row):
    return row.reported_on or date.min, -row.counts["overdue"], -row.counts["led"], row.owner.code


def totals(rows: list[Row]) -> dict[str, int]:
    """The sum of each of the COUNTS: no mission is in two rows."""
    return {name: sum(row.counts[name] for row in rows) for name in COUNTS}


def never_reported():
    """The organisations of the board whose own editors never reported a status, in the register's order."""
    led = _counted().filter(lead_owner=OuterRef("pk"))
    return Organisation.objects.filter(Exists(led)).exclude(pk__in=list(_reports(OrganisationTree())))


def _counted():
    return Mission.objects.now().exclude(status=Status.WITHDRAWN)


def _led():
    """The owner's pk, and how many missions it leads, how many are due soon, how many are overdue."""
    due_soon, overdue = (Count("pk", filter=Q(deadline_asof=state)) for state in (Deadline.DUE_SOON, Deadline.OVERDUE))
    by_owner = _counted().order_by().values_list("lead_owner")
    return by_owner.annotate(led=Count("pk"), due_soon=due_soon, overdue=overdue)


def _waiting():
    waiting = Submission.objects.waiting().filter(mission__in=_counted().values("pk"))
    return dict(waiting.order_by().values_list("mission__lead_owner").annotate(Count("pk")))


def _reports(tree) -> dict[Any, dict[Any, datetime]]:
    """Owner → mission → when its own editors last reported it; only where they did."""
    own = _own_editors(tree)
    reports = StatusChange.objects.filter(kind=EntryKind.REPORT, mission__in=_counted().values("pk"))
    by_author = (
        reports.filter(recorded_by__isnull=False)
        .order_by()
        .values_list("mission", "mission__lead_owner", "recorded_by")
    )
    found: dict[Any, dict[Any, datetime]] = defaultdict(dict)
    for mission, owner, author, at in by_author.annotate(Max("recorded_at")):
        if author in own[owner]:
            found[owner][mission] = max(at, found[owner].get(mission, at))
    return found


def _own_editors(tree) -> dict[Any, set[Any]]:
    """Owner → the accounts that edit, or ever did, for it or an organisation above it.

    The history of memberships has those of today too. What a coordinator reports for an owner is not the owner's.
    """
    held = defaultdict(set)
    for organisation, user in Membership.history.filter(role=Role.EDITOR).values_list("organisation", "user"):
        held[organisation].add(user)
    keys = {organisation.code: organisation.pk for organisation in tree.all}
    return {keys[code]: set().union(*(held[keys[above]] for above in line)) for code, line in tree.above.items()}
