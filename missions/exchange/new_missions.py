"""Opens imported missions and withdraws the ones they replace.

An official list replaces our own reading in one import, on one date: no date counts both.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

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
    record_many,
    validate,
)
from ..status import Basis, Status
from .cells import shown
from .programme_entries import NewEntry, cited, opening
from .register import ImportTarget
from .sheets import Problem, SheetRow

# At most this many successors are named in the reason.
MOST_NAMED = 12


class Replacement(NamedTuple):
    """A mission that others replace, and the date."""

    mission: Mission
    successors: list[str]
    day: date

    def __str__(self):
        words = {"mission": self.mission, "day": date_format(self.day), "successors": _(", ").join(self.successors)}
        return _("%(mission)s: withdrawn on %(day)s, replaced by %(successors)s") % words


class NewMissions:
    def __init__(self, rows: Sequence[SheetRow], register: ImportTarget):
        self.rows, self.register = rows, register
        self.successors: dict[str, list[SheetRow]] = defaultdict(list)
        for row in rows:
            for code in row.texts["replaces"]:
                self.successors[code].append(row)

    @property
    def opened(self) -> list[SheetRow]:
        return [row for row in self.rows if self.day(row)]

    @property
    def replacements(self) -> list[Replacement]:
        missions = self.register.records[Mission]
        return [
            Replacement(missions[code], [row["code"] for row in rows], date.fromisoformat(rows[0]["opened_on"]))
            for code, rows in self.successors.items()
        ]

    def day(self, row: SheetRow) -> date | None:
        issued = self.register.says(Instrument, row["instrument"], "issued_on")
        text = row["opened_on"] or str(issued)
        return date.fromisoformat(text) if issued and str(issued) <= today().isoformat() else None

    # --- what stands against it ---

    @cached_property
    def waiting(self) -> set[int]:
        """Return ids of replaced missions with a submission waiting for review."""
        return set(Submission.objects.waiting().values_list("mission", flat=True))

    def problems(self) -> Iterator[Problem]:
        for row in self.rows:
            yield from self._wrong_opening(row)
        for code, rows in self.successors.items():
            yield from self._wrong_replacement(code, rows)

    def _wrong_opening(self, row: SheetRow) -> Iterator[Problem]:
        day, issued = self.day(row), self.register.says(Instrument, row["instrument"], "issued_on")
        if day is None:
            for name in ("due", "opened_on", "replaces"):
                if row.texts[name]:
                    message = _("The instrument is in preparation: its missions are opened once it is out. Empty it.")
                    yield row.problem(message, name)
            return
        if day > today():
            yield row.problem(_("The date is in the future: import the mission on that date."), "opened_on")
        if day.isoformat() < str(issued):
            message = _("A mission opens on the date of issue (%(day)s) or later.")
            yield row.problem(message % {"day": issued}, "opened_on")
        if self.register.by and self._wants_second_reader(row):
            message = _(
                "%(code)s requires a second person: import the mission before that is required, or open it by hand."
            )
            yield row.problem(message % {"code": row["instrument"]}, "instrument")
        if row.texts["replaces"]:
            if not row["opened_on"]:
                yield row.problem(_("Enter the date on which it replaces the others."), "opened_on")
            if not row.texts["source_keys"]:
                yield row.problem(_("Name the source of the list that takes the place of ours."), "source_keys")

    def _wants_second_reader(self, row: SheetRow) -> bool:
        return self.register.records[Instrument][row["instrument"]].second_person == SecondPerson.EVERYTHING

    def _wrong_replacement(self, code: str, rows: list[SheetRow]) -> Iterator[Problem]:
        replaced = self.register.records[Mission][code]
        words = {"code": shown(code)}
        if replaced.status in (None, Status.WITHDRAWN):
            yield rows[0].problem(_("%(code)s is not open: only an open mission is replaced.") % words, "replaces")
            return
        if replaced.pk in self.waiting:
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
            except ValidationError as refusal:
                yield from (rows[0].problem(f"{code}: {message}", "replaces") for message in refusal.messages)

    # --- what is recorded ---

    def record(self) -> list[Problem]:
        missions = self.register.records[Mission]
        entries = [opening(row, missions[row["code"]], day) for row in self.rows if (day := self.day(row))]
        entries += [
            NewEntry(rows[0], self._withdrawal(code, rows), self._cited(rows)) for code, rows in self.successors.items()
        ]
        try:
            record_many([(entry.draft, entry.evidence) for entry in entries], by=self.register.by)
        except EntryRejected as refused:
            return [problem for at, error in refused.errors.items() for problem in entries[at].refusals(error)]
        for row in self.rows:
            if row.texts["replaces"]:
                missions[row["code"]].take_the_place_of(missions[code] for code in row.texts["replaces"])
        return []

    def _withdrawal(self, code: str, rows: list[SheetRow]) -> StatusChange:
        codes = [row["code"] for row in rows]
        return StatusChange(
            mission=self.register.records[Mission][code],
            kind=EntryKind.REPORT,
            status=Status.WITHDRAWN,
            effective_on=date.fromisoformat(rows[0]["opened_on"]),
            basis=Basis.DOCUMENT,
            headline_en=reason(codes, "en"),
            headline_zh=reason(codes, "zh-hans"),
        )

    def _cited(self, rows: list[SheetRow]) -> tuple[Evidence, ...]:
        keys = dict.fromkeys(key for row in rows for key in row.texts["source_keys"])
        return tuple(cited(self.register.records[Source][key]) for key in keys)


def reason(codes: list[str], language: str) -> str:
    named = codes[:MOST_NAMED]
    with override(language):
        between = _(", ")
        if len(codes) > len(named):
            words = {"codes": between.join(named), "count": len(codes)}
            return _("Replaced by %(count)d missions, among them %(codes)s.") % words
        return _("Replaced by %(codes)s.") % {"codes": between.join(named)}
