"""The query language: pages, reports and files read parameters through these classes.

Queries of changes and of reports are those of the list, with a period.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import date, timedelta
from functools import cache, partial
from typing import Any, NamedTuple

import django_filters
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..columns import PLAIN
from ..ledger.changes import changes, changes_queryset, page_of_changes
from ..models import Area, EntryKind, Instrument, Kind, Mission, Provenance, Theme, Zone
from ..parameters import NO_SUCH_CHOICE, TOO_LONG, DayForm, ListForm, PeriodForm, clean_params
from ..register.mission import programme_order
from ..register.models import code_order
from ..status import Deadline, Status
from .counts import Choice, Counting, Facet
from .filter_fields import AreaFilter, CodesFilter, DayFilter, FlagFilter, OwnerFilter

KINDS = [choice for choice in EntryKind.choices if choice[0] != EntryKind.OPENING]
# The period of a report that names none.
PERIOD = timedelta(days=90)


class Chip(NamedTuple):
    label: str
    value: str
    query_without: str


def titles(offered: Callable[[], Iterable[Any]]) -> list[tuple[str, str]]:
    return [(record.code, record.title) for record in offered()]


class Query:
    """The parameters of a valid form."""

    form: Any

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


class MissionFilter(Query, Counting, django_filters.FilterSet):
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

    FACETS = [name for name, each in list(locals().items()) if isinstance(each, CodesFilter)]
    DAYS = [name for name, each in list(locals().items()) if isinstance(each, DayFilter)]

    class Meta:
        model = Mission
        fields: list[str] = []
        form: type[DayForm] = ListForm

    def __init__(self, data: QueryDict, *, language: str = "en"):
        super().__init__(data, queryset=Mission.objects.all())
        self.path_language = language
        # Read on demand, once: a query without codes needs none.
        instruments, themes = Instrument.objects.public(), Theme.objects.all()
        records = {
            "instrument": lambda: instruments,
            "theme": lambda: themes,
            "area": lambda: self.areas.all,
            "owner": lambda: self.organisations.all,
        }
        for name, offered in records.items():
            self.form.fields[name].choices = cache(partial(titles, offered))
        self.form.fields["involves"].choices = self.form.fields["owner"].choices

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

    @property
    def language(self) -> str:
        return self.path_language[:2]

    def filter_words(self, missions, name, value):
        return missions.search(value)

    def keep(self, missions, name, value):
        return missions

    def filter_queryset(self, queryset):
        return self.narrow(self.filters).order_by(*self.order())

    def narrow(self, names):
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

    @property
    def listed(self) -> QuerySet[Any]:
        """Return what a page lists a part of, and `rows` the rows of such a part."""
        return self.qs

    def rows(self, part) -> list[Any]:
        return part.rows()

    @property
    def folds(self) -> bool:
        return self.form.sort_order == "programme" and not self.form.cleaned_data["q"]

    @property
    def day_fields(self):
        return [self.form[name] for name in ("known_at", *self.DAYS)]

    @property
    def has_days(self) -> bool:
        return any(field.value() for field in self.day_fields)

    @cached_property
    def hub_wide(self) -> list[Area]:
        """Return the hub-wide areas not chosen: they apply to every area."""
        chosen = self.form.cleaned_data["area"]
        return list(Area.objects.filter(zone=Zone.HUB_WIDE).exclude(code__in=chosen)) if chosen else []


class ChangeForm(PeriodForm):
    page = ListForm.base_fields["page"]
    per_page = ListForm.base_fields["per_page"]


class ChangeFilter(MissionFilter):
    """Missions are filtered as in the list; counts are of entries."""

    since = DayFilter(method="keep", label=pgettext_lazy("period", "Since"))
    until = DayFilter(method="keep", label=pgettext_lazy("period", "Until"))
    entry = CodesFilter(choices=KINDS, method="keep", label=_("Entries"))

    OPEN = 2  # after the kinds of entries

    class Meta(MissionFilter.Meta):
        form = ChangeForm

    @property
    def period(self):
        return [self.form["since"], self.form["until"]]

    @property
    def clocks(self):
        return self.form.on, self.form.known, self.form.cleaned_data["since"], self.form.until

    def in_query(self, entries):
        """Keep those of the missions and kinds of the query, the newest first."""
        kinds = self.form.cleaned_data["entry"]
        entries = entries.filter(mission__in=self.narrow(self.filters).values("pk"))
        return (entries.filter(kind__in=kinds) if kinds else entries).order_by("-day", "-id")

    def filter_queryset(self, queryset):
        return self.in_query(changes(*self.clocks))

    @property
    def listed(self):
        return self.in_query(changes_queryset(*self.clocks))

    def rows(self, part):
        return page_of_changes(part, self.form.on, self.form.known)

    @cached_property
    def _entries(self) -> list[tuple[int, str]]:
        return list(changes_queryset(*self.clocks).order_by().values_list("mission", "kind"))

    @cached_property
    def _numbers(self) -> Counter[int]:
        kinds = self.form.cleaned_data["entry"] or dict(KINDS)
        return Counter(mission for mission, kind in self._entries if kind in kinds)

    def _count(self, missions):
        """Count each mission as often as it has an entry."""
        return sum(map(self._numbers.__getitem__, missions))

    def facets(self):
        chosen = self.form.cleaned_data["entry"]
        counts = Counter(kind for mission, kind in self._entries if mission in self.found)
        choices = tuple(Choice(kind, str(label), counts[kind], kind in chosen) for kind, label in KINDS)
        yield Facet("entry", str(self.form.fields["entry"].label), choices, is_open=True)
        yield from super().facets()

    def _resolved(self):
        query = super()._resolved()
        query["until"] = self.form.until.isoformat()
        return query


class ReportForm(PeriodForm, ListForm):
    @property
    def until(self) -> date:
        return min(super().until, self.on)

    @property
    def since(self) -> date:
        return self.cleaned_data["since"] or min(self.on - PERIOD, self.until)


class ReportFilter(MissionFilter):
    lang = django_filters.ChoiceFilter(
        choices=[("en", "English"), ("zh", "中文"), ("both", "中文 + English")],
        method="keep",
        label=_("Language"),
        error_messages=NO_SUCH_CHOICE,
    )
    since = DayFilter(method="keep", label=pgettext_lazy("period", "Since"))
    until = DayFilter(method="keep", label=pgettext_lazy("period", "Until"))

    class Meta(MissionFilter.Meta):
        form = ReportForm

    @property
    def drawn_in(self) -> str:
        return self.form.cleaned_data["lang"] or self.path_language[:2]

    @property
    def language(self):
        return "zh" if self.drawn_in == "zh" else "en"

    def _resolved(self):
        query = super()._resolved()
        query["lang"] = self.drawn_in
        return query
