"""One mission's history as shown: newest first, with corrections."""

from dataclasses import dataclass
from datetime import date

from ..days import LAST_DAY, end_of, today
from ..register.mission import Mission
from ..status import Basis, Status
from .entries import EntryKind, StatusChange


@dataclass(frozen=True)
class Line:
    entry: StatusChange
    before: Status | None
    due_before: date | None
    correction: StatusChange | None

    @property
    def tells_status(self) -> bool:
        return self.entry.sets_status and not self.correction

    @property
    def is_confirmation(self) -> bool:
        return self.entry.kind == EntryKind.REPORT and self.entry.status == self.before


def timeline(mission: Mission, on: date | None = None, known_at: date | None = None) -> list[Line]:
    """Return the entries up to `on`, as known at `known_at`, newest first."""
    entries = mission.changes.known(known_at).filter(effective_on__lte=on or today())
    entries = entries.select_related("correction", "corrects", "reported_by").with_evidence()
    lines: list[Line] = []
    before, due_before = None, None
    for entry in entries.order_by("effective_on", "id"):
        correction = getattr(entry, "correction", None)
        if correction and correction.recorded_at >= end_of(known_at or LAST_DAY):
            correction = None
        lines.append(Line(entry, before, due_before, correction))
        if lines[-1].tells_status:
            before = Status(entry.status)
        if entry.sets_due and not correction:
            due_before = entry.due
    return lines[::-1]


def runs(lines: list[Line]) -> list[tuple[Status, date]]:
    found: list[tuple[Status, date]] = []
    for line in reversed(lines):
        if line.tells_status and (not found or found[-1][0] != line.entry.status):
            found.append((Status(line.entry.status), line.entry.effective_on))
    return found


def rests_on_joint_statements(lines: list[Line]) -> bool:
    """Return whether every status rests on a joint statement that does not name the mission."""
    bases = [line.entry.basis for line in lines if line.tells_status and line.entry.status != Status.UNREPORTED]
    return bool(bases) and set(bases) == {Basis.COLLECTIVE}
