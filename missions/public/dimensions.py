"""Instruments, themes, areas, owners: all of one dimension with their counts, and the page of each."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, cast

from django.db.models import Field, Model
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..charts.bars import Segment, stacked
from ..charts.progress import progress_chart
from ..filters import MissionFilter
from ..forms import ListForm
from ..models import Area, Instrument, Mission, Organisation, Theme
from ..models.changes import latest_changes
from ..models.figures import of_completion, reconcile
from ..models.history import public_changes
from ..models.mission import programme_order
from ..status import UNFINISHED, Status
from .pages import ListPage, Page
from .wall import wall

LATEST = 5
SUPPORTED = 10


class DimensionPage(ListPage):
    """One record of a dimension: its facts, its counts, its latest changes and its list."""

    template_name = "missions/dimension.html"
    model: type[Model]
    parameter: str
    index: str
    reads = ListForm.base_fields

    def prepare(self):
        self.object = get_object_or_404(self.records(), code=self.kwargs["code"])

    def records(self):
        return self.model._default_manager.all()

    def parameters(self):
        parameters = self.request.GET.copy()
        parameters[self.parameter] = self.object.code
        return parameters

    @property
    def tally(self):
        return self.filter.counts["status"]

    def describe(self):
        """How far the missions are, in a sentence with numbers."""
        if not self.filter.total:
            return gettext("On %(day)s no mission was listed here.") % {"day": date_format(self.form.on)}
        return gettext("On %(day)s, %(completed)s of %(total)s missions were recorded as completed.") % {
            "day": date_format(self.form.on),
            "completed": self.tally[Status.COMPLETED],
            "total": self.filter.total - self.tally[Status.WITHDRAWN],
        }

    def get_context_data(self, **kwargs):
        latest = latest_changes(*self.clocks, mission__in=self.filter.qs.values("pk"))
        return super().get_context_data(
            object=self.object,
            title=self.object.title,
            description=self.describe(),
            picture=reverse(f"{self.parameter}-picture", args=[self.object.code]) + self.at,
            feed=f"{reverse('changes-atom')}?{self.parameter}={self.object.code}",
            tally=[(status, self.tally[status]) for status in Status],
            bar=stacked(self.tally, self.filter.total),
            latest=list(islice(latest, LATEST)),
            changes=public_changes(self.object, self.form.known),
            **kwargs,
        )


class InstrumentPage(DimensionPage):
    model, parameter, index, name = Instrument, "instrument", "instruments", _("Instruments")
    template_name = "missions/instrument.html"

    def records(self):
        return Instrument.objects.public()

    @cached_property
    def figures(self):
        return of_completion(self.form.on)

    @cached_property
    def reconciliations(self):
        """What was reported beside what is documented: jointly with other instruments, and last of this one alone."""
        return [row for row in reconcile(*self.clocks, figures=self.figures) if self.object in row.instruments]

    def describe(self):
        """Documented and reported, side by side as everywhere."""
        if not self.reconciliations:
            return super().describe()
        alone = self.reconciliations[-1]
        numbers = {"day": date_format(self.form.on), "documented": alone.documented, "counted": alone.counted}
        if not alone.reported:
            return (
                gettext(
                    "Documented as completed on %(day)s: %(documented)s of %(counted)s missions. "
                    "Officials published no figure for this document alone."
                )
                % numbers
            )
        said = alone.reported[0]
        return gettext(
            "Documented as completed on %(day)s: %(documented)s of %(counted)s missions. "
            "Officials reported on %(as_of)s: %(value)s of %(total)s “%(word)s”."
        ) % {
            **numbers,
            "as_of": date_format(said.as_of),
            "value": said.value,
            "total": said.total,
            "word": said.measure.label,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            reconciliations=self.reconciliations,
            unfinished_statuses=UNFINISHED,
            progress=progress_chart([self.object], self.figures, *self.clocks),
            **kwargs,
        )


class ThemePage(DimensionPage):
    model, parameter, index, name = Theme, "theme", "themes", _("Themes")


class AreaPage(DimensionPage):
    model, parameter, index, name = Area, "area", "areas", _("Areas")
    template_name = "missions/area.html"


class OwnerPage(DimensionPage):
    """An organisation: what it leads itself, and with those below it; what it supports."""

    model, parameter, index, name = Organisation, "owner", "owners", _("Owners")
    template_name = "missions/owner.html"

    def records(self):
        return Organisation.objects.select_related("parent", "source")

    def get_context_data(self, **kwargs):
        missions = Mission.objects.for_listing(*self.clocks)
        own = missions.filter(lead_owner=self.object).tally("status_asof")
        supported = missions.filter(supporting_owners=self.object).order_by(*programme_order())
        return super().get_context_data(
            children=self.object.children.all(),
            both=[(status, own.get(status, 0), self.tally[status]) for status in Status],
            own_total=sum(own.values()),
            own_bar=stacked(own, self.filter.total),
            newest=next(latest_changes(*self.clocks, mission__lead_owner=self.object), None),
            supported=supported[:SUPPORTED],
            supported_total=supported.count(),
            **kwargs,
        )


@dataclass(frozen=True)
class Row:
    """One record of a dimension and its missions by status.

    `query` finds them in the list. For an owner it finds `below`, those that organisations below lead included;
    `involved` counts what it supports, too.
    """

    record: Any
    tally: Counter
    bar: tuple[Segment, ...]
    query: dict[str, str]
    below: int
    involved: int

    @property
    def total(self) -> int:
        return self.tally.total()

    @property
    def counts(self) -> list[tuple[Status, int]]:
        return [(status, self.tally[status]) for status in Status]


class DimensionIndex(Page):
    """All records of a dimension, each with its counts by status."""

    template_name = "missions/dimensions.html"
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
        return Row(record, tally, bar, query, below=tally.total(), involved=tally.total())

    def groups(self, rows):
        """(label, rows) for each value of `grouped_by`, in the order of its vocabulary; else all as one."""
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
    model, field, parameter, grouped_by = Area, "areas", "area", "zone"
    title = _("Areas")
    description = _("The areas that missions apply to, and how many missions of each have which status.")
    counting = _("A mission counts in each area that it names, so the rows add up to more than the whole.")


class Owners(DimensionIndex):
    model, field, parameter, grouped_by, has_wall = Organisation, "lead_owner", "owner", "level", True
    title = _("Owners")
    description = _("The organisations that lead the missions, and how many missions of each have which status.")
    counting = _(
        "A mission counts once, for the organisation that leads it. Where organisations below lead others, "
        "the number with theirs stands under the name."
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
