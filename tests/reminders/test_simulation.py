"""Forty days in random worlds: the same happens in the application and in the oracle, and the same mails go out."""

import random
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from missions.models import Mission, Notice, Role, Step, Submission, Topic, User
from tests import factories
from tests.reminders.oracle import Paper, Person, Task, World
from tests.workflow.steps import STATE_AFTER, STEPS, official

# no_cover: many runs of the same lines, which other tests cover.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

START, DAYS = date(2025, 3, 1), 40
STATUSES = [None, None, "not_started", "in_progress", "paused", "completed", "withdrawn"]


def moment(day, hours, minutes=0):
    return timezone.make_aware(datetime.combine(day, time(hours, minutes)))


class Simulation:
    def __init__(self, seed, clock):
        self.random, self.clock, self.submissions = random.Random(seed), clock, []
        self.owners = {}
        for number in range(7):
            parent = self.random.choice([None, *self.owners.values()])
            self.owners[f"O{number}"] = factories.organisation(f"O{number}", parent=parent)
        self.world = World({code: owner.parent and owner.parent.code for code, owner in self.owners.items()})
        for number in range(9):
            self.person(number)
        instruments = [factories.instrument("ONE"), factories.instrument("TWO", second_person="everything")]
        begun = sorted((self.random.choice([0, 0, 1, 40, 85, 100, 150, 175]) for _ in range(12)), reverse=True)
        for number, before in enumerate(begun):
            day = START - timedelta(days=before + 1)
            self.clock.move_to(moment(day, 1, number))
            self.mission(number, self.random.choice(instruments), day)

    def person(self, number):
        edits = self.random.sample(sorted(self.owners), self.random.choice([1, 1, 2, 3])) if number > 1 else []
        active, has_mail = (self.random.random() < share for share in (0.85, 0.8))
        person = Person(f"P{number}", set(edits), number < 3, active, has_mail)
        self.world.people.append(person)
        role = Role.COORDINATOR if person.coordinates else None
        user = official(role, username=person.name, email=mail_of(person), is_active=active)
        for code in edits:
            user.memberships.create(role=Role.EDITOR, organisation=self.owners[code])

    def mission(self, number, instrument, day):
        owner, status = self.random.choice(sorted(self.owners)), self.random.choice(STATUSES)
        task = Task(f"M{number:02}", owner, instrument.second_person == "everything")
        self.world.tasks.append(task)
        due = START + timedelta(days=self.random.randint(-20, 75)) if self.random.random() < 0.8 else None
        opened = number < 11
        fields = {"due": due, "status": opened and status, "on": day, "instrument": instrument}
        factories.mission(task.code, opened=opened, lead_owner=self.owners[owner], **fields)
        if opened:
            task.due, task.recorded = due, [day] * (2 if status else 1)
            task.statuses = [(factories.ISSUED, "unreported"), *([(day, status)] if status else [])]

    def run(self):
        """Lets the days pass, with random events on each; yields those on which the command runs."""
        events = [
            self.report,
            self.new_due_date,
            self.submit,
            *[self.decide] * 4,
            self.change_person,
            self.change_owner,
        ]
        for day in (START + timedelta(days=number) for number in range(DAYS)):
            for minute in range(self.random.choice([0, 1, 1, 2, 3])):
                self.clock.move_to(moment(day, 0, 1 + minute))
                self.random.choice(events)(day)
            self.clock.move_to(moment(day, *self.random.choice([(0, 30), (12, 0), (23, 59)])))
            if self.random.random() < 0.8:
                yield day

    def open_task(self, *others):
        tasks = [task for task in self.world.tasks if task.recorded and task.status != "withdrawn"]
        return self.random.choice([*tasks, *others])

    def report(self, day):
        task, status = self.open_task(), self.random.choice(["in_progress", "completed"])
        factories.report(Mission.objects.get(code=task.code), status, on=day)
        task.statuses.append((day, status))
        task.recorded.append(day)

    def new_due_date(self, day):
        task, due = self.open_task(), day + timedelta(days=self.random.randint(-3, 40))
        if due != task.due:
            factories.deadline(Mission.objects.get(code=task.code), due, on=day)
            task.due = due
            task.recorded.append(day)

    def submit(self, day):
        task = self.open_task(*(task for task in self.world.tasks if not task.recorded))
        kind = "report" if task.recorded else "opening"
        authors = [person for person in self.world.people if self.world.may_draft(person, kind, task)]
        if authors:
            paper = Paper(len(self.submissions), task, kind, self.random.choice(authors))
            fields = {"kind": kind, "effective_on": day, "evidence": [factories.submitted_evidence()]}
            by = User.objects.get(username=paper.author.name)
            self.submissions.append(factories.submission(Mission.objects.get(code=task.code), by=by, **fields).pk)
            self.world.papers.append(paper)
            self.step(paper, "submit", paper.author, day)

    def decide(self, day):
        """Takes the next step with a submission, by a person who may take it."""
        papers = [
            paper
            for paper in self.world.papers
            if paper.states[-1] != "published" and not (paper.kind == "opening" and paper.task.recorded)
        ]
        if not papers:
            return
        paper = self.random.choice(papers)
        waits = paper.states[-1] == "submitted"
        step = self.random.choice(["return", "return", "publish", "take back"] if waits else ["submit"])
        people = [person for person in self.world.people if self.world.may(person, step, paper)]
        if people:
            self.step(paper, step, self.random.choice(people), day)

    def step(self, paper, step, person, day):
        submission = Submission.objects.get(pk=self.submissions[paper.number])
        STEPS[step](submission, User.objects.get(username=person.name))
        paper.states.append(STATE_AFTER[step])
        if step == "submit":
            paper.author = person
        if step == "publish":
            status = "unreported" if paper.kind == "opening" else "in_progress"
            paper.task.statuses.append((submission.effective_on, status))
            paper.task.recorded.append(day)

    def change_person(self, _day):
        """Closes or opens an account, changes its e-mail address, or one of its organisations."""
        person, code = self.random.choice(self.world.people), self.random.choice(sorted(self.owners))
        user = User.objects.get(username=person.name)
        match self.random.choice(["active", "mail", "edits"]):
            case "active":
                person.active = not person.active
            case "mail":
                person.has_mail = not person.has_mail
            case "edits":
                if code in person.edits:
                    user.memberships.get(organisation__code=code).delete()
                else:
                    user.memberships.create(role=Role.EDITOR, organisation=self.owners[code])
                person.edits ^= {code}
        user.is_active, user.email = person.active, mail_of(person)
        user.save()

    def change_owner(self, _day):
        task = self.random.choice(self.world.tasks)
        task.owner = self.random.choice(sorted(self.owners))
        Mission.objects.filter(code=task.code).update(lead_owner=self.owners[task.owner])

    def logged(self, day):
        """User name → the notices of the day by the log, as the oracle names them."""
        found = {}
        for notice in Notice.objects.filter(reminder__day=day, reminder__sent_at__isnull=False):
            found.setdefault(notice.reminder.user.username, set()).add(self.identity(notice))
        return found

    def identity(self, notice):
        if notice.step:
            steps = Step.objects.filter(submission=notice.step.submission_id, pk__lte=notice.step_id)
            return notice.topic, self.submissions.index(notice.step.submission_id), steps.count()
        if notice.topic == Topic.STALE:
            count = notice.mission.changes.filter(pk__lte=notice.entry_id).count()
            return "stale", notice.mission.code, count, notice.stage
        return notice.topic, notice.mission.code, notice.due, notice.stage


def mail_of(person):
    return f"{person.name}@example.org" if person.has_mail else ""


@pytest.mark.parametrize("seed", [0, 1])
def test_reminders_agree_with_the_oracle(settings, mailoutbox, seed):
    settings.HUB_SENDS_MAIL = True
    with time_machine.travel(moment(START, 0), tick=False) as clock:
        simulation = Simulation(seed, clock)
        world = simulation.world
        for day in simulation.run():
            mails, out = world.mails(day), StringIO()
            mailoutbox.clear()

            call_command("send_reminders", stdout=out)

            assert simulation.logged(day) == mails, day
            assert sorted(mail.to for mail in mailoutbox) == sorted([f"{name}@example.org"] for name in mails)
            unreached = [notice for notice, readers in world.notices(day) if not readers]
            assert len(out.getvalue().splitlines()) == len(unreached) + 1 + len(mails) + sum(map(len, mails.values()))
            world.sent += [(day, name, notices) for name, notices in mails.items()]

    # The world was rich enough for the rules to matter.
    assert {notice[0] for _day, _name, notices in world.sent for notice in notices} == set(Topic.values)
    days = sorted((name, day) for day, name, _notices in world.sent)
    assert any(a[0] == b[0] and (b[1] - a[1]).days < 5 for a, b in pairwise(days))
