"""The wall: every mission as one square, in groups by theme or by lead owner."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from ..models import Mission, Organisation, Theme
from ..models.bilingual import is_read_in_chinese
from ..models.mission import MissionQuerySet
from ..models.register import code_order
from ..status import FURTHEST_FIRST, Status

MOST_SQUARES = 500


class Square(NamedTuple):
    """A mission of the wall: no record, which would take longer to make than to draw."""

    code: str
    title: str
    status: Status


@dataclass(frozen=True)
class Group:
    """One theme or lead owner, of which code and name are known, and its missions."""

    record: Theme | Organisation
    squares: list[Square]


def wall(missions: MissionQuerySet, dimension: str) -> list[Group] | None:
    """These missions `as_of` a day, grouped by "theme" or "lead_owner". None where they are too many to draw.

    Takes one query.
    """
    place = [f"{dimension}__position", code_order(f"{dimension}__code"), code_order("code")]
    shown = [f"{dimension}__{field}" for field in ("code", "name_en", "name_zh")]
    title = "title_zh" if is_read_in_chinese() else "title_en"
    rows = missions.select_related(None).order_by(*place).values_list(*shown, "code", title, "status_asof")
    found = list(rows[: MOST_SQUARES + 1])
    if len(found) > MOST_SQUARES:
        return None
    model: Any = Mission._meta.get_field(dimension).related_model
    return [
        Group(model(code=code, name_en=english, name_zh=chinese), _squares(group))
        for (code, english, chinese), group in groupby(found, lambda row: row[:3])
    ]


def _squares(rows):
    squares = [Square(code, title, Status(status)) for *_of_the_group, code, title, status in rows]
    return sorted(squares, key=lambda square: FURTHEST_FIRST.index(square.status))
