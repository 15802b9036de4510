"""Statuses, transitions and deadline states. Imports nothing of the project."""

from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    UNREPORTED = "unreported", _("Not individually reported")
    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    PAUSED = "paused", _("Paused")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


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


_ANY_REPORTED = frozenset(Status) - {Status.UNREPORTED}

# Allowed next statuses. Only a correction returns to `unreported`.
MOVES: dict[str, frozenset[str]] = {
    Status.UNREPORTED: _ANY_REPORTED,
    Status.NOT_STARTED: _ANY_REPORTED,
    Status.IN_PROGRESS: _ANY_REPORTED,
    Status.PAUSED: _ANY_REPORTED,
    Status.COMPLETED: frozenset({Status.COMPLETED, Status.IN_PROGRESS, Status.WITHDRAWN}),
    Status.WITHDRAWN: frozenset({Status.WITHDRAWN}),
}

# From left to right: done, under way, not begun.
FURTHEST_FIRST = (
    Status.COMPLETED,
    Status.IN_PROGRESS,
    Status.PAUSED,
    Status.NOT_STARTED,
    Status.UNREPORTED,
    Status.WITHDRAWN,
)
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
