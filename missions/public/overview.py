"""The overview: reported beside documented, the wall of missions, what changed and what falls due."""

from collections import Counter

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..charts.arcs import arcs
from ..charts.deadlines import STATES, deadline_calendar
from ..charts.progress import progress_chart
from ..models import Mission, Provenance
from ..models.changes import latest_changes
from ..models.figures import Reconciliation, Reported, reconcile
from ..status import UNFINISHED, Status
from .pages import Page
from .wall import wall

LISTED = 8


@require_safe
def home(request):
    """The overview in the reader's language, by what the browser asks for."""
    with override(get_language_from_request(request)):
        query = request.META["QUERY_STRING"]
        return redirect(reverse("overview") + (f"?{query}" if query else ""))


class Overview(Page):
    template_name = "missions/overview.html"
    title = _("What was promised, and what is documented")
    description = _(
        "Every mission of the programme, who owns it, how far it is, on what evidence, and since when. "
        "What officials report stands beside what public sources document."
    )

    def get_context_data(self, **kwargs):
        missions = Mission.objects.for_listing(*self.clocks)
        reconciliations = reconcile(*self.clocks)
        alone = [row for row in reconciliations if len(row.instruments) == 1]
        return super().get_context_data(
            feed=reverse("changes-atom"),
            reconciliations=reconciliations,
            arcs=arcs(reconciliations),
            example=self.example(alone),
            progress=progress_chart([row.instruments[0] for row in alone], *self.clocks),
            groups=wall(missions, "theme"),
            ahead=missions.filter(deadline_asof__in=STATES).order_by("due_asof", "code")[:LISTED],
            open_states=STATES,
            **self.counted(),
            **self.changed(),
            **kwargs,
        )

    def example(self, alone: list[Reconciliation]) -> Reported | None:
        """The newest figure for one instrument alone, if it is not of the day asked about anyway."""
        newest = max((figure for row in alone for figure in row.reported), key=lambda f: f.as_of, default=None)
        return newest if newest and newest.as_of != self.form.on else None

    def counted(self):
        """What is counted over all missions, in one query."""
        facts = ("status_asof", "provenance", "due_asof", "deadline_asof")
        rows = list(Mission.objects.as_of(*self.clocks).order_by().values_list(*facts))
        by_status = Counter(status for status, _provenance, _due, _state in rows)
        deadlines = [(due, state) for _status, _provenance, due, state in rows if state in STATES]
        return {
            "total": len(rows),
            "tiles": [(status, by_status[status], 100 * by_status[status] / max(len(rows), 1)) for status in Status],
            "editorial": sum(provenance == Provenance.EDITORIAL_SPLIT for _status, provenance, _due, _state in rows),
            "unfinished": sum(by_status[status] for status in UNFINISHED),
            "unfinished_statuses": UNFINISHED,
            "calendar": deadline_calendar(deadlines, self.form.on),
        }

    def changed(self):
        """The latest changes, and how many reports since the first of these changed nothing."""
        entries = latest_changes(*self.clocks)
        latest = list(entries.filter(is_confirmation=False)[:LISTED])
        since = latest[-1].day if latest else self.form.on
        confirmations = entries.filter(is_confirmation=True, day__gte=since).count()
        return {"latest": latest, "since": since, "confirmations": confirmations}
