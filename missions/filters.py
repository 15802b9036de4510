"""The query language: list, pages, report and downloads read the same parameters through the same classes."""

from collections import Counter
from typing import NamedTuple

import django_filters
from django.db.models import Case, F, Q, Value, When
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from .forms import NO_SUCH_CHOICE, TOO_LONG, DayField, ListForm, given
from .models import Area, Instrument, Kind, Mission, Provenance, Theme, Zone
from .models.bilingual import is_read_in_chinese
from .models.mission import linked_codes
from .models.register import OrganisationTree, code_order
from .status import Deadline, Status


class CodesFilter(django_filters.MultipleChoiceFilter):
    """Keeps the records whose `field_name` is one of the chosen values."""

    def __init__(self, **kwargs):
        super().__init__(distinct=False, error_messages=NO_SUCH_CHOICE, **kwargs)

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class LinkedFilter(CodesFilter):
    """The same through a many-to-many relation, without a join, so that no record comes twice."""

    def filter(self, qs, value):
        linked = Mission.objects.filter(**{f"{self.field_name}__in": value})
        return qs.filter(pk__in=linked.values("pk")) if value else qs


class OwnerFilter(CodesFilter):
    """Keeps what the chosen organisations, or those below them, lead or (with `supporting`) take part in."""

    def __init__(self, *, supporting=False, **kwargs):
        super().__init__(**kwargs)
        self.supporting = supporting

    def filter(self, qs, value):
        if not value:
            return qs
        below = self.parent.organisations.with_those_below(value)
        owned = Q(lead_owner__code__in=below)
        if self.supporting:
            owned |= Q(pk__in=Mission.objects.filter(supporting_owners__code__in=below).values("pk"))
        return qs.filter(owned)


class DayFilter(django_filters.Filter):
    field_class = DayField

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        del self.extra["required"]


class Choice(NamedTuple):
    """One choice of a facet, and how many records choosing it would give."""

    value: str
    label: str
    records: int
    is_chosen: bool


class Facet(NamedTuple):
    """A filter whose choices carry counts."""

    name: str
    label: str
    choices: list[Choice]
    is_chosen: bool


class Chip(NamedTuple):
    """One chosen value, and the query without it."""

    label: str
    value: str
    query_without: str


class MissionFilter(django_filters.FilterSet):
    """The missions that a query asks for, as they stood on its days, with the counts beside each choice."""

    q = django_filters.CharFilter(method="filter_words", max_length=200, error_messages=TOO_LONG, label=_("Search"))
    instrument = CodesFilter(field_name="instrument__code", label=_("Instrument"))
    status = CodesFilter(field_name="status_asof", choices=Status, label=_("Status"))
    deadline = CodesFilter(field_name="deadline_asof", choices=Deadline, label=_("Deadline state"))
    theme = CodesFilter(field_name="theme__code", label=_("Theme"))
    area = LinkedFilter(field_name="areas__code", label=_("Area"))
    owner = OwnerFilter(label=_("Lead owner"))
    involves = OwnerFilter(supporting=True, label=_("Owner, lead or supporting"))
    kind = CodesFilter(field_name="kind", choices=Kind, label=_("Kind"))
    provenance = CodesFilter(field_name="provenance", choices=Provenance, label=_("Provenance"))
    due_after = DayFilter(field_name="due_asof", lookup_expr="gte", label=_("Due on or after"))
    due_before = DayFilter(field_name="due_asof", lookup_expr="lte", label=_("Due on or before"))
    changed_after = DayFilter(field_name="since_asof", lookup_expr="gte", label=_("Status since, on or after"))
    changed_before = DayFilter(field_name="since_asof", lookup_expr="lte", label=_("Status since, on or before"))

    FACETS = ("instrument", "status", "deadline", "theme", "area", "owner", "involves", "kind", "provenance")

    class Meta:
        model = Mission
        fields: list[str] = []
        form = ListForm

    def __init__(self, data: QueryDict, *, language: str):
        super().__init__(data, queryset=Mission.objects.all())
        self.path_language = language
        # Read when they are asked for: a query that names no code needs none. Functions, since the form copies its
        # fields, and a method would take a copy of this instance along, which reads everything again.
        for name in ("instrument", "theme", "area"):
            self.filters[name].extra["choices"] = lambda name=name: self._titles[name]
        for name in ("owner", "involves"):
            self.filters[name].extra["choices"] = lambda: [(each.code, each.title) for each in self.organisations.all]

    @cached_property
    def organisations(self) -> OrganisationTree:
        return OrganisationTree()

    @cached_property
    def _titles(self) -> dict[str, list[tuple[str, str]]]:
        """The code and title of each instrument, theme and area, in one query."""
        language = "zh" if is_read_in_chinese() else "en"
        kinds = {
            "instrument": (Instrument.objects.public(), f"title_{language}"),
            "theme": (Theme.objects.all(), f"name_{language}"),
            "area": (Area.objects.all(), f"name_{language}"),
        }
        rows = [
            records.order_by().values_list("position", "code", title, Value(name))
            for name, (records, title) in kinds.items()
        ]
        titles: dict[str, list[tuple[str, str]]] = {name: [] for name in kinds}
        for _position, code, title, name in rows[0].union(*rows[1:], all=True).order_by("position", "code"):
            titles[name].append((code, title))
        return titles

    @property
    def language(self) -> str:
        """In which language titles are sorted: `en` or `zh`."""
        return self.path_language[:2]

    def filter_words(self, missions, name, value):
        return missions.search(value)

    def filter_queryset(self, queryset):
        """The missions on the days asked for, narrowed by every filter, in the order asked for."""
        return self._narrowed(self.filters).order_by(*self._order())

    def _narrowed(self, names):
        missions = Mission.objects.for_listing(self.form.on, self.form.known)
        for name in names:
            missions = self.filters[name].filter(missions, self.form.cleaned_data[name])
        return missions

    def _order(self):
        sort = self.form.cleaned_data["sort"] or "code"
        key = {
            "code": code_order("code"),
            "title": code_order(f"title_{self.language}"),
            "status": Case(*(When(status_asof=status, then=Value(place)) for place, status in enumerate(Status))),
            "owner": code_order("lead_owner__code"),
            "due": F("due_asof"),
            "changed": F("since_asof"),
        }[sort.removeprefix("-")]
        ordered = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
        return ordered, code_order("code").asc()

    @cached_property
    def query(self) -> QueryDict:
        """The parameters that were given and known, without the page: what links and downloads of this list carry."""
        return given(self.form.data, [name for name in self.form.fields if name not in ("page", "per_page")])

    @property
    def canonical_query(self) -> str:
        """The one way to write this query: the day resolved, names and values in order, no default."""
        query = self._resolved()
        if query.get("sort") == "code":
            del query["sort"]
        return "&".join(urlencode({name: value}) for name, values in sorted(query.lists()) for value in sorted(values))

    def _resolved(self) -> QueryDict:
        query = self.query.copy()
        query["as_of"] = self.form.on.isoformat()
        return query

    def chips(self) -> list[Chip]:
        """What is chosen, one chip a value."""
        chips = []
        links = given(self.form.data, [name for name in self.form.fields if name != "page"])
        for name, filter_ in self.filters.items():
            labels = dict(getattr(filter_.field, "choices", ()))
            for value in self.query.getlist(name):
                without = links.copy()
                without.setlist(name, [other for other in self.query.getlist(name) if other != value])
                shown = date_format(self.form.cleaned_data[name]) if isinstance(filter_, DayFilter) else value
                chips.append(Chip(filter_.label, labels.get(value, shown), without.urlencode()))
        return chips

    @cached_property
    def _rows(self) -> list[dict[str, set[str]]]:
        """For each record that the words and days leave: the values that it has in each facet."""
        names = ("pk", "instrument__code", "status_asof", "deadline_asof", "theme__code", "kind", "provenance")
        missions = self._narrowed(set(self.filters) - set(self.FACETS)).order_by()
        links = linked_codes()
        rows = []
        above = self.organisations.above
        for pk, instrument, status, deadline, theme, kind, provenance, lead in missions.values_list(
            *names, "lead_owner__code"
        ):
            owner = set(above[lead])
            rows.append(
                {
                    "instrument": {instrument},
                    "status": {status},
                    "deadline": {deadline},
                    "theme": {theme},
                    "kind": {kind},
                    "provenance": {provenance},
                    "area": set(links[pk, "area"]),
                    "owner": owner,
                    "involves": owner.union(*(above[code] for code in links[pk, "owner"])),
                }
            )
        return rows

    @property
    def total(self) -> int:
        """How many records the query finds."""
        return self._counted[0]

    @property
    def counts(self) -> dict[str, Counter]:
        """By facet and value: how many records choosing this value would give, with every other filter as it is."""
        return self._counted[1]

    @cached_property
    def _counted(self) -> tuple[int, dict[str, Counter]]:
        chosen = {name: set(self.form.cleaned_data[name]) for name in self.FACETS}
        chosen = {name: values for name, values in chosen.items() if values}
        total = 0
        counts: dict[str, Counter] = {name: Counter() for name in self.FACETS}
        for row in self._rows:
            failed = [name for name, values in chosen.items() if values.isdisjoint(row[name])]
            total += not failed
            for name in self.FACETS if not failed else failed if len(failed) == 1 else ():
                counts[name].update(row[name])
        return total, counts

    def facets(self):
        """The facets; choices that would give nothing are left out, unless they are chosen."""
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
        """The days that narrow the list, and the second clock."""
        return [self.form[name] for name in ("known_at", "due_after", "due_before", "changed_after", "changed_before")]

    @property
    def has_days(self) -> bool:
        return any(field.value() for field in self.day_fields)

    @cached_property
    def hub_wide(self) -> list[Area]:
        """Where areas are chosen, the hub-wide areas that are not: what holds everywhere holds there too."""
        chosen = self.form.cleaned_data["area"]
        return list(Area.objects.filter(zone=Zone.HUB_WIDE).exclude(code__in=chosen)) if chosen else []
