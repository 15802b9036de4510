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


class Dates:
    """The due dates of a mission in order: date in force, first date, number of moves.

    A mission that replaces others starts with their earliest first date and most moves.
    """

    def __init__(self, inherited: Sequence[PeriodValues] = ()):
        self.inherited = inherited
        self.due: date | None = None
        self.own_first: date | None = None
        self.own_moves = 0

    def take(self, due: date | None) -> None:
        self.own_moves += bool(self.own_first) and due != self.due
        self.due, self.own_first = due, self.own_first or due

    @property
    def first(self) -> date | None:
        return min((old.due_first for old in self.inherited if old.due_first), default=self.own_first)

    @property
    def moves(self) -> int:
        own = self.own_first
        return self.own_moves + max(
            (old.due_moves + bool(own and old.due and own > old.due) for old in self.inherited), default=0
        )


def build_periods(effective: Sequence[StatusChange], inherited: Sequence[PeriodValues] = ()) -> Iterator[PeriodValues]:
    """Build the status periods of one mission from its uncorrected entries, in order.

    `inherited` is how the missions whose place it takes stood on the day on which it opened.
    """
    status, since, dates = "", effective[0].effective_on, Dates(inherited)
    days = [(day, list(entries)) for day, entries in groupby(effective, attrgetter("effective_on"))]
    ends = [*(day for day, _entries in days[1:]), END]
    for (day, entries), until in zip(days, ends, strict=True):
        for entry in entries:
            if entry.sets_status and entry.status != status:
                status, since = entry.status, day
            if entry.sets_due:
                dates.take(entry.due)
        yield PeriodValues(day, until, status, since, dates.due, dates.first, dates.moves)


def generations(missions: Collection[int], replaced: Mapping[int, Iterable[int]]) -> Iterator[list[int]]:
    """Yield missions in groups, each after those it replaces."""
    order = TopologicalSorter({mission: set(replaced.get(mission, ())) & set(missions) for mission in missions})
    order.prepare()
    while order.is_active():
        ready = sorted(order.get_ready())
        yield ready
        order.done(*ready)


def with_successors(missions: Iterable[int], replaced: Mapping[int, Iterable[int]]) -> set[int]:
    found = set(missions)
    while more := {new for new, old in replaced.items() if new not in found and not found.isdisjoint(old)}:
        found |= more
    return found


def with_those_replaced(missions: Iterable[int], replaced: Mapping[int, Iterable[int]]) -> set[int]:
    found = set(missions)
    while more := {old for new in found & replaced.keys() for old in replaced[new]} - found:
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
        replaced = self.replaced()
        followed = with_successors(missions, replaced)
        for generation in generations(followed, replaced) if replaced else [sorted(followed)]:
            for some in batched(generation, MISSIONS_AT_ONCE):
                self._make(some, replaced, entries_of or {})
        return followed

    def replaced(self) -> dict[int, list[int]]:
        links: Any = self.model._meta.get_field("mission").related_model
        replaced = defaultdict(list)
        for new, old in links.replaces.through.objects.values_list("from_mission", "to_mission"):
            replaced[new].append(old)
        return dict(replaced)

    def _make(self, missions, replaced, entries_of):
        entries_of = {**entries_of, **uncorrected_entries(set(missions) - entries_of.keys())}
        earlier = self._of_each({old for mission in missions for old in replaced.get(mission, ())})
        wanted = set()
        for mission in missions:
            entries = entries_of[mission]
            day = entries[0].effective_on
            old = chain.from_iterable(earlier[old] for old in replaced.get(mission, ()))
            inherited = [each for each in old if each.first_day <= day < each.until]
            wanted |= {(mission, *period) for period in build_periods(entries, inherited)}
        outdated = []
        for pk, *period in self.filter(mission__in=missions).values_list("pk", "mission_id", *PeriodValues._fields):
            if tuple(period) in wanted:
                wanted.remove(tuple(period))
            else:
                outdated.append(pk)
        self.filter(pk__in=outdated).delete()
        fields = ("mission_id", *PeriodValues._fields)
        in_order = sorted(wanted, key=lambda period: period[:2])
        self.bulk_create([StatusPeriod(**dict(zip(fields, period, strict=True))) for period in in_order])

    def _of_each(self, missions) -> dict[int, list[PeriodValues]]:
        found = defaultdict(list)
        for mission, *period in self.filter(mission__in=missions).values_list("mission_id", *PeriodValues._fields):
            found[mission].append(PeriodValues._make(period))
        return found


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
