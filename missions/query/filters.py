"""The query language: pages, reports and files read parameters through these classes."""

from collections import Counter
from copy import deepcopy
from functools import cache, partial
from typing import Any, NamedTuple

import django_filters
from django.db.models import Case, F, Q, Value, When
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from ..bilingual import read_in
from ..columns import PLAIN
from ..forms import TOO_LONG, ListForm, clean_params
from ..models import Area, Kind, Mission, Provenance, Zone
from ..register.listing import MissionRow
from ..register.mission import fold, programme_order
from ..register.models import AreaTree, OrganisationTree, code_order
from ..status import Deadline, Status
from .filter_fields import AreaFilter, CodesFilter, DayFilter, FlagFilter, OwnerFilter
from .index import SHORT, Index, Values, indexes, union


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


class LongList:
    """A long result that is read in pages."""

    def __init__(self, query: "MissionFilter"):
        self.query = query

    def __getitem__(self, places: slice) -> list[MissionRow]:
        query = self.query
        if not (sets := query.in_sets()):
            return query.qs.rows(places)
        by_code = query.form.sort_order != "programme"
        keys = query.index.keys(sets, places.start, places.stop, by_code=by_code)
        missions = Mission.objects.as_of(query.form.on, query.form.known)
        return missions.filter(pk__in=keys).order_by(*query.order()).rows()


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
        form = ListForm

    def __init__(self, data: QueryDict, *, language: str):
        super().__init__(data, queryset=Mission.objects.all())
        self.path_language = language
        # Read on demand: a query without codes needs none.
        fields = self.form.fields
        for name in ("instrument", "theme", "area"):
            fields[name].choices = partial(self._titles, name)
        for name in ("owner", "involves"):
            fields[name].choices = self._organisations

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
    def index(self) -> Index:
        return indexes.now()

    @property
    def organisations(self) -> OrganisationTree:
        return self.index.organisations

    @property
    def areas(self) -> AreaTree:
        return self.index.areas

    def _organisations(self) -> list[tuple[str, str]]:
        return [(each.code, each.title) for each in self.organisations.all]

    def _titles(self, name: str) -> list[tuple[str, str]]:
        return self.index.titles[name, read_in()]

    @property
    def language(self) -> str:
        return self.path_language[:2]

    def filter_words(self, missions, name, value):
        return missions.search(value)

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
    def found(self) -> int:
        return self._narrowed_by(self.FACETS)

    @cached_property
    def total(self) -> int:
        return self._count(self.found)

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """Map facets to values to the number of records each would give."""
        counts = {}
        for name in self.FACETS:
            others = self._narrowed_by(other for other in self.FACETS if other != name)
            counts[name] = Counter({value: self._count(others & each) for value, each in self._having[name].items()})
        return counts

    @cached_property
    def _having(self) -> Values:
        return self.index.values(self.form.on, self.form.known)

    @cached_property
    def _in_question(self) -> int:
        missions = self.index.public(self.form.on, self.form.known)
        for word in fold(self.form.cleaned_data["q"]).split():
            missions &= self.index.with_word(word)
        if names := [name for name in self.DAYS if self.form.cleaned_data[name]]:
            missions &= self.index.set_of(self._narrowed(names).order_by().values_list("pk", flat=True))
        return missions

    def _narrowed_by(self, facets) -> int:
        """Return missions matching words, dates and the chosen facets."""
        missions = self._in_question
        for name in facets:
            if chosen := self.form.cleaned_data[name]:
                missions &= union(self._having[name].get(value, 0) for value in chosen)
        return missions

    def _count(self, missions: int) -> int:
        return missions.bit_count()

    def in_sets(self) -> list[int]:
        """Return the result as consecutive sets in sort order, if the index can.

        So the index knows which missions a page has, however far on it is. Inside a set, the order is that of the
        programme for the sort `programme`, else of codes.
        """
        sort = self.form.sort_order
        match sort.removeprefix("-"):
            case "status":
                sets = [self._having["status"].get(status, 0) for status in Status]
            case "owner":
                sets = [missions for _code, missions in sorted(self._having["lead"].items())]
            case _:
                return [self.found] if sort in ("programme", "code") else []
        return [self.found & each for each in (reversed(sets) if sort.startswith("-") else sets)]

    @cached_property
    def rows(self) -> Any:
        if self.total > SHORT:
            return LongList(self)
        by_programme = self.form.sort_order == "programme"
        found = self.index.rows(self.found, self.form.on, self.form.known) if by_programme else None
        return self.qs.rows() if found is None else found

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
