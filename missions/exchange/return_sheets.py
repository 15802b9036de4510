"""Finding a return form in the sheets of a file, however it was rearranged."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..bilingual import translated
from .return_form import ANSWER_COLUMNS, INSTRUCTIONS, SHOWN, STATEMENT
from .return_rows import folded, read_text, spellings
from .workbooks import Grid, Value, address

# A form must have these; a removed other column counts as empty.
NEEDED = frozenset({"code", "new_status", "effective_on"})
LABELS: dict[str, str | Promise] = {column.name: column.label for column in (*SHOWN, *ANSWER_COLUMNS)} | dict(STATEMENT)


@dataclass(frozen=True)
class Table:
    grid: Grid
    place: int
    needed: frozenset[str]

    @cached_property
    def columns(self) -> dict[str, int]:
        columns: dict[str, int] = {}
        for column, name in enumerate(self.grid.rows[self.place]):
            if not isinstance(name, str) or name not in LABELS:
                continue
            if name in columns:
                cells = [address(self.place, place) for place in (columns[name], column)]
                message = _(
                    "%(first)s and %(second)s in the hidden row both say “%(name)s”: delete one of the columns."
                )
                raise ValidationError(message % {"first": cells[0], "second": cells[1], "name": name})
            columns[name] = column
        return columns

    def rows(self) -> Iterator[tuple[int, list[Value]]]:
        heading = headings(self.needed)
        for place, values in self.grid.filled():
            by_column = self.values_by_column(values)
            if place > self.place and not all(
                folded(read_text(by_column.get(name))) in heading[name] for name in heading
            ):
                yield place, values

    def values_by_column(self, values: Sequence[Value]) -> dict[str, Value]:
        return {name: values[column] for name, column in self.columns.items() if column < len(values)}

    def others(self, place: int, values: Sequence[Value], names: Iterable[str] = ()) -> list[str]:
        known = {self.columns[name] for name in names}
        return [address(place, column) for column in filled_in(values) if column not in known]


def filled_in(values: Sequence[Value]) -> list[int]:
    return [column for column, value in enumerate(values) if value is not None and str(value).strip()]


def tables(grids: Iterable[Grid], needed: frozenset[str]) -> list[Table]:
    return [Table(grid, place, needed) for grid in grids for place, values in grid.filled() if needed.issubset(values)]


def the_form(grids: Sequence[Grid]) -> Table:
    """Return the only form. Raises ValidationError for none, several or parts."""
    found = tables(grids, NEEDED)
    if not found:
        raise ValidationError(_("This is no return form: the row with the names of its columns is missing."))
    named = [table.grid for table in found]
    count = sum(max(named.count(grid), count_headings(grid)) for grid in grids)
    if count > 1:
        raise ValidationError(_("This file holds %(count)d forms: send each as a separate file.") % {"count": count})
    (form,) = found
    answer_columns = {form.columns[column.name] for column in ANSWER_COLUMNS if column.name in form.columns}
    for place, values in form.grid.filled():
        if place < form.place and (above := answer_columns.intersection(filled_in(values))):
            message = _("%(cell)s is above the list and would not be read: move it into the list, or empty it.")
            raise ValidationError(message % {"cell": address(place, min(above))})
    return form


def other_sheets(grids: Sequence[Grid], form: Table) -> list[str]:
    others = [grid for grid in grids if grid is not form.grid and any(grid.filled())]
    return [grid.name for grid in others if grid.name != INSTRUCTIONS]


def count_headings(grid: Grid) -> int:
    heading = headings(NEEDED).values()
    found = ({folded(value) for value in values if isinstance(value, str)} for _place, values in grid.filled())
    return sum(not any(map(texts.isdisjoint, heading)) for texts in found)


def headings(names: Iterable[str]) -> dict[str, set[str]]:
    return {name: spellings(translated(LABELS[name])) for name in names}
