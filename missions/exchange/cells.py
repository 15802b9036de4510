"""Columns of a table: what people type into a cell, its canonical text, and the field's value.

Canonical texts are what is compared and shown.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from ..days import FIRST_DAY, LAST_DAY
from ..ledger.recording import one_line
from ..text import validate_characters
from .workbooks import Day, Moment, NoValue, Value

type Text = str | list[str]

WHOLE_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
# Fifteen digits: SQLite keeps no more of a number.
NUMBER = re.compile(r"-?\d{1,11}(\.\d{1,4})?", re.ASCII)
LONGEST_LIST = 1000
# Dates as people type them; both separators must belong together.
DAY = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*([-/.月])\s*(\d{1,2})\s*[日号]?", re.ASCII)
COMPACT_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
# As spreadsheets count days; five digits, so that no year matches.
SERIAL_DAY = re.compile(r"\d{5}(\.0)?", re.ASCII)
DAY_ZERO = date(1899, 12, 30)
# A year typed into a date cell becomes this number, a date in 1905.
YEARS = range(1900, 2101)
BETWEEN_ITEMS = re.compile(r"[;；、,，\n]")


@dataclass(frozen=True)
class Column:
    """A column and the model field it fills. A relation's cell holds a code."""

    name: str
    model: type[models.Model]
    field_name: str = ""
    required: bool | None = None  # as the field says
    none: str = ""  # the word for no reference, if not an empty cell
    is_ledgers: bool = False  # stored in the ledger, not in the register
    is_optional: bool = False  # optional in files; if missing, values stay

    @cached_property
    def field(self) -> models.Field:
        return cast(models.Field, self.model._meta.get_field(self.field_name or self.name))

    @property
    def refers_to(self) -> type[models.Model] | None:
        return self.field.related_model

    @property
    def is_list(self) -> bool:
        return bool(self.field.many_to_many)

    @property
    def is_required(self) -> bool:
        if self.required is not None:
            return self.required
        return bool(self.none) or not (self.field.blank or self.field.null)

    def read(self, cell: str) -> Text:
        """Return in canonical form what `typed` made of the cell. Raises ValidationError."""
        limit = self.field.max_length or LONGEST_LIST
        if len(cell) > limit:
            message = _("The cell has %(length)d characters, at most %(limit)d are allowed: shorten it.")
            raise ValidationError(message % {"length": len(cell), "limit": limit})
        validate_characters(cell)
        text = self.tidy(cell)
        if not text and self.is_required:
            raise ValidationError(_("The cell is empty: fill it in."))
        if self.is_list:
            return read_list(text)
        if not text or text == self.none or self.refers_to:
            return text
        value = self._parse(text)
        self.field.clean(value, None)
        return self.tidy(as_text(value))

    def codes(self, text: Text) -> list[str]:
        if isinstance(text, list):
            return text
        return [] if text in ("", self.none) else [text]

    def value(self, text: Text, records: Mapping):
        """Return the value for the field; `records` maps models to records by code."""
        if isinstance(text, list):
            return [records[self.refers_to][code] for code in text]
        if text == self.none or not text:
            return None if self.field.null else ""
        return records[self.refers_to][text] if self.refers_to else self.field.to_python(text)

    def present(self, record: models.Model) -> Text:
        value = getattr(record, self.field.name)
        if self.is_list:
            return sorted(item.code for item in value.all())
        return self.none if value is None else self.tidy(as_text(value))

    def tidy(self, text: str) -> str:
        if isinstance(self.field, models.TextField):
            return "\n".join(text.splitlines()).strip()
        return one_line(text)

    def _parse(self, text):
        if isinstance(self.field, models.DateField):
            return read_day(text)
        if isinstance(self.field, models.DecimalField):
            message = _(
                "“%(text)s” is not a number like 12 or 3.25, with at most 11 digits before the point and 4 behind it."
            )
            return Decimal(matched(NUMBER, text, message))
        if isinstance(self.field, models.IntegerField):
            message = _("“%(text)s” is not a whole number: write it in at most nine digits.")
            return int(matched(WHOLE_NUMBER, text, message))
        known = [value for value, _label in self.field.flatchoices]
        if known and text not in known:
            words = {"text": shown(text), "known": ", ".join(filter(None, known))}
            raise ValidationError(_("“%(text)s” is not one of: %(known)s.") % words)
        return text


def whole(text: Text) -> str:
    return ";".join(text) if isinstance(text, list) else text


def shown(text: Text) -> str:
    """Return the beginning of the text, on one line, for a message."""
    text = whole(text)
    start = one_line(text[:200])
    return start if len(start) <= 60 and len(text) <= 200 else start[:59] + "…"


def as_text(value) -> str:
    if isinstance(value, models.Model):
        return value.code  # type: ignore[attr-defined]  # each that a file refers to has one
    if isinstance(value, Decimal):
        return format((value + 0).normalize(), "f")  # + 0 makes 0 of -0
    return str(value)


def matched(pattern, text, message):
    if not pattern.fullmatch(text):
        raise ValidationError(message % {"text": shown(text)})
    return text


def read_list(text):
    items = [item for part in text.split(";") if (item := part.strip())]
    for item in items:
        if items.count(item) > 1:
            raise ValidationError(_("“%(text)s” is in the list twice: remove one.") % {"text": shown(item)})
    return sorted(items)


def read_day(text):
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(
            _("“%(text)s” is not a date between 1900 and 2100: write it like 2024-03-02.") % {"text": shown(text)}
        )
    return day


# --- what people type ------------------------------------------------------------------------------------------------


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
    if isinstance(value, Day) and (date.fromisoformat(value) - DAY_ZERO).days not in YEARS:
        return str(value)
    if isinstance(value, Day | Moment):
        raise unclear_day(value)
    text = unified(typed_text(value))
    if not text:
        return ""
    if SERIAL_DAY.fullmatch(text):
        return (DAY_ZERO + timedelta(days=int(text[:5]))).isoformat()
    parts = COMPACT_DAY.fullmatch(text)
    if parts is None:
        parts = DAY.fullmatch(text)
        if not parts or {parts[2], parts[4]} not in ({"-"}, {"/"}, {"."}, {"年", "月"}):
            raise unclear_day(text)
    year, month, day = (int(part) for part in parts.groups() if part.isdecimal())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise unclear_day(text) from None


def unclear_day(text):
    message = _("“%(text)s” is not clearly a date: write it like 2024-03-02, 2024/3/2 or 2024年3月2日.")
    return ValidationError(message % {"text": shown(text)})


def unified(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
