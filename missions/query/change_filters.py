"""The query of changes: that of the list, with period and kind."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..forms import ListForm, PeriodForm
from ..ledger.changes import ChangeRow, changes, changes_queryset, rows
from ..models import EntryKind, Mission
from .filter_fields import CodesFilter, DayFilter
from .filters import Choice, Facet, MissionFilter

KINDS = [choice for choice in EntryKind.choices if choice[0] != EntryKind.OPENING]


class ChangeForm(PeriodForm):
    page = ListForm.base_fields["page"]
    per_page = ListForm.base_fields["per_page"]


class ChangeList:
    def __init__(self, query: "ChangeFilter"):
        self.query = query

    def __getitem__(self, places: slice) -> list[ChangeRow]:
        entries = self.query.narrowed(changes_queryset(*self.query.clocks))
        return rows(entries[places], self.query.form.on, self.query.form.known)


class ChangeFilter(MissionFilter):
    """Missions are filtered as in the list; counts are of entries."""

    since = DayFilter(method="keep", label=pgettext_lazy("period", "Since"))
    until = DayFilter(method="keep", label=pgettext_lazy("period", "Until"))
    entry = CodesFilter(choices=KINDS, method="keep", label=_("Entries"))

    class Meta:
        model = Mission
        fields: list[str] = []
        form = ChangeForm

    def keep(self, missions, name, value):
        return missions

    @property
    def period(self):
        return [self.form["since"], self.form["until"]]

    @property
    def clocks(self):
        return self.form.on, self.form.known, self.form.cleaned_data["since"], self.form.until

    def narrowed(self, entries):
        """Those of the missions and kinds clocks for, the newest first."""
        kinds = self.form.cleaned_data["entry"]
        entries = entries.filter(mission__in=self._narrowed(self.filters).values("pk"))
        return (entries.filter(kind__in=kinds) if kinds else entries).order_by("-day", "-id")

    def filter_queryset(self, queryset):
        return self.narrowed(changes(*self.clocks))

    def _count(self, missions):
        """Count each mission as often as it has an entry."""
        return self._count_of(self.form.cleaned_data["entry"] or dict(KINDS), missions)

    def _count_of(self, kinds, missions):
        numbers = self.index.change_counts(*self.clocks)
        return sum((missions & each).bit_count() << place for (kind, place), each in numbers.items() if kind in kinds)

    @property
    def rows(self):
        return ChangeList(self)

    def facets(self):
        chosen = self.form.cleaned_data["entry"]
        choices = [
            Choice(kind, str(label), self._count_of([kind], self.found), kind in chosen) for kind, label in KINDS
        ]
        yield Facet("entry", self.form.fields["entry"].label, choices, bool(chosen))
        yield from super().facets()

    def _resolved(self):
        query = super()._resolved()
        query["until"] = self.form.until.isoformat()
        return query
