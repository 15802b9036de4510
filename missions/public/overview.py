"""The overview: reported beside documented, the wall of missions, what changed and what falls due."""

from django.shortcuts import redirect
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from ..models import EntryKind, Mission, Provenance, StatusChange
from ..models.figures import reconcile
from ..status import Deadline, Status
from .pages import Page


@require_safe
def home(request):
    """The overview in the reader's language, by what the browser asks for."""
    with override(get_language_from_request(request)):
        return redirect("overview")


class Overview(Page):
    template_name = "missions/overview.html"

    def get_context_data(self, **kwargs):
        missions = Mission.objects.for_listing(*self.clocks)
        changes = StatusChange.objects.standing(*self.clocks).exclude(kind=EntryKind.OPENING)
        tally = missions.tally("status_asof")
        ahead = missions.exclude(deadline_asof__in=[Deadline.NONE, Deadline.MET, Deadline.MET_LATE])
        return super().get_context_data(
            reconciliations=reconcile(*self.clocks),
            tally=[(status, tally.get(status, 0)) for status in Status],
            editorial=missions.filter(provenance=Provenance.EDITORIAL_SPLIT).count(),
            total=sum(tally.values()),
            changes=changes.select_related("mission").newest_first()[:8],
            ahead=ahead.order_by("due_asof", "code")[:8],
            **kwargs,
        )
