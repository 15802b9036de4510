"""The page of an instrument, theme, area or owner."""

from itertools import islice

from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..figures.bars import stacked
from ..figures.models import of_completion, reconcile
from ..figures.progress_chart import progress_chart
from ..forms import ListForm
from ..ledger.changes import latest_changes
from ..models import Area, Instrument, Mission, Organisation, Theme
from ..register.history import public_changes
from ..register.mission import programme_order
from ..status import UNFINISHED, Status
from .pages import ListPage

LATEST = 5
SUPPORTED = 10


class DimensionPage(ListPage):
    template_name = "public/dimension.html"
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
            feed=f"{reverse('changes-atom')}?{self.parameter}={self.object.code}",
            tally=[(status, self.tally[status]) for status in Status],
            bar=stacked(self.tally, self.filter.total),
            latest=list(islice(latest, LATEST)),
            changes=public_changes(self.object, self.form.known),
            **kwargs,
        )


class InstrumentPage(DimensionPage):
    model, parameter, index, name = Instrument, "instrument", "instruments", _("Instruments")
    template_name = "public/instrument.html"

    def records(self):
        return Instrument.objects.public()

    @cached_property
    def figures(self):
        return of_completion(self.form.on)

    @cached_property
    def reconciliations(self):
        """Compare figures: joint ones first, this instrument's last."""
        return [row for row in reconcile(*self.clocks, figures=self.figures) if self.object in row.instruments]

    def describe(self):
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
        figure = alone.reported[0]
        return gettext(
            "Documented as completed on %(day)s: %(documented)s of %(counted)s missions. "
            "Officials reported on %(as_of)s: %(value)s of %(total)s “%(word)s”."
        ) % {
            **numbers,
            "as_of": date_format(figure.as_of),
            "value": figure.value,
            "total": figure.total,
            "word": figure.measure.label,
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


class TreePage(DimensionPage):
    """A record with others below it: own missions, and those below."""

    field: str  # of missions, which holds the record

    def get_context_data(self, **kwargs):
        own = Mission.objects.as_of(*self.clocks).filter(**{self.field: self.object}).tally("status_asof")
        return super().get_context_data(
            children=list(self.object.children.all()),
            both=[(status, own.get(status, 0), self.tally[status]) for status in Status],
            own_total=sum(own.values()),
            own_bar=stacked(own, self.filter.total),
            **kwargs,
        )


class AreaPage(TreePage):
    model, parameter, field, index, name = Area, "area", "areas", "areas", _("Areas")
    template_name = "public/area.html"

    def records(self):
        return Area.objects.select_related("parent")


class OwnerPage(TreePage):
    model, parameter, field, index, name = Organisation, "owner", "lead_owner", "owners", _("Owners")
    template_name = "public/owner.html"

    def records(self):
        return Organisation.objects.select_related("parent", "source")

    def get_context_data(self, **kwargs):
        supported = Mission.objects.for_listing(*self.clocks).filter(supporting_owners=self.object)
        supported = supported.order_by(*programme_order())
        return super().get_context_data(
            newest=next(latest_changes(*self.clocks, mission__lead_owner=self.object), None),
            supported=supported[:SUPPORTED],
            supported_total=supported.count(),
            **kwargs,
        )
