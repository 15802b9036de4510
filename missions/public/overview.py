"""The start page."""

from itertools import islice

from django.db.models import Count
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_from_request, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..figures.arcs import arcs
from ..figures.deadline_chart import STATES, deadline_calendar
from ..figures.models import of_completion, reconcile
from ..figures.progress_chart import progress_chart
from ..ledger.changes import confirmations, latest_changes
from ..models import Mission, Programme, Provenance
from ..reports.formats import offered
from ..status import UNFINISHED, Status
from .pages import Page
from .wall import rows_to_draw, wall

LISTED = 8


@require_safe
def home(request):
    with override(get_language_from_request(request)):
        query = request.META["QUERY_STRING"]
        return redirect(reverse("overview") + (f"?{query}" if query else ""))


@require_safe
def link_picture(request, code=None):
    """Redirect former link pictures to the one of the language."""
    return redirect(static(f"missions/link-{get_language()}.png"))


class Overview(Page):
    template_name = "public/overview.html"
    title = _("Officials report totals; we show what public sources confirm")
    description = _(
        "Every mission of the programme: who is responsible, its status, the evidence and "
        "since when. Official figures are compared with public evidence."
    )

    def get_context_data(self, **kwargs):
        on = self.form.on
        figures = of_completion(on)
        reconciliations = reconcile(*self.clocks, figures=figures)
        alone = [row for row in reconciliations if len(row.instruments) == 1]
        newest = max((figure for row in alone for figure in row.reported), key=lambda f: f.as_of, default=None)
        latest = list(islice((c for c in latest_changes(*self.clocks) if not c.is_confirmation), LISTED))
        since = latest[-1].day if latest else on
        unfinished = Mission.objects.as_of(*self.clocks).filter(status_asof__in=UNFINISHED, due_asof__isnull=False)
        days = unfinished.order_by().values_list("due_asof").annotate(number=Count("pk"))
        return super().get_context_data(
            programme=Programme.objects.first(),
            feed=reverse("changes-atom"),
            reconciliations=reconciliations,
            arcs=arcs(reconciliations),
            example=newest if newest and newest.as_of != on else None,
            progress=progress_chart([row.instruments[0] for row in alone], figures, *self.clocks),
            groups=wall(rows_to_draw(Mission.objects.as_of(*self.clocks)), "theme"),
            latest=latest,
            since=since,
            confirmations=confirmations(since, *self.clocks),
            calendar=deadline_calendar(dict(days), on),
            ahead=unfinished.order_by("due_asof", "code").rows(slice(LISTED)),
            open_states=STATES,
            unfinished_statuses=UNFINISHED,
            **self.counts(),
            **kwargs,
        )

    def counts(self):
        missions = Mission.objects.as_of(*self.clocks)
        tally = missions.tally("status_asof")
        total = sum(tally.values())
        by_status = {status: tally.get(status, 0) for status in Status}
        return {
            "total": total,
            "formats": offered(total),
            "tiles": [(status, number, 100 * number / max(total, 1)) for status, number in by_status.items()],
            "editorial": missions.filter(provenance=Provenance.EDITORIAL_SPLIT).count(),
            "past_first": missions.filter(is_past_first=True).count(),
            "unfinished": sum(by_status[status] for status in UNFINISHED),
        }
