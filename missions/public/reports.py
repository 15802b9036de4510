"""Frozen reports: their list, the page of each, and their files."""

import json
from io import BytesIO

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..models import FrozenFile, FrozenReport
from ..reports import FORMATS
from .downloads import sent
from .pages import Page

# In the order in which a page offers them: the language of the page comes first.
LANGUAGES = {"en": _("English"), "zh": _("Chinese"), "both": _("Chinese and English")}


class Reports(Page):
    template_name = "missions/reports.html"
    title = _("Reports")
    description = _("Completion reports that were published once and are never altered, with files and checksums.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(reports=FrozenReport.objects.known(self.form.known), **kwargs)


class ReportPage(Page):
    template_name = "missions/frozen_report.html"

    def prepare(self):
        reports = FrozenReport.objects.select_related("supersedes", "superseded_by")
        self.object = get_object_or_404(reports, slug=self.kwargs["slug"])

    def get_context_data(self, **kwargs):
        files = list(self.object.files.defer("content"))
        return super().get_context_data(
            title=self.object.title,
            description=_("A completion report as it was published, with its files and checksums."),
            report=self.object,
            said=summary(self.object),
            files=[(FORMATS[file.ending].name, LANGUAGES[file.language], file) for file in in_order(files)],
            **kwargs,
        )


def in_order(files: list[FrozenFile]) -> list[FrozenFile]:
    """The files by format, as every list offers them."""
    endings = list(FORMATS)
    return sorted(files, key=lambda file: (endings.index(file.ending), file.pk))


def summary(report: FrozenReport) -> dict:
    """What the report itself says of all its records: read from its file, as nothing else stays as it was."""
    data = json.loads(bytes(report.files.get(name__endswith=".json").content))
    return {**data["whole"], "rule": data["rule"]}


@require_safe
def frozen_file(request, slug, name):
    """A file of a frozen report, byte by byte as it was published."""
    file = get_object_or_404(FrozenFile.objects.select_related("report"), report=slug, name=name)
    return sent(BytesIO(file.content), file.report, file.report.count, file.name, file.media_type)
