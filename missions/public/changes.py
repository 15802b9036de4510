"""The page of changes between two dates, and its file."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..models import EntryKind
from ..parameters import DayForm, clean_params, reads
from ..query.file_rows import CHANGE_FILE
from ..query.filters import ChangeFilter
from ..reports import csv
from ..reports.report import Report, Sheet, explain_missing_records, stated
from ..web.error_views import bad_query
from .downloads import download
from .pages import Listing


class Changes(Listing):
    template_name = "public/changes.html"
    filter_class = ChangeFilter
    reads = ChangeFilter.parameters()
    listed_per_page = 50

    def get_context_data(self, **kwargs):
        query = self.filter.query
        # A feed of a past date would never change.
        feed_query = clean_params(query, [name for name in query if name not in DayForm.base_fields])
        if only_corrections := query.getlist("entry") == [EntryKind.CORRECTION]:
            title = _("Corrections")
            description = _("Every entry that was wrong, what it said, what replaces it, and when it was corrected.")
        else:
            title = _("Changes")
            description = _(
                "What was reported, by date, with what was true before: new statuses, new due dates and corrections."
            )
        return super().get_context_data(
            title=title,
            description=description,
            feed=reverse("changes-atom") + (f"?{feed_query.urlencode()}" if feed_query else ""),
            until=self.form.until,
            only_corrections=only_corrections,
            **kwargs,
        )


@reads(ChangeFilter.parameters())
@require_safe
def changes_csv(request):
    query = ChangeFilter(request.GET, language=request.LANGUAGE_CODE)
    if not query.form.is_valid():
        return bad_query(request, query.form)
    note = explain_missing_records(query.form.known)
    changes = Report(**stated(query), records=Sheet(CHANGE_FILE, query.qs, query.qs.count()), note=note)
    return download(changes, csv.write, "csv", csv.MEDIA_TYPE)
