"""Export, upload, preview and confirmation of workbooks in the back office."""

import csv
from collections import defaultdict
from functools import partial
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..admin.base import HubModelAdmin, RelatedFilter, demand
from ..audit.log import changes_by_version
from ..models import Head, Import, ImportKind, ImportState, Mission, Organisation, Submission
from ..register.models import Tree
from ..reports.csv import guarded
from ..web.problems import LATER
from ..workflow.admin import chosen_action
from .register import TABLES, WRITERS, RegisterImport
from .return_form import write_all_forms, write_form
from .returns import is_return, read_return, submit_rows
from .template import write_template
from .workbooks import LARGEST_FILE, WorkbooksBusy, read_workbook

SHOWN = 200  # changes, errors or records on a page: a file of differences and the audit log have all of them
# What names a record besides its own columns.
BESIDE: dict[Any, tuple[str, ...]] = {Submission: ("mission",), Mission: ("replaces",)}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Workbook"),
        allow_empty_file=True,
        error_messages={"required": _("Choose a workbook first.")},
        help_text=_("A return form, or the register as it was exported: XLSX, XLS, ODS or CSV, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )

    use_required_attribute = False

    def __init__(self, *args, user):
        super().__init__(*args)
        self.user = user

    def clean_file(self):
        upload = self.cleaned_data["file"]
        content = upload.read(LARGEST_FILE + 1)
        grids = read_workbook(upload.name, content)
        kind = ImportKind.RETURN if is_return(grids) else ImportKind.REGISTER
        if kind == ImportKind.RETURN:
            read_return(grids, by=self.user)
        elif not self.user.has_perm("missions.exchange_register"):
            raise ValidationError(_("This is no return form: download one here, fill it in, and send that."))
        else:
            RegisterImport(grids, reason="")
        self.imported = partial(Import.objects.take, upload.name, content, kind, by=self.user)
        return upload


def grids_of(imported):
    return read_workbook(imported.name, bytes(imported.content))


def results(imported) -> list[dict]:
    """Return what an import wrote: records with their changes, by model."""
    found = []
    models: tuple[Any, ...] = (Submission, *(table.model for table in TABLES))
    for model in models:
        versions = model.history.filter(history_change_reason=imported.reason).order_by("history_id")
        if number := versions.values("id").distinct().count():
            first = list(versions[:SHOWN])
            by_version = changes_by_version(model.history.filter(pk__in=[version.pk for version in first]))
            changes: dict[int, list] = defaultdict(list)
            for version in first:
                changes[version.id] += by_version[version.history_id]
            records = model._default_manager.prefetch_related(*BESIDE.get(model, ())).in_bulk(changes)
            page = f"admin:missions_{model._meta.model_name}_change"
            shown = [(reverse(page, args=[pk]), describe_record(records[pk]), changes[pk]) for pk in changes]
            found.append({"label": model._meta.verbose_name_plural, "number": number, "records": shown})
    return found


def describe_record(record) -> str:
    replaced = [mission.code for mission in record.replaces.all()] if isinstance(record, Mission) else []
    return f"{record} ← {', '.join(replaced)}" if replaced else str(record)


@admin.register(Import)
class ImportAdmin(HubModelAdmin):
    """Uploaded workbooks. Only the uploader can confirm one, once."""

    only_lists = True
    list_display = ("file", "kind", "state", "by", "at")
    list_display_links = None
    list_select_related = ("by",)
    list_filter = ("state", "kind", ("by", RelatedFilter))
    search_fields = ("name", "by__username", "by__name")

    @admin.display(description=_("file"), ordering="name")
    def file(self, imported):
        return format_html('<a href="{}">{}</a>', imported.get_absolute_url(), imported.name)

    def get_queryset(self, request):
        return Import.objects.visible_to(request.user).defer("content")

    def own_pages(self):
        return [
            ("add/", "add", self.upload_page),
            ("<int:pk>/change/", "change", self.page),
            ("<int:pk>/file/", "file", require_safe(self.content)),
            ("<int:pk>/differences.csv", "differences", require_safe(self.differences)),
            ("return.xlsx", "return_form", require_safe(self.return_form)),
            ("returns.zip", "return_forms", require_safe(self.return_forms)),
            ("register.<str:ending>", "register", require_safe(self.register)),
            ("programme.xlsx", "template", require_safe(self.template)),
        ]

    # --- out ---

    def return_form(self, request):
        demand(request.user, "missions.draft_submission")
        missions, owner = Mission.objects.visible_to(request.user), None
        if code := request.GET.get("owner"):
            owner = get_object_or_404(Organisation, code=code)
            missions = missions.filter(lead_owner__code__in=Tree(Organisation).with_those_below({code}))
            if not missions.exists():
                raise Http404
        return sent(request, partial(write_form, missions, owner=owner))

    def return_forms(self, request):
        demand(request.user, "missions.exchange_register")
        return sent(request, partial(write_all_forms, Mission.objects.all()))

    def register(self, request, ending):
        demand(request.user, "missions.exchange_register")
        if ending not in WRITERS:
            raise Http404
        return sent(request, WRITERS[ending], f"register_r{Head.objects.get().revision}.{ending}")

    def template(self, request):
        demand(request.user, "missions.exchange_register")
        return sent(request, write_template, "programme.xlsx")

    def content(self, request, pk):
        imported = get_object_or_404(Import.objects.visible_to(request.user), pk=pk)
        return FileResponse(BytesIO(imported.content), as_attachment=True, filename=imported.name)

    def differences(self, request, pk):
        """List what a register file would change."""
        imported = get_object_or_404(Import.objects.waiting().visible_to(request.user), pk=pk, kind=ImportKind.REGISTER)
        demand(request.user, "missions.add_import", imported)
        try:
            found = compare_register(request, imported)
        except WorkbooksBusy as busy:
            return self.import_page(request, imported, busy=busy)
        name = {"Content-Disposition": 'attachment; filename="differences.csv"'}
        answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=name)
        rows = csv.writer(answer)
        rows.writerow(("sheet", "row", "record", "column", "here", "file"))
        for change in found.changes:
            place = change.row.sheet.file, change.row.line, " · ".join(change.row.key)
            rows.writerows([*place, *map(guarded, difference)] for difference in change.differences)
        return answer

    # --- in ---

    def upload_page(self, request):
        demand(request.user, "missions.add_import")
        upload = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*upload, user=request.user)
        if form.is_valid():
            try:
                return redirect(form.imported())
            except ValidationError as error:
                form.add_error("file", error)
        led = Mission.objects.visible_to(request.user).exclude(status=None).values("lead_owner")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Workbooks"),
            "opts": self.opts,
            "form": form,
            "errors": form.is_bound,
            "owners": Organisation.objects.filter(pk__in=led),
            "exchanges_register": request.user.has_perm("missions.exchange_register"),
            "endings": list(WRITERS),
        }
        return TemplateResponse(request, "admin/missions/import_form.html", context)

    def page(self, request, pk):
        imported = get_object_or_404(Import.objects.visible_to(request.user).select_related("by"), pk=pk)
        is_open = imported.state == ImportState.WAITING and request.user.has_perm("missions.add_import", imported)
        if request.method == "POST":
            demand(request.user, "missions.add_import", imported)
            if chosen_action(request, "drop", default="carry_out") == "drop":
                return self.drop(request, imported)
        if not is_open:
            return self.import_page(request, imported, results=results(imported))
        page = self.return_page if imported.kind == ImportKind.RETURN else self.register_page
        try:
            return page(request, imported)
        except WorkbooksBusy as busy:
            return self.import_page(request, imported, busy=busy)

    def import_page(self, request, imported, **context):
        site = {**self.admin_site.each_context(request), "title": imported.name, "opts": self.opts, "import": imported}
        answer: dict[str, Any] = {"status": 503, "headers": LATER} if "busy" in context else {}
        return TemplateResponse(request, "admin/missions/import.html", {**site, **context}, **answer)

    def drop(self, request, imported):
        try:
            imported.decide(ImportState.DROPPED, by=request.user)
            messages.success(request, _("Dropped: nothing was written."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(imported)

    def carry_out(self, request, imported, write) -> ValidationError | None:
        """Decide and write, both or neither; return why not. `write` returns the message of its success."""
        try:
            with transaction.atomic():
                imported.decide(ImportState.DONE, by=request.user)
                message = write()
        except ValidationError as error:
            return error
        messages.success(request, message)
        return None

    def return_page(self, request, imported):
        grids, refusal, chosen = grids_of(imported), None, request.POST.getlist("chosen")

        def submit():
            revision, source = request.POST.get("revision", ""), {"key": imported.key, "reason": imported.reason}
            submissions = submit_rows(grids, chosen, revision=revision, by=request.user, **source)
            return _("Submitted: %d. A coordinator is going to read them.") % len(submissions)

        if request.method == "POST" and not (refusal := self.carry_out(request, imported, submit)):
            return redirect(imported)
        found = read_return(grids, by=request.user)
        return self.import_page(request, imported, found=found, refusal=refusal, chosen=chosen)

    def register_page(self, request, imported):
        found, refusal = compare_register(request, imported), None
        problems = found.problems

        def write():
            if str(found.revision) != request.POST.get("revision"):
                message = _("Nothing was written: the data have changed since the preview. Check it again.")
                raise ValidationError(message)
            list(found.write())
            return _("Written: this is what was changed.")

        can_write = request.method == "POST" and not problems
        if can_write and not (refusal := self.carry_out(request, imported, write)):
            return redirect(imported)
        context = {
            "register": found,
            "refusal": refusal,
            "problems": problems[:SHOWN],
            "more_problems": max(0, len(problems) - SHOWN),
            "changes": found.changes[:SHOWN],
            "more_changes": max(0, len(found.changes) - SHOWN),
        }
        return self.import_page(request, imported, **context)


def compare_register(request, imported) -> RegisterImport:
    found = RegisterImport(grids_of(imported), by=request.user, reason=imported.reason)
    list(found.look())  # its progress is shown on a terminal only
    return found


def sent(request, write, name=""):
    file = BytesIO()
    try:
        written_name = write(file)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("admin:missions_import_add")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name or written_name)
