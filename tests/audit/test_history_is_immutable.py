"""Raw SQL on the field history: no version is changed, deleted or replaced, but for the names of an erased account."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from missions.models import Role
from tests import build
from tests.admin.records import contradiction, day, figure, programme
from tests.workflow.steps import official

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TABLES = sorted(model._meta.db_table for model in apps.get_models() if "historical" in model._meta.db_table)
USERS = "missions_historicaluser"
WRITES = ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}", "INSERT INTO {table} SELECT * FROM {table}"]
if connection.vendor == "postgresql":
    WRITES += [
        "TRUNCATE {table} CASCADE",
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET id = 1",
    ]
else:
    WRITES += [
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
        "UPDATE OR REPLACE {table} SET {key} = 1",
    ]
ERASED = "username = 'erased:' || id, name = '', email = ''"


def versions(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return [column[0] for column in cursor.description], sorted(cursor.fetchall(), key=repr)


def is_rejected(statement, *params):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
    except DatabaseError:
        return True
    return False


def test_every_history_table_rejects_every_write():
    mission = build.mission(areas=[build.area()], supporting=[build.organisation("O2")])
    mission.sources.add(build.source())
    figure(source=build.source("s2")).covers.add(mission.instrument)
    build.submission(mission, evidence=[build.submitted_evidence()])
    programme(), day(), contradiction(), build.token()
    connection.check_constraints()
    before = {table: versions(table) for table in TABLES}
    keys = {
        table: "history_id" if "history_date" in columns else "m2m_history_id" for table, (columns, _) in before.items()
    }

    assert [table for table, (_columns, rows) in before.items() if not rows] == []
    accepted = [
        statement
        for table in TABLES
        for statement in (write.format(table=table, key=keys[table]) for write in WRITES)
        if not is_rejected(statement)
    ]
    assert accepted == []
    assert {table: versions(table) for table in TABLES} == before


def test_only_the_names_of_an_erased_account_can_be_removed():
    user, administrator = official(username="present"), official(Role.ADMINISTRATOR)
    erase = f"UPDATE {USERS} SET {ERASED} WHERE id = %s"
    assert is_rejected(erase, user.pk)
    official(Role.ADMINISTRATOR)
    user.erase(by=administrator)
    before = versions(USERS)
    moment = "'2020-01-01 00:00:00+00:00'"
    changes = [
        "username = 'present'", "name = 'Li'", "email = 'li@example.org'", f"{ERASED}, is_active = NOT is_active",
        f"{ERASED}, history_date = {moment}", f"{ERASED}, history_user_id = NULL",
        f"{ERASED}, history_change_reason = 'x'", f"{ERASED}, erased_at = {moment}",
    ]  # fmt: skip

    assert [
        change for change in changes if not is_rejected(f"UPDATE {USERS} SET {change} WHERE id = %s", user.pk)
    ] == []
    assert versions(USERS) == before
    assert not is_rejected(erase, user.pk)
