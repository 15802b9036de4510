"""What changed between two days: entry by entry, those of the newest day first."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..forms import DayForm, clean_params
from ..models import EntryKind
from ..query.change_filters import ChangeFilter
from .pages import Listing


class Changes(Listing):
    """The changes of a query; of corrections alone, the public register of what was wrong."""

    template_name = "public/changes.html"
    filter_class = ChangeFilter
    reads = ChangeFilter.parameters()
    listed_per_page = 50

    def get_context_data(self, **kwargs):
        query = self.filter.query
        # The feed of a past day would never bring news.
        to_come = clean_params(query, [name for name in query if name not in DayForm.base_fields])
        feed = reverse("changes-atom") + (f"?{to_come.urlencode()}" if to_come else "")
        only_corrections = query.getlist("entry") == [EntryKind.CORRECTION]
        words = CORRECTIONS if only_corrections else CHANGES
        return super().get_context_data(
            feed=feed, until=self.form.until, only_corrections=only_corrections, **words, **kwargs
        )


CHANGES = {
    "title": _("Changes"),
    "description": _(
        "What was reported, day by day, with what was true before: new statuses, new due dates, and every correction."
    ),
}
CORRECTIONS = {
    "title": _("Corrections"),
    "description": _(
        "Every entry that was wrong, what it said, what stands in its place, and when this was put right."
    ),
}
