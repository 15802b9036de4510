"""Forms of dates, period and paging, which all lists share."""

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

NO_SUCH_CHOICE = {"invalid_choice": _("“%(value)s” is not a valid choice.")}
TOO_LONG = {"max_length": _("Write %(limit_value)d characters at most: these are %(show_value)d.")}
LISTED_PER_PAGE = 25
MOST_PER_PAGE = 100
AS_WRITTEN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def read_day(text: str) -> date:
    if not re.fullmatch(AS_WRITTEN, text):
        raise ValueError(text)
    return date.fromisoformat(text)


class DayInput(forms.DateInput):
    def format_value(self, value):
        try:
            return super().format_value(read_day(value) if isinstance(value, str) else value)
        except ValueError:
            return None


class DayField(forms.Field):
    """A date as YYYY-MM-DD only; `past` refuses dates after today."""

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
                raise ValidationError(_("Enter a real date.")) from None
            raise ValidationError(_("Write a date as YYYY-MM-DD, such as 2024-03-02.")) from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("Dates run from 1900 to 2100."))
        if self.past and day > today():
            raise ValidationError(_("This date is in the future: choose today or an earlier date."))
        return day


class NumberField(forms.IntegerField):
    """Accepts plain digits only: Python reads 1_0 and １０, Django 10.0."""

    def to_python(self, value):
        if value and not re.fullmatch("[0-9]+", value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DayForm(forms.Form):
    """The two clocks: selected date, and date of knowledge."""

    as_of = DayField(past=True, label=_("As of"))
    known_at = DayField(past=True, label=_("As recorded by"))

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
        return self.cleaned_data["as_of"] or today()

    @property
    def known(self) -> date | None:
        return self.cleaned_data["known_at"]

    def valid_params(self):
        """The valid parameters as (name, value), which a form that corrects the others carries along."""
        return [(n, value) for n, values in self.data.lists() if n not in self.errors for value in values]

    @property
    def day(self) -> QueryDict:
        return clean_params(self.data, [name for name in DayForm.base_fields if name not in self.errors])


class PeriodForm(DayForm):
    @property
    def until(self) -> date:
        return self.cleaned_data["until"] or self.on

    def clean(self):
        super().clean()
        if not self.errors and (self.cleaned_data["since"] or self.until) > self.until:
            words = {"until": self.until.isoformat()}
            message = _("This is after %(until)s, the last date of the period: choose that date or an earlier one.")
            self.add_error("since", ValidationError(message, params=words))
        return self.cleaned_data


class ListForm(DayForm):
    """Paging and sorting. The first sort is the default."""

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
        return self.cleaned_data["sort"] or SORTS[0]


def reads[View](parameters: Iterable[str]) -> Callable[[View], View]:
    """Declare the parameters of a public view. It receives no others."""

    def declare(view: Any) -> Any:
        view.reads = parameters
        return view

    return declare


def clean_params(data: QueryDict, names) -> QueryDict:
    """Return the parameters named in `names` that have a value."""
    params = QueryDict(mutable=True)
    for name in names:
        if values := [value for value in dict.fromkeys(data.getlist(name)) if value.strip()]:
            params.setlist(name, values)
    return params
