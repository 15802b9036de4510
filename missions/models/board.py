"""The owner board: what each lead owner has to report, when an official last did, and which editors to write to."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from ..status import Deadline, Status
from .days import today
from .ledger import EntryKind, StatusChange
from .mission import Mission
from .people import Membership, Role, User
from .register import Organisation, OrganisationTree, code_order
from .workflow import Submission

COUNTS = ("led", "due_soon", "overdue", "silent", "waiting")


def owners():
    """The organisations that lead missions themselves, each with its COUNTS and `reported_on`.

    A mission counts once, for its direct lead owner, while it is public and not withdrawn. `silent` are those of which
    no official ever reported a status (what came from a programme's files has no author), `waiting` the submissions
    on them under review, `reported_on` the day of the last report by an official. Who never reported stands first,
    then whose last report is the longest ago; among equals, who has more overdue, then who leads more.
    """
    missions = Mission.objects.as_of().exclude(status_asof=Status.WITHDRAWN)
    reports = StatusChange.objects.filter(kind=EntryKind.REPORT, recorded_by__isnull=False)
    of_these = Q(mission__in=missions.values("pk"))
    last = reports.filter(of_these, mission__lead_owner=OuterRef("pk")).order_by("-recorded_at").values("recorded_at")
    return (
        Organisation.objects.annotate(
            led=_number(missions),
            due_soon=_number(missions.filter(deadline_asof=Deadline.DUE_SOON)),
            overdue=_number(missions.filter(deadline_asof=Deadline.OVERDUE)),
            silent=_number(missions.filter(~Exists(reports.filter(mission=OuterRef("pk"))))),
            waiting=_number(Submission.objects.waiting().filter(of_these), owner="mission__lead_owner"),
            reported_on=TruncDate(Subquery(last[:1])),
        )
        .filter(led__gt=0)
        .order_by(F("reported_on").asc(nulls_first=True), "-overdue", "-led", code_order("code"))
    )


def _number(records, owner="lead_owner"):
    """How many of the records are of an organisation."""
    theirs = records.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(theirs.annotate(n=Count("pk")).values("n")), 0)


def never_reported():
    """Of these owners, those on none of whose missions an official has ever reported a status."""
    return owners().filter(reported_on__isnull=True)


@dataclass(frozen=True)
class Row:
    """A lead owner, its COUNTS, when an official last reported (None: never), and whom to write to.

    The editors are those of `reached`: the owner itself, or the nearest organisation above it that has any.
    """

    owner: Organisation
    counts: dict[str, int]
    reported_on: date | None
    days: int | None
    reached: Organisation | None
    editors: list[User]


def board() -> list[Row]:
    """One row for each of `owners`, in their order."""
    tree, editors, day = OrganisationTree(), _editors(), today()
    organisations = {organisation.code: organisation for organisation in tree.all}
    rows = []
    for owner in owners():
        counts = {name: getattr(owner, name) for name in COUNTS}
        ago = owner.reported_on and (day - owner.reported_on).days
        above = (organisations[code] for code in tree.above[owner.code])
        reached = next((organisation for organisation in above if organisation.pk in editors), None)
        rows.append(Row(owner, counts, owner.reported_on, ago, reached, editors[reached.pk] if reached else []))
    return rows


def totals(rows: list[Row]) -> dict[str, int]:
    """The sum of each of the COUNTS: no mission is in two rows."""
    return {name: sum(row.counts[name] for row in rows) for name in COUNTS}


def _editors() -> dict[Any, list[User]]:
    """Organisation → its active editors who have an e-mail address, by user name."""
    held = Membership.objects.filter(role=Role.EDITOR, user__is_active=True).exclude(user__email="")
    editors = defaultdict(list)
    for membership in held.select_related("user").order_by("user__username"):
        editors[membership.organisation_id].append(membership.user)
    return editors
