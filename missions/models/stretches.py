"""How each mission stood from day to day: the projection of the ledger for every day, so that as-of takes one scan."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import batched, groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..status import Status
from .days import LAST_DAY
from .ledger import StatusChange

# The day after the last: until then stands what stands today.
END = LAST_DAY + timedelta(days=1)
MISSIONS_AT_ONCE = 500


class Stood(NamedTuple):
    """How a mission stood from its `first_day` on, until another day."""

    first_day: date
    until: date
    status: str
    since: date
    due: date | None


def stretches(standing: Sequence[StatusChange]) -> Iterator[Stood]:
    """What the standing entries of one mission, in the order in which they count, come to: a stretch for each day."""
    status, since, due = "", standing[0].effective_on, None
    days = [(day, list(entries)) for day, entries in groupby(standing, attrgetter("effective_on"))]
    ends = [*(day for day, _entries in days[1:]), END]
    for (day, entries), until in zip(days, ends, strict=True):
        for entry in entries:
            if entry.sets_status and entry.status != status:
                status, since = entry.status, day
            if entry.sets_due:
                due = entry.due
        yield Stood(day, until, status, since, due)


class StretchManager(models.Manager["Stretch"]):
    def follow(self, standing: dict[int, Sequence[StatusChange]]) -> None:
        """Makes the stretches of these missions what their standing entries say. Called by the door, after its entries.

        One that is right already stays: the database refuses to delete it.
        """
        for missions in batched(standing, MISSIONS_AT_ONCE):
            wanted = {(mission, *stood) for mission in missions for stood in stretches(standing[mission])}
            outdated = []
            for pk, *stretch in self.filter(mission__in=missions).values_list("pk", "mission_id", *Stood._fields):
                if tuple(stretch) in wanted:
                    wanted.remove(tuple(stretch))
                else:
                    outdated.append(pk)
            self.filter(pk__in=outdated).delete()
            fields = ("mission_id", *Stood._fields)
            self.bulk_create([Stretch(**dict(zip(fields, stretch, strict=True))) for stretch in sorted(wanted)])


class Stretch(models.Model):
    """The days on which a mission stood alike, by all that is known today. Triggers hold it to the ledger."""

    mission = models.ForeignKey("missions.Mission", models.PROTECT, related_name="stretches", db_index=False)
    first_day = models.DateField()
    until = models.DateField()
    status = models.CharField(max_length=20, choices=Status)
    since = models.DateField()
    due = models.DateField(null=True)
    due_first = models.DateField(null=True)
    due_moves = models.PositiveSmallIntegerField(default=0)

    objects = StretchManager()

    class Meta:
        verbose_name = _("stretch of days")
        verbose_name_plural = _("stretches of days")
        constraints = [
            models.UniqueConstraint(fields=["mission", "first_day"], name="stretch_once_from_a_day"),
            models.CheckConstraint(condition=Q(first_day__lt=F("until")), name="stretch_has_days"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="stretch_status_known"),
        ]

    def __str__(self):
        return f"{self.mission_id} {self.first_day}–{self.until} {self.status}"
