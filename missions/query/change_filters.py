"""The query of changes: that of the list, with period and kind."""

from collections import Counter

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..ledger.changes import changes, changes_queryset, page_of_changes
from ..models import EntryKind
from ..parameters import ListForm, PeriodForm
from .filter_fields import CodesFilter, DayFilter
from .filters import Choice, Facet, MissionFilter

KINDS = [choice for choice in EntryKind.choices if choice[0] != EntryKind.OPENING]


class ChangeForm(PeriodForm):
    page = ListForm.base_fields["page"]
    per_page = ListForm.base_fields["per_page"]


class ChangeFilter(MissionFilter):
    """Missions are filtered as in the list; counts are of entries."""

    since = DayFilter(method="keep", label=pgettext_lazy("period", "Since"))
    until = DayFilter(method="keep", label=pgettext_lazy("period", "Until"))
    entry = CodesFilter(choices=KINDS, method="keep", label=_("Entries"))

    class Meta(MissionFilter.Meta):
        form = ChangeForm

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

    @property
    def listed(self):
        return self.narrowed(changes_queryset(*self.clocks))

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
        choices = [Choice(kind, str(label), counts[kind], kind in chosen) for kind, label in KINDS]
        yield Facet("entry", self.form.fields["entry"].label, choices, bool(chosen))
        yield from super().facets()

    def _resolved(self):
        query = super()._resolved()
        query["until"] = self.form.until.isoformat()
        return query
