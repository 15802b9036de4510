"""Database expressions for a mission's state on a date: from the stored periods, or from the ledger."""

from collections import defaultdict
from datetime import date

from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Subquery, Value, When

from ..days import today
from ..status import DUE_SOON, UNFINISHED, Deadline, Status
from .entries import StatusChange
from .periods import PeriodValues, StatusPeriod, periods_by_mission, with_linked

PROJECTION = ("status", "status_since", "due", "due_first", "due_moves")
# Columns of today's state on the mission, and of a past date's on its status period.
STANDS = {f"{name.removeprefix('status_')}_asof": F(name) for name in PROJECTION}
PERIOD_STATE = {name: F(f"periods__{name.removesuffix('_asof')}") for name in STANDS}


def known_today(known_at: date | None) -> bool:
    return known_at is None or known_at >= today()


def state_on(on, known_at):
    """Return the annotations of `as_of`, computed from the ledger."""
    changes = StatusChange.objects.uncorrected(on, known_at)
    here = changes.filter(mission=OuterRef("pk")).newest_first()
    later = Q(effective_on__gt=OuterRef("effective_on")) | Q(
        effective_on=OuterRef("effective_on"), id__gt=OuterRef("id")
    )
    other_later = changes.filter(later, mission=OuterRef("mission"), sets_status=True).exclude(
        status=OuterRef("status")
    )
    present_run = here.filter(~Exists(other_later), sets_status=True).order_by("effective_on", "id")
    return {
        "status_asof": Subquery(here.filter(sets_status=True).values("status")[:1]),
        "since_asof": Subquery(present_run.values("effective_on")[:1]),
        "due_asof": Subquery(here.filter(sets_due=True).values("due")[:1]),
        **moved(on, known_at, here),
    }


def moved(on, known_at, here):
    """Annotate first due date and moves, including those inherited by successors."""
    dated = here.filter(sets_due=True)
    before = StatusChange.objects.before_each("due", on, known_at)
    moves = dated.annotate(before=Subquery(before[:1])).filter(
        Exists(before.filter(due__isnull=False)),
        Q(due__isnull=True, before__isnull=False)
        | Q(due__isnull=False, before__isnull=True)
        | Q(due__lt=F("before"))
        | Q(due__gt=F("before")),
    )
    number = moves.order_by().values(number=Func("pk", function="COUNT", output_field=models.IntegerField()))
    first = dated.filter(due__isnull=False).order_by("effective_on", "id").values("due")[:1]
    periods = successors(on, known_at)
    return {
        "due_first_asof": Case(
            *(When(pk=key, then=Value(each.due_first)) for key, each in periods.items()),
            default=Subquery(first),
            output_field=models.DateField(),
        ),
        "due_moves_asof": Case(
            *(When(pk=key, then=Value(each.due_moves)) for key, each in periods.items()),
            default=Subquery(number),
            output_field=models.IntegerField(),
        ),
    }


def successors(on, known_at) -> dict[int, PeriodValues]:
    """Return the state of missions that replace others; there are few."""
    replaced, _successors = StatusPeriod.objects.links()
    if not replaced:
        return {}
    entries: defaultdict[int, list[StatusChange]] = defaultdict(list)
    these = StatusChange.objects.uncorrected(on, known_at).filter(mission__in=with_linked(replaced, replaced))
    for entry in these.order_by("effective_on", "id"):
        entries[entry.mission_id].append(entry)
    periods = periods_by_mission(entries, replaced)
    return {mission: periods[mission][-1] for mission in replaced.keys() & periods.keys()}


def judged(on):
    is_open = Q(status_asof__in=UNFINISHED)
    return {
        "deadline_asof": deadline(on),
        "is_past_first": Case(When(is_open & Q(due_first_asof__lt=on), then=Value(True)), default=Value(False)),
    }


def deadline(on):
    """Return `status.deadline_state` as a database expression."""
    return Case(
        When(status_asof=Status.WITHDRAWN, then=Value(Deadline.NONE)),
        When(status_asof=Status.COMPLETED, since_asof__lte=F("due_first_asof"), then=Value(Deadline.MET)),
        When(status_asof=Status.COMPLETED, due_first_asof__isnull=False, then=Value(Deadline.MET_LATE)),
        When(due_asof__isnull=True, then=Value(Deadline.NONE)),
        When(due_asof__lt=on, then=Value(Deadline.OVERDUE)),
        When(due_asof__lte=on + DUE_SOON, then=Value(Deadline.DUE_SOON)),
        default=Value(Deadline.ON_TIME),
        output_field=models.CharField(),
    )
