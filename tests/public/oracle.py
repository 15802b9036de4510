"""The query language as the contract defines it, naively: without the database and the code under test."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from tests.public.world import AREAS, INSTRUMENTS, KINDS, OWNERS, POSITIONS, PROVENANCES, STATUSES, THEMES, Plain

DEADLINES = ["none", "on_time", "due_soon", "overdue", "met", "met_late"]
CHOICES = {
    "instrument": list(INSTRUMENTS),
    "status": STATUSES,
    "deadline": DEADLINES,
    "moved": ["1"],
    "past_first": ["1"],
    "theme": THEMES,
    "area": list(AREAS),
    "owner": list(OWNERS),
    "involves": list(OWNERS),
    "kind": KINDS,
    "provenance": PROVENANCES,
}


def fold(text):
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def with_those_above(code, above=OWNERS):
    return {code, *(with_those_above(above[code], above) if above[code] else ())}


@dataclass
class State:
    """One record on a day; `dues` are its due dates so far, oldest first."""

    plain: Plain
    status: str
    since: date
    due: date | None
    on: date
    dues: list[date | None]

    @property
    def first(self):
        return next((due for due in self.dues if due), None)

    @property
    def moves(self):
        """How often another date, or none, was set after there had been one."""
        return sum(any(self.dues[:n]) and due != self.dues[n - 1] for n, due in enumerate(self.dues))

    @property
    def is_past_first(self):
        return self.status not in ("completed", "withdrawn") and self.first is not None and self.first < self.on

    @property
    def deadline(self):
        if self.status == "withdrawn":
            return "none"
        if self.status == "completed" and self.first:
            return "met" if self.since <= self.first else "met_late"
        if self.due is None:
            return "none"
        if self.on > self.due:
            return "overdue"
        return "due_soon" if self.on >= self.due - timedelta(days=30) else "on_time"

    @cached_property
    def values(self):
        """In each facet: the choices that find this record."""
        plain = self.plain
        owner = with_those_above(plain.lead)
        return {
            "instrument": {plain.instrument},
            "status": {self.status},
            "deadline": {self.deadline},
            "moved": {"1"} if self.moves else set(),
            "past_first": {"1"} if self.is_past_first else set(),
            "theme": {plain.theme},
            "area": set().union(*(with_those_above(code, AREAS) for code in plain.areas)),
            "owner": owner,
            "involves": owner.union(*map(with_those_above, plain.supporting)),
            "kind": {plain.kind},
            "provenance": {plain.provenance},
        }


def state_on(plain, on, known_at):
    """The state of the record, or None where it was not there yet."""
    known = [entry for entry in plain.entries if entry.known_on <= known_at]
    corrected = {entry.corrects for entry in known}
    valid = [entry for entry in known if entry.id not in corrected and entry.effective_on <= on]
    valid.sort(key=lambda entry: (entry.effective_on, entry.id))
    if not valid:
        return None
    statuses = [entry for entry in valid if entry.sets_status]
    run = statuses[-1:]
    for entry in reversed(statuses[:-1]):
        if entry.status != run[0].status:
            break
        run.insert(0, entry)
    dues = [entry.due for entry in valid if entry.sets_due]
    return State(plain, statuses[-1].status, run[0].effective_on, dues[-1], on, dues)


class Answer:
    """What a query must give. `query` maps each parameter to its values."""

    def __init__(self, world, query, *, language, today):
        self.query, self.language = query, language
        on = self._day("as_of") or today
        known_at = self._day("known_at") or today
        found = [state_on(plain, on, known_at) for plain in world.plain]
        self.there = [record for record in found if record and self._passes_days_and_words(record)]

    def _day(self, name):
        return date.fromisoformat(self.query[name][0]) if name in self.query else None

    def _passes_days_and_words(self, record):
        plain = record.plain
        texts = (plain.code, plain.title_en, plain.title_zh, plain.description_en, plain.description_zh)
        words = fold(self.query.get("q", [""])[0]).split()
        if not all(any(word in fold(text) for text in texts) for word in words):
            return False
        bounds = {
            "due_after": record.due and record.due >= (self._day("due_after") or record.due),
            "due_before": record.due and record.due <= (self._day("due_before") or record.due),
            "changed_after": record.since >= (self._day("changed_after") or record.since),
            "changed_before": record.since <= (self._day("changed_before") or record.since),
        }
        return all(passes for name, passes in bounds.items() if name in self.query)

    def _passes(self, record, query):
        return all(not record.values[name].isdisjoint(query[name]) for name in CHOICES if name in query)

    def count(self, facet, value):
        """How many records the list has once this one value is chosen in this facet, with all other filters."""
        query = {**self.query, facet: [value]}
        return sum(self._passes(record, query) for record in self.there)

    @property
    def counts(self):
        """Facet → value → its count, of those that find something or are chosen."""
        found = {name: {value: self.count(name, value) for value in values} for name, values in CHOICES.items()}
        shown = {
            name: {value: n for value, n in counts.items() if n or value in self.query.get(name, [])}
            for name, counts in found.items()
        }
        return {name: counts for name, counts in shown.items() if counts}

    @property
    def codes(self) -> list[str]:
        records = sorted((r for r in self.there if self._passes(r, self.query)), key=lambda r: r.plain.code)
        sort = self.query.get("sort", ["programme"])[0]
        key = {
            "programme": lambda r: (POSITIONS[r.plain.instrument], r.plain.instrument, r.plain.number),
            "code": lambda r: r.plain.code,
            "title": lambda r: r.plain.title_zh if self.language == "zh-hans" else r.plain.title_en,
            "status": lambda r: STATUSES.index(r.status),
            "owner": lambda r: r.plain.lead,
            "due": lambda r: r.due,
            "changed": lambda r: r.since,
        }[sort.removeprefix("-")]
        empty = [record for record in records if key(record) is None]
        filled = [record for record in records if key(record) is not None]
        # Sorting is stable, and `reverse` keeps it so: ties stay in the order of their codes.
        filled.sort(key=key, reverse=sort.startswith("-"))
        return [record.plain.code for record in filled + empty]
