"""The state of a ledger, and what may be added to it, by the model's words alone and by nothing of the application.

It keeps a plain list of entries and reads the list from the start for each question.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

ANY = {"not_started", "in_progress", "paused", "completed", "withdrawn"}
# "May be followed by", row for row as the model has it.
TRANSITIONS = {
    **dict.fromkeys(["unreported", "not_started", "in_progress", "paused"], ANY),
    "completed": {"completed", "in_progress", "withdrawn"},
    "withdrawn": {"withdrawn"},
}


@dataclass
class Entry:
    number: int
    mission: str
    kind: str
    status: str | None
    due: date | None
    on: date
    recorded: date
    corrects: int | None = None
    has_evidence: bool = True
    is_documented: bool = True  # based on a document, with public evidence


@dataclass
class State:
    status: str
    since: date
    due: date | None
    first: date | None
    moves: int
    deadline: str
    is_documented: bool

    def as_row(self):
        return self.status, self.since, self.due, self.first, self.moves, self.deadline


def sets(entry, entries):
    """Which of "status" and "due" an entry sets."""
    if entry.kind == "correction":
        return sets(next(e for e in entries if e.number == entry.corrects), entries)
    return {"opening": {"status", "due"}, "report": {"status"}, "deadline": {"due"}}[entry.kind]


def in_force(entries, mission, on=date.max, known_at=date.max):
    """The mission's entries in force on a day, as known at the end of another, in the order in which they count."""
    known = [e for e in entries if e.mission == mission and e.recorded <= known_at]
    replaced = [e.corrects for e in known if e.kind == "correction"]
    return sorted((e for e in known if e.on <= on and e.number not in replaced), key=lambda e: (e.on, e.number))


def state(entries, mission, on, known_at=date.max, replaces=None):
    """The State of the mission, or None before it opened. `replaces`: code → the codes that it takes the place of."""
    status = since = due = None
    documented = False
    for entry in in_force(entries, mission, on, known_at):
        what = sets(entry, entries)
        if "status" in what:
            if entry.status != status:
                status, since, documented = entry.status, entry.on, False
            documented |= entry.is_documented
        if "due" in what:
            due = entry.due
    if status is None:
        return None
    _dates, first, moves = due_dates(entries, mission, on, known_at, replaces or {})
    deadline = deadline_state(due, first, status, since, on)
    return State(status, since, due, first, moves, deadline, status == "completed" and documented)


def due_dates(entries, mission, on, known_at, replaces):
    """(the dates set one after the other, the first one, how often it was moved), with what is inherited."""
    count = in_force(entries, mission, on, known_at)
    if not count:
        return [], None, 0  # not there yet, so that nothing is inherited from it
    dates = [e.due for e in count if "due" in sets(e, entries)]
    moves = sum(any(dates[:n]) and dates[n] != dates[n - 1] for n in range(len(dates)))
    first = next((due for due in dates if due), None)
    former = [due_dates(entries, old, count[0].on, known_at, replaces) for old in replaces.get(mission, ())]
    inherited = [n + bool(first and dues[-1] and first > dues[-1]) for dues, _first, n in former if dues]
    firsts = [theirs for _dues, theirs, _moves in former if theirs]
    return dates, min(firsts, default=first), moves + max(inherited, default=0)


def deadline_state(due, first, status, since, on):
    if status == "withdrawn":
        return "none"
    if status == "completed":
        return "none" if first is None else "met" if since <= first else "met_late"
    if due is None:
        return "none"
    if on > due:
        return "overdue"
    return "due_soon" if on >= due - timedelta(days=30) else "on_time"


def is_legal(entries, new):
    """Whether the entry may be added on the day on which it is recorded."""
    before = [e for e in entries if e.mission == new.mission]
    if new.on > new.recorded:
        return False
    if new.kind == "opening":
        return not before
    if new.kind == "correction":
        corrected = [e for e in before if e.number == new.corrects]
        if not corrected or any(e.corrects == new.corrects for e in before):
            return False
        if sets(corrected[0], before) == {"status", "due"} and new.status != "unreported":
            return False
    if new.kind == "report" and new.status == "unreported":
        return False
    present = state(before, new.mission, new.on)
    if new.kind == "deadline" and new.due == (present and present.due):
        return False  # not a new due date
    after = [*before, new]
    if "status" in sets(new, after) and new.status == "completed" and not new.has_evidence:
        return False
    return transitions_are_legal(after, new.mission)


def transitions_are_legal(entries, mission):
    count = in_force(entries, mission)
    if sets(count[0], entries) != {"status", "due"}:
        return False  # before its opening nothing takes effect
    statuses = [e for e in count if "status" in sets(e, entries)]
    return all(
        after.status in TRANSITIONS[before.status] or (after.status == "unreported" and after.kind == "correction")
        for before, after in pairwise(statuses)
    )
