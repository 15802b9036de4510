"""The columns of files: where each finds its values, and how these are read.

A cell is what the format's `convert` makes of a value. Most columns of the missions have few values: the cell of each
is made once and looked up for every other row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date
from functools import cache, lru_cache
from itertools import batched
from operator import attrgetter
from typing import Any

from django.db.models import DateField, OuterRef, QuerySet, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import override

from ..columns import COLUMNS, Column
from ..models import Kind, Mission, Provenance
from ..status import Deadline, Status

# Chunk sizes: small enough for the processor's cache.
RECORDS, ROWS = 100, 200
# How many lists of codes are remembered.
LISTS = 10_000

type Convert = Callable[[Any], Any]
# Model → all its records by primary key, in their order; for the parts of the register that are short.
type Register = Callable[[Any], dict[int, Any]]


class FileTable:
    """The columns of a file, in their order; `readers` find the values in a record, by path or by function."""

    def __init__(self, **readers: Any):
        self.readers = {name: self.reader(read) for name, read in readers.items()}

    @staticmethod
    def reader(read: Any) -> Any:
        return attrgetter(read) if isinstance(read, str) else read

    def read(self, records: QuerySet, convert: Convert) -> Iterator[list[Iterable[Any]]]:
        """Yield the cells of these records, some rows at once, column by column."""
        for part in batched(records.iterator(chunk_size=RECORDS), RECORDS):
            yield [[convert(read(record)) for record in part] for read in self.readers.values()]


class QueryTable(FileTable):
    """Like FileTable, but reads `values_list()` tuples instead of model instances.

    Making the instances of 100,000 missions would take fifteen times as long as all the rest.
    """

    @staticmethod
    def reader(read: Any) -> Any:
        return TextColumn(read) if isinstance(read, str) else read

    def read(self, records: QuerySet, convert: Convert) -> Iterator[list[Iterable[Any]]]:
        register = cache(lambda model: {record.pk: record for record in model.objects.all()})
        columns = self.readers.values()
        paths = list(dict.fromkeys(column.path for column in columns))
        readers = [(paths.index(column.path), column.cells(convert, register)) for column in columns]
        for part in batched(records.values_list(*paths).iterator(chunk_size=ROWS), ROWS):
            values = list(zip(*part, strict=True))
            yield [map(cells, values[place]) for place, cells in readers]


class TextColumn:
    """The value at the path: a text that differs in each row."""

    def __init__(self, path: Any):
        self.path = path

    def cells(self, convert: Convert, register: Register) -> Convert:
        """Return the function from a value that was read to its cell."""
        return convert


class ChoiceColumn(TextColumn):
    """A code of an enumeration."""

    def cells(self, convert, register):
        return Memo(convert).__getitem__


class LabelColumn(TextColumn):
    """The label of a code of the enumeration `choices`, in one language."""

    def __init__(self, choices, language, path):
        super().__init__(path)
        with override(language):
            self.labels = {choice.value: str(choice.label) for choice in choices}

    def cells(self, convert, register):
        return {value: convert(label) for value, label in self.labels.items()}.__getitem__


class DateColumn(TextColumn):
    """A date or none. It is read as text: parsing it in each row would take half as long as the whole row."""

    def __init__(self, path):
        super().__init__(Cast(path, TextField()))

    def cells(self, convert, register):
        return Memo(lambda day: convert(day and date.fromisoformat(day))).__getitem__


class ForeignKeyColumn(TextColumn):
    def __init__(self, link, name):
        super().__init__(link.field.attname)
        self.model, self.value = link.field.related_model, attrgetter(name)

    def cells(self, convert, register):
        return {key: convert(self.value(record)) for key, record in register(self.model).items()}.__getitem__


class ManyToManyColumn(TextColumn):
    """The codes of the register's records that `links` leads to, in its order, separated by semicolons.

    They are read as keys: looking up the codes in the query takes longer than looking up each list here.
    """

    def __init__(self, links):
        super().__init__(joined(links, Cast(links.field.m2m_reverse_field_name(), TextField())))
        self.model = links.field.related_model

    def cells(self, convert, register):
        codes = {str(key): record.code for key, record in register(self.model).items()}
        places = {key: place for place, key in enumerate(codes)}

        @lru_cache(LISTS)
        def cell(keys):
            return convert(";".join(codes[key] for key in sorted((keys or "").split(), key=places.__getitem__)))

        return cell


class ReplacedColumn(TextColumn):
    """The codes of the missions that each replaces: there are too many missions to read them all."""

    def __init__(self):
        super().__init__(joined(Mission.replaces, "to_mission__code"))

    def cells(self, convert, register):
        return lambda codes: convert(";".join(sorted((codes or "").split())))


def joined(links: Any, value: Any) -> Subquery:
    record = links.field.m2m_field_name()
    rows = links.through.objects.filter(**{record: OuterRef("pk")}).order_by().values(record)
    return Subquery(rows.annotate(joined=StringAgg(value, Value(" "))).values("joined"))


class Memo(dict):
    """Value → result of `make`, computed once."""

    def __init__(self, make: Convert):
        super().__init__()
        self.make = make

    def __missing__(self, value):
        self[value] = result = self.make(value)
        return result


CHOICES: Mapping[str, Any] = {
    "status_asof": Status,
    "deadline_asof": Deadline,
    "kind": Kind,
    "provenance": Provenance,
}
FIELDS = {field.name: field for field in (*Mission._meta.fields, *Mission._meta.many_to_many)}


def mission_column(column: Column) -> TextColumn:
    """Return the column of a file, as the field of the mission asks for."""
    path, field = column.source, FIELDS.get(column.name)
    link, _dot, name = path.partition(".")
    if name:
        return ForeignKeyColumn(getattr(Mission, link), name)
    if path in CHOICES:
        language = {"en": "en", "zh": "zh-hans"}.get(column.name[-2:]) if column.name[-3:-2] == "_" else None
        return LabelColumn(CHOICES[path], language, path) if language else ChoiceColumn(path)
    if path == "replaces":
        return ReplacedColumn()
    if field and field.many_to_many:
        return ManyToManyColumn(getattr(Mission, path))
    return DateColumn(path) if isinstance(field, DateField) else TextColumn(path)


MISSION_FILE = QueryTable(**{column.name: mission_column(column) for column in COLUMNS if column.in_reports})
MISSION_DATASET = QueryTable(**{column.name: mission_column(column) for column in COLUMNS if column.in_dataset})

# A row an entry. Status and due date are empty unless the entry sets them.
CHANGE_FILE = FileTable(
    code="mission.code",
    entry="pk",
    kind="kind",
    day="day",
    effective_on="effective_on",
    recorded_at=lambda change: change.recorded_at.astimezone(UTC),
    status=lambda change: change.status if change.sets_status else None,
    before=lambda change: change.before if change.sets_status else None,
    is_confirmation="is_confirmation",
    due="due",
    due_before=lambda change: change.due_before if change.sets_due else None,
    corrects="corrects_id",
    corrected_by="corrected_by",
    basis="basis",
    headline_en="headline_en",
    headline_zh="headline_zh",
    title_en="mission.title_en",
    title_zh="mission.title_zh",
    instrument="mission.instrument.code",
    owner="mission.lead_owner.code",
    theme="mission.theme.code",
    replaced_status=lambda change: change.corrects.status if change.corrects and change.sets_status else None,
    replaced_due=lambda change: change.corrects and change.corrects.due,
    replaced_effective_on=lambda change: change.corrects and change.corrects.effective_on,
    evidence=lambda change: len(change.public_evidence),
    evidence_urls=lambda change: " ".join(address for item in change.public_evidence for address in item.addresses),
    decided_by="decided_by",
    reported_by=lambda change: change.reported_by and change.reported_by.code,
)


def if_public(path: str) -> Convert:
    """Read the path of a public piece of evidence; None of another."""
    read = attrgetter(path)
    return lambda evidence: read(evidence) if evidence.is_public else None


# A row a piece of evidence of an entry in effect. If it is not public, only the SHA-256 is stated.
EVIDENCE_FILE = FileTable(
    code="change.mission.code",
    entry="change_id",
    effective_on="change.effective_on",
    status=lambda evidence: evidence.change.status if evidence.change.sets_status else None,
    due="change.due",
    basis="change.basis",
    headline_en="change.headline_en",
    headline_zh="change.headline_zh",
    title=if_public("work.title"),
    publisher=if_public("work.publisher"),
    published_on=if_public("work.published_on"),
    event_on=if_public("event_on"),
    url=if_public("work.url"),
    file=lambda evidence: evidence.file.name if evidence.is_public and evidence.file else None,
    sha256="fingerprint",
    title_zh=if_public("work.title_zh"),
    publisher_zh=if_public("work.publisher_zh"),
    form=if_public("work.form"),
)
