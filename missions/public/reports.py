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
from .downloads import sent
from .pages import Page

# The language of the page comes first.
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

    def get_context_data(self, **kwargs):
        report = get_object_or_404(FrozenReport.objects.known(self.form.known), slug=self.kwargs["slug"])
        files = in_order(list(report.files.defer("content")))
        return super().get_context_data(
            title=report.title,
            description=_("A completion report as it was published, with its files and checksums."),
            report=report,
            successor=report.successor(self.form.known),
            summary=summary(report),
            now=as_known_now(report.query),
            files=[(FORMATS[file.ending].name, LANGUAGES[file.language], file) for file in files],
            **kwargs,
        )


def in_order(files: list[FrozenFile]) -> list[FrozenFile]:
    endings = list(FORMATS)
    return sorted(files, key=lambda file: (endings.index(file.ending), file.pk))


def summary(report: FrozenReport) -> dict:
    data = json.loads(report.files.get(name__endswith=".json").data)
    return {**data["whole"], "rule": data["rule"][read_in()]}


def as_known_now(query: str) -> str:
    now = QueryDict(query, mutable=True)
    for name in ("known_at", "lang", "since", "until"):
        now.pop(name, None)
    return now.urlencode()


@require_safe
def frozen_file(request, slug, name):
    file = get_object_or_404(FrozenFile.objects.select_related("report__supersedes"), report=slug, name=name)
    response = sent(
        BytesIO(file.data),
        file.report,
        file.report.count,
        file.name,
        file.media_type,
        file.query,
        file.language,
        file.report,
        explain_missing_records(file.report.known_at),
    )
    response["ETag"] = f'"{file.sha256}"'  # it holds for longer than a revision
    return response
