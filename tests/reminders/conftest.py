from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from missions.models import Notice, Role
from tests import factories
from tests.workflow.steps import official

TODAY = date(2024, 6, 30)


def at(day):
    """Noon in Shanghai; the clock stands still."""
    return time_machine.travel(timezone.make_aware(datetime.combine(day, time(12))), tick=False)


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.HUB_SENDS_MAIL = True


@pytest.fixture
def clock(db):
    with at(TODAY) as traveller:
        yield traveller


def remind(**options):
    """Runs the command; returns the printed lines."""
    out = StringIO()
    call_command("send_reminders", stdout=out, **options)
    return out.getvalue().splitlines()


def person(username, role=Role.EDITOR, organisation=None, **fields):
    organisation = (organisation or factories.organisation()) if role == Role.EDITOR else None
    return official(role, organisation, username, **{"email": f"{username}@example.org", **fields})


def submit(mission, author):
    submission = factories.submission(mission, by=author, evidence=[factories.submitted_evidence()])
    submission.submit(by=author)
    return submission


def notices(*users):
    """User name → (mission, topic) of each logged notice."""
    found = {user.username: [] for user in users}
    for notice in Notice.objects.order_by("mission__code", "id"):
        found[notice.reminder.user.username].append((notice.mission.code, notice.topic))
    return found


@pytest.fixture
def every_topic(clock):
    """A mission for each topic and one for two, of two organisations; returns their editor and the coordinator."""
    first, second = factories.organisation("O1"), factories.organisation("O2")
    with at(TODAY - timedelta(days=95)):
        factories.mission("STALE", lead_owner=first)
        factories.mission("LATE", lead_owner=second, due=date(2024, 6, 20))
    with at(TODAY - timedelta(days=3)):
        factories.mission("DUE", lead_owner=first, due=TODAY + timedelta(days=1))
        author = person("editor", organisation=first)
        author.memberships.create(role=Role.EDITOR, organisation=second)
        coordinator = person("coordinator", Role.COORDINATOR)
        done = factories.mission("BACK", lead_owner=second, status="completed")
        submit(done, author).send_back(by=coordinator, reason="Attach the notice.\nBoth pages.")
        submit(factories.mission("READ", lead_owner=second), author)
    return author, coordinator
