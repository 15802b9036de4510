"""Frictionless Table Schema of the tables, in both languages."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..bilingual import Words, translated
from ..ledger.entries import web_address
from ..query.dictionary import DAY, LANGUAGES, NUMBER, TEXT
from .tables import TABLES, Table

BY_NAME = {table.name: table for table in TABLES}
IN_WORDS = _("%(label)s, in words (%(language)s)")


def in_both(text: Any) -> str:
    return (text if isinstance(text, Words) else translated(text)).in_one


def schema(table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {
        "fields": [described_field(table, name) for name in table.columns.readers],
        "primaryKey": list(table.key),
    }
    if table.links:
        described["foreignKeys"] = [foreign_key(table, *link) for link in table.links.items()]
    return described


def foreign_key(table: Table, name: str, other: str) -> dict[str, Any]:
    # A table does not name itself.
    reference = {"resource": "" if other == table.name else other, "fields": list(BY_NAME[other].key)}
    return {"fields": [name], "reference": reference}


def described_field(table: Table, name: str) -> dict[str, Any]:
    if name not in table.fields:
        return words_of(table, name)
    field = table.fields[name]
    linked = BY_NAME[table.links[name]] if name in table.links else None
    # A link has the type of the key it names.
    typed = linked.fields[linked.key[0]] if linked else field
    description = translated(_("as in %(file)s"), file=f"{linked.name}.csv") if linked else written(field)
    described: dict[str, Any] = {
        "name": name,
        "title": in_both(capfirst(field.verbose_name)),
        "description": in_both(description) + (f" · {in_both(field.help_text)}" if field.help_text else ""),
        "type": kind(typed),
        "constraints": constraints(field, typed),
    }
    if field.choices:
        # verify.py looks the labels up here.
        described["categories"] = [
            {"value": code, "label": in_both(label)} for code, label in field.flatchoices if code
        ]
    return described


def words_of(table: Table, name: str) -> dict[str, Any]:
    base, _sep, language = name.rpartition("_")
    label = translated(capfirst(table.fields[base].verbose_name))
    title = translated(IN_WORDS, label=label, language=translated(LANGUAGES[language]))
    return {
        "name": name,
        "title": in_both(title),
        "description": in_both(TEXT),
        "type": "string",
        "constraints": {"required": True},
    }


def kind(field: models.Field) -> str:
    match field:
        case models.DateTimeField():
            return "datetime"
        case models.DateField():
            return "date"
        case models.DecimalField():
            return "number"
        case models.IntegerField():
            return "integer"
    return "string"


def written(field: models.Field) -> Words:
    if field.choices:
        words = [(value, translated(label)) for value, label in field.flatchoices if value]
        return Words(*(", ".join(f"{value} ({label[place]})" for value, label in words) for place in (0, 1)))
    match field:
        case models.ManyToManyField():
            return translated(_("codes with semicolons between them"))
        case models.DateTimeField():
            return translated(_("a moment in UTC, as YYYY-MM-DDThh:mm:ss+00:00"))
        case models.DateField():
            return translated(DAY)
        case models.DecimalField() | models.IntegerField():
            return translated(NUMBER)
    return translated(TEXT)


def constraints(field: models.Field, typed: models.Field) -> dict[str, Any]:
    found: dict[str, Any] = {"required": not (field.null or field.blank or field.many_to_many)}
    if field.unique:
        found["unique"] = True
    if field.choices:
        found["enum"] = [value for value, _label in field.flatchoices if value]
    validators: list[Any] = typed.validators
    for validator in validators:
        if validator is web_address:
            found["pattern"] = "https?://.+"
        elif type(validator) is RegexValidator:
            pattern: Any = validator.regex
            found["pattern"] = pattern.pattern.removeprefix("^").removeprefix(r"\A").removesuffix(r"\Z")
    return found
