"""The days and the shape of a list, as parameters: what every page reads, and what a list reads besides its filters."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .columns import SORTS
from .days import FIRST_DAY, LAST_DAY, today

NO_SUCH_CHOICE = {"invalid_choice": _("There is no “%(value)s” to choose from.")}
TOO_LONG = {"max_length": _("Write %(limit_value)d characters at most: these are %(show_value)d.")}
LISTED_PER_PAGE = 25
MOST_PER_PAGE = 100
AS_WRITTEN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def read_day(text: str) -> date:
    """The day that is written as YYYY-MM-DD; ValueError for all else."""
    if not re.fullmatch(AS_WRITTEN, text):
        raise ValueError(text)
    return date.fromisoformat(text)


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    def format_value(self, value):
        """Nothing for what is no day: a browser would not show it, and complain on its console."""
        try:
            return super().format_value(read_day(value) if isinstance(value, str) else value)
        except ValueError:
            return None


class DayField(forms.Field):
    """A day as YYYY-MM-DD and in no other form, from 1900 to 2100; `past` refuses a day after today."""

    widget = DayInput(
        attrs={"type": "date", "class": "form-control", "min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()},
        format="%Y-%m-%d",
    )

    def __init__(self, *, past=False, **kwargs):
        super().__init__(required=False, **kwargs)
        self.past = past

    def to_python(self, value):
        if not value:
            return None
        try:
            day = read_day(value)
        except ValueError:
            if re.fullmatch(AS_WRITTEN, value):
                raise ValidationError(_("No calendar has this day.")) from None
            raise ValidationError(_("Write a day as YYYY-MM-DD, such as 2024-03-02.")) from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("Days run from 1900 to 2100."))
        if self.past and day > today():
            raise ValidationError(_("This day has not come yet: choose today or an earlier day."))
        return day


class NumberField(forms.IntegerField):
    """A whole number in plain digits: Python would read 1_0 and １０ as well, and Django 10.0."""

    def to_python(self, value):
        if value and not re.fullmatch("[0-9]+", value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DayForm(forms.Form):
    """The two clocks, which every page reads: how things stood on a day, by what was known at the end of a day."""

    as_of = DayField(past=True, label=_("As of"))
    known_at = DayField(past=True, label=_("As known on"))

    use_required_attribute = False
    data: QueryDict

    def __init__(self, data, **kwargs):
        super().__init__(clean_params(data, self.base_fields), **kwargs)

    def clean(self):
        for name, field in self.fields.items():
            if not isinstance(field, forms.MultipleChoiceField) and len(set(self.data.getlist(name))) > 1:
                self.add_error(name, _("Give this parameter once."))
        return self.cleaned_data

    @property
    def on(self) -> date:
        """The day asked about: today, if none was named."""
        return self.cleaned_data["as_of"] or today()

    @property
    def known(self) -> date | None:
        """The day by whose end something must have been recorded; None where all that is recorded counts."""
        return self.cleaned_data["known_at"]

    def valid_params(self):
        """The valid parameters as (name, value), which a form that corrects the others carries along."""
        return [(n, value) for n, values in self.data.lists() if n not in self.errors for value in values]

    @property
    def day(self) -> QueryDict:
        """The days that were named and can be read, as parameters: what every link of the page keeps."""
        return clean_params(self.data, [name for name in DayForm.base_fields if name not in self.errors])


class PeriodForm(DayForm):
    """The two clocks and a period, whose first and last day a FilterSet adds as `since` and `until`."""

    @property
    def until(self) -> date:
        """The last day of the period: the day asked about, if none was named."""
        return self.cleaned_data["until"] or self.on

    def clean(self):
        super().clean()
        if not self.errors and (self.cleaned_data["since"] or self.until) > self.until:
            words = {"until": self.until.isoformat()}
            message = _("This is after %(until)s, the last day of the period: choose that day or an earlier one.")
            self.add_error("since", ValidationError(message, params=words))
        return self.cleaned_data


class ListForm(DayForm):
    """What a list reads besides its filters. The first of the sorts is the default."""

    sort = forms.ChoiceField(
        choices=[(sign + name, sign + name) for name in SORTS for sign in ("", "-")],
        required=False,
        label=_("Sort by"),
        error_messages=NO_SUCH_CHOICE,
    )
    page = NumberField(min_value=1, required=False, label=_("Page"))
    per_page = NumberField(min_value=1, max_value=MOST_PER_PAGE, required=False, label=_("Rows per page"))

    @property
    def sort_order(self) -> str:
        """The requested sort, or the default."""
        return self.cleaned_data["sort"] or SORTS[0]


def reads[View](parameters: Iterable[str]) -> Callable[[View], View]:
    """Declare the parameters that a public view reads. It gets no others, see `revision.known_query`."""

    def declare(view: Any) -> Any:
        view.reads = parameters
        return view

    return declare


def clean_params(data: QueryDict, names) -> QueryDict:
    """The parameters of `data` that are among `names` and have a value; a value given twice counts once."""
    params = QueryDict(mutable=True)
    for name in names:
        if values := [value for value in dict.fromkeys(data.getlist(name)) if value.strip()]:
            params.setlist(name, values)
    return params
