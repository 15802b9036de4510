"""The columns of the tables of the data set, beyond those that other files have too."""

from operator import attrgetter
from typing import Any, NamedTuple

from django.db import models

from ..models import Mission
from ..query.export_columns import FileColumn, FileTable, QueryTable, Text, joined
from ..query.tables import EvidenceTable, MissionTable
from ..reports.totals import Standing
from ..status import Status


class Replaced(Text):
    """The codes of the missions that each takes the place of: of missions there are too many to read them all."""

    def __init__(self):
        super().__init__(joined(Mission.replaces, "to_mission__code"))

    def cells(self, made, register):
        return lambda codes: made(";".join(sorted((codes or "").split())))


class DataMissionTable(MissionTable):
    """The missions with all that is public of them."""

    number = FileColumn("number")
    description_en = FileColumn("description_en")
    description_zh = FileColumn("description_zh")
    replaces = FileColumn(Replaced())


class DataEvidenceTable(EvidenceTable):
    """Each piece of evidence as it was recorded, its place in its entry, and the source that it was copied from."""

    title = FileColumn(lambda evidence: evidence.title if evidence.is_public else None)
    publisher = FileColumn(lambda evidence: evidence.publisher if evidence.is_public else None)
    published_on = FileColumn(lambda evidence: evidence.published_on if evidence.is_public else None)
    url = FileColumn(lambda evidence: evidence.url if evidence.is_public else None)
    title_zh = publisher_zh = form = None  # type: ignore[assignment]  # a column less
    number = FileColumn("number")
    source = FileColumn(lambda evidence: evidence.source.key if evidence.is_public and evidence.source else None)


class Tallied(NamedTuple):
    """The missions that share one value of a dimension."""

    dimension: str
    code: str
    standing: Standing


def table_of(model: type[models.Model], *names: str) -> type[FileTable]:
    """Those fields of a model; of a linked record its code."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return _table(model.__name__, {field.name: FileColumn(_reader(field)) for field in fields})


def link_table(**paths: str) -> type[FileTable]:
    """Two columns that link two tables, each with the path to what it holds."""
    return _table("".join(paths).title(), {name: FileColumn(path) for name, path in paths.items()}, QueryTable)


def _table(name: str, columns: dict[str, FileColumn], base: type[FileTable] = FileTable) -> Any:
    return type(f"{name}Table", (base,), columns)


def _reader(field):
    if isinstance(field, models.ForeignKey):
        key = "slug" if hasattr(field.related_model, "slug") else "code"
        return lambda record: getattr(getattr(record, field.name), key, None)
    return attrgetter(field.name)


def _tally() -> type[FileTable]:
    """How many missions stand how: a column a status."""
    paths = {"dimension": "dimension", "code": "code", "missions": "standing.records"}
    columns = {name: FileColumn(path) for name, path in paths.items()}
    for status in Status:
        columns[status.value] = FileColumn(lambda row, status=status: row.standing.statuses[status])
    return _table("Tally", columns | {"documented": FileColumn("standing.documented")})


TALLY = _tally()
