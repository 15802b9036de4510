"""Who is told what on which day, by the words of the rules alone and by nothing of the application.

It asks of each person and each thing there is to say whether this person is to be told it today.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass
class Person:
    name: str
    edits: set[str]
    coordinates: bool = False
    active: bool = True
    has_mail: bool = True

    @property
    def is_reachable(self):
        return self.active and self.has_mail


@dataclass
class Task:
    """A mission. What was said of it: (day it is true of, status); the days on which anything was recorded."""

    code: str
    owner: str
    second_person: bool
    due: date | None = None
    statuses: list[tuple[date, str]] = field(default_factory=list)
    recorded: list[date] = field(default_factory=list)

    @property
    def status(self):
        newest = max(day for day, _status in self.statuses)
        return [status for day, status in self.statuses if day == newest][-1]


@dataclass
class Paper:
    """A submission, with the steps that were taken with it so far."""

    number: int
    task: Task
    kind: str
    author: Person
    steps: list[str] = field(default_factory=list)

    @property
    def state(self):
        return self.steps[-1] if self.steps else "draft"


@dataclass
class World:
    above: dict[str, str | None]
    people: list[Person]
    tasks: list[Task]
    papers: list[Paper] = field(default_factory=list)
    mails: list[tuple[date, str, set]] = field(default_factory=list)


def line(world, organisation):
    """The organisation, the one above it, and so on."""
    found = []
    while organisation is not None:
        found.append(organisation)
        organisation = world.above[organisation]
    return found


def may_draft(world, person, kind, task):
    edits_here = any(organisation in person.edits for organisation in line(world, task.owner))
    return person.active and (person.coordinates or (kind == "report" and edits_here))


def may_publish(person, paper):
    return person.active and person.coordinates and not (paper.task.second_person and paper.author is person)


def to_be_told(world, day):
    """Yields (what identifies it, the people who are to be told it)."""
    for task in world.tasks:
        waits = any(paper.task is task and paper.state == "submitted" for paper in world.papers)
        if task.recorded and task.status not in ("completed", "withdrawn") and not waits:
            for thing in about(task, day):
                yield thing, those_of(world, task)
    for paper in world.papers:
        if paper.state == "returned":
            goes_on = paper.author.is_reachable and may_draft(world, paper.author, paper.kind, paper.task)
            readers = [paper.author] if goes_on else those_of(world, paper.task)
            yield ("returned", paper.number, len(paper.steps)), readers
        if paper.state == "submitted":
            readers = [person for person in world.people if person.is_reachable and may_publish(person, paper)]
            yield ("waiting", paper.number, len(paper.steps)), readers


def about(task, day):
    if task.due is not None:
        for stage, first, last in ((30, 30, 8), (7, 7, 2), (1, 1, 0)):
            if task.due - first * DAY <= day <= task.due - last * DAY:
                yield ("due", task.code, task.due, stage)
        week = 0
        while task.due + DAY + week * 7 * DAY <= day:
            week += 1
        if week:
            yield ("overdue", task.code, task.due, week - 1)
    stage = 0
    while max(task.recorded) + (stage + 1) * 90 * DAY <= day:
        stage += 1
    if stage:
        yield ("stale", task.code, len(task.recorded), stage)


def those_of(world, task):
    for organisation in line(world, task.owner):
        editors = [person for person in world.people if person.is_reachable and organisation in person.edits]
        if editors:
            return editors
    return [person for person in world.people if person.is_reachable and person.coordinates]


def is_urgent(thing):
    return thing[0] == "returned" or (thing[0] == "due" and thing[-1] == 1)


def letters(world, day):
    """Name → the things that a mail of this day tells; whoever gets no mail is not in it."""
    written = {}
    for person in world.people:
        had = [(sent, things) for sent, name, things in world.mails if name == person.name]
        known = set().union(*(things for _sent, things in had))
        new = {thing for thing, readers in to_be_told(world, day) if person in readers} - known
        is_early = any(day - sent < 5 * DAY for sent, _things in had)
        has_today = any(sent == day for sent, _things in had)
        if new and not has_today and (not is_early or any(map(is_urgent, new))):
            written[person.name] = new
    return written


def unreached(world, day):
    """The missions of which nobody is left to be told something."""
    return {thing for thing, readers in to_be_told(world, day) if not readers}
