"""Instruments, themes, areas and owners: the list of each, and the page of one."""

from itertools import islice
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..figures.bars import stacked
from ..figures.models import of_completion, reconcile
from ..figures.progress_chart import progress_chart
from ..ledger.changes import latest_changes
from ..models import Area, Instrument, Level, Mission, Organisation, Theme
from ..parameters import ListForm
from ..query.filters import MissionFilter
from ..register.history import public_changes
from ..register.mission import programme_order
from ..status import UNFINISHED, Status
from .pages import ListPage, Page
from .wall import rows_to_draw, wall

LATEST = 5
SUPPORTED = 10


class DimensionList(Page):
    template_name = "public/dimensions.html"
    parameter: str
    own: str  # name in `having` of the missions that count for a record alone
    wall_by = ""
    counting: Any = ""

    def records(self, query):
        """Return (depth in the hierarchy, record) in the order of the page."""

    def get_context_data(self, **kwargs):
        query = MissionFilter(self.form.day, language=self.request.LANGUAGE_CODE)
        query.is_valid()
        rows = []
        for depth, record in self.records(query):
            counts = query.by_status(query.found_with(self.own, record.code))
            rows.append(
                {
                    "record": record,
                    "depth": depth,
                    "query": {self.parameter: record.code},
                    "counts": counts,
                    "total": sum(counts.values()),
                    "below": query.counts[self.parameter][record.code],
                    "involved": query.counts["involves"][record.code] if self.own == "lead" else 0,
                }
            )
        largest = max((row["total"] for row in rows), default=0)
        for row in rows:
            row["bar"] = stacked(row["counts"], largest)
        return super().get_context_data(
            groups=self.groups([row for row in rows if row["total"]]),
            without=[row for row in rows if not row["total"]],
            statuses=list(Status),
            counts=query.by_status(query.found),
            total=query.total,
            wall=wall(rows_to_draw(query.qs), self.wall_by) if self.wall_by else None,
            **kwargs,
        )

    def groups(self, rows):
        return [("", rows)] if rows else []


class InstrumentList(DimensionList):
    parameter = own = "instrument"
    title = _("Instruments")
    description = _("The documents that assign the missions, and how many missions of each have which status.")

    def records(self, query):
        return [(0, instrument) for instrument in Instrument.objects.public()]


class ThemeList(DimensionList):
    parameter = own = wall_by = "theme"
    title = _("Themes")
    description = _("The themes of the missions, and how many missions of each have which status.")

    def records(self, query):
        return [(0, theme) for theme in Theme.objects.all()]


class AreaList(DimensionList):
    parameter = own = "area"
    title = _("Areas")
    description = _("The areas that missions apply to, and how many missions of each have which status.")
    counting = _(
        "A mission counts in each area that it names, and once in each area above, so the rows add up to more than "
        "the whole."
    )

    def records(self, query):
        return query.areas.nested()


class OwnerList(DimensionList):
    parameter, own, wall_by = "owner", "lead", "lead_owner"
    title = _("Owners")
    description = _("The organisations that lead the missions, and how many missions of each have which status.")
    counting = _(
        "Each mission is counted under its lead organisation. Totals including subordinate bodies are shown below."
    )

    def records(self, query):
        return [(0, organisation) for organisation in query.organisations.all]

    def groups(self, rows):
        groups = [(level.label, [row for row in rows if row["record"].level == level]) for level in Level]
        return [(label, those) for label, those in groups if those]


class DimensionPage(ListPage):
    template_name = "public/dimension.html"
    records: Any
    parameter: str
    index: str
    reads = ListForm.base_fields

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(self.records.all(), code=self.kwargs["code"])

    def parameters(self):
        parameters = self.request.GET.copy()
        parameters[self.parameter] = self.object.code
        return parameters

    def describe(self):
        day, tally = date_format(self.form.on), self.filter.counts["status"]
        if not self.filter.total:
            return gettext("On %(day)s no mission was listed here.") % {"day": day}
        counted = {"completed": tally[Status.COMPLETED], "total": self.filter.total - tally[Status.WITHDRAWN]}
        message = gettext("On %(day)s, %(completed)s of %(total)s missions were recorded as completed.")
        return message % {"day": day, **counted}

    def get_context_data(self, **kwargs):
        tally = self.filter.counts["status"]
        latest = latest_changes(*self.clocks, mission__in=self.filter.qs.values("pk"))
        return super().get_context_data(
            object=self.object,
            title=self.object.title,
            description=self.describe(),
            feed=f"{reverse('changes-atom')}?{self.parameter}={self.object.code}",
            tally=[(status, tally[status]) for status in Status],
            bar=stacked(tally, self.filter.total),
            latest=list(islice(latest, LATEST)),
            changes=public_changes(self.object, self.form.known),
            **kwargs,
        )


class InstrumentPage(DimensionPage):
    records, parameter, index, name = Instrument.objects.public(), "instrument", "instruments", _("Instruments")
    template_name = "public/instrument.html"

    def get_context_data(self, **kwargs):
        figures = of_completion(self.form.on)
        # Joint figures come first, those of this instrument alone last.
        self.reconciliations = [
            row for row in reconcile(*self.clocks, figures=figures) if self.object in row.instruments
        ]
        return super().get_context_data(
            reconciliations=self.reconciliations,
            unfinished_statuses=UNFINISHED,
            progress=progress_chart([self.object], figures, *self.clocks),
            **kwargs,
        )

    def describe(self):
        if not self.reconciliations:
            return super().describe()
        alone = self.reconciliations[-1]
        numbers = {"day": date_format(self.form.on), "documented": alone.documented, "counted": alone.counted}
        if not alone.reported:
            message = gettext(
                "Documented as completed on %(day)s: %(documented)s of %(counted)s missions. "
                "Officials published no figure for this document alone."
            )
            return message % numbers
        figure = alone.reported[0]
        message = gettext(
            "Documented as completed on %(day)s: %(documented)s of %(counted)s missions. "
            "Officials reported on %(as_of)s: %(value)s of %(total)s “%(word)s”."
        )
        reported = {"value": figure.value, "total": figure.total, "word": figure.measure.label}
        return message % {**numbers, "as_of": date_format(figure.as_of), **reported}


class ThemePage(DimensionPage):
    records, parameter, index, name = Theme.objects.all(), "theme", "themes", _("Themes")


class TreePage(DimensionPage):
    """A record with others below it: own missions, and those below."""

    own: str  # name in `having` of the missions that count for the record alone

    def get_context_data(self, **kwargs):
        own = self.filter.by_status(self.filter.found_with(self.own, self.object.code))
        with_those_below = self.filter.counts["status"]
        return super().get_context_data(
            children=list(self.object.children.all()),
            both=[(status, own[status], with_those_below[status]) for status in Status],
            own_total=sum(own.values()),
            own_bar=stacked(own, self.filter.total),
            **kwargs,
        )


class AreaPage(TreePage):
    records, parameter, own = Area.objects.select_related("parent"), "area", "named"
    index, name = "areas", _("Areas")
    template_name = "public/area.html"


class OwnerPage(TreePage):
    records, parameter, own = Organisation.objects.select_related("parent", "source"), "owner", "lead"
    index, name = "owners", _("Owners")
    template_name = "public/owner.html"

    def get_context_data(self, **kwargs):
        supported = Mission.objects.for_listing(*self.clocks).filter(supporting_owners=self.object)
        return super().get_context_data(
            newest=next(latest_changes(*self.clocks, mission__lead_owner=self.object), None),
            supported=supported.order_by(*programme_order())[:SUPPORTED],
            supported_total=supported.count(),
            **kwargs,
        )
