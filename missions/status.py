"""Statuses and deadline states: the only list of both. Imports nothing of the project.

`python -m missions.status` prints the style sheet of the statuses, which `make` puts into site.css.
"""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    UNREPORTED = "unreported", _("Not individually reported")
    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    PAUSED = "paused", _("Paused")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def row(self) -> "Row":
        return STATUSES[self]


class Deadline(TextChoices):
    NONE = "none", _("No deadline")
    ON_TIME = "on_time", _("Not yet due")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    MET = "met", _("Met")
    MET_LATE = "met_late", _("Done late")


class Basis(TextChoices):
    DOCUMENT = "document", _("Public document")
    OWNER = "owner", _("Owner's statement")
    COLLECTIVE = "collective", _("Joint statement only")


class Row(NamedTuple):
    """What a status means and how it is drawn.

    `place` orders bars and squares, from what is done to what is not. Colours are those of text in light and dark.
    `shape` is SVG of 16 × 16, because statuses must differ without colour. `fill` names a pattern of bars, which
    figures/_bars.html and report.typ draw.
    """

    meaning: Promise
    next: frozenset[Status]
    place: int
    light: str
    dark: str
    fill: str
    shape: str


# Only a correction returns to `unreported`.
_ANY_REPORTED = frozenset(Status) - {Status.UNREPORTED}
STATUSES = {
    Status.UNREPORTED: Row(
        _("No report on this mission alone is on record. It may be done, under way or not begun."),
        _ANY_REPORTED, 5, "#57606a", "#a3aeb9", "dots",
        '<circle cx="8" cy="8" r="6" fill="none" stroke-dasharray="2.5 2.2"/>',
    ),
    Status.NOT_STARTED: Row(
        _("Work has not begun."),
        _ANY_REPORTED, 4, "#57606a", "#a3aeb9", "dashes",
        '<circle cx="8" cy="8" r="6" fill="none"/>',
    ),
    Status.IN_PROGRESS: Row(
        _("Work has begun and is not finished."),
        _ANY_REPORTED, 2, "#055dc2", "#84b5f0", "diagonal",
        '<circle cx="8" cy="8" r="6" fill="none"/><path d="M8 2a6 6 0 0 1 0 12z"/>',
    ),
    Status.PAUSED: Row(
        _("Work has stopped for a time."),
        _ANY_REPORTED, 3, "#8a5200", "#ecb662", "stripes",
        '<path d="M5 2.5v11M11 2.5v11" stroke-width="3"/>',
    ),
    Status.COMPLETED: Row(
        _("Done, with evidence anyone can check."),
        frozenset({Status.COMPLETED, Status.IN_PROGRESS, Status.WITHDRAWN}), 1, "#0c6b4a", "#5fe3aa", "solid",
        '<circle cx="8" cy="8" r="6"/>',
    ),
    Status.WITHDRAWN: Row(
        _("No longer pursued, or replaced by other missions. Not counted in the completion rate."),
        frozenset({Status.WITHDRAWN}), 6, "#700042", "#f06c9b", "cross",
        '<path d="M3 3l10 10M13 3L3 13" stroke-width="2.5"/>',
    ),
}  # fmt: skip
FURTHEST_FIRST = sorted(Status, key=lambda status: status.row.place)
SHAPES = {status: SafeString(status.row.shape) for status in Status}  # nosec B703 (written above)


def style(rule: str) -> str:
    """Return the colours as CSS properties, and a `rule` for each status with its code as %s."""
    light = " ".join(f"--{status}: {status.row.light};" for status in Status)
    dark = " ".join(f"--{status}: {status.row.dark};" for status in Status)
    rules = "\n".join(rule.replace("%s", status) for status in Status)
    return f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n{rules}\n"


# How a moved due date is told beside the one in force.
MOVED_ONCE = _("moved once, first %(first)s")
MOVED_OFTEN = _("moved %(number)s times, first %(first)s")
NO_DATE = _("no date · first %(first)s")

UNFINISHED = [status for status in Status if status not in (Status.COMPLETED, Status.WITHDRAWN)]
DUE_SOON = timedelta(days=30)


def deadline_state(due: date | None, due_first: date | None, status: str, since: date, on: date) -> Deadline:
    """Return the deadline state on a date.

    What is completed is judged by its first date, what is open by the one in force. Due soon covers the thirtieth day
    before the due date and the due date itself; overdue begins the day after.
    """
    if status == Status.WITHDRAWN:
        return Deadline.NONE
    if status == Status.COMPLETED and due_first is not None:
        return Deadline.MET if since <= due_first else Deadline.MET_LATE
    if due is None:
        return Deadline.NONE
    if due < on:
        return Deadline.OVERDUE
    return Deadline.DUE_SOON if due - on <= DUE_SOON else Deadline.ON_TIME


def moved_words(status: str, due: date | None, due_first: date | None, due_moves: int):
    if status == Status.WITHDRAWN or due_first is None or (due and not due_moves):
        return None
    if due is None:
        return NO_DATE
    return MOVED_ONCE if due_moves == 1 else MOVED_OFTEN


if __name__ == "__main__":
    print(style(".status-%s { --status: var(--%s); }"))  # noqa: T201 (make reads it)
