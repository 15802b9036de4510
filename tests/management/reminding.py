"""Reminders for tests: people, submissions under way, a mission for each topic; what was told to whom."""

from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from missions.models import Notice, Role
from tests import build

TODAY = date(2024, 6, 30)
TOMORROW = TODAY + timedelta(days=1)
REASON = "The letter is missing.\nSend it along."


@pytest.fixture(autouse=True)
def with_mail(settings):
    settings.HUB_SENDS_MAIL, settings.HUB_REQUIRE_MFA = True, False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def remind(**options):
    """Runs the command; returns the lines that it prints."""
    out = StringIO()
    call_command("send_reminders", stdout=out, **options)
    return out.getvalue().splitlines()


def person(username, *roles, language="en", **fields):
    user = build.user(username, *roles, **fields)
    user.email, user.language = f"{username}@example.org", language
    user.save()
    return user


def editor(username="editor", organisation=None, **fields):
    return person(username, Role.EDITOR, organisation=organisation or build.organisation(), **fields)


def submitted(mission, author):
    submission = build.submission(mission, by=author, evidence=[build.submitted_evidence()])
    submission.submit(by=author)
    return submission


def returned(mission, author, coordinator, reason=REASON):
    submission = submitted(mission, author)
    submission.send_back(by=coordinator, reason=reason)
    return submission


def said(recipients):
    """User name → code and topic of what was told, in the order in which it was."""
    told = {user.username: [] for user in recipients}
    for notice in Notice.objects.order_by("mission__code", "id"):
        told[notice.reminder.user.username].append((notice.mission.code, notice.topic))
    return told


def at(day, hour=4):
    return timezone.make_aware(datetime.combine(day, time(hour)))


@pytest.fixture
def every_topic(db):
    """A mission for each topic, and one for two; of two organisations. Returns their editor and the coordinator."""
    first, second = build.organisation("O1"), build.organisation("O2")
    with time_machine.travel(at(TODAY - timedelta(days=95)), tick=False):
        build.mission("STALE", lead_owner=first, title_en="Quiet", title_zh="无声")
        build.mission("LATE", lead_owner=second, due=date(2024, 6, 20), title_en="Late", title_zh="迟到")
    with time_machine.travel(at(TODAY - timedelta(days=3)), tick=False):
        build.mission("DUE", lead_owner=first, due=TOMORROW, title_en="Pressing", title_zh="紧迫")
        author = editor(organisation=first)
        author.memberships.create(role=Role.EDITOR, organisation=second)
        coordinator = person("coordinator", Role.COORDINATOR)
        done = {"status": "completed", "title_en": "Back", "title_zh": "退回"}
        returned(build.mission("BACK", lead_owner=second, **done), author, coordinator)
        submitted(build.mission("READ", lead_owner=second, title_en="To read", title_zh="待阅"), author)
    return author, coordinator
