"""Columns of a CSV table: parsing a cell, its canonical text, and the field's value.

Canonical texts are what is compared and shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from ..days import FIRST_DAY, LAST_DAY
from ..ledger.recording import one_line
from ..text import validate_characters

type Text = str | list[str]

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WHOLE_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
# Fifteen digits: SQLite keeps no more of a number.
NUMBER = re.compile(r"-?\d{1,11}(\.\d{1,4})?", re.ASCII)

LONGEST_LIST = 1000


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
        """Return the cell's text in canonical form. Raises ValidationError."""
        refuse_unreadable(cell, self.field.max_length or LONGEST_LIST)
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
            return read_number(text)
        if isinstance(self.field, models.IntegerField):
            return read_whole_number(text)
        known = [value for value, _label in self.field.flatchoices]
        if known and text not in known:
            words = {"text": shown(text), "known": ", ".join(filter(None, known))}
            raise ValidationError(_("“%(text)s” is not one of: %(known)s.") % words)
        return text


def shown(text: Text) -> str:
    text = ";".join(text) if isinstance(text, list) else text
    start = one_line(text[:200])
    return start if len(start) <= 60 and len(text) <= 200 else start[:59] + "…"


def as_text(value) -> str:
    if isinstance(value, models.Model):
        return value.code  # type: ignore[attr-defined]  # each that a file refers to has one
    if isinstance(value, Decimal):
        return format((value + 0).normalize(), "f")  # + 0 makes 0 of -0
    return str(value)


def refuse_unreadable(cell, limit):
    if len(cell) > limit:
        words = {"length": len(cell), "limit": limit}
        raise ValidationError(
            _("The cell has %(length)d characters, at most %(limit)d are allowed: shorten it.") % words
        )
    validate_characters(cell)


def read_list(text):
    items = [item for part in text.split(";") if (item := part.strip())]
    for item in items:
        if items.count(item) > 1:
            raise ValidationError(_("“%(text)s” is in the list twice: remove one.") % {"text": shown(item)})
    return sorted(items)


def read_day(text):
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(
            _("“%(text)s” is not a date between 1900 and 2100: write it like 2024-03-02.") % {"text": shown(text)}
        )
    return day


def read_whole_number(text):
    if not WHOLE_NUMBER.fullmatch(text):
        raise ValidationError(
            _("“%(text)s” is not a whole number: write it in at most nine digits.") % {"text": shown(text)}
        )
    return int(text)


def read_number(text):
    if not NUMBER.fullmatch(text):
        raise ValidationError(
            _("“%(text)s” is not a number like 12 or 3.25, with at most 11 digits before the point and 4 behind it.")
            % {"text": shown(text)}
        )
    return Decimal(text)
