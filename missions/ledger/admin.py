"""The ledger in the back office: entries, and corrections by coordinators."""

from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..admin.base import HubModelAdmin
from ..models import EntryKind, Evidence, StatusChange, Submission
from ..workflow.admin import new_submission_page


def link(page, pk, text):
    return format_html('<a href="{}">{}</a>', reverse(f"admin:missions_{page}", args=[pk]), text)


class EvidenceInline(admin.StackedInline):
    model = Evidence
    fields = readonly_fields = ("cited", "document", "event_on", "is_public", "source")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("source", "file")

    @admin.display(description=_("Evidence cited"))
    def cited(self, evidence):
        return render_to_string("public/_source.html", {"source": evidence.work})

    @admin.display(description=_("file"))
    def document(self, evidence):
        return render_to_string("public/_file.html", {"file": evidence.file}) if evidence.file else "–"


FIELDS = (
    *("mission", "kind", "status", "due", "decided_by", "effective_on", "basis", "reported_by"),
    *("headline_en", "headline_zh"),
)


@admin.register(StatusChange)
class StatusChangeAdmin(HubModelAdmin):
    """Read-only: `record()` alone writes the ledger."""

    list_display = (
        *("id", "mission_code", "kind", "status", "effective_on", "recorded_at", "author", "basis"),
        *("headline", "corrected_by"),
    )
    list_select_related = ("mission", "recorded_by", "correction")
    list_filter = ("kind", "status", "basis", "mission__instrument")
    search_fields = ("mission__code", "headline_en", "headline_zh")
    date_hierarchy = "effective_on"
    ordering = ("-id",)
    readonly_fields = ("author", "publisher", "corrected_by", "fingerprint")
    inlines = (EvidenceInline,)
    fieldsets = (
        (None, {"fields": FIELDS}),
        (
            _("Recorded"),
            {"fields": ("recorded_at", "author", "publisher", "previous", "corrects", "corrected_by", "fingerprint")},
        ),
    )

    def get_queryset(self, request):
        return StatusChange.objects.visible_to(request.user)

    @admin.display(description=_("mission"), ordering="mission__code")
    def mission_code(self, entry):
        return entry.mission.code

    @admin.display(description=_("headline"))
    def headline(self, entry):
        return entry.headline

    @admin.display(description=_("recorded by"))
    def author(self, entry):
        return entry.recorded_by or "–"

    @admin.display(description=_("published by"))
    def publisher(self, entry):
        submission = getattr(entry, "submission", None)
        return submission.publisher if submission else "–"

    @admin.display(description=_("corrected by"))
    def corrected_by(self, entry):
        correction = getattr(entry, "correction", None)
        return link("statuschange_change", correction.pk, correction.pk) if correction else "–"

    @admin.display(description=_("hash"))
    def fingerprint(self, entry):
        return entry.hash

    def own_pages(self):
        return [("<int:pk>/correct/", "correct", self.correct_page)]

    def correct_page(self, request, pk):
        entries = self.get_queryset(request).select_related("mission__instrument", "correction", "reported_by")
        replaced = get_object_or_404(entries, pk=pk)
        if request.method == "GET" and hasattr(replaced, "correction"):
            messages.warning(request, _("Entry %(id)s has been corrected: this is its correction.") % {"id": pk})
            return redirect("admin:missions_statuschange_correct", replaced.correction.pk)
        # A correction has its own reason; it replaces the old one.
        fields = ("mission", "status", "due", "decided_by", "effective_on", "basis", "reported_by")
        values = {field: getattr(replaced, field) for field in fields}
        started = Submission(kind=EntryKind.CORRECTION, corrects=replaced, author=request.user, **values)
        return new_submission_page(self, request, started)
