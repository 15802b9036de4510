"""Stacked bars of statuses."""

from collections.abc import Mapping
from typing import NamedTuple

from ..status import Status


class Segment(NamedTuple):
    """A part of a bar. `start` and `width` are percent of the longest bar."""

    status: Status
    number: int
    start: float
    width: float

    @property
    def middle(self) -> float:
        return self.start + self.width / 2

    @property
    def holds_number(self) -> bool:
        return self.width >= 3 + 4 * len(str(self.number))


def stacked(tally: Mapping[str, int], whole: int) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    before = 0
    for status in Status:
        if number := tally.get(status, 0):
            segments.append(Segment(status, number, 100 * before / whole, 100 * number / whole))
            before += number
    return tuple(segments)
