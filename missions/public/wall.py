"""The wall: every mission as one square, in groups by theme or by lead owner."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from ..models import Mission, Organisation, Theme
from ..models.mission import MissionQuerySet
from ..models.register import code_order
from ..status import FURTHEST_FIRST, Status

MOST_SQUARES = 500


@dataclass(frozen=True)
class Group:
    """One theme or lead owner, and its missions, each with its status."""

    record: Theme | Organisation
    squares: list[tuple[Mission, Status]]


def wall(missions: MissionQuerySet, dimension: str) -> list[Group] | None:
    """These missions `as_of` a day, grouped by "theme" or "lead_owner". None where they are too many to draw.

    Takes one query.
    """
    place = [f"{dimension}__position", code_order(f"{dimension}__code"), code_order("code")]
    shown = [f"{dimension}__{field}" for field in ("code", "name_en", "name_zh")]
    missions = missions.select_related(None).select_related(dimension).only("code", "title_en", "title_zh", *shown)
    found = list(missions.order_by(*place)[: MOST_SQUARES + 1])
    if len(found) > MOST_SQUARES:
        return None
    return [Group(record, _squares(group)) for record, group in groupby(found, attrgetter(dimension))]


def _squares(missions):
    squares = [(mission, Status(mission.status_asof)) for mission in missions]
    return sorted(squares, key=lambda square: FURTHEST_FIRST.index(square[1]))
