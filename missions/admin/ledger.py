"""The ledger in the back office: entries to read, and one page on which a coordinator adds one."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..models import EntryKind, Evidence, StatusChange
from .forms import EntryForm

TITLES = {
    EntryKind.OPENING: _("Open the mission"),
    EntryKind.REPORT: _("Report a status"),
    EntryKind.DEADLINE: _("Set a new due date"),
    EntryKind.CORRECTION: _("Correct an entry"),
}
EVIDENCE_FIELDS: list[Any] = ["title", ("publisher", "published_on"), "url", ("event_on", "is_public")]


def entry_page(model_admin, request, draft):
    """The page that records `draft`: its form, with the entry in force and the one that it corrects beside it."""
    if not request.user.has_perm("missions.record_statuschange"):
        raise PermissionDenied
    form = EntryForm(draft, request.POST or None)
    if form.is_valid() and (entry := form.record(by=request.user)):
        messages.success(request, _("Recorded as entry %(id)s.") % {"id": entry.pk})
        return redirect("admin:missions_mission_change", entry.mission_id)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": TITLES[draft.kind],
        "subtitle": str(draft.mission),
        "opts": draft.mission._meta,
        "mission": draft.mission,
        "form": form,
        "errors": form.is_bound,
        "fieldsets": AdminForm(form, [(None, {"fields": list(form.fields)})], {}),
        "evidence": [evidence_fieldset(row, number) for number, row in enumerate(form.evidence, start=1)],
        "in_force": in_force(draft),
        "replaced": draft.corrects,
    }
    return TemplateResponse(request, "admin/missions/entry_form.html", context)


def evidence_fieldset(row, number):
    left_out = ["DELETE"] if "DELETE" in row.fields else []
    name = _("Evidence %(number)s") % {"number": number}
    return AdminForm(row, [(name, {"fields": EVIDENCE_FIELDS + left_out})], {})


def in_force(draft):
    """The entry that says today what `draft` would say: the status or the due date."""
    entries = StatusChange.objects.standing().filter(mission=draft.mission).newest_first()
    asked = {"sets_due": True} if draft.sets_due else {"sets_status": True}
    return entries.filter(**asked).select_related("recorded_by").prefetch_related("evidence").first()


def link(page, pk, text):
    return format_html('<a href="{}">{}</a>', reverse(f"admin:missions_{page}", args=[pk]), text)


class EvidenceInline(admin.StackedInline):
    model = Evidence
    fields = readonly_fields = ("title", "publisher", "published_on", "link", "event_on", "is_public", "source")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("missions.view_statuschange")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("source")

    @admin.display(description=_("address"))
    def link(self, evidence):
        return evidence.url and format_html('<a href="{0}">{0}</a>', evidence.url)


@admin.register(StatusChange)
class StatusChangeAdmin(admin.ModelAdmin):
    """Entries to read. No rule permits to add, change or delete one here: the door alone writes the ledger."""

    list_display = (
        "id",
        "mission_code",
        "kind",
        "status",
        "effective_on",
        "recorded_at",
        "author",
        "basis",
        "headline",
        "corrected_by",
    )
    list_select_related = ("mission", "recorded_by", "correction")
    list_filter = ("kind", "status", "basis", "mission__instrument")
    search_fields = ("mission__code", "headline_en", "headline_zh")
    date_hierarchy = "effective_on"
    ordering = ("-id",)
    readonly_fields = ("author", "corrected_by", "fingerprint")
    inlines = (EvidenceInline,)
    fieldsets = (
        (None, {"fields": ("mission", "kind", "status", "due", "effective_on", "basis", "headline_en", "headline_zh")}),
        (_("Recorded"), {"fields": ("recorded_at", "author", "previous", "corrects", "corrected_by", "fingerprint")}),
    )

    @admin.display(description=_("mission"), ordering="mission__code")
    def mission_code(self, entry):
        return entry.mission.code

    @admin.display(description=_("headline"))
    def headline(self, entry):
        return entry.headline

    @admin.display(description=_("recorded by"))
    def author(self, entry):
        """The name alone: few may follow a link to the account."""
        return entry.recorded_by

    @admin.display(description=_("corrected by"))
    def corrected_by(self, entry):
        correction = getattr(entry, "correction", None)
        return correction and link("statuschange_change", correction.pk, correction.pk)

    @admin.display(description=_("hash"))
    def fingerprint(self, entry):
        return entry.hash

    def get_urls(self):
        correct = self.admin_site.admin_view(self.correct_page)
        return [path("<int:pk>/correct/", correct, name="missions_statuschange_correct"), *super().get_urls()]

    def correct_page(self, request, pk):
        replaced = get_object_or_404(StatusChange.objects.select_related("mission", "correction"), pk=pk)
        if request.method == "GET" and hasattr(replaced, "correction"):
            messages.warning(request, _("Entry %(id)s has been corrected: this is its correction.") % {"id": pk})
            return redirect("admin:missions_statuschange_correct", replaced.correction.pk)
        said = ("status", "due", "effective_on", "basis", "headline_en", "headline_zh", "sets_due")
        draft = StatusChange(
            mission=replaced.mission,
            kind=EntryKind.CORRECTION,
            corrects=replaced,
            **{field: getattr(replaced, field) for field in said},
        )
        return entry_page(self, request, draft)
