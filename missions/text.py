"""Text: allowed characters, sorting and search alike on both databases."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Contains
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Control characters except tab and line breaks; line and paragraph separators; bidirectional marks, which make a text
# read differently from what is stored; surrogates and noncharacters.
REFUSED_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# Unicode names no character of these categories.
CATEGORIES = {"Cc": _("control character"), "Cs": _("surrogate"), "Cn": _("noncharacter")}
TAB_OR_LINE_BREAK = re.compile(r"[\t\r\n]+")


def validate_characters(text: str) -> None:
    """Raise ValidationError for invisible characters, with place and name."""
    if found := REFUSED_CHARACTER.search(text):
        character = found.group()
        words = {
            "place": found.start() + 1,
            "code": f"U+{ord(character):04X}",
            "name": unicodedata.name(character, "") or CATEGORIES[unicodedata.category(character)],
        }
        message = gettext("Character %(place)d is %(code)s (%(name)s): remove it.")
        raise ValidationError(message % words, code="refused_character")


class ValidatedText(models.Model):
    """A model whose texts contain no control or bidirectional characters.

    Not a validator of each field: a migration would list it everywhere.
    """

    class Meta:
        abstract = True

    def clean_fields(self, exclude=None):
        """Validate texts; replace tabs and line breaks in single lines."""
        errors: dict[str, list[ValidationError]] = {}
        for field in self._meta.concrete_fields:
            text = getattr(self, field.attname)
            if field.name in (exclude or ()) or not isinstance(text, str):
                continue
            try:
                validate_characters(text)
            except ValidationError as error:
                errors[field.name] = [error]
            if isinstance(field, models.CharField):
                setattr(self, field.attname, TAB_OR_LINE_BREAK.sub(" ", text))
        try:
            super().clean_fields(exclude={*(exclude or ()), *errors})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


class ByCodePoint(models.Func):
    """Sorts by code point, whatever the collation."""

    # Not Django's Collate, which has one name for all databases.
    template = '%(expressions)s COLLATE "C"'
    arity = 1

    def as_sqlite(self, compiler, connection, **extra_context):
        return self.as_sql(compiler, connection, template="%(expressions)s COLLATE BINARY", **extra_context)


class HasWord(Contains):
    """Whether a text contains a word.

    PostgreSQL uses the index `missions_by_words` over pairs of characters: pg_trgm has no trigram of two Chinese
    characters.
    """

    def as_postgresql(self, compiler, connection):
        contains, params = self.as_sql(compiler, connection)
        if len(self.rhs) < 2:
            return contains, params
        text, text_params = self.process_lhs(compiler, connection)
        return f"({contains} AND hub_bigrams({text}) @> hub_bigrams(%s))", [*params, *text_params, self.rhs]


models.TextField.register_lookup(HasWord, "has_word")
