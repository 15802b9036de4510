"""The missions as squares by theme or lead owner."""

from itertools import groupby
from operator import attrgetter
from typing import Any

from ..models import Mission, MissionQuerySet
from ..query.folding import split_runs
from ..register.listing import MissionRow
from ..status import Status

# So many missions are drawn at most.
MOST = 500


def rows_to_draw(missions: MissionQuerySet) -> list[MissionRow] | None:
    """Return the missions as rows, or None if they are too many to draw."""
    rows = missions.order_by().rows(slice(MOST + 1))
    return rows if len(rows) <= MOST else None


def wall(rows: list[MissionRow] | None, dimension: str, *, folds: bool = True) -> list[dict[str, Any]] | None:
    """Return the missions as squares by group, or None if they are too many."""
    if rows is None:
        return None
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
