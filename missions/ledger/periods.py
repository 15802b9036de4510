"""Status periods of each mission, stored so that a past date takes one scan."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from graphlib import TopologicalSorter
from itertools import batched, chain, groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..days import LAST_DAY
from ..status import Status
from .entries import StatusChange

# The end of a period that lasts.
END = LAST_DAY + timedelta(days=1)
MISSIONS_AT_ONCE = 500


class PeriodValues(NamedTuple):
    first_day: date
    until: date
    status: str
    since: date
    due: date | None
    due_first: date | None
    due_moves: int


def build_periods(effective: Sequence[StatusChange], inherited: Sequence[PeriodValues] = ()) -> Iterator[PeriodValues]:
    """Build the status periods of one mission from its uncorrected entries, in order.

    `inherited` is how the missions whose place it takes stood on the day on which it opened.
    """
    status, since = "", effective[0].effective_on
    due, first, moves = None, None, 0
    days = [(day, list(entries)) for day, entries in groupby(effective, attrgetter("effective_on"))]
    ends = [*(day for day, _entries in days[1:]), END]
    for (day, entries), until in zip(days, ends, strict=True):
        for entry in entries:
            if entry.sets_status and entry.status != status:
                status, since = entry.status, day
            if entry.sets_due:
                moves += bool(first) and entry.due != due
                due, first = entry.due, first or entry.due
        yield PeriodValues(day, until, status, since, due, *_with_inherited(first, moves, inherited))


def _with_inherited(first, moves, inherited):
    """A mission that replaces others starts with their earliest first date and most moves."""
    more = (old.due_moves + bool(first and old.due and first > old.due) for old in inherited)
    return min((old.due_first for old in inherited if old.due_first), default=first), moves + max(more, default=0)


def periods_by_mission(
    entries: Mapping[int, Sequence[StatusChange]], replaced: Mapping[int, Iterable[int]]
) -> dict[int, list[PeriodValues]]:
    """Build the periods of missions from the uncorrected entries of these and of all that they replace."""
    periods: dict[int, list[PeriodValues]] = {}
    for mission in chain.from_iterable(generations([key for key in entries if entries[key]], replaced)):
        day = entries[mission][0].effective_on
        former = chain.from_iterable(periods.get(old, ()) for old in replaced.get(mission, ()))
        inherited = [period for period in former if period.first_day <= day < period.until]
        periods[mission] = list(build_periods(entries[mission], inherited))
    return periods


def generations(missions: Collection[int], replaced: Mapping[int, Iterable[int]]) -> Iterator[list[int]]:
    """Yield missions in groups, each after those it replaces."""
    order = TopologicalSorter({mission: set(replaced.get(mission, ())) & set(missions) for mission in missions})
    order.prepare()
    while order.is_active():
        ready = sorted(order.get_ready())
        yield ready
        order.done(*ready)


def with_linked(missions: Iterable[int], links: Mapping[int, Iterable[int]]) -> set[int]:
    """Return the missions and all to which the links lead from them."""
    found = set(missions)
    while more := set().union(*(links[each] for each in found & links.keys())) - found:
        found |= more
    return found


class StatusPeriodManager(models.Manager["StatusPeriod"]):
    def follow(
        self, missions: Iterable[int], entries_of: Mapping[int, Sequence[StatusChange]] | None = None
    ) -> set[int]:
        """Makes the periods of these missions, and of their successors, what their uncorrected entries say.

        `entries_of` has the entries of missions where they are known. Returns the missions that it followed. One period
        that is right already stays: the database refuses to delete it.
        """
        replaced, successors = self.links()
        followed = with_linked(missions, successors)
        entries = dict(entries_of or {})
        entries |= uncorrected_entries(with_linked(followed, replaced) - entries.keys())
        periods = periods_by_mission(entries, replaced)
        for generation in generations(followed, replaced):
            for some in batched(generation, MISSIONS_AT_ONCE):
                self._write({mission: periods[mission] for mission in some})
        return followed

    def links(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """Map each mission to those that it replaces, and each of these to its successors."""
        mission: Any = self.model._meta.get_field("mission").related_model
        replaced, successors = defaultdict(list), defaultdict(list)
        for new, old in mission.replaces.through.objects.values_list("from_mission", "to_mission"):
            replaced[new].append(old)
            successors[old].append(new)
        return dict(replaced), dict(successors)

    def _write(self, periods):
        wanted = {(mission, *period) for mission, some in periods.items() for period in some}
        stored = self.filter(mission__in=periods).values_list("pk", "mission_id", *PeriodValues._fields)
        present = {tuple(period): pk for pk, *period in stored}
        self.filter(pk__in=[pk for period, pk in present.items() if period not in wanted]).delete()
        fields = ("mission_id", *PeriodValues._fields)
        in_order = sorted(wanted - present.keys(), key=lambda period: period[:2])
        self.bulk_create([StatusPeriod(**dict(zip(fields, period, strict=True))) for period in in_order])


def uncorrected_entries(missions: Collection[int]) -> dict[int, list[StatusChange]]:
    """Mission → its uncorrected entries, in the order in which they count."""
    found: defaultdict[int, list[StatusChange]] = defaultdict(list)
    if missions:
        entries = StatusChange.objects.filter(mission__in=missions, correction=None)
        for entry in entries.order_by("effective_on", "id"):
            found[entry.mission_id].append(entry)
    return found


class StatusPeriod(models.Model):
    """A period with one status and due date. Triggers compare it with the ledger."""

    mission = models.ForeignKey("missions.Mission", models.PROTECT, related_name="periods", db_index=False)
    first_day = models.DateField()
    until = models.DateField()
    status = models.CharField(max_length=20, choices=Status)
    since = models.DateField()
    due = models.DateField(null=True)
    due_first = models.DateField(null=True)
    due_moves = models.PositiveSmallIntegerField(default=0)

    objects = StatusPeriodManager()

    class Meta:
        verbose_name = _("status period")
        verbose_name_plural = _("status periods")
        constraints = [
            models.UniqueConstraint(fields=["mission", "first_day"], name="period_once_a_first_day"),
            models.CheckConstraint(condition=Q(first_day__lt=F("until")), name="period_has_days"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="period_status_known"),
        ]

    def __str__(self):
        return f"{self.mission_id} {self.first_day}–{self.until} {self.status}"
