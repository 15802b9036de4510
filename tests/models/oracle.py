"""How a ledger stands, and what may be added to it, by the words of the model alone and by nothing of the application.

It keeps what was said in a list and reads the list from the start for each question.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

# "may be followed by", row for row as the model has it.
MAY_FOLLOW = {
    "unreported": {"not_started", "in_progress", "paused", "completed", "withdrawn"},
    "not_started": {"not_started", "in_progress", "paused", "completed", "withdrawn"},
    "in_progress": {"not_started", "in_progress", "paused", "completed", "withdrawn"},
    "paused": {"not_started", "in_progress", "paused", "completed", "withdrawn"},
    "completed": {"completed", "in_progress", "withdrawn"},
    "withdrawn": {"withdrawn"},
}


@dataclass
class Said:
    """One thing that was said: what an entry holds, and the day on which this site was told."""

    number: int
    mission: str
    kind: str
    status: str | None
    due: date | None
    on: date
    told: date
    corrects: int | None = None
    evidence: bool = True


def what_it_sets(said, said_before):
    """Which of "status" and "due" an entry counts for."""
    if said.kind == "correction":
        return what_it_sets(next(s for s in said_before if s.number == said.corrects), said_before)
    return {"opening": {"status", "due"}, "report": {"status"}, "deadline": {"due"}}[said.kind]


def counting(everything, mission, on=date.max, known_at=date.max):
    """The mission's entries that count on a day, by what was known at the end of another, in the order they count."""
    known = [s for s in everything if s.mission == mission and s.told <= known_at]
    replaced = [s.corrects for s in known if s.kind == "correction"]
    count = [s for s in known if s.on <= on and s.number not in replaced]
    return sorted(count, key=lambda s: (s.on, s.number))


def standing(everything, mission, on, known_at=date.max, replaces=None):
    """(status, since, due, first date, moves, deadline) of the mission, or None where it is not there.

    `replaces` has the missions whose place another takes, by its code.
    """
    status = since = due = None
    count = counting(everything, mission, on, known_at)
    for said in count:
        sets = what_it_sets(said, everything)
        if "status" in sets:
            if said.status != status:
                since = said.on
            status = said.status
        if "due" in sets:
            due = said.due
    if not count:
        return None
    _given, first, moves = dates(everything, mission, on, known_at, replaces or {})
    return status, since, due, first, moves, deadline(due, first, status, since, on)


def dates(everything, mission, on, known_at, replaces):
    """(the dates given one after the other, the first one, how often it was moved), with what is inherited."""
    count = counting(everything, mission, on, known_at)
    given = [said.due for said in count if "due" in what_it_sets(said, everything)]
    moves = sum(any(given[:n]) and given[n] != given[n - 1] for n in range(len(given)))
    first = next((due for due in given if due), None)
    theirs = [dates(everything, old, count[0].on, known_at, replaces) for old in replaces.get(mission, ())]
    inherited = [n + bool(first and due[-1] and first > due[-1]) for due, _first, n in theirs if due]
    older = [their_first for _due, their_first, _moves in theirs if their_first]
    return given, min(older, default=first), moves + max(inherited, default=0)


def deadline(due, first, status, since, on):
    if status == "withdrawn":
        return "none"
    if status == "completed":
        return "none" if first is None else "met" if since <= first else "met_late"
    if due is None:
        return "none"
    if on > due:
        return "overdue"
    return "due_soon" if on >= due - timedelta(days=30) else "on_time"


def is_legal(everything, said):
    """Whether the entry may be added on the day on which it is told."""
    before = [s for s in everything if s.mission == said.mission]
    if said.on > said.told:
        return False
    if said.kind == "opening":
        return not before
    if said.kind == "correction":
        corrected = [s for s in before if s.number == said.corrects]
        if not corrected or any(s.corrects == said.corrects for s in before):
            return False
        if what_it_sets(corrected[0], before) == {"status", "due"} and said.status != "unreported":
            return False
    if said.kind == "report" and said.status == "unreported":
        return False
    if said.kind == "deadline" and said.due == (standing(before, said.mission, said.on) or [None] * 3)[2]:
        return False  # not a new due date
    after = [*before, said]
    if "status" in what_it_sets(said, after) and said.status == "completed" and not said.evidence:
        return False
    return moves_are_legal(after, said.mission)


def moves_are_legal(everything, mission):
    count = counting(everything, mission)
    if not count or what_it_sets(count[0], everything) != {"status", "due"}:
        return False  # before it opens, nothing is there
    statuses = [s for s in count if "status" in what_it_sets(s, everything)]
    return all(
        after.status in MAY_FOLLOW[before.status] or (after.status == "unreported" and after.kind == "correction")
        for before, after in pairwise(statuses)
    )
