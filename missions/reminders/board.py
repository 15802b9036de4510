"""The owner board: what each lead owner has to report, and its editors."""

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
from .recipients import Recipients

COUNTS = ("led", "due_soon", "overdue", "silent", "waiting")


@dataclass(frozen=True)
class OwnerRow:
    """A lead owner with its COUNTS, last report (None: never) and editors.

    `reached` is the organisation whose editors receive its mail: itself or one above.
    """

    owner: Organisation
    counts: dict[str, int]
    reported_on: date | None
    days: int | None
    reached: Organisation | None
    editors: list[User]


def board() -> list[OwnerRow]:
    """Return organisations that lead missions: never reported first.

    A mission counts once, for its direct lead owner, while it is public and not withdrawn. `silent` are those of which
    no editor of the owner's own ever reported a status, `waiting` the submissions on them under review. Among equals
    stands first who has more overdue, then who leads more.
    """
    people = Recipients()
    reports, waiting, day = _reports(people.tree), _waiting(), today()
    organisations = {organisation.pk: organisation for organisation in people.tree.all}
    rows = []
    for pk, led, due_soon, overdue in _led():
        owner, reported = organisations[pk], reports.get(pk, {})
        silent = led - len(reported)
        counts = dict(zip(COUNTS, (led, due_soon, overdue, silent, waiting.get(pk, 0)), strict=True))
        last = localdate(max(reported.values())) if reported else None
        days = (day - last).days if last else None
        rows.append(OwnerRow(owner, counts, last, days, *people.editors(owner)))
    return sorted(rows, key=_place)


def _place(row):
    return row.reported_on or date.min, -row.counts["overdue"], -row.counts["led"], row.owner.code


def totals(rows: list[OwnerRow]) -> dict[str, int]:
    return {name: sum(row.counts[name] for row in rows) for name in COUNTS}


def never_reported():
    led = _counted().filter(lead_owner=OuterRef("pk"))
    return Organisation.objects.filter(Exists(led)).exclude(pk__in=list(_reports(OrganisationTree())))


def _counted():
    return Mission.objects.now().exclude(status=Status.WITHDRAWN)


def _led():
    due_soon, overdue = (Count("pk", filter=Q(deadline_asof=state)) for state in (Deadline.DUE_SOON, Deadline.OVERDUE))
    by_owner = _counted().order_by().values_list("lead_owner")
    return by_owner.annotate(led=Count("pk"), due_soon=due_soon, overdue=overdue)


def _waiting():
    waiting = Submission.objects.waiting().filter(mission__in=_counted().values("pk"))
    return dict(waiting.order_by().values_list("mission__lead_owner").annotate(Count("pk")))


def _reports(tree) -> dict[Any, dict[Any, datetime]]:
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
    """Map owners to accounts that edit or edited for them or above.

    The history of memberships has those of today too. What a coordinator reports for an owner is not the owner's.
    """
    held = defaultdict(set)
    for organisation, user in Membership.history.filter(role=Role.EDITOR).values_list("organisation", "user"):
        held[organisation].add(user)
    keys = {organisation.code: organisation.pk for organisation in tree.all}
    return {keys[code]: set().union(*(held[keys[above]] for above in line)) for code, line in tree.above.items()}
