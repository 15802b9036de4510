"""The lists of instruments, themes, areas and owners."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

from ..figures.bars import Segment, stacked
from ..models import Area, Instrument, Mission, Organisation, Theme
from ..query.filters import MissionFilter
from ..query.index import indexes
from ..status import Status
from .pages import Page
from .wall import wall


@dataclass(frozen=True)
class DimensionRow:
    """One record and its missions by status; an owner also has those of bodies below it."""

    record: Any
    tally: Counter
    bar: tuple[Segment, ...]
    query: dict[str, str]
    below: int
    involved: int
    depth: int = 0

    @property
    def total(self) -> int:
        return self.tally.total()

    @property
    def counts(self) -> list[tuple[Status, int]]:
        return [(status, self.tally[status]) for status in Status]


class DimensionIndex(Page):
    template_name = "public/dimensions.html"
    model: type[Model]
    field: str
    parameter: str
    counting: Any = ""
    grouped_by = ""
    has_wall = False

    def records(self):
        return self.model._default_manager.all()

    def rows(self, missions):
        tallies: defaultdict[int, Counter] = defaultdict(Counter)
        for pk, status in missions.order_by().values_list(self.field, "status_asof"):
            tallies[pk][status] += 1
        records = list(self.records())
        largest = max((tallies[record.pk].total() for record in records), default=0)
        return [self.row(record, tallies[record.pk], largest) for record in records]

    def row(self, record, tally, largest):
        bar, query = stacked(tally, largest), {self.parameter: record.code}
        return DimensionRow(record, tally, bar, query, below=tally.total(), involved=tally.total())

    def groups(self, rows):
        if not self.grouped_by:
            return [("", rows)] if rows else []
        grouped = defaultdict(list)
        for row in rows:
            grouped[getattr(row.record, self.grouped_by)].append(row)
        choices = cast("Field", self.model._meta.get_field(self.grouped_by)).flatchoices
        return [(label, grouped[value]) for value, label in choices if grouped[value]]

    def get_context_data(self, **kwargs):
        missions = Mission.objects.as_of(*self.clocks)
        rows = self.rows(missions)
        whole = missions.tally("status_asof")
        return super().get_context_data(
            groups=self.groups([row for row in rows if row.total]),
            without=[row for row in rows if not row.total],
            statuses=list(Status),
            counts=[(status, whole.get(status, 0)) for status in Status],
            total=sum(whole.values()),
            wall=wall(self.field, *self.clocks) if self.has_wall else None,
            **kwargs,
        )


class Instruments(DimensionIndex):
    model, field, parameter = Instrument, "instrument", "instrument"
    title = _("Instruments")
    description = _("The documents that assign the missions, and how many missions of each have which status.")

    def records(self):
        return Instrument.objects.public()


class Themes(DimensionIndex):
    model, field, parameter, has_wall = Theme, "theme", "theme", True
    title = _("Themes")
    description = _("The themes of the missions, and how many missions of each have which status.")


class Areas(DimensionIndex):
    model, field, parameter = Area, "areas", "area"
    title = _("Areas")
    description = _("The areas that missions apply to, and how many missions of each have which status.")
    counting = _(
        "A mission counts in each area that it names, and once in each area above, so the rows add up to more than "
        "the whole."
    )

    def rows(self, missions):
        index = indexes.now()
        having = index.values(*self.clocks)
        tallies = {
            code: Counter({status: (here & each).bit_count() for status, each in having["status"].items()})
            for code, here in having["area"].items()
        }
        largest = max((tally.total() for tally in tallies.values()), default=0)
        return [
            replace(self.row(area, tallies.get(area.code, Counter()), largest), depth=depth)
            for depth, area in index.areas.nested()
        ]


class Owners(DimensionIndex):
    model, field, parameter, grouped_by, has_wall = Organisation, "lead_owner", "owner", "level", True
    title = _("Owners")
    description = _("The organisations that lead the missions, and how many missions of each have which status.")
    counting = _(
        "Each mission is counted under its lead organisation. Totals including subordinate bodies are shown below."
    )

    def read_query(self):
        self.filter = MissionFilter(self.request.GET, language=self.request.LANGUAGE_CODE)
        return self.filter.form

    def records(self):
        return self.filter.organisations.all

    def row(self, record, tally, largest):
        counts = {name: self.filter.counts[name][record.code] for name in ("owner", "involves")}
        row = super().row(record, tally, largest)
        return replace(row, below=counts["owner"], involved=counts["involves"])
