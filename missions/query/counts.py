"""The numbers beside filters and records: all come from one scan of the values that missions have."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, StringAgg, Value, When
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from ..models import Area, Mission, Organisation
from ..register.models import Tree
from ..status import Status

COLUMNS: dict[str, Any] = {
    "instrument": F("instrument__code"),
    "status": F("status_asof"),
    "deadline": F("deadline_asof"),
    "moved": Case(When(due_moves_asof__gt=0, then=Value("1")), default=Value("0")),
    "past_first": Case(When(is_past_first=True, then=Value("1")), default=Value("0")),
    "theme": F("theme__code"),
    "kind": F("kind"),
    "provenance": F("provenance"),
    "lead": F("lead_owner__code"),
}


class Choice(NamedTuple):
    value: str
    label: str
    records: int
    is_chosen: bool


class Facet(NamedTuple):
    name: str
    label: str
    choices: tuple[Choice, ...]
    is_open: bool


class Counting:
    """The part of a query that counts its missions."""

    FACETS: list[str]
    OPEN = 3  # so many of the first filters
    DAYS: list[str]
    form: Any
    qs: Any
    narrow: Any

    @cached_property
    def organisations(self) -> Tree:
        return Tree(Organisation)

    @cached_property
    def areas(self) -> Tree:
        return Tree(Area)

    @cached_property
    def having(self) -> dict[str, defaultdict[str, set[int]]]:
        """Return name → value → the missions that have it, of those with the words and days of the query.

        `owner`, `involves` and `area` include the records below; `lead`, `supporting` and `named` do not. Supporting
        owners and areas are also those of other missions.
        """
        missions = self.narrow(["q", *self.DAYS])
        having = by_value(COLUMNS, missions.order_by().values_list("pk", *COLUMNS.values()))
        having["supporting"] = linked(Mission.supporting_owners.through, "organisation__code")
        having["named"] = linked(Mission.areas.through, "area__code")
        having["owner"] = with_those_above(self.organisations, having["lead"])
        having["involves"] = with_those_above(self.organisations, having["lead"], having["supporting"])
        having["area"] = with_those_above(self.areas, having["named"])
        return having

    @cached_property
    def found(self) -> set[int]:
        return self._found_by(self.FACETS)

    def found_with(self, name: str, code: str) -> set[int]:
        return self.found & self.having[name][code]

    @cached_property
    def documented(self) -> set[int]:
        missions = self.qs.order_by().documented(self.form.on, self.form.known)
        return set(missions.values_list("pk", flat=True))

    @cached_property
    def total(self) -> int:
        return self._count(self.found)

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """Map facets to values to the number of records each would give."""
        counts = {}
        for name in self.FACETS:
            others = self._found_by(other for other in self.FACETS if other != name)
            counts[name] = Counter({value: self._count(others & each) for value, each in self.having[name].items()})
        return counts

    def by_status(self, missions: set[int]) -> dict[str, int]:
        return {status: len(missions & self.having["status"][status]) for status in Status}

    def _found_by(self, facets: Iterable[str]) -> set[int]:
        found = self._in_question
        for name in facets:
            if chosen := self.form.cleaned_data[name]:
                found = found.intersection(set().union(*(self.having[name][value] for value in chosen)))
        return found

    @cached_property
    def _in_question(self) -> set[int]:
        return set().union(*self.having["status"].values())

    def _count(self, missions: set[int]) -> int:
        return len(missions)

    def facets(self):
        for place, name in enumerate(self.FACETS):
            field, counts = self.form.fields[name], self.counts[name]
            chosen = self.form.cleaned_data[name]
            choices = tuple(
                Choice(value, str(label), counts[value], value in chosen)
                for value, label in field.choices
                if counts[value] or value in chosen
            )
            yield Facet(name, str(field.label), choices, bool(chosen) or place < self.OPEN)


def by_value(names: Iterable[str], rows) -> dict[str, defaultdict[str, set[int]]]:
    having: dict[str, defaultdict[str, set[int]]] = {name: defaultdict(set) for name in names}
    columns = list(having.values())
    for mission, *values in rows.iterator():
        for column, value in zip(columns, values, strict=True):
            column[value].add(mission)
    return having


def linked(links: Any, code: str) -> defaultdict[str, set[int]]:
    """Return code → missions; with a row for each link, threads would wait for each other most of the time."""
    missions = StringAgg(Cast("mission", CharField()), Value(","))
    rows = links.objects.values_list(code).annotate(missions=missions)
    return defaultdict(set, {code: set(map(int, missions.split(","))) for code, missions in rows})


def with_those_above(tree: Tree, *own: dict[str, set[int]]) -> defaultdict[str, set[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for each in own:
        for code, missions in each.items():
            for above in tree.above[code]:
                found[above] |= missions
    return found
