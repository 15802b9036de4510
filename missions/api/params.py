"""The queries of the API: those of the pages, with longer pages and the words for what the API alone has."""

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from ..forms import DayForm, ListForm, NumberField, given
from ..models import Mission
from ..query.change_filters import ChangeFilter, ChangeForm
from ..query.filter_fields import CodesFilter
from ..query.filters import MissionFilter
from ..reports.totals import LABELS, MORE_LABELS

MOST_PER_PAGE = 1000
# What missions can be counted by.
DIMENSIONS = {**LABELS, **MORE_LABELS, "area": MissionFilter.base_filters["area"].label}


def per_page():
    return NumberField(min_value=1, max_value=MOST_PER_PAGE, required=False, label=_("Rows per page"))


class MissionForm(ListForm):
    per_page = per_page()


class MissionQuery(MissionFilter):
    """Missions, as the list of missions finds them. Titles sort by their English."""

    class Meta:
        model = Mission
        fields: list[str] = []
        form = MissionForm

    def __init__(self, data: QueryDict):
        super().__init__(data, language="en")


class CountedForm(DayForm):
    page = ListForm.base_fields["page"]
    per_page = per_page()


class CountedQuery(MissionQuery):
    """Missions to be counted: they come in no order."""

    class Meta:
        model = Mission
        fields: list[str] = []
        form = CountedForm

    def order(self):
        return ()


class SummaryQuery(CountedQuery):
    """Missions to be counted, and by what."""

    by = CodesFilter(choices=list(DIMENSIONS.items()), method="keep", label=_("Counted by"))

    class Meta:
        model = Mission
        fields: list[str] = []
        form = DayForm

    def keep(self, missions, name, value):
        """This says how the missions are counted, not which."""
        return missions


class ChangeListForm(ChangeForm):
    per_page = per_page()


class ChangeQuery(ChangeFilter):
    """Changes, as the page of changes finds them."""

    class Meta:
        model = Mission
        fields: list[str] = []
        form = ChangeListForm

    def __init__(self, data: QueryDict):
        super().__init__(data, language="en")


class DayQuery:
    """The two days alone: how one thing stood."""

    form_class: type[DayForm] = DayForm

    def __init__(self, data: QueryDict):
        self.form = self.form_class(data)

    @classmethod
    def parameters(cls) -> list[str]:
        """The names of the parameters that this query reads."""
        return list(cls.form_class.base_fields)

    @property
    def query(self) -> QueryDict:
        """The parameters that were given, without the page."""
        return given(self.form.data, DayForm.base_fields)

    @property
    def canonical_query(self) -> str:
        """The one way to write this query, the day resolved."""
        query = self.query.copy()
        query["as_of"] = self.form.on.isoformat()
        return urlencode(sorted(query.lists()), doseq=True)


class PagedDayQuery(DayQuery):
    """The two days, and which page of a list."""

    form_class = CountedForm
