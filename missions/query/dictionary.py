"""The data dictionary, generated from forms, filters and columns."""

from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Evidence, Mission, Source, StatusChange
from ..parameters import DayField
from ..status import Status
from .file_rows import CHANGE_FILE, EVIDENCE_FILE, MISSION_FILE, FileTable
from .filters import KINDS, ChangeFilter, MissionFilter, ReportFilter

FILTERS = MissionFilter.base_filters
STATUSES = ", ".join(Status)
LANGUAGES = {"en": gettext_lazy("English"), "zh": gettext_lazy("Chinese")}
TEXT, NUMBER = gettext_lazy("text"), gettext_lazy("a number")
DAY = gettext_lazy("a date as YYYY-MM-DD; empty if there is none")


class Parameter(NamedTuple):
    name: str
    label: str
    form: str
    choices: list[tuple[str, str]]


def mission_parameters(language: str) -> list[Parameter]:
    return _parameters(MissionFilter(QueryDict(), language=language).form.fields)


def change_parameters() -> list[Parameter]:
    return _parameters({name: each.field for name, each in ChangeFilter.base_filters.items() if name not in FILTERS})


def report_parameters() -> list[Parameter]:
    return _parameters({name: each.field for name, each in ReportFilter.base_filters.items() if name not in FILTERS})


def _parameters(fields):
    return [Parameter(name, field.label, written(field), _codes(field)) for name, field in fields.items()]


def _codes(field):
    return [choice for choice in getattr(field, "choices", ()) if choice[0]]


def written(field: Any) -> str:
    match field:
        case DayField(past=True):
            return _("a date as YYYY-MM-DD, not after today")
        case DayField():
            return _("a date as YYYY-MM-DD")
        case forms.MultipleChoiceField():
            return _("codes; of several, any one is enough")
        case forms.ChoiceField() if any(code.startswith("-") for code, _word in _codes(field)):
            return _("one of these orders; - before it for the reverse")
        case forms.ChoiceField():
            return _("one of these codes")
        case forms.IntegerField(max_value=None):
            return _("a number from %(least)d on") % {"least": field.min_value}
        case forms.IntegerField():
            return _("a number from %(least)d to %(most)d") % {"least": field.min_value, "most": field.max_value}
    return _("words, each of which must occur in code, title or description of either language")


class Column(NamedTuple):
    name: str
    label: str
    form: str


def mission_columns() -> list[Column]:
    return _columns(MISSION_FILE, [Mission], MISSIONS)


def change_columns() -> list[Column]:
    return _columns(CHANGE_FILE, [Mission, StatusChange], CHANGES)


def evidence_columns() -> list[Column]:
    return _columns(EVIDENCE_FILE, [Source, Evidence, StatusChange], EVIDENCE)


MISSIONS = {"due_moves": (gettext_lazy("How often the due date was moved"), NUMBER)}
# Columns that no field or parameter describes.
CHANGES = {
    "entry": (gettext_lazy("Number of the entry"), NUMBER),
    "kind": (gettext_lazy("Kind of entry"), ", ".join(dict(KINDS))),
    "day": (
        gettext_lazy("The date it is listed under: when it took effect; for a correction, when it was recorded"),
        DAY,
    ),
    "before": (gettext_lazy("Status in force just before, by all that is known"), STATUSES),
    "is_confirmation": (gettext_lazy("Whether a report confirms the status already in force"), "true, false"),
    "due_before": (gettext_lazy("Due date in force just before, by all that is known"), DAY),
    "corrects": (gettext_lazy("Number of the entry it corrects"), NUMBER),
    "corrected_by": (gettext_lazy("Number of the correction that takes its place"), NUMBER),
    "replaced_status": (gettext_lazy("Status that the entry it takes the place of had set"), STATUSES),
    "replaced_due": (gettext_lazy("Due date that the entry it takes the place of had set"), DAY),
    "replaced_effective_on": (gettext_lazy("Date on which the corrected entry took effect"), DAY),
    "evidence": (gettext_lazy("How many pieces of public evidence there are"), NUMBER),
    "evidence_urls": (gettext_lazy("Addresses of the evidence"), gettext_lazy("addresses with spaces between them")),
}


EVIDENCE = {
    "code": (gettext_lazy("Code"), TEXT),
    "entry": (gettext_lazy("Number of the entry"), NUMBER),
    "file": (gettext_lazy("Name of the file"), TEXT),
    "sha256": (
        gettext_lazy("SHA-256 of the file; of evidence that is not public, SHA-256 of all that it cites"),
        gettext_lazy("64 hexadecimal digits; empty where there is no file"),
    ),
}


def _columns(table: FileTable, kinds, explained) -> list[Column]:
    fields = {field.name: field for kind in kinds for field in (*kind._meta.fields, *kind._meta.many_to_many)}
    return [Column(name, *(explained.get(name) or _described(name, fields))) for name in table.readers]


def _described(name, fields):
    base, _sep, language = name.rpartition("_")
    if base in FILTERS and language in LANGUAGES:
        words = {"label": FILTERS[base].label, "language": LANGUAGES[language]}
        return _("%(label)s, in words (%(language)s)") % words, TEXT
    if name in FILTERS:
        codes = FILTERS[name].extra.get("choices")
        return FILTERS[name].label, ", ".join(codes) if codes else _("a code, as in the parameter of this name")
    return capfirst(fields[name].verbose_name), _stored(fields[name])


def _stored(field):
    match field:
        case models.DateTimeField():
            return _("a moment in UTC, as YYYY-MM-DDThh:mm:ss+00:00")
        case models.DateField():
            return DAY
        case models.ManyToManyField():
            return _("codes with semicolons between them")
        case models.DecimalField() | models.IntegerField():
            return NUMBER
    return ", ".join(dict(field.choices)) if field.choices else TEXT
