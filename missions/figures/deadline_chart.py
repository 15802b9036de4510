"""The deadline calendar: open due dates by month, year or decade."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil
from typing import Any

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


def deadline_calendar(counts: Mapping[date, int], on: date) -> dict[str, Any] | None:
    """Return the columns, each with its bars by state and where they are drawn, and the place of the date `on`."""
    if not counts:
        return None
    first, last = min(on, *counts), max(on, *counts)
    unit = next(unit for unit in UNITS if place(last, unit) - place(first, unit) < MOST_COLUMNS)
    numbers: Counter[tuple[int, str]] = Counter()
    for due, number in counts.items():
        numbers[place(due, unit), deadline_state(due, due, Status.IN_PROGRESS, due, on)] += number
    places = range(place(first, unit), place(last, unit) + 1)
    totals = [sum(numbers[each, state] for state in STATES) for each in places]
    share = 100 / len(places)
    width = min(share * FILLED, WIDEST)
    columns = []
    for index, each in enumerate(places):
        middle, bars, y = (index + 0.5) * share, [], FOOT
        for state in STATES:
            height = numbers[each, state] / max(totals) * (FOOT - TOP)
            y -= height
            bars.append({"state": state, "number": numbers[each, state], "y": round(y, 3), "height": round(height, 3)})
        columns.append(
            {
                "start": first_day(each, unit),
                "end": min(first_day(each + 1, unit) - timedelta(days=1), LAST_DAY),
                "middle": round(middle, 3),
                "x": round(middle - width / 2, 3),
                "bars": bars,
                "top": round(y, 3),
                "number": totals[index],
                "label": label(index, len(places) - 1),
            }
        )
    start, end = (first_day(place(on, unit) + n, unit) for n in (0, 1))
    return {
        "unit": unit,
        "columns": columns,
        "width": round(width, 3),
        "number": sum(totals),
        "overdue": sum(numbers[each, Deadline.OVERDUE] for each in places),
        "most": max(totals),
        "has_room": len(places) <= MOST_COLUMNS / 2,
        "day": round((place(on, unit) - places[0] + (on - start) / (end - start)) * share, 3),
    }


def place(day: date, unit: str) -> int:
    return (day.year * 12 + day.month - 1) // UNITS[unit]


def first_day(place: int, unit: str) -> date:
    year, month = divmod(place * UNITS[unit], 12)
    return date(year, month + 1, 1)


def label(index: int, last: int) -> int | None:
    """Return 1 for a column whose name is always shown, 2 or 3 for one that narrow screens hide."""
    if index in (0, last):
        return 1
    near = ceil(last / 11)
    far = near * ceil(last / 4 / near)
    steps = {2: far, 3: near}
    return next((label for label, step in steps.items() if index % step == 0 and last - index >= step), None)
