"""Openings of a programme's missions, and drafts with their rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..days import today
from ..models import EntryKind, Evidence, Mission, Source, StatusChange
from ..status import Basis, Status
from .cells import as_text, shown
from .programme_tables import MISSIONS, Programme
from .sheets import Problem, SheetRow


@dataclass(frozen=True)
class NewEntry:
    """A draft for the ledger, and the row that it comes from."""

    row: SheetRow
    draft: StatusChange
    evidence: tuple[Evidence, ...] = ()

    def refusals(self, error: ValidationError) -> list[Problem]:
        """Return the ledger's errors at the cells that they concern."""
        names = {"effective_on": "date"} | {column.field.name: column.name for column in self.row.table.columns}
        return [
            self.row.problem(message, names.get(field, ""))
            for field, messages in error.message_dict.items()
            for message in messages
        ]


def opening_days() -> dict[str, date]:
    openings = StatusChange.objects.uncorrected().filter(sets_status=True, sets_due=True)
    return dict(openings.values_list("mission__code", "effective_on"))


def due_conflicts(programme: Programme, missions: Mapping[str, Mission]) -> list[Problem]:
    message = _("“%(present)s” is in force, the file has “%(text)s”; record a new due date in the back office")
    opened, conflicts = opening_days(), []
    for row in programme[MISSIONS].rows:
        code, due = row["code"], row["due"]
        present = as_text(missions[code].due or "")
        if code in opened and due != present:
            words = {"present": present, "text": shown(due)}
            conflicts.append(row.problem(message % words, "due"))
    return conflicts


def openings(programme: Programme, missions: Mapping[str, Mission], opened: Mapping[str, date]) -> list[NewEntry]:
    entries = []
    for row in programme[MISSIONS].rows:
        mission = missions[row["code"]]
        issued_on = mission.instrument.issued_on
        # An instrument without a date of issue is not public, and opens no mission.
        if mission.code not in opened and issued_on and issued_on <= today():
            entries.append(opening(row, mission, issued_on))
    return entries


def opening(row: SheetRow, mission: Mission, issued_on: date) -> NewEntry:
    draft = StatusChange(
        mission=mission,
        kind=EntryKind.OPENING,
        status=Status.UNREPORTED,
        due=date.fromisoformat(row["due"]) if row["due"] else None,
        effective_on=issued_on,
        basis=Basis.DOCUMENT,
    )
    return NewEntry(row, draft)


def cited(source: Source, event_on: date | None = None) -> Evidence:
    """Return the source as evidence of an event on `event_on`."""
    return Evidence(
        title=source.title,
        publisher=source.publisher,
        published_on=source.published_on,
        url=source.url,
        event_on=event_on,
        source=source,
    )
