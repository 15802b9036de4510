import re
from functools import lru_cache
from html import escape

from django import template
from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from ..forms import given
from ..status import Status
from ..tables import SHAPES, deadline_badge, status_badge

register = template.Library()
register.filter(status_badge)
register.filter(deadline_badge)


@register.filter
def written_in(text):
    """The language of a text that exists in one only, such as a source's title: Chinese if it has a Han character."""
    return "zh-Hans" if re.search("[\u3400-\u9fff]", text) else "en"


@register.simple_tag
def shapes():
    """Each status with its shape."""
    return SHAPES.items()


# What a page has by the hundred is drawn here and not in a loop of its template, which takes ten times as long.


@register.filter
def checkboxes(facet):
    """The choices of a facet, each as a checkbox with its count."""
    name = escape(facet.name)
    boxes = []
    for choice in facet.choices:
        value, checked = escape(choice.value), " checked" if choice.is_chosen else ""
        boxes.append(
            f'<label><input type="checkbox" name="{name}" value="{value}" id="{name}-{value}"{checked}> '
            f'<span>{escape(str(choice.label))}</span> <span class="count">{choice.records}</span></label>'
        )
    return SafeString("\n".join(boxes))  # nosec B703 (escaped)


@register.filter
def with_squares(groups, at):
    """Each group of the wall with its squares: a list item each, which leads to the mission and says its status."""
    missions, at, name = reverse("missions"), escape(at), gettext("%(code)s %(title)s, %(status)s")
    shown = {status: (status.value, status.label) for status in Status}
    for group in groups:
        squares = []
        for code, title, status in group.squares:
            value, label = shown[status]
            words = escape(name % {"code": code, "title": title, "status": label})
            squares.append(
                f'<li><a class="status-{value}" href="{missions}{escape(code)}/{at}" title="{words}">'
                f'<svg aria-hidden="true"><use href="#shape-{value}"/></svg>'
                f'<span class="visually-hidden">{words}</span></a></li>'
            )
        yield group, SafeString("".join(squares))  # nosec B703 (escaped)


@register.simple_tag(takes_context=True)
def in_language(context, language):
    """The address of the present page in another language, with the parameters that the page reads.

    A page of refusal keeps all that was asked for. A page whose path has no language says its `addresses`, by
    language; where it does not, this leads to the overview.
    """
    if addresses := context.get("addresses"):
        return addresses[language]
    request, view = context["request"], context.get("view")
    here, there = (f"/{code}/" for code in (get_language(), language))
    if not request.path.startswith(here):
        return there
    address = request.get_full_path()
    if view is not None:
        query = given(request.GET, view.link_parameters)
        address = address.partition("?")[0] + (f"?{query.urlencode()}" if query else "")
    return there + address.removeprefix(here)


@register.simple_tag(takes_context=True)
def canonical(context, language=None):
    """The one full address of the present page, or of the same page in another language."""
    return settings.SITE_URL + in_language(context, language or get_language())


# Name of the address, the word for it, and the name of the address of one record, or of another page, in it.
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
    """What `url` gives, looked up once: a page has dozens, and each takes as long as a table's row."""
    return _reversed(name, arguments, get_language(), get_script_prefix())


@register.simple_tag(takes_context=True)
def sections(context):
    """The sections of the site, and whether the present page is one of them (`page`) or stands in it (`true`)."""
    match = context["request"].resolver_match
    here = match.url_name if match else ""
    current = {"page": 0, "true": 2}
    return [
        {
            "address": link(section[0]),
            "label": section[1],
            "current": next((word for word, place in current.items() if here and section[place] == here), None),
        }
        for section in SECTIONS
    ]
