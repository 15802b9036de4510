"""The list of missions, and the page of a mission."""

import re

from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..ledger.timeline import rests_on_joint_statements, runs, timeline
from ..models import Mission, Provenance
from ..register.history import public_changes
from ..status import Status
from .about import contact
from .pages import ListPage, Page
from .wall import MOST, wall


class MissionList(ListPage):
    template_name = "public/list.html"
    title = _("Missions")
    description = _(
        "Every mission with its status, since when, its lead owner and its due date: to filter, sort and download."
    )

    @cached_property
    def rows_to_draw(self):
        # All missions of the query; the page is a part of them.
        return self.filter.qs.rows() if self.filter.total <= MOST else None

    def rows(self, page):
        if self.rows_to_draw is None:
            return super().rows(page)
        return self.rows_to_draw[page.start_index() - 1 : page.end_index()]

    def get_context_data(self, **kwargs):
        groups = wall(self.rows_to_draw, "theme", folds=self.filter.folds)
        return super().get_context_data(groups=groups, **kwargs)


class MissionPage(Page):
    template_name = "public/mission.html"

    def get_context_data(self, **kwargs):
        public = Mission.objects.public(*self.clocks)
        missions = Mission.objects.for_listing(*self.clocks).prefetch_related(
            "supporting_owners",
            "areas",
            "sources",
            Prefetch("replaced_by", public, "successors"),
            Prefetch("replaces", public, "predecessors"),
        )
        mission = get_object_or_404(missions, code=self.kwargs["code"])
        lines = timeline(mission, *self.clocks)
        # The official numbers and ours are two numberings.
        official = Q(provenance=Provenance.OFFICIAL)
        numbering = official if mission.provenance == Provenance.OFFICIAL else ~official
        others = public.filter(numbering, instrument=mission.instrument).order_by("number")
        return super().get_context_data(
            title=str(mission),
            description=describe(mission),
            feed=reverse("mission-atom", args=[mission.code]),
            mission=mission,
            lines=lines,
            shown={line.entry.pk for line in lines},
            strip=status_strip(runs(lines), self.form.on),
            is_joint=rests_on_joint_statements(lines),
            changes=public_changes(mission, self.form.known),
            contact=contact(),
            before=others.filter(number__lt=mission.number).last(),
            after=others.filter(number__gt=mission.number).first(),
            **kwargs,
        )


def describe(mission):
    params = {
        "status": Status(mission.status_asof).label,
        "day": date_format(mission.since_asof),
        "owner": mission.lead_owner.title,
        "promise": re.split(r"(?<=[.!?])\s|(?<=[。！？])", mission.description, maxsplit=1)[0],
    }
    return (gettext("%(status)s since %(day)s; lead owner: %(owner)s. %(promise)s") % params).strip()


def status_strip(runs, until):
    """Return status, first day, left edge and width in percent of each run of equal statuses."""
    first = runs[0][1]
    whole = max((until - first).days, 1)
    ends = [*(day for _status, day in runs[1:]), until]
    return [
        (status, day, f"{(day - first).days / whole:.2%}", f"{(end - day).days / whole:.2%}")
        for (status, day), end in zip(runs, ends, strict=True)
    ]
