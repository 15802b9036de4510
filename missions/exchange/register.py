"""The register's tables as sheets, for export and import."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import tablib
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.widgets import ManyToManyWidget

from ..models import Mission, Organisation, StatusChange
from ..register.history import Change
from .cells import Column, Text, shown
from .programme_tables import MISSIONS, OWNERS, REGISTER, SOURCES, columns
from .records import assign, save
from .sheets import Problem, SheetRow, Table

# What a programme's own files lack; there the position is the place in the file.
MORE = {
    OWNERS.name: columns(Organisation, "closed_on"),
    MISSIONS.name: (
        Column("opened_on", StatusChange, "effective_on", required=False, is_ledgers=True),
        Column("replaces", Mission, required=False, is_ledgers=True),
    ),
}
# Never exported: where a non-public source was read.
PRIVATE = {(SOURCES.name, "seen_at")}
# The exported version: it separates edits on the site from edits in the file.
VERSION = "version"


def registered(table: Table) -> Table:
    history: Any = table.model.history  # type: ignore[attr-defined]  # each has one
    version = Column(VERSION, history.model, "history_id", required=False, is_ledgers=True)
    columns = [column for column in table.columns if (table.name, column.name) not in PRIVATE]
    more = (*filter(None, [table.position]), *MORE.get(table.name, ()), version)
    return replace(table, columns=(*columns, *more), position=None)


CHANGED_HERE = gettext_lazy(
    "Changed here since this file went out, by %(who)s on %(when)s: it is “%(present)s” now. Download the register "
    "again; or empty the cell in the column “version”, and what this file says is written over it."
)

# A column, its present text, and the file's text.
type Difference = tuple[Column, Text, Text]

# Each after those it refers to.
TABLES = tuple(map(registered, REGISTER))


def stored(table: Table) -> models.QuerySet:
    relations = [column.field.name for column in table.columns if column.refers_to]
    history: Any = table.model.history  # type: ignore[attr-defined]  # each has one
    newest = history.filter(id=OuterRef("pk")).order_by("-history_id").values("history_id")
    records = table.model._default_manager.prefetch_related(*relations).annotate(history_id=Subquery(newest[:1]))
    if table.model is not Mission:
        return records
    openings = StatusChange.objects.uncorrected().filter(mission=OuterRef("pk"), sets_status=True, sets_due=True)
    return records.annotate(effective_on=Subquery(openings.values("effective_on")[:1]))


# --- one table --------------------------------------------------------------------------------------------------------


class CellField(Field):
    def __init__(self, column: Column):
        # By its widget the library knows a list, which it leaves until the record is there.
        super().__init__(column.field.name, column.name, ManyToManyWidget(column.refers_to) if column.is_list else None)
        self.column = column

    def export(self, instance, **kwargs):
        text = self.column.present(instance)
        return ";".join(text) if isinstance(text, list) else text


def text_at(column: Column, version: Any) -> Text:
    if not column.is_list:
        return column.present(version)
    field: Any = column.field
    items = getattr(version, field.name).select_related(field.m2m_reverse_field_name())
    return sorted(getattr(item, field.m2m_reverse_field_name()).code for item in items)


def named(key: tuple[str, ...]) -> str | tuple[str, ...]:
    return key[0] if len(key) == 1 else key


class ImportTarget(Protocol):
    """Receives imported rows: records by key, acting user, callbacks for errors and differences."""

    records: dict[type[models.Model], dict]
    by: Any
    reason: str

    def note(self, row: SheetRow, is_new: bool, fields: list[Difference]) -> None: ...

    def refuse(self, problem: Problem) -> None: ...

    def says(self, model: type[models.Model], code: str, name: str) -> Text: ...


class RecordLoader(BaseInstanceLoader):
    def get_instance(self, row):
        found = self.resource.here.get(named(self.resource.row.key))
        return found if found and found.pk else None


class RecordResource(Resource):
    """The import of one table. Rows were parsed and checked before."""

    row: SheetRow
    target: ImportTarget

    class Meta:
        using_db = "default"
        instance_loader_class = RecordLoader
        import_id_fields = ()  # the loader knows the row, and its key
        skip_diff = True  # differences are those between texts of the columns

    def __init__(self, table: Table):
        super().__init__()
        self.fields = {column.name: CellField(column) for column in table.columns}
        self.table = table

    def take(self, rows: Sequence[SheetRow], target: ImportTarget, *, dry_run: bool) -> None:
        self.rows, self.target, self.here = rows, target, target.records[self.table.model]
        names = [column.name for column in self.table.columns]
        texts = tablib.Dataset(*([row.texts.get(name, "") for name in names] for row in rows), headers=names)
        self.import_data_inner(texts, dry_run, raise_errors=True, using_transactions=False, collect_failed_rows=False)

    def before_import_row(self, row, row_number=1, **kwargs):
        self.row = self.rows[row_number - 1]

    def init_instance(self, row=None):
        return self.table.model()

    def after_init_instance(self, instance, new, row, **kwargs):
        texts = [
            (column, "" if new else column.present(instance), row[column.name]) for column in self.row.stored_columns
        ]
        differing = [(column, was, text) for column, was, text in texts if new or was != text]
        if differing and not new and row[VERSION] not in ("", str(instance.history_id)):
            differing = self.edited_there(instance, differing, row[VERSION])
        self.differing = [column for column, _was, _text in differing]
        if differing:
            self.target.note(self.row, new, differing)

    def edited_there(self, record, differing: list[Difference], number: str) -> list[Difference]:
        base = record.history.filter(history_id=number).first()
        if base is None:
            message = _("This is no version of this record: leave the cell as it was exported, or empty it.")
            self.target.refuse(self.row.problem(message, VERSION))
            return []
        newest = Change(record.history.select_related("history_user").latest("history_id"))
        mine = []
        for column, was, text in differing:
            went_out = text_at(column, base)
            if was == went_out:
                mine.append((column, was, text))
            elif text != went_out:
                words = {"who": newest.who, "when": date_format(localtime(newest.at)), "present": shown(was) or "–"}
                self.target.refuse(self.row.problem(CHANGED_HERE % words, column.name))
        return mine

    def skip_row(self, instance, original, row, import_validation_errors=None):
        return not self.differing

    def import_instance(self, instance, row, dry_run=False, **kwargs):
        self.here[named(self.row.key)] = instance
        if not dry_run:
            assign(instance, self.differing, row, self.target.records)

    def save_instance(self, instance, is_create, row, dry_run=False, **kwargs):
        if not dry_run:
            by = {"reason": self.target.reason, "by": self.target.by}
            save(instance, self.differing, row, self.target.records, **by)

    def save_m2m(self, instance, row, **kwargs):
        """Lists were saved with their record, in one version of its history."""


def export() -> tablib.Databook:
    book = tablib.Databook()
    for table in TABLES:
        # A list: of a queryset with lists beside it the library would read pages, and those by id.
        dataset = RecordResource(table).export(list(stored(table)))
        dataset.title = table.name
        book.add_sheet(dataset)
    return book
