from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Evidence, StatusChange
from ..query.dictionary import LANGUAGES, NUMBER, TEXT, Column
from .schema import IN_WORDS, written
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


def ledger_lines() -> list[Column]:
    return [_explained(StatusChange, name, IN_A_LINE) for name in LINE]


def ledger_evidence() -> list[Column]:
    return [_explained(Evidence, name, IN_EVIDENCE) for name in CITED]


def tables() -> list[tuple[Table, list[Column]]]:
    return [(table, [_column(table, name) for name in table.columns.readers]) for table in TABLES]


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


def _column(table, name):
    if name not in table.fields:
        base, _sep, language = name.rpartition("_")
        words = {"label": capfirst(table.fields[base].verbose_name), "language": LANGUAGES[language]}
        return Column(name, IN_WORDS % words, str(TEXT))
    field = table.fields[name]
    linked = table.links.get(name)
    form = _("as in %(file)s") % {"file": f"{linked}.csv"} if linked else str(written(field))
    return Column(name, capfirst(field.verbose_name), form)
