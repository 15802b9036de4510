"""Completion over time: lines from the ledger, points for official figures.

A view passes `progress=progress_chart(…)`, its template includes "figures/_progress.html".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, pairwise
from math import floor
from operator import itemgetter
from typing import Any

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
X_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)  # months
Y_STEPS = [factor * 10**power for power in range(9) for factor in (1, 2, 5)]

type Box = tuple[float, float, float, float]  # left, right, top, bottom


@dataclass(frozen=True)
class ProgressChart:
    instruments: Sequence[Instrument]
    on: date
    steps: Sequence[Completion]
    figures: Sequence[Reported]
    days: Sequence[ProgrammeDay] = ()

    @property
    def codes(self) -> str:
        return " + ".join(instrument.code for instrument in self.instruments)

    @property
    def id(self) -> str:
        return "-".join(["progress", *(instrument.code for instrument in self.instruments)])

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

    def ends(self) -> list[tuple[str, int, float]]:
        """Return (name, value, y) of the label at the end of each line, from the lowest up."""
        found: list[tuple[str, int, float]] = []
        above = float(FOOT)
        for name in ("documented", "completed", "counted"):
            value = getattr(self.now, name)
            y = round(min(self.y(value) - 0.6, above), 2)
            found.append((name, value, y))
            above = y - LINE
        return found

    @property
    def measures(self) -> list[Measure]:
        return sorted({figure.measure for figure in self.reported})

    def marks(self) -> list[tuple[Measure, float, float, float]]:
        """Return (measure, x, y, y of the total) of each official figure."""
        return [(f.measure, self.x(f.as_of), self.y(f.value), self.y(f.total)) for f in self.reported]

    def day_marks(self) -> list[dict[str, Any]]:
        """Group the dates of the programme that are too near each other for a number of their own."""
        groups: list[dict[str, Any]] = []
        for number, day in enumerate(self.days, 1):
            x = self.x(day.date)
            if day.date < self.start:
                continue
            if not groups or x - groups[-1]["x"] >= NUMBER_WIDTH:
                groups.append({"x": x, "first": number, "days": []})
            groups[-1]["days"].append((x, day))
            groups[-1]["last"] = number
        return groups

    def labels(self) -> list[dict[str, Any]]:
        """Return the labels of official figures: beside their marks, as low as needed to be free of others."""
        taken: list[Box] = [(100 - END_WIDTH, 100, y - 1, y) for _name, _value, y in self.ends()]
        labels = []
        for (instruments, value, _), group in groupby(self.reported, lambda f: (f.instruments, f.value, f.total)):
            reported = list({figure.measure: figure for figure in group}.values())
            first, last = self.x(reported[0].as_of), self.x(reported[-1].as_of)
            names = self.names(instruments)
            top, height = self.y(value) - LINE / 2, LINE * (bool(names) + 1 + 2 * len(reported))
            lefts = [left for left in (first - LABEL_WIDTH, last) if 0 <= left <= 100 - LABEL_WIDTH] or [0]
            tops = [top + LINE * n for n in range(max(1, floor((FOOT - top - height) / LINE) + 1))]
            boxes = [(left, left + LABEL_WIDTH, top, top + height) for top in tops for left in lefts]
            box = next((box for box in boxes if not any(overlap(box, other) for other in taken)), boxes[0])
            taken.append(box)
            is_left = box[0] < first
            x, y = first if is_left else last, round(box[2] + 1, 2)
            labels.append({"reported": reported, "names": names, "x": x, "y": y, "is_left": is_left})
        return labels

    def names(self, instruments: Sequence[Instrument]) -> str:
        """Return the codes of instruments that are not all of this chart, else ""."""
        return "" if set(instruments) == set(self.instruments) else " + ".join(each.code for each in instruments)

    @cached_property
    def x_ticks(self) -> list[tuple[float, date]]:
        """Return ticks at years or months, as many as fit, none at the ends."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.start, self.on))
        step = next(step for step in X_STEPS if (last - first) // step <= MOST_TICKS)
        days = [date(n // 12, n % 12 + 1, 1) for n in range(first - first % step + step, last + 1, step)]
        return [(x, day) for day in days if EDGE <= (x := self.x(day)) <= 100 - EDGE]

    @property
    def has_years(self) -> bool:
        return all(day.month == 1 for _x, day in self.x_ticks)

    def y_ticks(self) -> list[tuple[float, int]]:
        step = next(step for step in Y_STEPS if self.most // step <= MOST_TICKS)
        return [(self.y(value), value) for value in range(step, self.most + 1, step)]

    def rows(self) -> list[dict[str, Any]]:
        """Return the table: a row for each step, or for each month or year, and one for each official figure."""
        by_period = [{period(step.day): step.day for step in self.steps} for period in PERIODS]
        days = next((days for days in by_period if len(days) <= MOST_ROWS), by_period[-1]).values()
        rows: list[dict[str, Any]] = []
        for before, day in pairwise([date.min, *days]):
            changed = {code: status for step in self.steps if before < step.day <= day for code, status in step.changed}
            events = [(status, [code for code, new in changed.items() if new == status]) for status in Status]
            rows.append({"day": day, "events": [(status, codes) for status, codes in events if codes]})
        for figure in self.reported:
            rows.append({"day": figure.as_of, "reported": figure, "names": self.names(figure.instruments)})
        return [row | {"step": completion_on(self.steps, row["day"])} for row in sorted(rows, key=itemgetter("day"))]


def overlap(box: Box, other: Box) -> bool:
    return box[0] < other[1] and other[0] < box[1] and box[2] < other[3] and other[2] < box[3]


def progress_chart(
    instruments: Sequence[Instrument], figures: Iterable[Reported], on: date, known_at: date | None = None
) -> ProgressChart:
    """Build the chart of instruments up to `on`, as known at `known_at`.

    `figures` are those `of_completion`. The days of the programme up to `on` are marked.
    """
    days = ProgrammeDay.objects.public(on).select_related("source")
    steps = progress(on, known_at, mission__instrument__in=instruments)
    return ProgressChart(instruments, on, steps, list(figures), list(days))
