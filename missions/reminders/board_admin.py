from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ..status import Deadline, Status
from ..workflow.start import listed_at
from .board import board, totals

COLUMNS = {
    "led": _("Missions led"),
    "due_soon": _("Due within 30 days"),
    "overdue": _("Overdue"),
    "silent": _("Never reported"),
    "waiting": _("Waiting for review"),
}
# How the list of missions is asked for those that a column counts.
LISTS: dict[str, dict[str, Any]] = {
    "led": {"status__exact": [status for status in Status if status != Status.WITHDRAWN]},
    "due_soon": {"deadline": Deadline.DUE_SOON},
    "overdue": {"deadline": Deadline.OVERDUE},
}


@require_safe
@permission_required("missions.view_board", raise_exception=True)
def board_page(request):
    rows = board()
    context = {
        **admin.site.each_context(request),
        "title": _("Owner board"),
        "columns": COLUMNS.values(),
        "rows": [(row, *numbers(row), mail_link(row)) for row in rows],
        "totals": cells(totals(rows)),
        "never": sum(row.days is None for row in rows),
    }
    return TemplateResponse(request, "admin/missions/board.html", context)


def numbers(row):
    led_by = {"lead_owner__id__exact": row.owner.pk}
    return listed_at("mission", **led_by), cells(row.counts, **led_by)


def cells(counts, **query):
    """Return (column, label, number, URL of that list) for each column."""
    return [
        (name, label, counts[name], listed_at("mission", **query, **LISTS[name]) if name in LISTS else None)
        for name, label in COLUMNS.items()
    ]


def mail_link(row):
    if not row.editors:
        return None
    with override(row.editors[0].language):
        context = {"row": row, "site": settings.SIGN_IN_URL}
        subject, _, body = render_to_string("admin/missions/board_letter.txt", context).strip().partition("\n")
    to = ",".join(quote(editor.email, safe="@") for editor in row.editors)
    params = {"subject": subject.strip(), "body": "\r\n".join(body.strip().splitlines())}
    return f"mailto:{to}?{urlencode(params, quote_via=quote)}"
