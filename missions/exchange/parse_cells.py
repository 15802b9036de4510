"""Parsing of what people type into cells, where its meaning is clear."""

import re
import unicodedata
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .cells import Column, shown
from .workbooks import Day, Moment, NoValue, Value

DAY = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*([-/.月])\s*(\d{1,2})\s*[日号]?", re.ASCII)
COMPACT_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
# As spreadsheets count days; five digits, so that no year matches.
SERIAL_DAY = re.compile(r"\d{5}(\.0)?", re.ASCII)
DAY_ZERO = date(1899, 12, 30)
# A year typed into a date cell becomes this number, a date in 1905.
YEARS = range(1900, 2101)
BETWEEN_ITEMS = re.compile(r"[;；、,，\n]")


def typed(column: Column, value: Value) -> str:
    """Return the cell's value as text for `column.read`. Raises ValidationError."""
    if isinstance(column.field, models.DateField):
        return typed_day(value)
    text = typed_text(value)
    if column.is_list:
        return ";".join(unified(item) for item in BETWEEN_ITEMS.split(text))
    is_prose = isinstance(column.field, models.CharField | models.TextField) and not column.field.flatchoices
    # Titles keep full-width characters; in codes and numbers they are slips.
    return text if is_prose and column.name not in ("code", "key") else unified(text)


def typed_text(value: Value) -> str:
    match value:
        case None:
            return ""
        case NoValue(reason):
            raise ValidationError(reason)
        case Day() | Moment():
            message = _("The cell holds a date or a time (%(value)s): format it as text, and type what is meant.")
            raise ValidationError(message % {"value": value})
        case bool():
            raise ValidationError(_("The cell holds TRUE or FALSE: format it as text, and type what is meant."))
        case int() | float():
            # Fifteen digits, as spreadsheets show: 1.1 + 2.2 is 3.3 there.
            return format(value, ".15g")
    return value.strip()


def typed_day(value: Value) -> str:
    """Return the date as 2024-03-02, or "". Raises ValidationError."""
    if isinstance(value, Moment) or (isinstance(value, Day) and serial(value) in YEARS):
        raise unclear_day(str(value))
    if isinstance(value, Day):
        return str(value)
    text = unified(typed_text(value))
    if not text:
        return ""
    if SERIAL_DAY.fullmatch(text):
        return (DAY_ZERO + timedelta(days=int(text[:5]))).isoformat()
    parts = numbers(text)
    try:
        return date(*parts).isoformat()
    except ValueError:
        raise unclear_day(text) from None


def serial(day: Day) -> int:
    return (date.fromisoformat(day) - DAY_ZERO).days


def numbers(text):
    if found := COMPACT_DAY.fullmatch(text):
        return map(int, found.groups())
    found = DAY.fullmatch(text)
    if not found or {found[2], found[4]} not in ({"-"}, {"/"}, {"."}, {"年", "月"}):
        raise unclear_day(text)
    return int(found[1]), int(found[3]), int(found[5])


def unclear_day(text):
    message = _("“%(text)s” is not clearly a date: write it like 2024-03-02, 2024/3/2 or 2024年3月2日.")
    return ValidationError(message % {"text": shown(text)})


def unified(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
