"""The list of missions, and the page of each."""

from django.shortcuts import get_object_or_404

from ..models import Mission
from ..models.history import public_changes
from ..models.timeline import timeline
from .pages import ListPage, Page


class MissionList(ListPage):
    template_name = "missions/list.html"


class MissionPage(Page):
    template_name = "missions/mission.html"

    def get_context_data(self, **kwargs):
        missions = Mission.objects.for_listing(*self.clocks).prefetch_related("supporting_owners", "areas", "sources")
        mission = get_object_or_404(missions, code=self.kwargs["code"])
        lines = timeline(mission, *self.clocks)
        kwargs["changes"] = public_changes(mission, self.form.known)
        return super().get_context_data(mission=mission, lines=lines, shown={line.entry.pk for line in lines}, **kwargs)
