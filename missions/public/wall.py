"""The missions as squares by theme or lead owner."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from ..models import Mission
from ..query.folding import split_runs
from ..query.index import indexes
from ..register.listing import MissionRow
from ..status import Status


def wall(dimension: str, on: date, known_at: date | None) -> list[dict[str, Any]] | None:
    """Return the missions as squares by group, or None if they are too many."""
    index = indexes.now()
    rows = index.rows(index.public(on, known_at), on, known_at)
    return None if rows is None else grouped(rows, dimension)


def grouped(rows: Iterable[MissionRow], dimension: str, *, folds: bool = True) -> list[dict[str, Any]]:
    model: Any = Mission._meta.get_field(dimension).related_model
    place = attrgetter(f"{dimension}_position", f"{dimension}_code")
    names = attrgetter(f"{dimension}_name_en", f"{dimension}_name_zh")
    in_order = sorted(rows, key=lambda row: (place(row), Status(row.status_asof).row.place, row.programme_place))
    groups = []
    for (_position, code), group in groupby(in_order, place):
        squares = list(group)
        english, chinese = names(squares[0])
        record = model(code=code, name_en=english, name_zh=chinese)
        groups.append({"record": record, "number": len(squares), "runs": split_runs(squares, folds=folds)})
    return groups
