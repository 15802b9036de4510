"""One mission's ledger as a reader sees it: newest first, with what was true before and what was corrected."""

from dataclasses import dataclass
from datetime import date

from ..status import Status
from .days import LAST_DAY, end_of, today
from .ledger import EntryKind, StatusChange
from .mission import Mission


@dataclass(frozen=True)
class Line:
    """An entry; the status in force before it, by all that is known; the correction that replaces it, if any."""

    entry: StatusChange
    before: Status | None
    correction: StatusChange | None

    @property
    def is_confirmation(self) -> bool:
        """Whether a report says that the status is what it was: progress or new evidence, and no change."""
        return self.entry.kind == EntryKind.REPORT and self.entry.status == self.before


def timeline(mission: Mission, on: date | None = None, known_at: date | None = None) -> list[Line]:
    """The mission's entries effective by the day `on` and known at the end of `known_at`, newest first."""
    entries = mission.changes.known(known_at).filter(effective_on__lte=on or today())
    entries = entries.select_related("correction", "corrects").prefetch_related("evidence__file")
    lines, before = [], None
    for entry in entries.order_by("effective_on", "id"):
        correction = getattr(entry, "correction", None)
        if correction and correction.recorded_at >= end_of(known_at or LAST_DAY):
            correction = None
        lines.append(Line(entry, before, correction))
        if entry.sets_status and not correction:
            before = Status(entry.status)
    return lines[::-1]
