"""The query of a report: that of the list, with language and period."""

from datetime import date, timedelta

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..parameters import NO_SUCH_CHOICE, ListForm, PeriodForm
from .filter_fields import DayFilter
from .filters import MissionFilter

PERIOD = timedelta(days=90)


class ReportForm(PeriodForm, ListForm):
    @property
    def until(self) -> date:
        return min(super().until, self.on)

    @property
    def since(self) -> date:
        return self.cleaned_data["since"] or min(self.on - PERIOD, self.until)


class ReportFilter(MissionFilter):
    lang = django_filters.ChoiceFilter(
        choices=[("en", "English"), ("zh", "中文"), ("both", "中文 + English")],
        method="keep",
        label=_("Language"),
        error_messages=NO_SUCH_CHOICE,
    )
    since = DayFilter(method="keep", label=pgettext_lazy("period", "Since"))
    until = DayFilter(method="keep", label=pgettext_lazy("period", "Until"))

    class Meta(MissionFilter.Meta):
        form = ReportForm

    @property
    def drawn_in(self) -> str:
        return self.form.cleaned_data["lang"] or self.path_language[:2]

    @property
    def language(self):
        return "zh" if self.drawn_in == "zh" else "en"

    def _resolved(self):
        query = super()._resolved()
        query["lang"] = self.drawn_in
        return query
