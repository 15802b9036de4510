"""The page of changes between two dates."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..forms import DayForm, clean_params
from ..models import EntryKind
from ..query.change_filters import ChangeFilter
from .pages import Listing


class Changes(Listing):
    template_name = "public/changes.html"
    filter_class = ChangeFilter
    reads = ChangeFilter.parameters()
    listed_per_page = 50

    def get_context_data(self, **kwargs):
        query = self.filter.query
        # A feed of a past date would never change.
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
        "What was reported, by date, with what was true before: new statuses, new due dates and corrections."
    ),
}
CORRECTIONS = {
    "title": _("Corrections"),
    "description": _("Every entry that was wrong, what it said, what replaces it, and when it was corrected."),
}
