"""Bilingual fields and texts, and the language of the request."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

OTHER = {"en": "zh", "zh": "en"}


def read_in() -> str:
    return "zh" if (get_language() or "en").startswith("zh") else "en"


class Bilingual:
    """Returns `name_en` or `name_zh` by the active language; `other` returns the other one."""

    def __init__(self, name, *, other=False):
        self.name, self.other = name, other

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, f"{self.name}_{OTHER[read_in()] if self.other else read_in()}")


class Translated:
    """Returns `name_zh` in Chinese if it is filled, otherwise `name`."""

    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        chinese = getattr(instance, f"{self.name}_zh") if read_in() == "zh" else ""
        return chinese or getattr(instance, self.name)


def both_languages(model, field):
    return models.CheckConstraint(
        condition=~Q(**{f"{field}_en": ""}) & ~Q(**{f"{field}_zh": ""}),
        name=f"{model}_{field}_both_languages",
        violation_error_message=_("Both languages are needed."),
    )


# XML forbids control characters and noncharacters; direction marks would reverse the text around them.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
PATHS = {"en": "en", "zh": "zh-hans"}
TAGS = {"en": "en", "zh": "zh-Hans"}
# The languages that each edition shows, the leading one first.
EDITIONS = {"en": ("en",), "zh": ("zh",), "both": ("zh", "en")}


def strip_unsafe(text: str) -> str:
    """Replace characters that a document could not hold or might execute."""
    return UNSAFE.sub("\ufffd", text)


class Words(NamedTuple):
    """A text in both languages; as a string, in the active language."""

    en: str
    zh: str

    def __str__(self):
        return self.zh if read_in() == "zh" else self.en

    @property
    def in_one(self) -> str:
        """Both languages on one line."""
        return f"{self.en} / {self.zh}"

    def drawn(self, edition: str) -> list[tuple[str, str]]:
        """Return (language tag, text) for each language, once if both are equal."""
        found = {getattr(self, language): TAGS[language] for language in reversed(EDITIONS[edition])}
        return [(tag, text) for text, tag in reversed(found.items())]

    def joined(self, edition: str, between: str = " ") -> str:
        return between.join(text for _tag, text in self.drawn(edition))


def untranslated(text: Any) -> Words:
    """Return text that is the same in both languages, such as a code."""
    return Words(strip_unsafe(str(text)), strip_unsafe(str(text)))


def from_fields(record, name: str) -> Words:
    return Words(strip_unsafe(getattr(record, f"{name}_en")), strip_unsafe(getattr(record, f"{name}_zh")))


def in_both(make: Callable[[], str]) -> Words:
    """Return what `make` returns in each language."""
    texts = []
    for path in PATHS.values():
        with override(path):
            texts.append(make())
    return Words(*texts)


def translated(message: Any, **values: Any) -> Words:
    """Translate the message into both languages, with values filled in."""

    def fill() -> str:
        filled = {name: date_format(value) if isinstance(value, date) else value for name, value in values.items()}
        return str(message) % filled if filled else str(message)

    return in_both(fill)


def listed(parts: list[Words]) -> Words:
    return Words(", ".join(part.en for part in parts), "、".join(part.zh for part in parts))
