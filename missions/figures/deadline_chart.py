"""The deadline calendar: open due dates by month, year or decade."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from ..days import LAST_DAY
from ..status import Deadline, Status, deadline_state

# Months in a column. The finest scale that fits is used.
UNITS = {"month": 1, "year": 12, "decade": 120}
MOST_COLUMNS = 24
# From the bottom upwards.
STATES = (Deadline.OVERDUE, Deadline.DUE_SOON, Deadline.ON_TIME)
# Widths in percent, heights in em: letters never shrink.
TOP, FOOT = 3.25, 11.25
WIDEST, FILLED = 7, 0.7


@dataclass(frozen=True)
class Bar:
    state: Deadline
    number: int
    y: float
    height: float


@dataclass(frozen=True)
class Column:
    """Open due dates of a period, by state. `label` says how long its name is shown."""

    start: date
    end: date
    middle: float
    width: float
    bars: list[Bar]
    label: int | None

    @property
    def x(self) -> float:
        return round(self.middle - self.width / 2, 3)

    @property
    def number(self) -> int:
        return sum(bar.number for bar in self.bars)

    @property
    def top(self) -> float:
        return self.bars[-1].y


@dataclass(frozen=True)
class DeadlineCalendar:
    unit: str
    columns: list[Column]
    day: float

    @property
    def number(self) -> int:
        return sum(column.number for column in self.columns)

    @property
    def overdue(self) -> int:
        return sum(bar.number for column in self.columns for bar in column.bars if bar.state == Deadline.OVERDUE)

    @property
    def most(self) -> int:
        return max(column.number for column in self.columns)

    @property
    def has_room(self) -> bool:
        return len(self.columns) <= MOST_COLUMNS / 2


def deadline_calendar(counts: Mapping[date, int], on: date) -> DeadlineCalendar | None:
    if not counts:
        return None
    days = [on, *counts]
    unit = next(unit for unit in UNITS if _place(max(days), unit) - _place(min(days), unit) < MOST_COLUMNS)
    numbers: Counter[tuple[int, str]] = Counter()
    for due, number in counts.items():
        numbers[_place(due, unit), deadline_state(due, due, Status.IN_PROGRESS, due, on)] += number
    places = range(_place(min(days), unit), _place(max(days), unit) + 1)
    most = max(sum(numbers[place, state] for state in STATES) for place in places)
    columns = [_column(place, places, unit, _bars(place, numbers, most)) for place in places]
    return DeadlineCalendar(unit, columns, _where(on, _place(on, unit), places, unit))


def _place(day: date, unit: str) -> int:
    return (day.year * 12 + day.month - 1) // UNITS[unit]


def _first_day(place: int, unit: str) -> date:
    year, month = divmod(place * UNITS[unit], 12)
    return date(year, month + 1, 1)


def _column(place, places, unit, bars):
    share = 100 / len(places)
    return Column(
        start=_first_day(place, unit),
        end=min(_first_day(place + 1, unit) - timedelta(days=1), LAST_DAY),
        middle=round((place - places[0] + 0.5) * share, 3),
        width=round(min(share * FILLED, WIDEST), 3),
        bars=bars,
        label=_label(place - places[0], len(places) - 1),
    )


def _bars(place, numbers, most):
    bars, y = [], float(FOOT)
    for state in STATES:
        height = numbers[place, state] / most * (FOOT - TOP)
        y -= height
        bars.append(Bar(state, numbers[place, state], round(y, 3), round(height, 3)))
    return bars


def _label(place: int, last: int) -> int | None:
    if place in (0, last):
        return 1
    near = ceil(last / 11)
    far = near * ceil(last / 4 / near)
    steps = {2: far, 3: near}
    return next((label for label, step in steps.items() if place % step == 0 and last - place >= step), None)


def _where(on, place, places, unit):
    start, end = _first_day(place, unit), _first_day(place + 1, unit)
    return round((place - places[0] + (on - start) / (end - start)) * 100 / len(places), 3)
