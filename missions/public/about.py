"""The pages about this site, and its security.txt."""

from collections import Counter
from datetime import date, timedelta

from django.conf import settings
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ..days import today
from ..ledger.entries import canonical
from ..models import EntryKind, Instrument, Measure, Mission, Programme, Provenance, StatusChange
from ..register.mission import PROVENANCE_SENTENCES
from ..status import DUE_SOON, Basis, Deadline, Status
from .pages import Page


class About(Page):
    template_name = "public/about.html"
    title = _("About")
    description = _(
        "What the statuses mean, by what rule missions are counted, where their texts come from, and how to verify it."
    )

    def get_context_data(self, **kwargs):
        missions = Mission.objects.public(*self.clocks).order_by()
        counts = Counter(missions.values_list("instrument", "provenance"))
        context = super().get_context_data(
            programme=Programme.objects.first(),
            statuses=[(status, [other for other in Status if other in status.row.next]) for status in Status],
            deadlines=Deadline,
            kinds=EntryKind,
            bases=Basis,
            due_soon=DUE_SOON.days,
            measures=Measure,
            vocabulary=Status,
            contact=contact(),
            instruments=[
                (instrument, [(kind, n) for kind in Provenance if (n := counts[instrument.pk, kind])])
                for instrument in Instrument.objects.public()
            ],
            provenances=[
                (kind, PROVENANCE_SENTENCES[kind], sum(n for (_i, of), n in counts.items() if of == kind))
                for kind in Provenance
            ],
            year_ago=today() - timedelta(days=365),
            first_day=StatusChange.objects.recorded_since(),
            **kwargs,
        )
        newest = StatusChange.objects.filter(pk=context["head"].entry).first()
        return context | {"newest": newest, "line": canonical(newest.public_line()) if newest else ""}


def contact() -> str:
    """Return the address for replies; "" for noreply or none."""
    address = settings.DEFAULT_FROM_EMAIL
    return "" if address.startswith(("noreply@", "no-reply@")) else address


@require_safe
def security_txt(request):
    day = today()
    # The start of the half-year after next, so that the file rarely changes.
    expires = date(day.year + 1, 1 if day.month <= 6 else 7, 1)
    context = {"contact": contact(), "expires": expires, "site_url": settings.SITE_URL}
    with override("en"):
        return render(request, "security.txt", context, content_type="text/plain; charset=utf-8")
