"""The query language: pages, reports and files read parameters through these classes."""

from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import cache, partial
from typing import Any, NamedTuple

import django_filters
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from ..columns import PLAIN
from ..models import Area, Instrument, Kind, Mission, Organisation, Provenance, Theme, Zone
from ..parameters import TOO_LONG, DayForm, ListForm, clean_params
from ..register.mission import programme_order
from ..register.models import Tree, code_order
from ..status import Deadline, Status
from .counts import Having, missions_having
from .filter_fields import AreaFilter, CodesFilter, DayFilter, FlagFilter, OwnerFilter


class Choice(NamedTuple):
    value: str
    label: str
    records: int
    is_chosen: bool


class Facet(NamedTuple):
    name: str
    label: str
    choices: list[Choice]
    is_chosen: bool


class Chip(NamedTuple):
    label: str
    value: str
    query_without: str


def titles(offered: Callable[[], Iterable[Any]]) -> list[tuple[str, str]]:
    return [(record.code, record.title) for record in offered()]


class MissionFilter(django_filters.FilterSet):
    """The missions of a query on its dates, with facet counts."""

    q = django_filters.CharFilter(method="filter_words", max_length=200, error_messages=TOO_LONG, label=_("Search"))
    instrument = CodesFilter(field_name="instrument__code", label=_("Instrument"))
    status = CodesFilter(field_name="status_asof", choices=Status, label=_("Status"))
    deadline = CodesFilter(field_name="deadline_asof", choices=Deadline, label=_("Deadline state"))
    moved = FlagFilter(condition=Q(due_moves_asof__gt=0), choice=_("Due date moved"), label=_("Moved dates"))
    past_first = FlagFilter(
        condition=Q(is_past_first=True), choice=_("Open, past the first date"), label=_("First due date")
    )
    theme = CodesFilter(field_name="theme__code", label=_("Theme"))
    area = AreaFilter(label=_("Area"))
    owner = OwnerFilter(label=_("Lead owner"))
    involves = OwnerFilter(supporting=True, label=_("Owner, lead or supporting"))
    kind = CodesFilter(field_name="kind", choices=Kind, label=_("Kind"))
    provenance = CodesFilter(field_name="provenance", choices=Provenance, label=_("Where the text comes from"))
    due_after = DayFilter(field_name="due_asof", lookup_expr="gte", label=_("Due on or after"))
    due_before = DayFilter(field_name="due_asof", lookup_expr="lte", label=_("Due on or before"))
    changed_after = DayFilter(field_name="since_asof", lookup_expr="gte", label=_("Status since, on or after"))
    changed_before = DayFilter(field_name="since_asof", lookup_expr="lte", label=_("Status since, on or before"))

    FACETS = (
        "instrument",
        "status",
        "deadline",
        "moved",
        "past_first",
        "theme",
        "area",
        "owner",
        "involves",
        "kind",
        "provenance",
    )
    DAYS = ("due_after", "due_before", "changed_after", "changed_before")

    class Meta:
        model = Mission
        fields: list[str] = []
        form: type[DayForm] = ListForm

    def __init__(self, data: QueryDict, *, language: str):
        super().__init__(data, queryset=Mission.objects.all())
        self.path_language = language
        # Read on demand, once: a query without codes needs none.
        instruments, themes = Instrument.objects.public(), Theme.objects.all()
        records = {
            "instrument": lambda: instruments,
            "theme": lambda: themes,
            "area": lambda: self.areas.all,
            "owner": lambda: self.organisations.all,
            "involves": lambda: self.organisations.all,
        }
        for name, offered in records.items():
            self.form.fields[name].choices = partial(titles, offered)

    @classmethod
    @cache
    def _form_class(cls):
        """Build the form class once; instances copy its fields."""
        fields = {name: each.field for name, each in deepcopy(cls.base_filters).items()}
        return type(f"{cls.__name__}Form", (cls._meta.form,), fields)

    def get_form_class(self):
        return self._form_class()

    @classmethod
    def parameters(cls) -> list[str]:
        return [*cls._meta.form.base_fields, *cls.base_filters]

    @cached_property
    def organisations(self) -> Tree:
        return Tree(Organisation)

    @cached_property
    def areas(self) -> Tree:
        return Tree(Area)

    @property
    def language(self) -> str:
        return self.path_language[:2]

    def filter_words(self, missions, name, value):
        return missions.search(value)

    def keep(self, missions, name, value):
        return missions

    def filter_queryset(self, queryset):
        return self._narrowed(self.filters).order_by(*self.order())

    def _narrowed(self, names):
        missions = Mission.objects.for_listing(self.form.on, self.form.known)
        for name in names:
            missions = self.filters[name].filter(missions, self.form.cleaned_data[name])
        return missions

    def order(self):
        sort = self.form.sort_order
        if sort in ("programme", "-programme"):
            return programme_order(reverse=sort.startswith("-"))
        nullable = {column.sort: F(column.name) for column in PLAIN} | {"due": F("due_asof")}
        key = {
            "code": code_order("code"),
            "title": code_order(f"title_{self.language}"),
            "status": Case(*(When(status_asof=status, then=Value(place)) for place, status in enumerate(Status))),
            "owner": code_order("lead_owner__code"),
            "changed": F("since_asof"),
            **nullable,
        }[sort.removeprefix("-")]
        # NULLS LAST only where a value can be missing: elsewhere it would keep PostgreSQL from its indexes.
        last = {"nulls_last": True} if sort.removeprefix("-") in nullable else {}
        return key.desc(**last) if sort.startswith("-") else key.asc(**last), code_order("code").asc()

    @cached_property
    def query(self) -> QueryDict:
        """Return the valid parameters without the page, for links and downloads."""
        return clean_params(self.form.data, [name for name in self.form.fields if name not in ("page", "per_page")])

    @property
    def canonical_query(self) -> str:
        """Return the query in canonical form: dates resolved, sorted, no defaults."""
        query = self._resolved()
        if query.get("sort") == "programme":
            del query["sort"]
        return "&".join(urlencode({name: value}) for name, values in sorted(query.lists()) for value in sorted(values))

    def _resolved(self) -> QueryDict:
        query = self.query.copy()
        query["as_of"] = self.form.on.isoformat()
        return query

    def chips(self) -> list[Chip]:
        chips = []
        links = clean_params(self.form.data, [name for name in self.form.fields if name != "page"])
        for name in filter(self.query.getlist, self.filters):
            filter_, values = self.filters[name], self.query.getlist(name)
            labels = dict(getattr(self.form.fields[name], "choices", ()))
            for value in values:
                without = links.copy()
                without.setlist(name, [other for other in values if other != value])
                shown = date_format(self.form.cleaned_data[name]) if isinstance(filter_, DayFilter) else value
                chips.append(Chip(filter_.label, labels.get(value, shown), without.urlencode()))
        return chips

    @cached_property
    def having(self) -> Having:
        """Name → value → the missions that have it, of those with the words and days of the query."""
        return missions_having(self._narrowed(("q", *self.DAYS)), self.organisations, self.areas)

    @cached_property
    def found(self) -> set[int]:
        return self._found_by(self.FACETS)

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

    def _found_by(self, facets) -> set[int]:
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

    @property
    def listed(self) -> QuerySet[Any]:
        """Return what a page lists a part of, and `rows` the rows of such a part."""
        return self.qs

    def rows(self, part) -> list[Any]:
        return part.rows()

    @property
    def folds(self) -> bool:
        return self.form.sort_order == "programme" and not self.form.cleaned_data["q"]

    def facets(self):
        for name in self.FACETS:
            field, counts = self.form.fields[name], self.counts[name]
            chosen = self.form.cleaned_data[name]
            choices = [
                Choice(value, label, counts[value], value in chosen)
                for value, label in field.choices
                if counts[value] or value in chosen
            ]
            yield Facet(name, field.label, choices, bool(chosen))

    @property
    def day_fields(self):
        return [self.form[name] for name in ("known_at", "due_after", "due_before", "changed_after", "changed_before")]

    @property
    def has_days(self) -> bool:
        return any(field.value() for field in self.day_fields)

    @cached_property
    def hub_wide(self) -> list[Area]:
        """Return the hub-wide areas not chosen: they apply to every area."""
        chosen = self.form.cleaned_data["area"]
        return list(Area.objects.filter(zone=Zone.HUB_WIDE).exclude(code__in=chosen)) if chosen else []
