"""The page of the audit log, and its lines as CSV."""

import csv
from io import StringIO
from itertools import batched
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..models import Role, User
from ..parameters import DayField
from ..reports.csv import guarded
from .log import LOGS, events, find, visible_to

PER_PAGE = 100
CHUNK = 500  # lines that an export has in memory at once
COLUMNS = ("at", "who", "what", "kind", "record", "details")


class AuditForm(forms.Form):
    words = forms.CharField(
        max_length=100, required=False, label=_("Words"), help_text=_("In names of people, and in codes and titles.")
    )
    person: Any = forms.ModelChoiceField(None, required=False, label=_("Person"), empty_label=_("Everyone"))
    kind: Any = forms.ChoiceField(required=False, label=_("Kind"))
    since = DayField(past=True, label=_("Since"))
    until = DayField(past=True, label=_("Until"))

    use_required_attribute = False
    fields: dict[str, Any]

    def __init__(self, data, *, user):
        super().__init__(data)
        self.fields["person"].queryset = people(user)
        kinds = [(name, capfirst(LOGS[name].label)) for name in visible_to(user)]
        self.fields["kind"].choices = [("", _("Everything")), *kinds]

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", ValidationError(_("This date is before the start date.")))
        return self.cleaned_data


def people(user):
    """Return the people this account may find in the log."""
    if user.has_perm("missions.read_all"):
        return User.objects.all()
    colleagues = Q(memberships__organisation__in=user.organisations) | Q(memberships__role=Role.COORDINATOR)
    return User.objects.filter(colleagues).distinct()


def address(event, user):
    """Return the URL of a line's record, or None without permission."""
    model, pk = event.page or (None, None)
    return reverse(f"admin:missions_{model}_change", args=[pk]) if user.has_perm(f"missions.view_{model}") else None


@require_safe
def audit_page(request):
    form = AuditForm(request.GET, user=request.user)
    context = {**admin.site.each_context(request), "title": _("Audit log"), "form": form}
    if form.is_valid():
        found = Paginator(find(visible_to(request.user), **form.cleaned_data), PER_PAGE)
        page = found.get_page(request.GET.get("page"))
        lines = [(event, address(event, request.user)) for event in events(page.object_list)]
        context |= {"page": page, "lines": lines, "pages": found.get_elided_page_range(page.number)}
    return TemplateResponse(request, "admin/missions/audit.html", context, status=200 if form.is_valid() else 400)


@require_safe
def audit_file(request):
    form = AuditForm(request.GET, user=request.user)
    if not form.is_valid():
        return audit_page(request)
    lines = csv_lines(find(visible_to(request.user), **form.cleaned_data), get_language())
    disposition = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=disposition)


def csv_lines(found, language):
    yield "\ufeff" + csv_line(COLUMNS)
    for part in batched(found.iterator(chunk_size=CHUNK), CHUNK):
        # A thread keeps the language of its latest request.
        with override(language):
            lines = [csv_line(map(guarded, cells(event))) for event in events(part)]
        yield from lines


def csv_line(values):
    file = StringIO(newline="")
    csv.writer(file).writerow(values)
    return file.getvalue()


def cells(event):
    changes = [f"{change.label}: {change.old or '–'} → {change.new or '–'}" for change in event.changes]
    details = "\n".join([*changes, *filter(None, [event.note])])
    at = localtime(event.at).isoformat(sep=" ", timespec="seconds")
    return at, event.who, event.deed, event.kind, event.record, details
