"""The columns of the data set and the ledger explained: as Frictionless Table Schema, and for the page."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..bilingual import Words, translated
from ..ledger.entries import web_address
from ..models import Evidence, StatusChange
from ..query.dictionary import DAY, LANGUAGES, NUMBER, TEXT, Column
from .tables import TABLES, Table

SHA256 = gettext_lazy("64 hexadecimal digits")

# The fields of a line and of its evidence, in order of explanation.
LINE = (
    "id", "mission", "kind", "status", "previous", "due", "effective_on", "recorded_at", "corrects", "basis",
    "headline_en", "headline_zh", "evidence", "decided_by", "reported_by", "prev_hash", "hash",
)  # fmt: skip
CITED = ("title", "publisher", "published_on", "url", "event_on", "file", "sha256")

# Fields that differ from the model's, or lack a description there.
IN_A_LINE = {
    "id": (gettext_lazy("Number of the entry, from 1 without a gap"), NUMBER),
    "mission": (gettext_lazy("Code of the mission"), TEXT),
    "corrects": (gettext_lazy("Number of the entry it corrects"), gettext_lazy("a number, or null")),
    "decided_by": (gettext_lazy("Who decided on the due date"), gettext_lazy("text; only where it is given")),
    "reported_by": (
        gettext_lazy("Code of the organisation that it comes from"),
        gettext_lazy("a code; only where it is given"),
    ),
    "evidence": (gettext_lazy("What supports it"), gettext_lazy("a list of objects, each with the fields below")),
    "prev_hash": (gettext_lazy("Hash of the entry before it; of the first, 64 zeros"), SHA256),
    "hash": (gettext_lazy("SHA-256 of the line without this field"), SHA256),
}
IN_EVIDENCE = {
    "file": (
        gettext_lazy("The attached file, where there is one"),
        gettext_lazy("an object with “name” and “sha256” of the file"),
    ),
    "sha256": (gettext_lazy("For evidence that is not public, only its SHA-256"), SHA256),
}


# --- for the page -----------------------------------------------------------------------------------------------------


def ledger_lines() -> list[Column]:
    return [_explained(StatusChange, name, IN_A_LINE) for name in LINE]


def ledger_evidence() -> list[Column]:
    return [_explained(Evidence, name, IN_EVIDENCE) for name in CITED]


def tables() -> list[tuple[Table, list[Column]]]:
    columns = [[Column(name, *map(str, explain(table, name))) for name in table.columns.readers] for table in TABLES]
    return list(zip(TABLES, columns, strict=True))


def _explained(model, name, explained):
    if name in explained:
        return Column(name, *explained[name])
    field = model._meta.get_field(name)
    return Column(name, capfirst(field.verbose_name), _in_json(field))


def _in_json(field):
    match field:
        case models.DateTimeField():
            return _("a moment in UTC, as YYYY-MM-DDThh:mm:ss.ffffffZ")
        case models.DateField():
            return _("a date as YYYY-MM-DD, or null") if field.null else _("a date as YYYY-MM-DD")
    return _("%(codes)s, or null") % {"codes": written(field)} if field.null else str(written(field))


# --- in both languages ------------------------------------------------------------------------------------------------


def explain(table: Table, name: str) -> tuple[Words, Words]:
    """Return the label of a column, and how its values are written."""
    if name not in table.fields:
        base, _sep, language = name.rpartition("_")
        words = {"label": translated(capfirst(table.fields[base].verbose_name)), "language": LANGUAGES[language]}
        return translated(gettext_lazy("%(label)s, in words (%(language)s)"), **words), translated(TEXT)
    field, link = table.fields[name], table.links.get(name)
    form = translated(gettext_lazy("as in %(file)s"), file=f"{link.name}.csv") if link else written(field)
    return translated(capfirst(field.verbose_name)), form


def written(field: models.Field) -> Words:
    if field.choices:
        words = [(value, translated(label)) for value, label in field.flatchoices if value]
        return Words(*(", ".join(f"{value} ({label[place]})" for value, label in words) for place in (0, 1)))
    match field:
        case models.ManyToManyField():
            return translated(gettext_lazy("codes with semicolons between them"))
        case models.DateTimeField():
            return translated(gettext_lazy("a moment in UTC, as YYYY-MM-DDThh:mm:ss+00:00"))
        case models.DateField():
            return translated(DAY)
        case models.DecimalField() | models.IntegerField():
            return translated(NUMBER)
    return translated(TEXT)


# --- Table Schema -----------------------------------------------------------------------------------------------------


def schema(table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {
        "fields": [described_field(table, name) for name in table.columns.readers],
        "primaryKey": list(table.key),
    }
    if table.links:
        described["foreignKeys"] = [foreign_key(table, *link) for link in table.links.items()]
    return described


def foreign_key(table: Table, name: str, other: Table) -> dict[str, Any]:
    # A table does not name itself.
    reference = {"resource": "" if other is table else other.name, "fields": list(other.key)}
    return {"fields": [name], "reference": reference}


def described_field(table: Table, name: str) -> dict[str, Any]:
    title, form = explain(table, name)
    field, link = table.fields.get(name) or models.CharField(), table.links.get(name)
    # A link has the type of the key it names.
    typed = link.fields[link.key[0]] if link else field
    described: dict[str, Any] = {
        "name": name,
        "title": title.in_one,
        "description": form.in_one + (f" · {translated(field.help_text).in_one}" if field.help_text else ""),
        "type": kind(typed),
        "constraints": constraints(field, typed),
    }
    if field.choices:
        # verify.py looks the labels up here.
        described["categories"] = [
            {"value": code, "label": translated(label).in_one} for code, label in field.flatchoices if code
        ]
    return described


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
