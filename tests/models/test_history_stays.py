"""The field history in the database: no version is deleted or replaced, and none changes but by an erasure."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection

from missions.models import Role
from tests import build
from tests.admin.records import contradiction, day, figure, programme
from tests.models.forging import attempt, sql

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TABLES = sorted(model._meta.db_table for model in apps.get_models() if "historical" in model._meta.db_table)
USERS = "missions_historicaluser"
WRITES = {
    "update": "UPDATE {table} SET {key} = {key}",
    "delete": "DELETE FROM {table}",
    "insert of a version that is there": "INSERT INTO {table} SELECT * FROM {table}",
}
ON_SQLITE = {
    "INSERT OR REPLACE": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "INSERT OR IGNORE": "INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
    "UPDATE OR REPLACE": "UPDATE OR REPLACE {table} SET {key} = 1",
}
ON_POSTGRESQL = {
    "TRUNCATE": "TRUNCATE {table} CASCADE",
    "upsert": "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET id = 1",
}
WRITES |= ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE


def versions(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return sorted(cursor.fetchall(), key=repr)


def is_refused(statement, *params):
    try:
        attempt(lambda _: sql(statement, *params), None)
    except DatabaseError as error:
        return "field history" in str(error) or "a version with this id" in str(error) or "append-only" in str(error)
    return False


@pytest.fixture
def filled():
    """A row in every table of the field history."""
    mission = build.mission(areas=[build.area()], supporting=[build.organisation("O2")])
    mission.sources.add(build.source())
    figure(source=build.source("s2")).covers.add(mission.instrument)
    build.submission(mission, evidence=[build.submitted_evidence()])
    programme(), day(), contradiction()
    build.token()
    connection.check_constraints()


@pytest.mark.parametrize("name", WRITES)
def test_a_write_to_a_version_is_refused_in_every_table(filled, name):
    before = {table: versions(table) for table in TABLES}
    keys = {table: "history_id" if "history_date" in columns(table) else "m2m_history_id" for table in TABLES}

    refused = [table for table in TABLES if is_refused(WRITES[name].format(table=table, key=keys[table]))]

    assert [table for table in TABLES if not before[table]] == []
    assert refused == TABLES
    assert {table: versions(table) for table in TABLES} == before


def columns(table):
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


ERASED = "username = 'erased:' || id, name = '', email = ''"


@pytest.fixture
def erased():
    """An account whose personal data were erased, after it was renamed."""
    user = build.user("former", Role.COORDINATOR)
    user.username = "present"
    user.save()
    user.erase(by=build.user("administrator", Role.ADMINISTRATOR))
    return user


def test_the_versions_of_an_erased_account_may_lose_its_names(erased):
    sql(f"UPDATE {USERS} SET {ERASED} WHERE id = %s", erased.pk)

    assert set(erased.history.values_list("username", "name", "email")) == {(f"erased:{erased.pk}", "", "")}


@pytest.mark.parametrize(
    "change",
    [
        "username = 'present'",
        "name = 'Li'",
        "email = 'li@example.org'",
        f"{ERASED}, is_active = NOT is_active",
        f"{ERASED}, history_date = '2020-01-01 00:00:00+00:00'",
        f"{ERASED}, history_user_id = NULL",
        f"{ERASED}, history_change_reason = 'x'",
        f"{ERASED}, erased_at = '2020-01-01 00:00:00+00:00'",
    ],
)
def test_no_other_change_of_the_versions_of_an_erased_account_passes(erased, change):
    before = versions(USERS)

    assert is_refused(f"UPDATE {USERS} SET {change} WHERE id = %s", erased.pk)
    assert versions(USERS) == before


def test_the_versions_of_an_account_that_was_not_erased_keep_its_names():
    user = build.user("present")

    assert is_refused(f"UPDATE {USERS} SET {ERASED} WHERE id = %s", user.pk)
