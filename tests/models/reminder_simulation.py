"""A world at random, in which the same things are done in the application and in the oracle."""

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from missions.models import Membership, Notice, Role, Step, Submission, Topic, User
from tests import build
from tests.models import reminder_oracle as oracle
from tests.models.reminder_oracle import Paper, Person, Task, World

START, DAYS = date(2025, 3, 1), 60
STATUSES = [None, None, "not_started", "in_progress", "paused", "completed", "withdrawn"]


def moment(day, hours, minutes=0):
    return timezone.make_aware(datetime.combine(day, time(hours, minutes)))


class Simulation:
    """The same things done in the application and in the oracle's world."""

    def __init__(self, seed, clock):
        self.random, self.clock = random.Random(seed), clock
        self.owners = self.organisations()
        self.users = {}
        self.missions, self.submissions = {}, []
        above = {code: owner.parent and owner.parent.code for code, owner in self.owners.items()}
        self.world = World(above, self.people(), [])
        self.begin_missions()

    def organisations(self):
        made = {}
        for number in range(7):
            parent = self.random.choice([None, *made.values()])
            made[f"O{number}"] = build.organisation(f"O{number}", parent=parent)
        return made

    def people(self):
        people = []
        for number in range(9):
            edits = set(self.random.sample(sorted(self.owners), self.random.choice([1, 1, 2, 3])))
            coordinates = number < 3
            person = Person(f"P{number}", edits if number > 1 else set(), coordinates)
            person.active, person.has_mail = (self.random.random() < share for share in (0.85, 0.8))
            people.append(person)
            email = f"{person.name}@example.org" if person.has_mail else ""
            user = User.objects.create(username=person.name, email=email, is_active=person.active, language="en")
            self.users[person.name] = user
            roles = [(Role.EDITOR, self.owners[code]) for code in sorted(person.edits)]
            for role, organisation in [*roles, *([(Role.COORDINATOR, None)] if coordinates else [])]:
                Membership.objects.create(user=user, role=role, organisation=organisation)
        return people

    def begin_missions(self):
        """Twelve missions, recorded in the two hundred days before; the last one is not opened yet."""
        instruments = [build.instrument("ONE"), build.instrument("TWO", second_person="everything")]
        begun = sorted(self.random.choice([0, 0, 1, 40, 85, 100, 150, 175]) for _ in range(12))
        for number, before in enumerate(reversed(begun)):
            owner, instrument = self.random.choice(sorted(self.owners)), self.random.choice(instruments)
            task = Task(f"M{number:02}", owner, instrument.second_person == "everything")
            day = START - timedelta(days=before + 1)
            self.clock.move_to(moment(day, 1, number))
            due = START + timedelta(days=self.random.randint(-20, 75)) if self.random.random() < 0.8 else None
            is_open, status = number < 11, self.random.choice(STATUSES)
            mission = build.mission(
                task.code, opened=is_open, due=due, instrument=instrument, lead_owner=self.owners[owner],
                status=is_open and status, on=day,
            )  # fmt: skip
            self.missions[task.code] = mission
            self.world.tasks.append(task)
            if is_open:
                task.due, task.recorded = due, [day] * (2 if status else 1)
                task.statuses = [(build.ISSUED, "unreported"), *([(day, status)] if status else [])]

    def something(self, day):
        """One thing that happens, of those that can."""
        doings = [self.report, self.new_due_date, self.begin, *[self.decide] * 4, self.change_person, self.move]
        self.random.choice(doings)(day)

    def open_tasks(self):
        return [task for task in self.world.tasks if task.recorded and task.status != "withdrawn"]

    def report(self, day):
        task, status = self.random.choice(self.open_tasks()), self.random.choice(["in_progress", "completed"])
        build.report(self.missions[task.code], status, on=day)
        task.statuses.append((day, status))
        task.recorded.append(day)

    def new_due_date(self, day):
        task, due = self.random.choice(self.open_tasks()), day + timedelta(days=self.random.randint(-3, 40))
        if due != task.due:
            build.deadline(self.missions[task.code], due, on=day)
            task.due = due
            task.recorded.append(day)

    def begin(self, day):
        """Somebody who may begins a submission and hands it in."""
        task = self.random.choice([*self.open_tasks(), *(task for task in self.world.tasks if not task.recorded)])
        kind = "report" if task.recorded else "opening"
        able = [person for person in self.world.people if oracle.may_draft(self.world, person, kind, task)]
        if able:
            author = self.random.choice(able)
            paper = Paper(len(self.submissions), task, kind, author)
            self.world.papers.append(paper)
            evidence = [build.submitted_evidence()]
            self.submissions.append(
                build.submission(
                    self.missions[task.code], by=self.users[author.name], kind=kind, effective_on=day, evidence=evidence
                )
            )
            self.step(paper, "submitted", author, day)

    def decide(self, day):
        """The next step with a submission under way, by somebody who may take it."""
        reopens = [paper for paper in self.world.papers if paper.kind == "opening" and paper.task.recorded]
        under_way = [p for p in self.world.papers if p.state not in ("published", "draft") and p not in reopens]
        if not under_way:
            return
        paper = self.random.choice(under_way)
        states = ["returned", "returned", "published", "taken_back"] if paper.state == "submitted" else ["submitted"]
        state = self.random.choice(states)
        able = [person for person in self.world.people if self.may(person, state, paper)]
        if able:
            self.step(paper, state, self.random.choice(able), day)

    def may(self, person, state, paper):
        if state == "published":
            return oracle.may_publish(person, paper)
        if state == "returned":
            return person.active and person.coordinates
        return oracle.may_draft(self.world, person, paper.kind, paper.task)

    def step(self, paper, state, person, day):
        submission = Submission.objects.get(pk=self.submissions[paper.number].pk)
        user = User.objects.get(username=person.name)
        match state:
            case "submitted":
                submission.submit(by=user)
                paper.author = person
            case "returned":
                submission.send_back(by=user, reason="The letter is missing.")
            case "taken_back":
                submission.take_back(by=user)
            case "published":
                submission.publish(by=user)
                status = "unreported" if paper.kind == "opening" else "in_progress"
                paper.task.statuses.append((submission.effective_on, status))
                paper.task.recorded.append(day)
        paper.steps.append(state)

    def change_person(self, day):
        """An account is closed or opened again, gets or loses its e-mail, or edits for another organisation."""
        person = self.random.choice(self.world.people)
        user = User.objects.get(username=person.name)
        match self.random.choice(["active", "mail", "edits"]):
            case "active":
                user.is_active = person.active = not person.active
            case "mail":
                person.has_mail = not person.has_mail
                user.email = f"{person.name}@example.org" if person.has_mail else ""
            case "edits":
                code = self.random.choice(sorted(self.owners))
                if code in person.edits:
                    user.memberships.get(organisation__code=code).delete()
                else:
                    user.memberships.create(role=Role.EDITOR, organisation=self.owners[code])
                person.edits ^= {code}
        user.save()

    def move(self, day):
        """A mission gets another lead owner."""
        task = self.random.choice(self.world.tasks)
        task.owner = self.random.choice(sorted(self.owners))
        mission = self.missions[task.code]
        mission.refresh_from_db()
        mission.lead_owner = self.owners[task.owner]
        mission.save()

    def told(self, day):
        """User name → what the mails of the day said, as the log has it."""
        told = {}
        for notice in Notice.objects.filter(reminder__day=day, reminder__sent_at__isnull=False):
            told.setdefault(notice.reminder.user.username, set()).add(self.plain(notice))
        return told

    def plain(self, notice):
        """The notice as the oracle names it."""
        if notice.step:
            number = [submission.pk for submission in self.submissions].index(notice.step.submission_id)
            count = Step.objects.filter(submission=notice.step.submission_id, pk__lte=notice.step_id).count()
            return (notice.topic, number, count)
        if notice.topic == Topic.STALE:
            count = notice.mission.changes.filter(pk__lte=notice.entry_id).count()
            return ("stale", notice.mission.code, count, notice.stage)
        return (notice.topic, notice.mission.code, notice.due, notice.stage)


def days_with_a_run(simulation):
    """Lets sixty days pass, with what happens on each; yields those on which the machine is on."""
    for day in (START + timedelta(days=number) for number in range(DAYS)):
        for minute in range(simulation.random.choice([0, 1, 1, 2, 3])):
            simulation.clock.move_to(moment(day, 0, 1 + minute))
            simulation.something(day)
        simulation.clock.move_to(moment(day, *simulation.random.choice([(0, 30), (12, 0), (23, 59)])))
        if simulation.random.random() < 0.8:
            yield day
