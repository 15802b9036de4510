"""The register in the back office. Records are withdrawn or closed, never deleted: no rule permits a deletion."""

from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _

from ..models import (
    Area,
    EntryKind,
    Instrument,
    Mission,
    Organisation,
    ReportedFigure,
    Source,
    StatusChange,
    Theme,
)
from ..models.days import today
from ..models.timeline import timeline
from ..status import Basis, Status
from .ledger import entry_page, link


class RegisterAdmin(admin.ModelAdmin):
    """A register record. What others refer to it by stays as it was created."""

    fixed: tuple[str, ...] = ("code",)

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, *(self.fixed if obj else ()))


@admin.register(Instrument)
class InstrumentAdmin(RegisterAdmin):
    list_display = ("code", "title_en", "title_zh", "issued_on", "official_total")
    search_fields = ("code", "title_en", "title_zh")


@admin.register(Theme)
class ThemeAdmin(RegisterAdmin):
    list_display = ("code", "name_en", "name_zh", "position")
    search_fields = ("code", "name_en", "name_zh")


@admin.register(Area)
class AreaAdmin(RegisterAdmin):
    list_display = ("code", "name_en", "name_zh", "zone")
    list_filter = ("zone",)
    search_fields = ("code", "name_en", "name_zh")


@admin.register(Organisation)
class OrganisationAdmin(RegisterAdmin):
    list_display = ("code", "name_en", "name_zh", "level", "parent", "closed_on")
    list_select_related = ("parent",)
    list_filter = ("level", ("closed_on", admin.EmptyFieldListFilter))
    search_fields = ("code", "name_en", "name_zh")


@admin.register(Source)
class SourceAdmin(RegisterAdmin):
    fixed = ("key",)
    list_display = ("key", "title", "publisher", "published_on", "language")
    list_filter = ("language",)
    search_fields = ("key", "title", "publisher")


@admin.register(ReportedFigure)
class ReportedFigureAdmin(RegisterAdmin):
    fixed = ()
    list_display = ("as_of", "indicator", "value", "unit", "measure", "instrument", "source")
    list_select_related = ("instrument", "source")
    list_filter = ("measure", "instrument")
    search_fields = ("indicator_en", "indicator_zh", "source__title")
    filter_horizontal = ("covers",)

    @admin.display(description=_("indicator"))
    def indicator(self, figure):
        return figure.indicator


@admin.register(Mission)
class MissionAdmin(RegisterAdmin):
    """A mission, its ledger above it, and the ways to add to that ledger."""

    fixed = ("code", "instrument", "number")
    list_display = ("code", "title", "lead_owner", "status", "status_since", "due")
    list_select_related = ("lead_owner",)
    list_filter = ("instrument", "status", "kind", "provenance", "theme")
    search_fields = ("search_text",)
    filter_horizontal = ("supporting_owners", "areas", "sources")
    readonly_fields = ("status", "status_since", "due")
    fieldsets = (
        (_("Status today"), {"fields": (("status", "status_since", "due"),)}),
        (_("Identity"), {"fields": ("code", "instrument", "number", "kind")}),
        (_("Text"), {"fields": ("title_en", "title_zh", "description_en", "description_zh")}),
        (_("Owners, theme and areas"), {"fields": ("lead_owner", "supporting_owners", "theme", "areas")}),
        (_("Where it is written"), {"fields": ("provenance", "clause", "sources")}),
    )

    @admin.display(description=_("title"))
    def title(self, mission):
        return mission.title

    @admin.display(description=_("record"))
    def report_link(self, mission):
        if mission.status is None:
            return link("mission_open", mission.pk, _("Open the mission"))
        return link("mission_report", mission.pk, _("Report a status"))

    def get_list_display(self, request):
        may_record = request.user.has_perm("missions.record_statuschange")
        return (*self.list_display, "report_link") if may_record else self.list_display

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def view_on_site(self, mission):
        """A mission without an opening entry is not public."""
        return mission.status and mission.get_absolute_url()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["ledger"] = timeline(obj) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self):
        pages = {"open": self.open_page, "report": self.report_page, "deadline": self.deadline_page}
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(page), name=f"missions_mission_{name}")
            for name, page in pages.items()
        ] + super().get_urls()

    def open_page(self, request, pk):
        mission = get_object_or_404(Mission.objects.select_related("instrument"), pk=pk)
        draft = StatusChange(
            mission=mission,
            kind=EntryKind.OPENING,
            status=Status.UNREPORTED,
            effective_on=mission.instrument.issued_on or today(),
            basis=Basis.DOCUMENT,
            sets_due=True,
        )
        return entry_page(self, request, draft)

    def report_page(self, request, pk):
        mission = get_object_or_404(Mission, pk=pk)
        draft = StatusChange(mission=mission, kind=EntryKind.REPORT, effective_on=today(), sets_due=False)
        return entry_page(self, request, draft)

    def deadline_page(self, request, pk):
        mission = get_object_or_404(Mission, pk=pk)
        draft = StatusChange(
            mission=mission, kind=EntryKind.DEADLINE, due=mission.due, effective_on=today(), sets_due=True
        )
        return entry_page(self, request, draft)
