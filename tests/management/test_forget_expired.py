"""What is past its time goes, and nothing else; run once a day, or twice."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from missions.models import Import, ImportState, Role, retention
from missions.models.imports import LIFETIME
from tests import build
from tests.accounts.signing import sign_in
from tests.admin.pages import filled_in

pytestmark = pytest.mark.both_databases
NOW = datetime(2024, 6, 30, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(settings, own_database):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HUB_REQUIRE_MFA = False
    with time_machine.travel(NOW, tick=False):
        yield


def forget(after=timedelta()):
    """Runs the command so much later; returns table → how many rows it says it deleted, where there were some."""
    out = StringIO()
    with time_machine.travel(NOW + after, tick=False):
        call_command("forget_expired", stdout=out)
    said = dict(line.split(": ") for line in out.getvalue().splitlines())
    return {table: int(count) for table, count in said.items() if count != "0"}


SECOND = timedelta(seconds=1)
DAYS = {
    "axes_accesslog": timedelta(days=366),
    "axes_accessattempt": timedelta(minutes=15),
    "django_admin_log": timedelta(days=366),
}


DOCUMENTED = {
    "AccessLog": retention.SIGN_INS.days,
    "django_admin_log": retention.BACK_OFFICE_LOG.days,
    "Import": LIFETIME.days,
}


@pytest.fixture
def noted():
    """A sign-in, a failed one, and something saved in the back office; no session is left of it."""
    user = build.user("somebody", Role.ADMINISTRATOR)
    sign_in(client := Client(), "somebody")
    sign_in(Client(), "somebody", "a wrong password")
    page = f"/admin/missions/user/{user.pk}/change/"
    client.post(page, {**filled_in(client.get(page)), "name": "Some Body"})
    Session.objects.all().delete()
    UserSession.objects.all().delete()
    cache.clear()


@pytest.mark.parametrize("table", DAYS)
def test_each_is_kept_for_its_days_and_no_longer(noted, table):
    assert table not in forget(DAYS[table])
    assert forget(DAYS[table] + SECOND)[table] == 1
    assert forget(DAYS[table] + SECOND) == {}


def test_a_session_goes_with_the_day_on_which_it_ended_and_its_address_with_it():
    build.user("somebody")
    for _browser in range(2):
        sign_in(Client(), "somebody")
    eight_hours = timedelta(hours=8)

    forget(eight_hours)
    assert (Session.objects.count(), UserSession.objects.count()) == (2, 2)
    assert forget(eight_hours + SECOND) == {"django_session": 2, "usersessions_usersession": 2}
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


def test_whoever_is_signed_in_stays_so():
    build.user("somebody")
    sign_in(gone := Client(), "somebody")
    sign_in(client := Client(), "somebody")
    gone.session.flush()

    assert forget() == {"usersessions_usersession": 1}
    assert client.get("/admin/").status_code == 200


def test_counts_of_attempts_name_an_address_for_a_quarter_of_an_hour():
    Client(REMOTE_ADDR="192.0.2.77").post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert addresses() == ["192.0.2.77"]
    forget(timedelta(minutes=15))
    assert addresses() == ["192.0.2.77"]
    forget(timedelta(minutes=15, seconds=1))
    assert addresses() == []


def addresses():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache WHERE cache_key LIKE '%:ip:%'")
        return [key.rpartition(":")[2] for (key,) in cursor.fetchall()]


def test_many_go_some_at_a_time(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(5):
        AccessLog.objects.create(username=f"name-{number}", ip_address="192.0.2.7")
    AccessAttempt.objects.create(username="name", ip_address="192.0.2.7", failures_since_start=1)

    assert forget(timedelta(days=367)) == {"axes_accesslog": 5, "axes_accessattempt": 1}


THIRTY_DAYS = timedelta(days=30)


def handed_in(name, state=ImportState.WAITING):
    imported = build.imported(name=name)
    if state != ImportState.WAITING:
        imported.decide(state, by=imported.by)
    return imported


@pytest.mark.parametrize("state", [ImportState.WAITING, ImportState.DROPPED])
def test_an_import_that_was_not_carried_out_is_deleted_after_thirty_days(state):
    handed_in("register.csv", state)

    assert forget(THIRTY_DAYS) == {}
    assert forget(THIRTY_DAYS + SECOND) == {"missions_import": 1}
    assert Import.objects.count() == 0


def test_a_dropped_import_is_deleted_thirty_days_after_it_was_dropped():
    imported = handed_in("register.csv")
    with time_machine.travel(NOW + THIRTY_DAYS, tick=False):
        imported.decide(ImportState.DROPPED, by=imported.by)

    assert forget(2 * THIRTY_DAYS) == {}
    assert forget(2 * THIRTY_DAYS + SECOND) == {"missions_import": 1}


def test_an_import_that_was_carried_out_is_not_deleted():
    imported = handed_in("register.csv", ImportState.DONE)

    assert forget(timedelta(days=3650)) == {}
    assert Import.objects.get() == imported


def test_imports_are_deleted_without_reading_their_content():
    handed_in("a.csv")
    with CaptureQueriesContext(connection) as queries:
        assert forget(THIRTY_DAYS + SECOND) == {"missions_import": 1}

    assert [query["sql"] for query in queries if '"content"' in query["sql"]] == []


def test_the_document_says_for_how_long():
    text = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text()
    said = {
        row.split(" | ")[2].rpartition("`")[0].rpartition("`")[2]: row for row in text.splitlines() if "days |" in row
    }

    assert {table: f"| {days} days |" in said[table] for table, days in DOCUMENTED.items()} == dict.fromkeys(
        DOCUMENTED, True
    )
