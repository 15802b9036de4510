"""Frozen reports in the back office: preview and publication."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from ..admin.base import HubModelAdmin
from ..bilingual import Words
from ..ledger.entries import sha256
from ..models import FrozenReport, Head
from ..parameters import DayField
from ..query.filters import ReportFilter
from ..text import validate_characters
from ..web.page_cache import snapshot
from ..workflow.admin import chosen_action
from .document import scope, sections, subtitle
from .formats import FORMATS, completion_report, offered, readable
from .freezing import NO_REASON, Edition, freeze, read_query
from .report import ReportTooLong

LANGUAGES = [("zh", _("Chinese")), ("en", _("English")), ("both", _("Chinese and English"))]
# The totals of all lists, without rows.
PREVIEWED = ("summary", "reported", "movements")


def short_text(label: Any) -> forms.CharField:
    return forms.CharField(max_length=300, required=False, validators=[validate_characters], label=label)


class ReportForm(forms.Form):
    query = forms.CharField(
        max_length=2000,
        required=False,
        label=_("Query"),
        help_text=_("The address of a list on this site, or its query alone. Empty: all missions."),
    )
    as_of = DayField(past=True, label=_("As of"), help_text=_("Empty: as in the query, otherwise today."))
    since = DayField(
        label=_("Base date"),
        help_text=_("Changes since then are shown. Empty: as in the query, or 90 days earlier."),
    )
    language = forms.ChoiceField(choices=LANGUAGES, label=_("Language"))
    format = forms.ChoiceField(choices=[(ending, form.name) for ending, form in FORMATS.items()], label=_("Format"))
    title_zh = short_text(_("title (Chinese)"))
    title_en = short_text(_("title (English)"))
    supersedes: Any = forms.ModelChoiceField(
        None, required=False, label=_("Corrected edition of"), empty_label=_("none: a new report")
    )
    reason_zh = short_text(_("reason (Chinese)"))
    reason_en = short_text(_("reason (English)"))

    use_required_attribute = False
    FIELDSETS: Any = (
        (None, {"fields": ("query", "as_of", "since", "language", "format")}),
        (_("To publish it"), {"fields": ("title_zh", "title_en", "supersedes", "reason_zh", "reason_en")}),
    )

    def __init__(self, data=None, *, is_published=False):
        super().__init__(data)
        self.is_published = is_published
        supersedes: Any = self.fields["supersedes"]
        supersedes.queryset = FrozenReport.objects.filter(superseded_by=None)
        for name in ("query", "title_zh", "title_en", "reason_zh", "reason_en"):
            self.fields[name].widget.attrs["class"] = "vTextField"
        self.previewed = self.data.get("previewed", "")

    def clean(self):
        data = self.cleaned_data
        if not self.errors:
            try:
                self.query_params = self._query_params()
            except ValidationError as refusal:
                self.add_error("query", refusal)
        if not self.errors:
            for name, errors in self._read().form.errors.items():
                for error in errors:
                    self.add_error(name if name in self.fields else "query", f"{name}: {error}")
        if self.is_published:
            wanted = ["title_zh", "title_en", *(["reason_zh", "reason_en"] if data.get("supersedes") else [])]
            for name in wanted:
                if not data.get(name):
                    self.add_error(name, _("Required: reports are published in both languages."))
        return data

    def _query_params(self) -> QueryDict:
        data = self.cleaned_data
        params = read_query(data["query"])
        for name in ("as_of", "since"):
            if data[name]:
                params[name] = data[name].isoformat()
        params["lang"] = data["language"]
        return params

    def _read(self) -> ReportFilter:
        query = ReportFilter(self.query_params, language=get_language())
        query.form.is_valid()
        return query

    def preview(self) -> dict[str, Any]:
        with snapshot():
            try:
                form = FORMATS[self.cleaned_data["format"]]
                report = (readable if form.build is readable else completion_report)(self._read())
            except ReportTooLong as refusal:
                self.add_error("query", str(refusal.words))
                return {}
            # A frozen report has every format.
            can_publish = offered(len(report.records)) == FORMATS
            self.previewed = seen(report.revision, report.query) if can_publish else ""
            parts = [section for section in sections(report) if section.name in PREVIEWED]
            return {
                "subtitle": subtitle(report),
                "facts": [*scope(report), *report.statement],
                "parts": [(part, [(table, list(table.rows)) for table in part.tables]) for part in parts],
                "lists": {
                    _("Missions"): len(report.records),
                    _("Changes"): len(report.changes),
                    _("Evidence"): len(report.evidence),
                },
                "address": f"{reverse('report', args=[self.cleaned_data['format']])}?{self.query_params.urlencode()}",
                "format": form.name,
            }

    def publish(self, *, by) -> FrozenReport | None:
        data = self.cleaned_data
        edition = Edition(
            Words(data["title_en"], data["title_zh"]),
            data["supersedes"],
            Words(data["reason_en"], data["reason_zh"]) if data["supersedes"] else NO_REASON,
        )
        try:
            # Publishing makes a new data version, so a form sent twice publishes once.
            revision = Head.objects.get().revision
            if seen(revision, self._read().canonical_query) != self.previewed:
                message = _("This is not what the preview showed, or the data have changed since: look again.")
                raise ValidationError(message)
            return freeze(self.query_params, edition, by=by, revision=revision)
        except ValidationError as refusal:
            self.add_error(None, refusal.messages)
        except ReportTooLong as refusal:
            self.add_error("query", str(refusal.words))
        return None


def seen(revision: int, query: str) -> str:
    """Return a digest of the preview: only what was seen is published."""
    return sha256(f"{revision}?{query}")


@admin.register(FrozenReport)
class FrozenReportAdmin(HubModelAdmin):
    """Read-only: errors are fixed in a new edition."""

    list_display = ("title", "as_of", "count", "revision", "published_at", "published_by", "page")
    list_select_related = ("published_by",)
    search_fields = ("slug", "title_en", "title_zh")
    fields = readonly_fields = (
        "title_zh", "title_en", "page", "query", "as_of", "known_at", "count", "revision", "advanced_at", "ledger_head",
        "published_at", "published_by", "seal", "supersedes", "reason_zh", "reason_en",
    )  # fmt: skip

    @admin.display(description=_("title"))
    def title(self, report):
        return report.title

    @admin.display(description=_("public page"))
    def page(self, report):
        return format_html('<a href="{0}">{0}</a>', report.get_absolute_url())

    def view_on_site(self, report):
        return report.get_absolute_url()

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        action = chosen_action(request, "publish", default="look")
        form: Any = ReportForm(request.POST or None, is_published=action == "publish")
        preview = form.preview() if form.is_bound and form.is_valid() and action == "look" else {}
        if form.is_bound and action == "publish" and form.is_valid() and (report := form.publish(by=request.user)):
            messages.success(request, format_html(gettext("Published: {}"), self.page(report)))
            return redirect("admin:missions_frozenreport_changelist")
        return self.render(
            request,
            "report_form",
            _("Completion report"),
            form=form,
            errors=form.is_bound and bool(form.errors),
            fieldsets=AdminForm(form, form.FIELDSETS, {}),
            preview=preview,
        )
