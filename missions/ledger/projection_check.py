"""Recomputes a mission from its entries, without trusting stored columns."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from ..register.mission import Mission
from .entries import EntryKind, StatusChange
from .periods import END, Dates, PeriodValues

# Kind → whether it sets status and due date. A correction sets what the corrected entry does.
SETS: dict[str, tuple[bool, bool]] = {
    EntryKind.OPENING: (True, True),
    EntryKind.REPORT: (True, False),
    EntryKind.DEADLINE: (False, True),
}
# Stored values of a period as text: SQLite accepts and compares any text.
STORED = [Cast(name, models.CharField()) for name in PeriodValues._fields]


class LedgerReplay:
    status: Any
    since: Any

    def __init__(self, entries: Sequence[StatusChange], replaced: Sequence["LedgerReplay"] = ()):
        self.status = self.since = self.status_entry = self.due_entry = None
        self.periods: list[PeriodValues] = []
        self.newest: dict[str, int] = {}
        sets: dict[int | None, tuple[bool, bool]] = {}
        corrected = {entry.corrects_id for entry in entries}
        for entry in entries:
            sets[entry.pk] = SETS.get(entry.kind) or sets.get(entry.corrects_id, (False, False))
        uncorrected = [entry for entry in entries if entry.pk not in corrected]
        uncorrected.sort(key=lambda entry: (str(entry.effective_on), entry.pk))
        opened = [entry.effective_on for entry in uncorrected[:1]]
        self.dates = Dates([period for old in replaced for day in opened for period in old.on(day)])
        for entry in uncorrected:
            self._read(entry, *sets[entry.pk])

    def on(self, day) -> list[PeriodValues]:
        return [period for period in self.periods if str(period.first_day) <= str(day) < str(period.until)]

    def _read(self, entry, sets_status, sets_due):
        day = entry.effective_on
        if sets_status:
            self.since = self.since if entry.status == self.status else day
            self.status, self.status_entry = entry.status, entry.pk
        if sets_due:
            self.dates.take(entry.due)
            self.due_entry = entry.pk
        if self.periods:
            before = self.periods.pop()
            self.periods += [before._replace(until=day)] if before.first_day != day else []
        dates = self.dates
        self.periods.append(PeriodValues(day, END, self.status, self.since, dates.due, dates.first, dates.moves))
        self.newest[str(day)] = entry.pk

    def differences(self, mission: Mission, stored: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int | None, str]]:
        """Yield (entry, finding) where the stored mission or period differs."""
        wanted = {
            "status": (self.status, self.status_entry),
            "status_since": (self.since, self.status_entry),
            "due": (self.dates.due, self.due_entry),
            "due_first": (self.dates.first, self.due_entry),
            "due_moves": (self.dates.moves, self.due_entry),
        }
        for field, (value, entry) in wanted.items():
            if getattr(mission, field) != value:
                words = {"mission": mission.code, "field": field, "is": getattr(mission, field), "should": value}
                yield entry, _("%(mission)s has %(field)s %(is)s instead of %(should)s") % words
        expected: Iterator[tuple[Any, ...]] = (
            tuple(None if value is None else str(value) for value in period) for period in self.periods
        )
        for should, found in zip_longest(expected, stored):
            if should != found:
                day: Any = min(period[0] for period in (should, found) if period)
                words = {"mission": mission.code, "day": day}
                yield (
                    self.newest.get(day),
                    _("the stored period of %(mission)s from %(day)s differs from its entries") % words,
                )
                return
