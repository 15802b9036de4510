"""The columns of the data set's tables, beyond those that other files have too."""

from operator import attrgetter
from typing import Any, NamedTuple

from django.db import models

from ..query.export_columns import EVIDENCE_FILE, FileTable, QueryTable, if_public
from ..reports.totals import StatusCounts
from ..status import Status

# Each piece of evidence as it was recorded, its place in its entry, and the source that it was copied from.
EVIDENCE_DATASET = FileTable(
    **{name: read for name, read in EVIDENCE_FILE.readers.items() if name not in ("title_zh", "publisher_zh", "form")}
    | {name: if_public(name) for name in ("title", "publisher", "published_on", "url")},
    number="number",
    source=lambda evidence: evidence.source.key if evidence.is_public and evidence.source else None,
)


class Tallied(NamedTuple):
    dimension: str
    code: str
    counts: StatusCounts


def table_of(model: type[models.Model], *names: str) -> FileTable:
    """Return a table of those fields of a model; of a linked record it has the code."""
    return FileTable(**{name: _reader(model._meta.get_field(name)) for name in names})


def link_table(**paths: str) -> FileTable:
    """Return a table of two columns that link two tables, each with the path to its value."""
    return QueryTable(**paths)


def _reader(field: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        key = "slug" if hasattr(field.related_model, "slug") else "code"
        return lambda record: getattr(getattr(record, field.name), key, None)
    return attrgetter(field.name)


TALLY = FileTable(
    dimension="dimension",
    code="code",
    missions="counts.records",
    **{status.value: lambda row, status=status: row.counts.statuses[status] for status in Status},
    documented="counts.documented",
)
