"""Who gets which reminder on which day, by docs/reminders.md alone: no code of the application is used."""

from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(eq=False)
class Person:
    name: str
    edits: set[str]
    coordinates: bool
    active: bool
    has_mail: bool

    @property
    def is_reachable(self):
        return self.active and self.has_mail


@dataclass(eq=False)
class Task:
    """A mission: its statuses with the dates from which they are true, and the days on which entries were recorded."""

    code: str
    owner: str
    second_person: bool
    due: date | None = None
    statuses: list[tuple[date, str]] = field(default_factory=list)
    recorded: list[date] = field(default_factory=list)

    @property
    def status(self):
        return max(enumerate(self.statuses), key=lambda item: (item[1][0], item[0]))[1][1]


@dataclass(eq=False)
class Paper:
    """A submission, with the states that it went through."""

    number: int
    task: Task
    kind: str
    author: Person
    states: list[str] = field(default_factory=list)


@dataclass
class World:
    above: dict[str, str | None]
    people: list[Person] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    sent: list[tuple[date, str, set]] = field(default_factory=list)

    def with_those_above(self, organisation):
        while organisation is not None:
            yield organisation
            organisation = self.above[organisation]

    def may_draft(self, person, kind, task):
        edits_here = not person.edits.isdisjoint(self.with_those_above(task.owner))
        return person.active and (person.coordinates or (kind == "report" and edits_here))

    def may(self, person, step, paper):
        if step in ("submit", "take back"):
            return self.may_draft(person, paper.kind, paper.task)
        is_own = step == "publish" and paper.task.second_person and paper.author is person
        return person.active and person.coordinates and not is_own

    def notices(self, day):
        """Yields (what identifies the notice, its readers)."""
        waiting = [paper.task for paper in self.papers if paper.states[-1] == "submitted"]
        for task in self.tasks:
            if task.recorded and task.status not in ("completed", "withdrawn") and task not in waiting:
                yield from ((notice, self.readers(task)) for notice in notices_of_task(task, day))
        for paper in self.papers:
            if paper.states[-1] == "returned":
                goes_on = paper.author.is_reachable and self.may_draft(paper.author, paper.kind, paper.task)
                readers = [paper.author] if goes_on else self.readers(paper.task)
                yield ("returned", paper.number, len(paper.states)), readers
            if paper.states[-1] == "submitted":
                readers = [each for each in self.people if each.is_reachable and self.may(each, "publish", paper)]
                yield ("waiting", paper.number, len(paper.states)), readers

    def readers(self, task):
        for organisation in self.with_those_above(task.owner):
            if editors := [person for person in self.people if person.is_reachable and organisation in person.edits]:
                return editors
        return [person for person in self.people if person.is_reachable and person.coordinates]

    def mails(self, day):
        """Name → the notices in the mail of this day, of those who get one."""
        found = {}
        for person in self.people:
            earlier = [(sent, notices) for sent, name, notices in self.sent if name == person.name]
            known = set().union(*(notices for _sent, notices in earlier))
            new = {notice for notice, readers in self.notices(day) if person in readers} - known
            is_early = any(day - sent < 5 * DAY for sent, _notices in earlier)
            if new and (not is_early or any(map(is_urgent, new))):
                found[person.name] = new
        return found


def notices_of_task(task, day):
    if task.due is not None:
        for stage, first, last in ((30, 30, 8), (7, 7, 2), (1, 1, 0)):
            if task.due - first * DAY <= day <= task.due - last * DAY:
                yield "due", task.code, task.due, stage
        if weeks := [week for week in range(100) if task.due + DAY + week * 7 * DAY <= day]:
            yield "overdue", task.code, task.due, weeks[-1]
    if stages := [stage for stage in range(1, 20) if max(task.recorded) + stage * 90 * DAY <= day]:
        yield "stale", task.code, len(task.recorded), stages[-1]


def is_urgent(notice):
    return notice[0] == "returned" or (notice[0] == "due" and notice[-1] == 1)
