"""The card and the badge of an instrument for other sites."""

import unicodedata
from dataclasses import replace

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from ..figures.arcs import arc_of
from ..models import Instrument
from ..parameters import DayForm, reads
from ..web.error_views import bad_query
from .pages import Page

FRAMED_BY_ANYBODY: dict = {**settings.SECURE_CSP, "frame-ancestors": ["*"]}
# Space before and after the text of a badge.
ICON, MARGIN = 47, 8
SLIM = " ,./fijlrt"
# The inner edge of the arc: thick, because it is small.
INNER = 104


@method_decorator([csp_override(FRAMED_BY_ANYBODY), xframe_options_exempt], name="render_to_response")
class Embed(Page):
    """The only page that other sites may frame."""

    template_name = "public/embed.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(Instrument.objects.public(), code=self.kwargs["code"])

    def get_context_data(self, **kwargs):
        arc = arc_of(self.object, *self.clocks)
        return super().get_context_data(title=self.object.title, instrument=self.object, arc=arc, **kwargs)


class BadgeForm(DayForm):
    lang = forms.ChoiceField(choices=[("en", "English"), ("zh", "中文")], required=False, label=_("Language"))


@reads(BadgeForm.base_fields)
@require_safe
def badge(request, code):
    instrument = get_object_or_404(Instrument.objects.public(), code=code)
    form = BadgeForm(request.GET)
    if not form.is_valid():
        return bad_query(request, form)
    with override("zh-hans" if form.cleaned_data["lang"] == "zh" else "en"):
        arc = arc_of(instrument, form.on, form.known)
        words = arc.words if arc else gettext("no missions on this date")
        day = gettext("as of %(day)s") % {"day": date_format(form.on)}
        if form.known:
            day += f" · {gettext('as recorded by %(day)s') % {'day': date_format(form.known)}}"
        text = " · ".join([instrument.code, words, day] if form.day else [instrument.code, words])
        # An upper bound in any common font.
        width = round(sum(map(character_width, text)))
        context = {
            "arc": arc and replace(arc, inner=INNER),
            "title": f"{instrument.title} · {words} · {day}",
            "text": text,
            "width": ICON + width + MARGIN,
            "middle": ICON + width / 2,
            "language": get_language(),
        }
        content = render_to_string("public/badge.svg", context)
        return HttpResponse(content, "image/svg+xml; charset=utf-8", headers={"Content-Language": get_language()})


def character_width(character):
    if unicodedata.east_asian_width(character) in "WF" or character in "MWmw":
        return 12
    if character.isupper():
        return 9.5
    return 5 if character in SLIM else 7.7
