"""Instruments, themes, areas, owners: all of one dimension with their counts, and the page of each."""

from collections import Counter

from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from ..forms import ListForm, given
from ..models import Area, Instrument, Mission, Organisation, Theme
from ..models.history import public_changes
from ..status import Status
from .pages import ListPage, Page


class DimensionPage(ListPage):
    """One record of a dimension: its facts, its counts and its list."""

    template_name = "missions/dimension.html"
    model: type[Model]
    parameter: str
    link_parameters = ListForm.base_fields

    def prepare(self):
        self.object = get_object_or_404(self.records(), code=self.kwargs["code"])

    def records(self):
        return self.model._default_manager.all()

    def parameters(self):
        parameters = given(self.request.GET, ListForm.base_fields)
        parameters[self.parameter] = self.object.code
        return parameters

    def get_context_data(self, **kwargs):
        counts = self.filter.counts["status"]
        kwargs["changes"] = public_changes(self.object, self.form.known)
        return super().get_context_data(
            object=self.object, tally=[(status, counts[status]) for status in Status], **kwargs
        )


class InstrumentPage(DimensionPage):
    model, parameter, name = Instrument, "instrument", _("Instrument")
    template_name = "missions/instrument.html"

    def records(self):
        return Instrument.objects.public()


class ThemePage(DimensionPage):
    model, parameter, name = Theme, "theme", _("Theme")


class AreaPage(DimensionPage):
    model, parameter, name = Area, "area", _("Area")
    template_name = "missions/area.html"


class OwnerPage(DimensionPage):
    model, parameter, name = Organisation, "owner", _("Owner")
    template_name = "missions/owner.html"

    def records(self):
        return Organisation.objects.select_related("parent", "source")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(children=self.object.children.all(), **kwargs)
        own = Mission.objects.as_of(*self.clocks).filter(lead_owner=self.object).tally("status_asof")
        context["tally"] = [(status, own.get(status, 0), below) for status, below in context["tally"]]
        context["own_total"] = sum(own.values())
        return context


class DimensionIndex(Page):
    """All records of a dimension, each with its counts by status."""

    template_name = "missions/dimensions.html"
    model: type[Model]
    dimension: str

    def records(self):
        return self.model._default_manager.all()

    def get_context_data(self, **kwargs):
        missions = Mission.objects.as_of(*self.clocks)
        counts: Counter = Counter(missions.order_by().values_list(self.dimension, "status_asof"))
        rows = []
        for record in self.records():
            by_status = [(status, counts[record.pk, status]) for status in Status]
            rows.append((record, sum(count for _status, count in by_status), by_status))
        return super().get_context_data(rows=rows, statuses=list(Status), **kwargs)


class Instruments(DimensionIndex):
    model, dimension, name = Instrument, "instrument", _("Instruments")

    def records(self):
        return Instrument.objects.public()


class Themes(DimensionIndex):
    model, dimension, name = Theme, "theme", _("Themes")


class Areas(DimensionIndex):
    model, dimension, name = Area, "areas", _("Areas")
    overlap = _("A mission counts in each area that it names, so the rows add up to more than the whole.")


class Owners(DimensionIndex):
    model, dimension, name = Organisation, "lead_owner", _("Owners")
