"""The badge of an instrument for other sites."""

import unicodedata
from dataclasses import replace

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..figures.arcs import arc_of
from ..forms import DayForm, reads
from ..models import Instrument
from ..web.error_views import bad_query

# Space before and after the text.
ICON, MARGIN = 47, 8
SLIM = " ,./fijlrt"
# The inner edge of the arc: thick, because it is small.
INNER = 104


def as_of(form: DayForm) -> str:
    day = gettext("as of %(day)s") % {"day": date_format(form.on)}
    if not form.known:
        return day
    return f"{day} · {gettext('as known on %(day)s') % {'day': date_format(form.known)}}"


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
        content = render_to_string("public/badge.svg", drawn(instrument, form))
        return HttpResponse(content, "image/svg+xml; charset=utf-8", headers={"Content-Language": get_language()})


def drawn(instrument, form):
    arc = arc_of(instrument, form.on, form.known)
    words, day = arc.words if arc else gettext("no missions on this date"), as_of(form)
    text = " · ".join([instrument.code, words, day] if form.day else [instrument.code, words])
    return {
        "arc": arc and replace(arc, inner=INNER),
        "title": f"{instrument.title} · {words} · {day}",
        "text": text,
        "width": ICON + width(text) + MARGIN,
        "middle": ICON + width(text) / 2,
        "language": get_language(),
    }


def width(text: str) -> int:
    """Return an upper bound of the text's width in any common font."""
    return round(sum(map(character_width, text)))


def character_width(character):
    if unicodedata.east_asian_width(character) in "WF" or character in "MWmw":
        return 12
    if character.isupper():
        return 9.5
    return 5 if character in SLIM else 7.7
