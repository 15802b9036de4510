"""Who is told what on which day: sixty days in worlds at random, against the oracle; and the log of it."""

import contextlib
import smtplib
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from missions.models import Notice, Reminder, Topic
from tests import build
from tests.models import reminder_oracle as oracle
from tests.models.reminder_simulation import START, Simulation, days_with_a_run, moment
from tests.models.submitting import brought_to

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.no_cover]

SEEDS = range(4)


@pytest.fixture
def broken_mailboxes(monkeypatch):
    """Addresses that the mail server refuses."""
    broken, send = set(), EmailMultiAlternatives.send

    def refuse(mail):
        if not broken.isdisjoint(mail.to):
            raise smtplib.SMTPRecipientsRefused(dict.fromkeys(mail.to, (550, b"no such mailbox")))
        return send(mail)

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    return broken


def run():
    """Sends the reminders of the day; returns what was printed."""
    out = StringIO()
    with contextlib.suppress(CommandError):  # that some mails were not sent
        call_command("send_reminders", stdout=out, stderr=StringIO())
    return out.getvalue()


def sent_as_expected(simulation, day, outbox, broken):
    """Runs the command, compares, and writes what arrived into the oracle's world."""
    world = simulation.world
    letters = oracle.letters(world, day)
    arrive = {name: things for name, things in letters.items() if f"{name}@example.org" not in broken}
    before = simulation.told(day)
    outbox.clear()

    printed = run()

    assert simulation.told(day) == {**before, **arrive}, day
    assert sorted(mail.to for mail in outbox) == sorted([f"{name}@example.org"] for name in arrive)
    assert printed.count("nobody can be reached") == len(oracle.unreached(world, day))
    world.mails += [(day, name, things) for name, things in arrive.items()]


@pytest.mark.parametrize("seed", SEEDS)
def test_over_sixty_days_everybody_is_told_what_the_rules_say_and_nothing_twice(
    settings, mailoutbox, broken_mailboxes, seed
):
    settings.HUB_SENDS_MAIL = True
    with time_machine.travel(moment(START, 0), tick=False) as clock:
        simulation = Simulation(seed, clock)
        world = simulation.world
        for day in days_with_a_run(simulation):
            if simulation.random.random() < 0.3:
                broken_mailboxes.add(f"{simulation.random.choice(world.people).name}@example.org")
                sent_as_expected(simulation, day, mailoutbox, broken_mailboxes)
                broken_mailboxes.clear()
            sent_as_expected(simulation, day, mailoutbox, broken_mailboxes)

    # The world was rich enough for the rules to matter.
    assert {thing[0] for _day, _name, things in world.mails for thing in things} == set(Topic.values)
    days = [(name, day) for day, name, _things in world.mails]
    assert any(a[0] == b[0] and (b[1] - a[1]).days < 5 for a, b in pairwise(sorted(days)))


@pytest.fixture
def reminder():
    return Reminder.objects.create(user=build.nameless(), day=START)


def refused(record):
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        return True
    return False


def test_the_database_holds_one_mail_a_person_and_day(reminder):
    assert refused(Reminder(user=reminder.user, day=START))
    assert not refused(Reminder(user=reminder.user, day=START + timedelta(days=1)))
    assert not refused(Reminder(user=build.nameless(), day=START))


def test_the_database_holds_one_notice_of_a_topic_of_a_mission_and_of_a_step_in_a_mail(reminder):
    mission, other = build.mission(due=START), build.mission(due=START)
    step = brought_to("submitted").steps.get()
    late = {"reminder": reminder, "topic": Topic.OVERDUE, "due": START}
    waiting = {"reminder": reminder, "topic": Topic.WAITING, "step": step}

    first = [Notice(**late, mission=mission), Notice(**waiting, mission=step.submission.mission)]
    assert [refused(notice) for notice in first] == [False, False]
    assert refused(Notice(**late, mission=mission, stage=1))
    assert refused(Notice(**waiting, mission=step.submission.mission))
    assert not refused(Notice(**late, mission=other))


def test_a_mail_is_begun_once_a_day_and_what_it_says_is_written_with_it(reminder):
    mission = build.mission(due=START)
    notice = Notice(topic=Topic.OVERDUE, mission=mission, due=START, stage=2)
    user = build.nameless()

    begun = Reminder.objects.begin(user, START, [notice])

    assert [told.identity for told in begun.notices.all()] == [notice.identity]
    assert Reminder.objects.begin(user, START, [notice]) is None
    assert Notice.objects.count() == 1
    assert list(Reminder.objects.sent()) == []
    begun.mark_sent()
    assert list(Reminder.objects.sent()) == [begun]
