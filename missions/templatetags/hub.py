from django import template
from django.urls import translate_url

from ..tables import deadline_badge, status_badge

register = template.Library()
register.filter(status_badge)
register.filter(deadline_badge)


@register.simple_tag(takes_context=True)
def in_language(context, language):
    """The address of the present page and query in another language."""
    return translate_url(context["request"].get_full_path(), language)
