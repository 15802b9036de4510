"""What a programme enters in the ledger: drafts and their rows, and the opening of each mission."""

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
from .sheets import Problem, Row


@dataclass(frozen=True)
class NewEntry:
    """A draft for the ledger, and the row that it comes from."""

    row: Row
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
    """The day on which each mission in the ledger opened, by its code."""
    openings = StatusChange.objects.uncorrected().filter(sets_status=True, sets_due=True)
    return dict(openings.values_list("mission__code", "effective_on"))


def due_conflicts(programme: Programme, missions: Mapping[str, Mission]) -> list[Problem]:
    """Due dates of the file that are not those in force: only an entry with its reason changes one."""
    message = _("“%(present)s” is in force, the file says “%(text)s”; record a new due date in the back office")
    opened, conflicts = opening_days(), []
    for row in programme[MISSIONS].rows:
        code, due = row["code"], row["due"]
        present = as_text(missions[code].due or "")
        if code in opened and due != present:
            words = {"present": present, "text": shown(due)}
            conflicts.append(row.problem(message % words, "due"))
    return conflicts


def openings(programme: Programme, missions: Mapping[str, Mission], opened: Mapping[str, date]) -> list[NewEntry]:
    """The openings of missions that are not in the ledger yet, in the order of the file."""
    entries = []
    for row in programme[MISSIONS].rows:
        mission = missions[row["code"]]
        issued_on = mission.instrument.issued_on
        # An instrument that is not out yet is in preparation, and opens no mission.
        if mission.code not in opened and issued_on and issued_on <= today():
            entries.append(opening(row, mission, issued_on))
    return entries


def opening(row: Row, mission: Mission, issued_on: date) -> NewEntry:
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
    """The source as evidence, copied, for what it reports of the day `event_on`."""
    return Evidence(
        title=source.title,
        publisher=source.publisher,
        published_on=source.published_on,
        url=source.url,
        event_on=event_on,
        source=source,
    )
