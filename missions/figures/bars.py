"""Stacked bars of statuses."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..status import Status


@dataclass(frozen=True)
class Segment:
    status: Status
    count: int
    start: float
    width: float

    @property
    def middle(self) -> float:
        return self.start + self.width / 2

    @property
    def holds_number(self) -> bool:
        return self.width >= 3 + 4 * len(str(self.count))


def stacked(tally: Mapping[str, int], whole: int) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    before = 0
    for status in Status:
        if count := tally.get(status, 0):
            segments.append(Segment(status, count, 100 * before / whole, 100 * count / whole))
            before += count
    return tuple(segments)
