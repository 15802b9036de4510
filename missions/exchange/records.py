"""Writing a register record from a row, in one version of its history."""

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

from .cells import Column, Text
from .sheets import SheetRow


def assign(record, columns: Sequence[Column], texts: Mapping[str, Text], records: Mapping) -> None:
    for column in columns:
        if not column.is_list:
            setattr(record, column.field.name, column.value(texts[column.name], records))


def save(
    record, columns: Sequence[Column], texts: Mapping[str, Text], records: Mapping, *, reason: str, by=None
) -> None:
    """Save the columns and lists in one version by `by`."""
    record._change_reason, record._history_user = reason, by
    record.skip_history_when_saving = True
    if record.pk is None:
        record.save()  # a list needs a record to link from
    for column in columns:
        if column.is_list:
            getattr(record, column.field.name).set(column.value(texts[column.name], records))
    if columns:
        del record.skip_history_when_saving
    record.save()


def parents_first(rows: Sequence[SheetRow]) -> list[SheetRow]:
    """Sort records so that each comes after its parent."""
    by_code = {row["code"]: row for row in rows}
    above = {code: by_code.keys() & {row.get("parent_code")} for code, row in by_code.items()}
    return [by_code[code] for code in TopologicalSorter(above).static_order()]
