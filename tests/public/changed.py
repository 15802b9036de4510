"""Changes between two days as the contract defines them, naively; and queries for them."""

from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from tests.public.oracle import Answer
from tests.public.queries import LAST, days, queries
from tests.public.world import Entry

KINDS = ["report", "deadline", "correction"]


@dataclass
class Changed:
    code: str
    entry: Entry
    before: str | None
    due_before: date | None
    corrected_by: int | None

    @property
    def kind(self):
        if self.entry.corrects:
            return "correction"
        return "opening" if self.entry.sets_due and self.entry.sets_status else KINDS[self.entry.sets_due]

    @property
    def day(self):
        return self.entry.known_on if self.kind == "correction" else self.entry.effective_on

    @property
    def is_confirmation(self):
        return self.kind == "report" and self.entry.status == self.before

    @property
    def row(self):
        """As in the file: only of what the entry sets, the value before is stated."""
        before = self.before if self.entry.sets_status else None
        due_before = self.due_before if self.entry.sets_due else None
        facts = (self.entry.id, self.day, before, due_before, self.corrected_by)
        return (self.code, *("" if fact is None else str(fact) for fact in facts), self.is_confirmation)


def all_changes(plain, on, known_at):
    """All entries of a mission that are known and in force by then, with what was true before."""
    known = [entry for entry in plain.entries if entry.known_on <= known_at]
    correction = {entry.corrects: entry.id for entry in known if entry.corrects}
    for entry in known:
        place = (entry.effective_on, entry.id)
        earlier = [e for e in known if e.id not in correction and (e.effective_on, e.id) < place]
        earlier.sort(key=lambda e: (e.effective_on, e.id))
        statuses = [e.status for e in earlier if e.sets_status]
        dues = [e.due for e in earlier if e.sets_due]
        if entry.effective_on <= on:
            yield Changed(plain.code, entry, [None, *statuses][-1], [None, *dues][-1], correction.get(entry.id))


class ChangeAnswer(Answer):
    """What a query for changes must give."""

    def __init__(self, world, query, **kwargs):
        super().__init__(world, query, **kwargs)
        on, known_at = self._day("as_of") or kwargs["today"], self._day("known_at") or kwargs["today"]
        since, until = self._day("since") or date.min, self._day("until") or on
        found = [change for plain in world.plain for change in all_changes(plain, on, known_at)]
        self.period = [change for change in found if change.kind != "opening" and since <= change.day <= until]

    def changes(self, query):
        kinds = query.get("entry", KINDS)
        codes = {record.plain.code for record in self.there if self._passes(record, query)}
        return [change for change in self.period if change.kind in kinds and change.code in codes]

    @property
    def rows(self):
        found = sorted(self.changes(self.query), key=lambda change: (change.day, change.entry.id), reverse=True)
        return [change.row for change in found]

    def count(self, facet, value):
        return len(self.changes({**self.query, facet: [value]}))


@st.composite
def change_queries(draw):
    """A query of the list without its order, and often a period and kinds of entry."""
    query = draw(queries(most=2))
    query.pop("sort", None)
    last = date.fromisoformat(query["as_of"][0]) if "as_of" in query else LAST
    if draw(st.booleans()):
        query["until"] = draw(days(LAST))
        last = date.fromisoformat(query["until"][0])
    if draw(st.booleans()):
        query["since"] = draw(days(LAST).filter(lambda value: date.fromisoformat(value[0]) <= last))
    if draw(st.booleans()):
        query["entry"] = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
    return query
