from django import template
from django.urls import translate_url

from ..forms import given
from ..tables import deadline_badge, status_badge

register = template.Library()
register.filter(status_badge)
register.filter(deadline_badge)


@register.simple_tag(takes_context=True)
def in_language(context, language):
    """The address of the present page in another language, with the parameters that the page reads."""
    request, view = context["request"], context.get("view")
    if view is None:
        return translate_url(request.get_full_path(), language)
    query = given(request.GET, view.link_parameters)
    return translate_url(f"{request.path}?{query.urlencode()}" if query else request.path, language)
