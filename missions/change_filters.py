"""The query of the changes: that of the list, with a period and kinds of entry."""

from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .filters import Choice, CodesFilter, DayFilter, Facet, MissionFilter
from .forms import ListForm, PeriodForm
from .models import EntryKind, Mission
from .models.changes import changes

KINDS = [choice for choice in EntryKind.choices if choice[0] != EntryKind.OPENING]


class ChangeForm(PeriodForm):
    """What is read besides the filters: changes have one order, the newest first."""

    page = ListForm.base_fields["page"]
    per_page = ListForm.base_fields["per_page"]


class ChangeFilter(MissionFilter):
    """The changes that a query asks for. The missions are narrowed as the list narrows them; counts are of entries."""

    since = DayFilter(method="keep", label=pgettext_lazy("period", "Since"))
    until = DayFilter(method="keep", label=pgettext_lazy("period", "Until"))
    entry = CodesFilter(choices=KINDS, method="keep", label=_("Entries"))

    class Meta:
        model = Mission
        fields: list[str] = []
        form = ChangeForm

    def keep(self, missions, name, value):
        """These say which entries are meant, not of which missions."""
        return missions

    @property
    def period(self):
        return [self.form["since"], self.form["until"]]

    def entries(self):
        """The entries of the period, of any mission and kind."""
        entries = changes(self.form.on, self.form.known).filter(day__lte=self.form.until)
        since = self.form.cleaned_data["since"]
        return entries.filter(day__gte=since) if since else entries

    def entries_of_kinds(self):
        """Those of the kinds asked for."""
        kinds = self.form.cleaned_data["entry"]
        return self.entries().filter(kind__in=kinds) if kinds else self.entries()

    def filter_queryset(self, queryset):
        """The changes asked for, those of the newest day first."""
        return self.entries_of_kinds().filter(mission__in=self._missions()).order_by("-day", "-id")

    def _missions(self):
        return self._narrowed(self.filters).values("pk")

    @cached_property
    def _digits(self) -> list[int]:
        """How many such entries each mission has, in binary: the missions whose number has a 1 in its last place, …"""
        numbers = self.entries_of_kinds().order_by().values_list("mission").annotate(n=Count("pk"))
        missions: list[list[int]] = []
        for mission, number in numbers:
            missions += [[] for _digit in range(len(missions), number.bit_length())]
            for place in range(number.bit_length()):
                if number >> place & 1:
                    missions[place].append(mission)
        return [self.index.set_of(each) for each in missions]

    def _count(self, missions):
        """Each mission as often as it has such an entry: so all counts are of entries."""
        return sum((missions & each).bit_count() << place for place, each in enumerate(self._digits))

    @property
    def rows(self):
        return self.qs

    def facets(self):
        kinds = self.entries().filter(mission__in=self._missions()).values_list("kind")
        counts = dict(kinds.order_by().annotate(n=Count("pk")))
        chosen = self.form.cleaned_data["entry"]
        choices = [Choice(kind, str(label), counts.get(kind, 0), kind in chosen) for kind, label in KINDS]
        yield Facet("entry", self.form.fields["entry"].label, choices, bool(chosen))
        yield from super().facets()

    def _resolved(self):
        query = super()._resolved()
        query["until"] = self.form.until.isoformat()
        return query
