"""The register in the back office. Records are withdrawn or closed, never deleted."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..admin.base import FieldHistoryAdmin, RelatedFilter
from ..columns import PLAIN
from ..days import today
from ..ledger.admin import link
from ..ledger.as_of import PROJECTION
from ..ledger.timeline import timeline
from ..models import (
    Area,
    Contradiction,
    EntryKind,
    Instrument,
    Mission,
    Organisation,
    Programme,
    ProgrammeDay,
    ReportedFigure,
    Source,
    Submission,
    Theme,
)
from ..status import Basis, Deadline, Status
from ..workflow.admin import new_submission_page
from ..workflow.bulk import MOST_MISSIONS, report_many_page
from ..workflow.models import allowed_submission_kinds
from .conflicts import ConflictAdmin


class RegisterAdmin(FieldHistoryAdmin, ConflictAdmin):
    """Codes and keys cannot be changed after creation."""

    fixed: tuple[str, ...] = ("code",)
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
    }

    def view_on_site(self, record):
        return record.get_absolute_url() if hasattr(record, "get_absolute_url") else None

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, *(self.fixed if obj else ()))

    def save_model(self, request, obj, form, change):
        # Lists need a saved record; the history waits for them, so that one edit is one version.
        obj.skip_history_when_saving = True
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        del form.instance.skip_history_when_saving
        if form.has_changed():
            form.instance.save()


@admin.register(Instrument)
class InstrumentAdmin(RegisterAdmin):
    list_display = ("code", "title_en", "title_zh", "issued_on", "official_total")
    search_fields = ("code", "title_en", "title_zh")


@admin.register(Theme)
class ThemeAdmin(RegisterAdmin):
    list_display: tuple[str, ...] = ("code", "name_en", "name_zh", "position")
    search_fields = ("code", "name_en", "name_zh")


@admin.register(Area)
class AreaAdmin(ThemeAdmin):
    list_display = ("code", "name_en", "name_zh", "zone", "parent")
    list_select_related = ("parent",)
    list_filter = ("zone",)


@admin.register(Organisation)
class OrganisationAdmin(ThemeAdmin):
    list_display = ("code", "name_en", "name_zh", "level", "parent", "closed_on")
    list_select_related = ("parent",)
    list_filter = ("level", ("closed_on", admin.EmptyFieldListFilter))


@admin.register(Source)
class SourceAdmin(RegisterAdmin):
    fixed = ("key",)
    list_display = ("key", "title", "publisher", "published_on", "form", "language")
    list_filter = ("form", "language")
    search_fields = ("key", "title", "title_zh", "publisher", "publisher_zh")


@admin.register(ReportedFigure)
class ReportedFigureAdmin(RegisterAdmin):
    fixed = ()
    list_display = ("as_of", "indicator", "value", "unit", "measure", "instrument", "source")
    list_select_related = ("instrument", "source")
    list_filter = ("measure", "instrument")
    search_fields = ("indicator_en", "indicator_zh", "source__title")

    @admin.display(description=_("indicator"))
    def indicator(self, figure):
        return figure.indicator


@admin.register(Programme)
class ProgrammeAdmin(RegisterAdmin):
    fixed = ("key",)
    list_display = ("key", "name_en", "name_zh")
    search_fields = ("key", "name_en", "name_zh")


@admin.register(ProgrammeDay)
class ProgrammeDayAdmin(RegisterAdmin):
    fixed = ()
    list_display = ("date", "label_en", "label_zh", "source")
    list_select_related = ("source",)
    search_fields = ("label_en", "label_zh", "source__title")


@admin.register(Contradiction)
class ContradictionAdmin(RegisterAdmin):
    fixed = ("key",)
    list_display = ("key", "text_en", "text_zh", "position")
    search_fields = ("key", "text_en", "text_zh")


class DeadlineFilter(admin.SimpleListFilter):
    """Filters by today's deadline state, which is not stored."""

    title = _("deadline state")
    parameter_name = "deadline"

    def lookups(self, request, model_admin):
        return Deadline.choices

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(pk__in=Mission.objects.now().filter(deadline_asof=self.value()).values("pk"))


def named(missions):
    return ", ".join(map(str, missions.all())) or "–"


def report_link(user):
    """Return links to what this account may start on each mission."""

    @admin.display(description=_("record"))
    def links(mission):
        kinds = allowed_submission_kinds(user, mission)
        if EntryKind.REPORT in kinds:
            return link("mission_report", mission.pk, _("Report a status"))
        return link("mission_open", mission.pk, _("Open the mission")) if EntryKind.OPENING in kinds else None

    return links


@admin.register(Mission)
class MissionAdmin(RegisterAdmin):
    fixed = ("code", "instrument", "number")
    list_display = ("code", "title", "lead_owner", "status", "status_since", "due")
    list_select_related = ("lead_owner",)
    list_filter = ("instrument", "status", DeadlineFilter, "kind", "provenance", "theme", ("lead_owner", RelatedFilter))
    search_fields = ("search_text",)
    actions = ("report_many",)
    readonly_fields = (*PROJECTION, "takes_the_place_of", "place_taken_by")
    fieldsets = (
        (_("Status today"), {"fields": (PROJECTION,)}),
        (_("Identity"), {"fields": ("code", "instrument", "number", "kind")}),
        (_("Text"), {"fields": ("title_en", "title_zh", "description_en", "description_zh")}),
        (_("Owners, theme and areas"), {"fields": ("lead_owner", "supporting_owners", "theme", "areas")}),
        (_("Where it is written"), {"fields": ("provenance", *(column.name for column in PLAIN), "sources")}),
        (_("Replacement"), {"fields": ("takes_the_place_of", "place_taken_by")}),
    )

    @admin.display(description=_("title"))
    def title(self, mission):
        return mission.title

    @admin.display(description=_("takes the place of"))
    def takes_the_place_of(self, mission):
        return named(mission.replaces) if mission.pk else "–"

    @admin.display(description=_("its place is taken by"))
    def place_taken_by(self, mission):
        return named(mission.replaced_by) if mission.pk else "–"

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_list_display(self, request):
        may_draft = request.user.has_perm("missions.draft_submission")
        return (*self.list_display, report_link(request.user)) if may_draft else self.list_display

    @admin.action(description=_("Report one status for the selected missions"), permissions=["draft"])
    def report_many(self, request, queryset):
        ids = list(queryset.filter(status__isnull=False).values_list("pk", flat=True)[: MOST_MISSIONS + 1])
        if not ids or len(ids) > MOST_MISSIONS:
            message = _("Select open missions, at most %(most)d at a time.") % {"most": MOST_MISSIONS}
            return self.message_user(request, message, messages.WARNING)
        page = reverse("admin:missions_mission_report_many")
        return redirect(f"{page}?mission={','.join(map(str, sorted(ids)))}")

    def has_draft_permission(self, request):
        return request.user.has_perm("missions.draft_submission")

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def view_on_site(self, mission):
        return mission.status and mission.get_absolute_url()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["ledger"] = timeline(obj) if obj else []
        context["kinds"] = obj and allowed_submission_kinds(request.user, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def own_pages(self):
        return [
            ("report-many/", "report_many", partial(report_many_page, self)),
            ("<int:pk>/open/", "open", partial(self.begin, kind=EntryKind.OPENING)),
            ("<int:pk>/report/", "report", partial(self.begin, kind=EntryKind.REPORT)),
            ("<int:pk>/deadline/", "deadline", partial(self.begin, kind=EntryKind.DEADLINE)),
        ]

    def begin(self, request, pk, kind):
        mission = get_object_or_404(self.get_queryset(request).select_related("instrument"), pk=pk)
        started = Submission(mission=mission, kind=kind, author=request.user, effective_on=today())
        if kind == EntryKind.OPENING:
            started.status, started.basis = Status.UNREPORTED, Basis.DOCUMENT
            started.effective_on = mission.instrument.issued_on or today()
        elif kind == EntryKind.DEADLINE:
            started.due = mission.due
        return new_submission_page(self, request, started)
