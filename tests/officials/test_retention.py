"""`manage.py forget_expired` deletes what is past its time, and nothing else."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client

from missions.models import Import, ImportState, Role
from tests import factories
from tests.accounts.signing import sign_in
from tests.admin.pages import filled_in

NOW = datetime(2024, 6, 30, 4, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
# How long after NOW the command runs → the rows that it deletes, by table.
DELETED = {
    timedelta(): {"usersessions_usersession": 1},
    HOUR / 4: {},
    HOUR / 4 + SECOND: {"axes_accessattempt": 1},
    8 * HOUR: {},
    8 * HOUR + SECOND: {"django_session": 1, "usersessions_usersession": 1},
    30 * DAY: {},
    30 * DAY + SECOND: {"missions_import": 1},
    40 * DAY: {},
    40 * DAY + SECOND: {"missions_import": 1},
    366 * DAY: {},
    366 * DAY + SECOND: {"axes_accesslog": 2, "django_admin_log": 1},
    3650 * DAY: {},
}


def forget():
    """Run the command; return the deleted rows by table, without the cache."""
    call_command("forget_expired", stdout=(out := StringIO()))
    counts = dict(line.split(": ") for line in out.getvalue().splitlines())
    return {table: int(count) for table, count in counts.items() if count != "0" and table != "cache"}


def cached_addresses():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache WHERE cache_key LIKE '%:ip:%'")
        return {key.rpartition(":")[2] for (key,) in cursor.fetchall()}


@pytest.mark.both_databases
def test_everything_is_deleted_after_its_period(own_database):
    with time_machine.travel(NOW, tick=False):
        user = factories.user("present", Role.ADMINISTRATOR, Role.COORDINATOR)
        sign_in(signed_out := Client(), "present")
        sign_in(client := Client(), "present")
        signed_out.session.flush()
        sign_in(Client(REMOTE_ADDR="192.0.2.77"), "present", "a wrong password")
        page = f"/admin/missions/user/{user.pk}/change/"
        client.post(page, {**filled_in(client.get(page)), "name": "Renamed"})
        Session.objects.exclude(session_key=client.session.session_key).delete()
        imports = {name: factories.imported(user, name=name) for name in ("waiting", "dropped", "done")}
        imports["done"].decide(ImportState.DONE, by=user)
        assert "192.0.2.77" in cached_addresses()
    with time_machine.travel(NOW + 10 * DAY, tick=False):
        imports["dropped"].decide(ImportState.DROPPED, by=user)

    deleted, addresses = {}, {}
    for after in DELETED:
        with time_machine.travel(NOW + after, tick=False):
            deleted[after] = forget()
            addresses[after] = "192.0.2.77" in cached_addresses()
            if not after:
                assert client.get("/admin/").status_code == 200

    assert deleted == DELETED
    assert [after for after, is_there in addresses.items() if is_there] == [timedelta(), HOUR / 4]
    assert list(Import.objects.values_list("name", flat=True)) == ["done"]
