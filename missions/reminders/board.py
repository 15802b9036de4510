"""The owner board: what each lead owner has to report, and its editors."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ..admin.base import list_url
from ..days import today
from ..models import EntryKind, Membership, Mission, Organisation, Role, StatusChange, Submission, User
from ..register.models import Tree
from ..status import Deadline, Status
from .due_notices import Recipients

COLUMNS = {
    "led": _("Missions led"),
    "due_soon": _("Due within 30 days"),
    "overdue": _("Overdue"),
    "silent": _("Never reported"),
    "waiting": _("Waiting for review"),
}
# How the list of missions is asked for those that a column counts.
LISTS: dict[str, dict[str, Any]] = {
    "led": {"status__exact": [status for status in Status if status != Status.WITHDRAWN]},
    "due_soon": {"deadline": Deadline.DUE_SOON},
    "overdue": {"deadline": Deadline.OVERDUE},
}


@dataclass(frozen=True)
class OwnerRow:
    """A lead owner with the counts of COLUMNS, last report (None: never) and editors.

    `reached` is the organisation whose editors receive its mail: itself or one above.
    """

    owner: Organisation
    counts: dict[str, int]
    reported_on: date | None
    reached: Organisation | None
    editors: list[User]

    @property
    def days(self):
        return self.reported_on and (today() - self.reported_on).days

    @property
    def missions_url(self):
        return list_url("mission", lead_owner__id__exact=self.owner.pk)

    @property
    def cells(self):
        return cells(self.counts, lead_owner__id__exact=self.owner.pk)

    @property
    def mail_link(self):
        if not self.editors:
            return None
        with override(self.editors[0].language):
            context = {"row": self, "site": settings.SIGN_IN_URL}
            subject, _, body = render_to_string("admin/missions/board_letter.txt", context).strip().partition("\n")
        to = ",".join(quote(editor.email, safe="@") for editor in self.editors)
        params = {"subject": subject.strip(), "body": "\r\n".join(body.strip().splitlines())}
        return f"mailto:{to}?{urlencode(params, quote_via=quote)}"


@require_safe
@permission_required("missions.view_board", raise_exception=True)
def board_page(request):
    rows = board()
    context = {
        **admin.site.each_context(request),
        "title": _("Owner board"),
        "columns": COLUMNS.values(),
        "rows": rows,
        "totals": cells({name: sum(row.counts[name] for row in rows) for name in COLUMNS}),
        "never": sum(row.reported_on is None for row in rows),
    }
    return TemplateResponse(request, "admin/missions/board.html", context)


def cells(counts, **query):
    """Return (column, label, number, URL of that list) for each column."""
    return [
        (name, label, counts[name], list_url("mission", **query, **LISTS[name]) if name in LISTS else None)
        for name, label in COLUMNS.items()
    ]


def board() -> list[OwnerRow]:
    """Return organisations that lead missions: never reported first.

    A mission counts once, for its direct lead owner, while it is public and not withdrawn. `silent` are those of which
    no editor of the owner's own ever reported a status, `waiting` the submissions on them under review. Among equals
    stands first who has more overdue, then who leads more.
    """
    people = Recipients()
    reports = _reports(people.tree)
    submissions = Submission.objects.waiting().filter(mission__in=_counted().values("pk")).order_by()
    waiting = dict(submissions.values_list("mission__lead_owner").annotate(Count("pk")))
    due_soon, overdue = (Count("pk", filter=Q(deadline_asof=state)) for state in (Deadline.DUE_SOON, Deadline.OVERDUE))
    led = _counted().order_by().values_list("lead_owner").annotate(Count("pk"), due_soon=due_soon, overdue=overdue)
    organisations = {organisation.pk: organisation for organisation in people.tree.all}
    rows = []
    for pk, *numbers in led:
        owner, reported = organisations[pk], reports.get(pk, {})
        numbers += [numbers[0] - len(reported), waiting.get(pk, 0)]
        last = localdate(max(reported.values())) if reported else None
        rows.append(OwnerRow(owner, dict(zip(COLUMNS, numbers, strict=True)), last, *people.editors(owner)))
    rows.sort(key=lambda row: (-row.counts["overdue"], -row.counts["led"], row.owner.code))
    return sorted(rows, key=lambda row: row.reported_on or date.min)


def never_reported():
    led = _counted().filter(lead_owner=OuterRef("pk"))
    return Organisation.objects.filter(Exists(led)).exclude(pk__in=list(_reports(Tree(Organisation))))


def _counted():
    return Mission.objects.now().exclude(status=Status.WITHDRAWN)


def _reports(tree) -> dict[Any, dict[Any, datetime]]:
    """Return when each mission was last reported by editors, present or former, of its owner or above, by owner.

    The history of memberships has those of today too. What a coordinator reports for an owner is not the owner's.
    """
    held = defaultdict(set)
    for organisation, user in Membership.history.filter(role=Role.EDITOR).values_list("organisation", "user"):
        held[organisation].add(user)
    keys = {organisation.code: organisation.pk for organisation in tree.all}
    own = {keys[code]: set().union(*(held[keys[above]] for above in line)) for code, line in tree.above.items()}
    reports = StatusChange.objects.filter(kind=EntryKind.REPORT, mission__in=_counted().values("pk"))
    by_author = (
        reports.exclude(recorded_by=None).order_by().values_list("mission", "mission__lead_owner", "recorded_by")
    )
    found: dict[Any, dict[Any, datetime]] = defaultdict(dict)
    for mission, owner, author, at in by_author.annotate(Max("recorded_at")):
        if author in own[owner]:
            found[owner][mission] = max(at, found[owner].get(mission, at))
    return found
