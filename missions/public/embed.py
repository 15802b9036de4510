"""The card of an instrument, the only page that other sites may frame."""

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from ..figures.arcs import arc_of
from ..models import Instrument
from .pages import Page

FRAMED_BY_ANYBODY: dict = {**settings.SECURE_CSP, "frame-ancestors": ["*"]}


@method_decorator([csp_override(FRAMED_BY_ANYBODY), xframe_options_exempt], name="render_to_response")
class Embed(Page):
    template_name = "public/embed.html"

    def prepare(self):
        self.object = get_object_or_404(Instrument.objects.public(), code=self.kwargs["code"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.object.title, instrument=self.object, arc=arc_of(self.object, *self.clocks), **kwargs
        )
