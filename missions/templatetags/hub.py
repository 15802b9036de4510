import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_script_prefix, reverse
from django.utils.encoding import escape_uri_path
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..query import highlight
from ..query.highlight import mark, missing_words
from ..query.tables import deadline_badge, moved, status_badge
from ..status import SHAPES, Status

register = template.Library()
register.filter(status_badge)
register.filter(deadline_badge)
register.filter(moved)
register.filter(mark)

# In characters, about as long in either script.
EXCERPT_LENGTHS = {"en": 80, "zh-Hans": 40}


@register.filter
def excerpt(row, words):
    """Return the best excerpt from texts that the row does not show."""
    lacking = missing_words(words, row.code, row.title)
    if not lacking:
        return ""
    here, other = ("zh-Hans", "en") if get_language() == "zh-hans" else ("en", "zh-Hans")
    texts = (here, row.description), (other, row.title_other), (other, row.description_other)
    language, text = min(texts, key=lambda pair: len(missing_words(lacking, pair[1])))
    part = highlight.excerpt(text, lacking, EXCERPT_LENGTHS[language])
    return format_html(' <span class="hit" lang="{}">{}</span>', language, part)


@register.filter
def written_in(text):
    """Return the language of an untranslated text, by Han characters."""
    return "zh-Hans" if re.search("[\u3400-\u9fff]", text) else "en"


@register.simple_tag
def shapes():
    return SHAPES.items()


@register.filter
def status_label(status):
    return Status(status).label


@register.simple_tag(takes_context=True)
def in_language(context, language):
    """Return the URL of this page in another language, with its parameters.

    A page whose path has no language gives its `addresses`, by language. Without them this leads to the overview.
    """
    if addresses := context.get("addresses"):
        return addresses[language]
    request = context["request"]
    here, there = (f"/{code}/" for code in (get_language(), language))
    if not request.path.startswith(here):
        return there
    query = request.GET.urlencode()
    return there + escape_uri_path(request.path.removeprefix(here)) + (f"?{query}" if query else "")


@register.simple_tag(takes_context=True)
def canonical(context, language=None):
    return settings.SITE_URL + in_language(context, language or get_language())


# The view of each section, its label, and another view inside it.
SECTIONS = (
    ("missions", _("Missions"), "mission"),
    ("changes", _("Changes"), None),
    ("figures", _("Figures"), None),
    ("reports", _("Reports"), "frozen-report"),
    ("instruments", _("Instruments"), "instrument"),
    ("themes", _("Themes"), "theme"),
    ("areas", _("Areas"), "area"),
    ("owners", _("Owners"), "owner"),
    ("data", _("Data"), "docs"),
    ("about", _("About"), None),
)


@lru_cache(maxsize=1000)
def _reversed(name, arguments, _language, _prefix):
    return reverse(name, args=arguments)


@register.simple_tag
def link(name, *arguments):
    """Cache `url`: a page has dozens of links."""
    return _reversed(name, arguments, get_language(), get_script_prefix())


@register.simple_tag
def draw_each(template, values, **others):
    """Include a template for each value, cached by all it depends on: pages share most rows, squares and filters."""
    key = template, get_language(), tuple(others.items())
    return format_html_join("", "{}", ((_drawn(*key, value),) for value in values))


@lru_cache(maxsize=1000)
def _drawn(template, _language, others, value):
    return get_template(template).render({"value": value, **dict(others)})


@register.simple_tag(takes_context=True)
def sections(context):
    match = context["request"].resolver_match
    here = match.url_name if match else ""
    return [
        {"address": link(name), "label": label, "current": {name: "page", inner: "true"}.get(here or "")}
        for name, label, inner in SECTIONS
    ]
