"""Frozen reports: list, page and files."""

import json
from io import BytesIO

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..bilingual import read_in
from ..models import FrozenFile, FrozenReport
from ..reports.formats import FORMATS
from ..reports.report import explain_missing_records
from .downloads import send
from .pages import Page

LANGUAGES = {"en": _("English"), "zh": _("Chinese"), "both": _("Chinese and English")}


class Reports(Page):
    template_name = "public/reports.html"
    title = _("Reports")
    description = _("Completion reports that were published once and are never altered, with files and checksums.")

    def get_context_data(self, **kwargs):
        reports = FrozenReport.objects.known(self.form.known)
        listed = [(report, report.successor(self.form.known)) for report in reports]
        return super().get_context_data(reports=listed, **kwargs)


class ReportPage(Page):
    template_name = "public/frozen_report.html"
    description = _("A completion report as it was published, with its files and checksums.")

    def get_context_data(self, **kwargs):
        report = get_object_or_404(FrozenReport.objects.known(self.form.known), slug=self.kwargs["slug"])
        endings = list(FORMATS)
        files = sorted(report.files.defer("content"), key=lambda file: (endings.index(file.ending), file.pk))
        data = json.loads(report.files.get(name__endswith=".json").data)
        # The same list as known today.
        today = QueryDict(report.query, mutable=True)
        for name in ("known_at", "lang", "since", "until"):
            today.pop(name, None)
        return super().get_context_data(
            title=report.title,
            report=report,
            successor=report.successor(self.form.known),
            summary={**data["whole"], "rule": data["rule"][read_in()]},
            today=today.urlencode(),
            files=[(FORMATS[file.ending].name, LANGUAGES[file.language], file) for file in files],
            **kwargs,
        )


@require_safe
def frozen_file(request, slug, name):
    file = get_object_or_404(FrozenFile.objects.select_related("report__supersedes"), report=slug, name=name)
    report, note = file.report, explain_missing_records(file.report.known_at)
    response = send(
        BytesIO(file.data), name, file.media_type, report, file.query, file.language, report.count, report, note
    )
    response["ETag"] = f'"{file.sha256}"'  # it holds for longer than a revision
    return response
