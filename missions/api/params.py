"""The query parameters of the API: those of the site's pages, with longer lists."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..parameters import DayForm, ListForm, NumberField
from ..query.filter_fields import CodesFilter
from ..query.filters import ChangeFilter, ChangeForm, MissionFilter, Query
from ..reports.totals import LABELS, MORE_LABELS

MAX_PER_PAGE = 1000
DIMENSIONS = {**LABELS, **MORE_LABELS, "area": MissionFilter.base_filters["area"].label}


def per_page():
    return NumberField(min_value=1, max_value=MAX_PER_PAGE, required=False, label=_("Rows per page"))


class MissionForm(ListForm):
    per_page = per_page()


class MissionQuery(MissionFilter):
    class Meta(MissionFilter.Meta):
        form = MissionForm


class CountedForm(DayForm):
    page = ListForm.base_fields["page"]
    per_page = per_page()


class CountedQuery(MissionQuery):
    class Meta(MissionFilter.Meta):
        form = CountedForm

    def order(self):
        return ()


class SummaryQuery(CountedQuery):
    by = CodesFilter(choices=list(DIMENSIONS.items()), method="keep", label=_("Counted by"))

    class Meta(MissionFilter.Meta):
        form = DayForm


class ChangeListForm(ChangeForm):
    per_page = per_page()


class ChangeQuery(ChangeFilter):
    class Meta(ChangeFilter.Meta):
        form = ChangeListForm


class DayQuery(Query):
    form_class: type[DayForm] = DayForm

    def __init__(self, data: QueryDict):
        self.form = self.form_class(data)

    @classmethod
    def parameters(cls) -> list[str]:
        return list(cls.form_class.base_fields)


class PagedDayQuery(DayQuery):
    form_class = CountedForm
