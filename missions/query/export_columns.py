"""Tables whose rows are written into files: where their columns find their values, and how these are read.

A cell is what `made`, which the format gives, makes of a value. Most columns of the missions have few values: the cell
of each is made once, and looked up for every other row.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from itertools import batched
from operator import attrgetter
from typing import Any

import django_tables2 as tables
from django.db.models import OuterRef, QuerySet, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import override

# How many are read at once: records, with what they link to, and rows, few enough to stay in the processor's cache.
RECORDS, ROWS = 100, 200
# How many lists of codes are kept.
LISTS = 10_000

type Made = Callable[[Any], Any]
# Model → all its records by primary key, in their order; for the parts of the register that are short.
type Register = Callable[[Any], dict[int, Any]]


class PageColumn(tables.Column):
    """A column of the page that files have too. `read` is the path to what they hold, or what finds it."""

    def __init__(self, *, read, **kwargs):
        super().__init__(**kwargs)
        self.read = read

    def __deepcopy__(self, memo):
        """Itself: each page gets a copy of every column, and changes none."""
        return self


class FileColumn(PageColumn):
    """A column of the files alone."""

    def __init__(self, read, **kwargs):
        super().__init__(read=read, visible=False, **kwargs)


class FileTable(tables.Table):
    """A table whose rows are written into files. What finds a value takes the record of the row."""

    @classmethod
    def readers(cls) -> dict[str, Any]:
        """Each column of the files, in their order, with what reads it: text, number, day or None."""
        columns = {name: column for name, column in cls.base_columns.items() if isinstance(column, PageColumn)}
        return {name: cls.reader(column.read) for name, column in columns.items()}

    @staticmethod
    def reader(read: Any) -> Any:
        return attrgetter(read) if isinstance(read, str) else read

    @classmethod
    def read(cls, records: QuerySet, made: Made) -> Iterator[list[Iterable[Any]]]:
        """The cells of these records, some rows at once, column by column."""
        readers = cls.readers().values()
        for part in batched(records.iterator(chunk_size=RECORDS), RECORDS):
            yield [[made(read(record)) for record in part] for read in readers]


class QueryTable(FileTable):
    """The same without a record: what finds a value says which column of the query it needs, and what that becomes.

    To make the records of 100,000 missions would take fifteen times as long as all the rest.
    """

    @staticmethod
    def reader(read: Any) -> Any:
        return Text(read) if isinstance(read, str) else read

    @classmethod
    def read(cls, records: QuerySet, made: Made) -> Iterator[list[Iterable[Any]]]:
        register = cache(lambda model: {record.pk: record for record in model.objects.all()})
        columns = cls.readers().values()
        paths = list(dict.fromkeys(column.path for column in columns))
        readers = [(paths.index(column.path), column.cells(made, register)) for column in columns]
        for part in batched(records.values_list(*paths).iterator(chunk_size=ROWS), ROWS):
            values = list(zip(*part, strict=True))
            yield [map(cells, values[place]) for place, cells in readers]


class Text:
    """What stands at the path: a text that is another in each row."""

    def __init__(self, path: Any):
        self.path = path

    def cells(self, made: Made, register: Register) -> Made:
        """What takes a value that was read, and returns the cell."""
        return made


class Word(Text):
    """A word of a vocabulary."""

    def cells(self, made, register):
        return Once(made).__getitem__


class Label(Text):
    """The word for a value of the enumeration `choices`, in one language."""

    def __init__(self, choices, language, path):
        super().__init__(path)
        with override(language):
            self.words = {choice.value: str(choice.label) for choice in choices}

    def cells(self, made, register):
        return {value: made(word) for value, word in self.words.items()}.__getitem__


class Day(Text):
    """A day, or none. Read as text: to make a day of each anew would take half as long as all of its row."""

    def __init__(self, path):
        super().__init__(Cast(path, TextField()))

    def cells(self, made, register):
        return Once(lambda day: made(day and date.fromisoformat(day))).__getitem__


class Linked(Text):
    """A field of the register's record that `link`, an attribute of the model, leads to."""

    def __init__(self, link, name):
        super().__init__(link.field.attname)
        self.model, self.value = link.field.related_model, attrgetter(name)

    def cells(self, made, register):
        return {key: made(self.value(record)) for key, record in register(self.model).items()}.__getitem__


class Codes(Text):
    """The codes of the register's records that `links` leads to, in its order, as the programme's files write a list.

    They are read as keys: to look the codes up in the query takes longer than to look each list up here.
    """

    def __init__(self, links):
        super().__init__(joined(links, Cast(links.field.m2m_reverse_field_name(), TextField())))
        self.model = links.field.related_model

    def cells(self, made, register):
        codes = {str(key): record.code for key, record in register(self.model).items()}
        places = {key: place for place, key in enumerate(codes)}

        @lru_cache(LISTS)
        def cell(keys):
            return made(";".join(codes[key] for key in sorted((keys or "").split(), key=places.__getitem__)))

        return cell


def joined(links: Any, value: Any) -> Subquery:
    """The values of a record's links in one text with spaces between them, in no order: SQLite has one since 3.44."""
    record = links.field.m2m_field_name()
    rows = links.through.objects.filter(**{record: OuterRef("pk")}).order_by().values(record)
    return Subquery(rows.annotate(joined=StringAgg(value, Value(" "))).values("joined"))


class Once(dict):
    """Value → what `make` makes of it, once."""

    def __init__(self, make: Made):
        super().__init__()
        self.make = make

    def __missing__(self, value):
        self[value] = made = self.make(value)
        return made
