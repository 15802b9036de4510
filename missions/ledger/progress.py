"""Completion over time, by date."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter, sub
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from ..status import Basis, Status
from .entries import Evidence, StatusChange


class Completion(NamedTuple):
    """How many missions were completed and documented from this date on.

    `counted` is the denominator of a rate: all except withdrawn.
    """

    day: date
    completed: int = 0
    documented: int = 0
    counted: int = 0
    changed: tuple[tuple[str, str], ...] = ()


class StatusEvent(NamedTuple):
    mission: str
    instrument: int
    day: date
    status: str
    documents: bool


class CompletionCounter:
    status = ""
    since = documented_on = date.min
    # Whether the mission counts as completed, documented, and at all: as in `as_of` and `documented`.
    counts = (False, False, False)

    def book(self, day: date, status: str, documents: bool) -> None:
        if status != self.status:
            self.status, self.since = status, day
        if documents:
            self.documented_on = day
        completed = status == Status.COMPLETED
        self.counts = completed, completed and self.documented_on >= self.since, status != Status.WITHDRAWN


def status_events(on: date | None = None, known_at: date | None = None, **which) -> list[StatusEvent]:
    shown = Exists(Evidence.objects.filter(change=OuterRef("pk"), is_public=True))
    entries = StatusChange.objects.uncorrected(on, known_at).filter(sets_status=True, **which)
    rows = entries.annotate(documents=Q(status=Status.COMPLETED, basis=Basis.DOCUMENT) & Q(shown))
    names = ("mission__code", "mission__instrument", "effective_on", "status", "documents")
    return list(map(StatusEvent._make, rows.order_by("effective_on", "id").values_list(*names)))


def steps(events: Iterable[StatusEvent]) -> list[Completion]:
    counters: defaultdict[str, CompletionCounter] = defaultdict(CompletionCounter)
    found = [Completion(date.min)]
    for day, of_the_day in groupby(events, key=attrgetter("day")):
        before: dict[str, tuple[bool, ...]] = {}
        for code, _instrument, _day, status, documents in of_the_day:
            counter = counters[code]
            before.setdefault(code, counter.counts)
            counter.book(day, status, documents)
        moved = {code: counts for code, counts in before.items() if counters[code].counts != counts}
        if moved:
            by = (map(sub, counters[code].counts, counts) for code, counts in moved.items())
            completed, documented, counted = map(sum, zip(found[-1][1:4], *by, strict=True))
            changed = tuple((code, counters[code].status) for code in moved)
            found.append(Completion(day, completed, documented, counted, changed))
    return found[1:]


def progress(on: date | None = None, known_at: date | None = None, **which) -> list[Completion]:
    """Return the steps of completion of `which` missions up to `on`.

    What the newest step on or before a day says is what `as_of` says of that day.
    """
    return steps(status_events(on, known_at, **which))


def completion_on(steps: Sequence[Completion], day: date) -> Completion:
    place = bisect_right(steps, day, key=attrgetter("day"))
    return steps[place - 1] if place else Completion(day)
