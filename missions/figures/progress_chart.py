"""Completion over time: lines from the ledger, points for official figures.

A view passes `progress=progress_chart(…)`, its template includes "figures/_progress.html".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, pairwise
from math import floor
from typing import NamedTuple

from ..ledger.progress import Completion, completion_on, progress
from ..models import Instrument, Measure, ProgrammeDay
from ..status import Status
from .models import Reported

# Widths in percent, heights in em: letters never shrink.
TOP, FOOT, LINE = 4, 20, 1.3
# How wide labels are where the picture is at its narrowest.
LABEL_WIDTH, END_WIDTH = 28, 46
MOST_TICKS, EDGE = 6, 5
MOST_ROWS = 60
NUMBER_WIDTH = 6  # percent that the number of a day takes on a phone
PERIODS = (lambda day: day, lambda day: (day.year, day.month), lambda day: day.year)
AND = " + "
X_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)  # months
Y_STEPS = [factor * 10**power for power in range(9) for factor in (1, 2, 5)]


class Tick[Value](NamedTuple):
    place: float
    value: Value


class End(NamedTuple):
    name: str
    value: int
    y: float


class Mark(NamedTuple):
    reported: Reported
    x: float
    y: float
    total_y: float


class Label(NamedTuple):
    reported: list[Reported]
    names: str
    x: float
    y: float
    is_left: bool


class DayMark(NamedTuple):
    x: float
    number: str
    days: list[ProgrammeDay]
    places: list[float]


class Box(NamedTuple):
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        is_beside = self.right <= other.left or other.right <= self.left
        return not is_beside and self.top < other.bottom and other.top < self.bottom


class FigureRow(NamedTuple):
    day: date
    step: Completion
    reported: Reported | None = None
    names: str = ""

    @property
    def events(self) -> list[tuple[str, list[str]]]:
        by_status: dict[str, list[str]] = {status: [] for status in Status}
        for code, status in () if self.reported else self.step.changed:
            by_status[status].append(code)
        return [(status, codes) for status, codes in by_status.items() if codes]


@dataclass(frozen=True)
class ProgressChart:
    instruments: Sequence[Instrument]
    on: date
    steps: Sequence[Completion]
    figures: Sequence[Reported]
    days: Sequence[ProgrammeDay] = ()

    @property
    def codes(self) -> str:
        return codes(self.instruments)

    @property
    def id(self) -> str:
        return f"progress-{self.codes.replace(AND, '-')}"

    @property
    def start(self) -> date:
        return self.steps[0].day

    @property
    def now(self) -> Completion:
        return self.steps[-1]

    @cached_property
    def reported(self) -> list[Reported]:
        here = [figure for figure in self.figures if set(figure.instruments) <= set(self.instruments)]
        return sorted(here, key=lambda figure: figure.as_of)

    @cached_property
    def most(self) -> int:
        return max([1, *(step.counted for step in self.steps), *(max(f.value, f.total) for f in self.reported)])

    def x(self, day: date) -> float:
        return round(100 * max((day - self.start).days, 0) / max((self.on - self.start).days, 1), 2)

    def y(self, value: int) -> float:
        return round(FOOT - (FOOT - TOP) * value / self.most, 2)

    def lines(self) -> list[tuple[str, str]]:
        """Return (name, path) of each line in a viewBox of 100."""
        found = []
        for name in ("counted", "documented", "completed"):
            places = {round(self.x(step.day), 1): self.most - getattr(step, name) for step in self.steps}
            (_x, y), *later = places.items()
            found.append((name, f"M0 {y}" + "".join(f"H{x}V{y}" for x, y in later) + "H100"))
        return found

    def ends(self) -> list[End]:
        found: list[End] = []
        for name in ("documented", "completed", "counted"):
            value = getattr(self.now, name)
            above = found[-1].y - LINE if found else FOOT
            found.append(End(name, value, round(min(self.y(value) - 0.6, above), 2)))
        return found

    @property
    def measures(self) -> list[Measure]:
        return sorted({figure.measure for figure in self.reported})

    def marks(self) -> list[Mark]:
        return [Mark(f, self.x(f.as_of), self.y(f.value), self.y(f.total)) for f in self.reported]

    def day_marks(self) -> list[DayMark]:
        there = [(number, self.x(day.date), day) for number, day in enumerate(self.days, 1) if day.date >= self.start]
        groups: list[list[tuple[int, float, ProgrammeDay]]] = []
        for each in there:
            if groups and each[1] - groups[-1][0][1] < NUMBER_WIDTH:
                groups[-1].append(each)
            else:
                groups.append([each])
        return [
            DayMark(
                x=group[0][1],
                number="–".join(str(number) for number in dict.fromkeys((group[0][0], group[-1][0]))),
                days=[day for _number, _x, day in group],
                places=[x for _number, x, _day in group],
            )
            for group in groups
        ]

    def labels(self) -> list[Label]:
        taken = [Box(100 - END_WIDTH, 100, end.y - 1, end.y) for end in self.ends()]
        found = []
        for (instruments, value, _), group in groupby(self.reported, lambda f: (f.instruments, f.value, f.total)):
            reported = list({figure.measure: figure for figure in group}.values())
            first, last = self.x(reported[0].as_of), self.x(reported[-1].as_of)
            names = self.names(instruments)
            height = LINE * (bool(names) + 1 + 2 * len(reported))
            box = free(first, last, self.y(value) - LINE / 2, height, taken)
            taken.append(box)
            is_left = box.left < first
            found.append(Label(reported, names, first if is_left else last, round(box.top + 1, 2), is_left))
        return found

    def names(self, instruments: Sequence[Instrument]) -> str:
        return "" if set(instruments) == set(self.instruments) else codes(instruments)

    @cached_property
    def x_ticks(self) -> list[Tick[date]]:
        """Return ticks at years or months, as many as fit, none at the ends."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.start, self.on))
        step = next(step for step in X_STEPS if (last - first) // step <= MOST_TICKS)
        days = [date(n // 12, n % 12 + 1, 1) for n in range(first - first % step + step, last + 1, step)]
        return [Tick(x, day) for day in days if EDGE <= (x := self.x(day)) <= 100 - EDGE]

    @property
    def has_years(self) -> bool:
        return all(tick.value.month == 1 for tick in self.x_ticks)

    def y_ticks(self) -> list[Tick[int]]:
        step = next(step for step in Y_STEPS if self.most // step <= MOST_TICKS)
        return [Tick(self.y(value), value) for value in range(step, self.most + 1, step)]

    def rows(self) -> list[FigureRow]:
        """Return the table: a row for each step, or for each month or year."""
        by_period = [{period(step.day): step.day for step in self.steps} for period in PERIODS]
        days = next((days for days in by_period if len(days) <= MOST_ROWS), by_period[-1]).values()
        steps = [FigureRow(day, self._steps_up_to(day, before)) for before, day in pairwise([date.min, *days])]
        pairs = [(figure, completion_on(self.steps, figure.as_of)) for figure in self.reported]
        reported = [FigureRow(figure.as_of, step, figure, self.names(figure.instruments)) for figure, step in pairs]
        return sorted([*steps, *reported], key=lambda row: row.day)

    def _steps_up_to(self, day: date, before: date) -> Completion:
        changed = {code: status for step in self.steps if before < step.day <= day for code, status in step.changed}
        return completion_on(self.steps, day)._replace(changed=tuple(changed.items()))


def codes(instruments: Iterable[Instrument]) -> str:
    return AND.join(instrument.code for instrument in instruments)


def free(first: float, last: float, top: float, height: float, taken: Iterable[Box]) -> Box:
    """Return space for a label beside its marks, as low as possible.

    Where there is none, it lies over another label.
    """
    lefts = [left for left in (first - LABEL_WIDTH, last) if 0 <= left <= 100 - LABEL_WIDTH] or [0]
    tops = [top + LINE * n for n in range(max(1, floor((FOOT - top - height) / LINE) + 1))]
    boxes = [Box(left, left + LABEL_WIDTH, top, top + height) for top in tops for left in lefts]
    return next((box for box in boxes if not any(box.meets(other) for other in taken)), boxes[0])


def progress_chart(
    instruments: Sequence[Instrument], figures: Sequence[Reported], on: date, known_at: date | None = None
) -> ProgressChart:
    """Build the chart of instruments up to `on`, as known at `known_at`.

    `figures` are those `of_completion`. The days of the programme up to `on` are marked.
    """
    days = ProgrammeDay.objects.public(on).select_related("source")
    steps = progress(on, known_at, mission__instrument__in=instruments)
    return ProgressChart(instruments, on, steps, figures, list(days))
