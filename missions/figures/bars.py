"""Stacked bars: how many missions have each status, as lengths side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..status import Status


@dataclass(frozen=True)
class Segment:
    """The part of a bar that stands for one status. `start` and `width` are hundredths of the chart's width."""

    status: Status
    count: int
    start: float
    width: float

    @property
    def middle(self) -> float:
        return self.start + self.width / 2

    @property
    def holds_number(self) -> bool:
        """Whether the count fits inside, on a narrow screen and in large type too."""
        return self.width >= 3 + 4 * len(str(self.count))


def stacked(tally: Mapping[str, int], whole: int) -> tuple[Segment, ...]:
    """A segment for each status that occurs, in the order of the vocabulary. `whole` missions fill the width."""
    segments: list[Segment] = []
    before = 0
    for status in Status:
        if count := tally.get(status, 0):
            segments.append(Segment(status, count, 100 * before / whole, 100 * count / whole))
            before += count
    return tuple(segments)
