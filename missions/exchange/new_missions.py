"""Entries for imported missions: openings, and the withdrawal of the ones they replace.

An official list replaces our own reading in one import, on one date: no date counts both.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..bilingual import Words, listed, translated, untranslated
from ..days import today
from ..models import (
    EntryKind,
    EntryRejected,
    Evidence,
    Instrument,
    Mission,
    SecondPerson,
    Source,
    StatusChange,
    Submission,
    User,
    record_many,
    validate,
)
from ..status import Basis, Status
from .cells import shown
from .sheets import ImportFailed, Problem, SheetRow

if TYPE_CHECKING:
    from .register import RegisterImport

# At most this many successors are named in the reason.
MOST_NAMED = 12


@dataclass(frozen=True)
class NewEntry:
    """A draft for the ledger, and the row that it comes from."""

    row: SheetRow
    draft: StatusChange
    evidence: tuple[Evidence, ...] = ()


def record_entries(entries: Sequence[NewEntry], *, by: User | None) -> list[StatusChange]:
    """Record all or none. Raises ImportFailed with the ledger's errors at the cells that they concern."""
    try:
        return record_many([(entry.draft, entry.evidence) for entry in entries], by=by)
    except EntryRejected as rejected:
        problems = []
        for at, error in rejected.errors.items():
            row = entries[at].row
            names = {"effective_on": "date"} | {column.field.name: column.name for column in row.table.columns}
            for field, messages in error.message_dict.items():
                problems += [row.problem(message, names.get(field, "")) for message in messages]
        raise ImportFailed(problems) from None


def opening(row: SheetRow, mission: Mission, effective_on: date) -> NewEntry:
    draft = StatusChange(
        mission=mission,
        kind=EntryKind.OPENING,
        status=Status.UNREPORTED,
        due=date.fromisoformat(row["due"]) if row["due"] else None,
        effective_on=effective_on,
        basis=Basis.DOCUMENT,
    )
    return NewEntry(row, draft)


def cited(source: Source, event_on: date | None = None) -> Evidence:
    """Return the source as evidence of an event on `event_on`."""
    fields = {name: getattr(source, name) for name in ("title", "publisher", "published_on", "url")}
    return Evidence(**fields, event_on=event_on, source=source)


class NewMissions:
    def __init__(self, rows: Sequence[SheetRow], register: "RegisterImport"):
        self.rows, self.register = rows, register
        self.missions: dict[str, Mission] = register.records[Mission]
        self.opened = [row for row in rows if self.day(row)]
        self.successors: dict[str, list[SheetRow]] = defaultdict(list)
        for row in rows:
            for code in row.texts["replaces"]:
                self.successors[code].append(row)

    @property
    def replacements(self) -> list[str]:
        message = _("%(mission)s: withdrawn on %(day)s, replaced by %(successors)s")
        return [
            message
            % {
                "mission": self.missions[code],
                "day": date_format(date.fromisoformat(rows[0]["opened_on"])),
                "successors": codes_of(rows),
            }
            for code, rows in self.successors.items()
        ]

    def day(self, row: SheetRow) -> date | None:
        """Return the date on which the mission opens; none while its instrument is in preparation."""
        issued_on = self.register.issued_on[row["instrument"]]
        is_issued = "" < issued_on <= today().isoformat()
        return date.fromisoformat(row["opened_on"] or issued_on) if is_issued else None

    # --- checks ---

    def problems(self) -> Iterator[Problem]:
        for row in self.rows:
            yield from self._wrong_opening(row)
        # Missions whose replacement would overtake a review.
        waiting = set(Submission.objects.waiting().values_list("mission__code", flat=True))
        for code, rows in self.successors.items():
            yield from self._wrong_replacement(code, rows, is_waiting=code in waiting)

    def _wrong_opening(self, row: SheetRow) -> Iterator[Problem]:
        day, issued_on = self.day(row), self.register.issued_on[row["instrument"]]
        if day is None:
            for name in ("due", "opened_on", "replaces"):
                if row.texts[name]:
                    message = _("The instrument is in preparation: its missions are opened once it is out. Empty it.")
                    yield row.problem(message, name)
            return
        if day > today():
            yield row.problem(_("The date is in the future: import the mission on that date."), "opened_on")
        if day.isoformat() < issued_on:
            message = _("A mission opens on the date of issue (%(day)s) or later.")
            yield row.problem(message % {"day": issued_on}, "opened_on")
        instrument = self.register.records[Instrument][row["instrument"]]
        if self.register.by and instrument.second_person == SecondPerson.EVERYTHING:
            message = _(
                "%(code)s requires a second person: import the mission before that is required, or open it by hand."
            )
            yield row.problem(message % {"code": row["instrument"]}, "instrument")
        if row.texts["replaces"]:
            if not row["opened_on"]:
                yield row.problem(_("Enter the date on which it replaces the others."), "opened_on")
            if not row.texts["source_keys"]:
                yield row.problem(_("Name the source of the list that takes the place of ours."), "source_keys")

    def _wrong_replacement(self, code: str, rows: list[SheetRow], *, is_waiting: bool) -> Iterator[Problem]:
        replaced = self.missions[code]
        words = {"code": shown(code)}
        if replaced.status in (None, Status.WITHDRAWN):
            yield rows[0].problem(_("%(code)s is not open: only an open mission is replaced.") % words, "replaces")
            return
        if is_waiting:
            message = _("On %(code)s something waits for review: publish or return it first.")
            yield rows[0].problem(message % words, "replaces")
        for row in rows:
            if row["instrument"] != replaced.instrument.code:
                yield row.problem(_("%(code)s belongs to another instrument.") % words, "replaces")
            if row["opened_on"] != rows[0]["opened_on"]:
                message = _("All missions that replace %(code)s open on one date: line %(line)d has another date.")
                yield row.problem(message % {**words, "line": rows[0].line}, "opened_on")
        if all(row["opened_on"] for row in rows):
            try:
                validate(self._withdrawal(code, rows))
            except ValidationError as error:
                yield from (rows[0].problem(f"{code}: {message}", "replaces") for message in error.messages)

    # --- what is recorded ---

    def record(self) -> None:
        entries = [opening(row, self.missions[row["code"]], day) for row in self.rows if (day := self.day(row))]
        for code, rows in self.successors.items():
            keys = dict.fromkeys(key for row in rows for key in row.texts["source_keys"])
            evidence = tuple(cited(self.register.records[Source][key]) for key in keys)
            entries.append(NewEntry(rows[0], self._withdrawal(code, rows), evidence))
        record_entries(entries, by=self.register.by)
        for row in self.rows:
            if row.texts["replaces"]:
                self.missions[row["code"]].take_the_place_of(self.missions[code] for code in row.texts["replaces"])

    def _withdrawal(self, code: str, rows: list[SheetRow]) -> StatusChange:
        message = gettext_lazy("Replaced by %(codes)s.")
        if len(rows) > MOST_NAMED:
            message = gettext_lazy("Replaced by %(count)d missions, among them %(codes)s.")
        headline = translated(message, codes=codes_of(rows[:MOST_NAMED]), count=len(rows))
        return StatusChange(
            mission=self.missions[code],
            kind=EntryKind.REPORT,
            status=Status.WITHDRAWN,
            effective_on=date.fromisoformat(rows[0]["opened_on"]),
            basis=Basis.DOCUMENT,
            headline_en=headline.en,
            headline_zh=headline.zh,
        )


def codes_of(rows: Sequence[SheetRow]) -> Words:
    return listed([untranslated(row["code"]) for row in rows])
