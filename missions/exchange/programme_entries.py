"""What the ledger does not hold yet of a programme: the opening of each mission, and a report for each event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import EntryKind, Evidence, Mission, Source, StatusChange
from ..models.days import today
from ..status import Basis, Status
from .cells import as_text, shown
from .programme_tables import EVENTS, MISSIONS, Programme
from .sheets import Problem, Row


@dataclass(frozen=True)
class NewEntry:
    """A draft for the ledger's door, and the row that it comes from."""

    row: Row
    draft: StatusChange
    evidence: tuple[Evidence, ...] = ()

    def refusals(self, error: ValidationError) -> list[Problem]:
        """The door's errors, at the places of the file that they speak of."""
        names = {"effective_on": "date"} | {column.field.name: column.name for column in self.row.table.columns}
        return [
            self.row.problem(message, names.get(field, ""))
            for field, messages in error.message_dict.items()
            for message in messages
        ]


def opening_days() -> dict[str, date]:
    """The day on which each mission in the ledger opened, by its code."""
    openings = StatusChange.objects.standing().filter(sets_status=True, sets_due=True)
    return dict(openings.values_list("mission__code", "effective_on"))


def due_conflicts(programme: Programme, missions: Mapping[str, Mission]) -> list[Problem]:
    """Due dates of the file that are not those in force: only an entry with its reason changes one."""
    message = _("“%(present)s” is in force, the file says “%(text)s”; record a new due date in the back office")
    opened, conflicts = opening_days(), []
    for row in programme[MISSIONS].rows:
        code, said = row["code"], row["due"]
        present = as_text(missions[code].due or "")
        if code in opened and said != present:
            words = {"present": present, "text": shown(said)}
            conflicts.append(row.problem(message % words, "due"))
    return conflicts


def new_entries(programme: Programme, missions: Mapping[str, Mission], sources: Mapping[str, Source]) -> list[NewEntry]:
    """Openings in the order of the missions, then reports in the order of the events."""
    opened = opening_days()
    openings = []
    for row in programme[MISSIONS].rows:
        mission = missions[row["code"]]
        issued_on = mission.instrument.issued_on
        # An instrument that is not out yet is in preparation, and opens no mission.
        if mission.code not in opened and issued_on and issued_on <= today():
            openings.append(opening(row, mission, issued_on))
    opened |= {entry.draft.mission.code: entry.draft.effective_on for entry in openings}
    known = known_events()
    reports = [
        report(row, missions[row["mission_code"]], sources[row["source_key"]], opened)
        for row in programme[EVENTS].rows
        if row.key not in known
    ]
    return openings + reports


def known_events() -> set[tuple]:
    """What `EVENTS.key` says of each entry with a source, corrected or not."""
    entries = StatusChange.objects.filter(evidence__source__isnull=False)
    fields = ("mission__code", "evidence__event_on", "status", "evidence__source__key", "headline_en")
    return {tuple(map(as_text, values)) for values in entries.values_list(*fields)}


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


def report(row: Row, mission: Mission, source: Source, opened: Mapping[str, date]) -> NewEntry:
    event_on = date.fromisoformat(row["date"])
    draft = StatusChange(
        mission=mission,
        status=row["new_status"],
        # What was under way before the instrument takes effect with it; its own day stays with the evidence.
        effective_on=max(event_on, opened.get(mission.code, event_on)),
        basis=Basis.DOCUMENT,
        headline_en=row["headline_en"],
        headline_zh=row["headline_zh"],
    )
    return NewEntry(row, draft, (cited(source, event_on),))


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
