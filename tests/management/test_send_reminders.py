"""`manage.py send_reminders`: who is mailed and when, what is kept of it, and what happens where it fails."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier, Event

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError
from django.db import connections
from django.utils import timezone

from missions.management.commands import send_reminders as command
from missions.models import Notice, Reminder, Role
from tests import build
from tests.databases import in_place_of_the_default
from tests.management.reminding import (
    TODAY,
    editor,
    every_topic,
    person,
    remind,
    returned,
    said,
    submitted,
    with_mail,
)
from tests.public.conftest import noon

__all__ = ["every_topic", "noon", "with_mail"]


def test_the_command_prints_what_everybody_was_told(noon, every_topic):
    assert remind() == [
        "coordinator <coordinator@example.org> (en):",
        "  READ To read: editor submitted this on 27 Jun 2024: it waits for review.",
        "editor <editor@example.org> (en):",
        "  DUE Pressing: Due tomorrow, 1 Jul 2024.",
        "  LATE Late: Overdue for 10 days; it was due on 20 Jun 2024.",
        "  LATE Late: Nothing has been recorded for 95 days, since 27 Mar 2024.",
        "  STALE Quiet: Nothing has been recorded for 95 days, since 27 Mar 2024.",
        "  BACK Back: coordinator returned the submission on 27 Jun 2024.",
        "Mails: 2. Not sent: 0.",
    ]


@pytest.mark.both_databases
def test_a_second_run_on_the_same_day_sends_nothing(noon, every_topic, mailoutbox):
    remind()
    build.mission("MORE", due=TODAY)

    assert remind() == ["Mails: 0. Not sent: 0."]
    assert remind(dry_run=True)[1:] == ["Mails: 0. Not sent: 0."]
    assert len(mailoutbox) == 2


@pytest.mark.both_databases
def test_whoever_was_mailed_is_left_alone_for_five_days_unless_it_is_urgent(noon, mailoutbox):
    reader = editor()
    build.mission("FIRST", due=TODAY - timedelta(days=3))
    remind()
    build.mission("SECOND", due=TODAY - timedelta(days=1))

    for _day in range(4):
        noon.shift(timedelta(days=1))
        assert remind() == ["Mails: 0. Not sent: 0."]
    noon.shift(timedelta(days=1))
    remind()
    assert said([reader]) == {"editor": [("FIRST", "overdue"), ("FIRST", "overdue"), ("SECOND", "overdue")]}

    noon.shift(timedelta(days=1))
    build.mission("URGENT", due=TODAY + timedelta(days=7))
    build.mission("ALONG", due=TODAY + timedelta(days=20))
    remind()
    assert said([reader])["editor"][:1] + said([reader])["editor"][-1:] == [("ALONG", "due"), ("URGENT", "due")]
    assert len(mailoutbox) == 3


@pytest.mark.both_databases
def test_where_a_lead_owner_has_no_editor_the_organisation_above_is_told_and_then_the_coordinators(noon):
    top = build.organisation("TOP")
    middle = build.organisation("MIDDLE", parent=top)
    low = build.organisation("LOW", parent=middle)
    build.mission("LOW-1", lead_owner=low, due=TODAY)
    build.mission("OTHER-1", lead_owner=build.organisation("OTHER"), due=TODAY)
    above, coordinator = editor("above", top), person("coordinator", Role.COORDINATOR)
    gone, silent = editor("gone", low), editor("silent", middle)
    gone.is_active, silent.email = False, ""
    gone.save()
    silent.save()

    remind()

    assert said([above, coordinator, gone, silent]) == {
        "above": [("LOW-1", "due")],
        "coordinator": [("OTHER-1", "due")],
        "gone": [],
        "silent": [],
    }


def test_a_mission_that_nobody_can_be_reached_for_is_printed(noon, mailoutbox):
    build.mission("M-1", due=TODAY, title_en="Bridge")

    assert remind() == ["M-1 Bridge: nobody can be reached. Due today, 30 Jun 2024.", "Mails: 0. Not sent: 0."]
    assert (mailoutbox, Reminder.objects.count()) == ([], 0)


def test_a_returned_submission_whose_author_may_not_draft_it_any_more_goes_to_the_other_editors(noon):
    coordinator, author, colleague = person("coordinator"), editor("author"), editor("colleague")
    returned(build.mission("M-1", status="completed"), author, coordinator)
    author.memberships.all().delete()

    remind()

    assert said([author, colleague]) == {"author": [], "colleague": [("M-1", "returned")]}


def test_a_submission_waits_for_the_coordinators_who_may_publish_it(noon):
    own, other = person("own"), person("other")
    submitted(build.mission("M-1", instrument=build.instrument("TWO", second_person="everything")), own)
    submitted(build.mission("M-2"), own)

    remind()

    assert said([own, other]) == {"own": [("M-2", "waiting")], "other": [("M-1", "waiting"), ("M-2", "waiting")]}


def test_what_waits_is_said_once_however_long_it_waits(noon, mailoutbox):
    submitted(build.mission(), person("own"))
    remind()

    noon.shift(timedelta(days=200))

    assert remind() == ["Mails: 0. Not sent: 0."]
    assert len(mailoutbox) == 1


@pytest.mark.both_databases
def test_a_dry_run_says_who_would_be_told_what_and_writes_and_sends_nothing(noon, every_topic, settings, mailoutbox):
    settings.HUB_SENDS_MAIL = False

    lines = remind(dry_run=True)

    assert (mailoutbox, Reminder.objects.count(), Notice.objects.count()) == ([], 0, 0)
    settings.HUB_SENDS_MAIL = True
    assert lines == ["Nothing was sent. Without --dry-run it would be:", *remind()]


def test_without_a_mail_server_a_run_is_refused(noon, every_topic, settings, mailoutbox):
    settings.HUB_SENDS_MAIL = False

    with pytest.raises(
        CommandError, match=r"^No mail server is known: set HUB_EMAIL_URL, or try --dry-run\.$"
    ) as refusal:
        remind()
    assert refusal.value.returncode == 1
    assert (mailoutbox, Reminder.objects.count()) == ([], 0)


@pytest.fixture
def refused_mailboxes(monkeypatch):
    """Addresses that the mail server refuses."""
    refused, send = set(), EmailMultiAlternatives.send

    def send_or_refuse(mail):
        if not refused.isdisjoint(mail.to):
            raise smtplib.SMTPException("no such mailbox")
        return send(mail)

    monkeypatch.setattr(EmailMultiAlternatives, "send", send_or_refuse)
    return refused


@pytest.mark.both_databases
def test_what_the_mail_server_refuses_is_reported_and_told_by_the_next_run(
    noon, every_topic, mailoutbox, refused_mailboxes
):
    refused_mailboxes.add("coordinator@example.org")
    errors = StringIO()

    with pytest.raises(CommandError, match=r"^Some mails were not sent\. The next run tries again\.$") as failure:
        remind(stderr=errors)

    assert failure.value.returncode == 1
    assert errors.getvalue() == "coordinator <coordinator@example.org>: not sent: no such mailbox\n"
    assert [mail.to for mail in mailoutbox] == [["editor@example.org"]]
    assert [reminder.user.username for reminder in Reminder.objects.all()] == ["editor"]
    refused_mailboxes.clear()
    remind()
    assert [mail.to for mail in mailoutbox] == [["editor@example.org"], ["coordinator@example.org"]]


def test_an_address_that_is_none_stops_nobody_else(noon, mailoutbox):
    broken, whole = editor("broken"), editor("whole")
    broken.email = "broken@example.org\nBcc: everybody@example.org"
    broken.save()
    build.mission(due=TODAY)

    with pytest.raises(CommandError):
        remind(stderr=StringIO())

    assert [mail.to for mail in mailoutbox] == [[whole.email]]
    assert Reminder.objects.get().user == whole


@pytest.mark.both_databases
def test_what_was_being_sent_when_the_process_died_is_not_sent_twice_and_is_told_another_day(
    noon, every_topic, mailoutbox, monkeypatch
):
    class Killed(BaseException):
        pass

    def die(mail):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(EmailMultiAlternatives, "send", die)
        with pytest.raises(Killed):
            remind()
    assert list(Reminder.objects.values_list("user__username", "sent_at")) == [("coordinator", None)]

    remind()
    assert [mail.to for mail in mailoutbox] == [["editor@example.org"]]
    noon.shift(timedelta(days=1))
    remind()
    assert [mail.to for mail in mailoutbox] == [["editor@example.org"], ["coordinator@example.org"]]


def at_once(*jobs):
    """The results of the jobs, each in a thread with a connection of its own."""
    name = connections["default"].settings_dict["NAME"]

    def run(job):
        with in_place_of_the_default(name):
            return job()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


@pytest.mark.both_databases
def test_two_runs_that_begin_together_send_one_mail(own_database, mailoutbox, monkeypatch):
    editor()
    build.mission(due=timezone.localdate())
    both_have_planned, plan = Barrier(2), command.plan

    def plan_together(day):
        planned = plan(day)
        both_have_planned.wait(20)
        return planned

    monkeypatch.setattr(command, "plan", plan_together)

    printed = at_once(remind, remind)

    assert len(mailoutbox) == 1
    assert sorted(lines[-1] for lines in printed) == ["Mails: 0. Not sent: 0.", "Mails: 1. Not sent: 0."]
    assert Reminder.objects.sent().count() == 1


@pytest.mark.both_databases
def test_while_one_run_is_sending_another_one_sends_nothing_and_waits_for_nothing(
    own_database, mailoutbox, monkeypatch
):
    editor()
    build.mission(due=timezone.localdate())
    is_sending, other_is_done, send = Event(), Event(), EmailMultiAlternatives.send

    def send_slowly(mail):
        is_sending.set()
        assert other_is_done.wait(20)
        return send(mail)

    def other_run():
        assert is_sending.wait(20)
        lines = remind()
        other_is_done.set()
        return lines

    monkeypatch.setattr(EmailMultiAlternatives, "send", send_slowly)

    first, other = at_once(remind, other_run)

    assert (first[-1], other) == ("Mails: 1. Not sent: 0.", ["Mails: 0. Not sent: 0."])
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("missions", [3, 30])
def test_as_many_missions_as_there_are_take_the_same_queries(noon, django_assert_num_queries, missions):
    author, coordinator = editor(), person("coordinator")
    for number in range(missions):
        build.mission(due=TODAY + timedelta(days=number % 3 - 1))
        returned(build.mission(status="completed"), author, coordinator)
        submitted(build.mission(), author)

    with django_assert_num_queries(26):
        remind()

    assert Notice.objects.count() == 3 * missions
