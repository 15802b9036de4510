"""Raw SQL on the field history: no version is changed, deleted or replaced, but for the names of an erased account."""

import pytest
from django.apps import apps
from django.db import connection

from missions.models import Role
from tests import factories
from tests.ledger.raw_sql import is_refused
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


def key_of(table):
    names = [column.name for column in connection.introspection.get_table_description(connection.cursor(), table)]
    return "history_id" if "history_date" in names else "m2m_history_id"


def test_every_history_table_rejects_every_write():
    mission = factories.mission(areas=[factories.area()], supporting=[factories.organisation("O2")])
    mission.sources.add(factories.source())
    factories.figure(source=factories.source("s2")).covers.add(mission.instrument)
    factories.submission(mission, evidence=[factories.submitted_evidence()])
    factories.programme(), factories.programme_day(), factories.contradiction(), factories.token()
    connection.check_constraints()
    keys = {table: key_of(table) for table in TABLES}

    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT 1 FROM {table}")
            assert cursor.fetchone(), table
    statements = [write.format(table=table, key=key) for table, key in keys.items() for write in WRITES]
    assert [statement for statement in statements if not is_refused(statement)] == []


def test_only_the_names_of_an_erased_account_can_be_removed():
    user, administrator = official(username="present"), official(Role.ADMINISTRATOR)
    official(Role.ADMINISTRATOR)
    erase = f"UPDATE {USERS} SET {ERASED} WHERE id = %s"
    assert is_refused(erase, user.pk)
    user.erase(by=administrator)
    moment = "'2020-01-01 00:00:00+00:00'"
    changes = [
        "username = 'present'", "name = 'Li'", "email = 'li@example.org'", f"{ERASED}, is_active = NOT is_active",
        f"{ERASED}, history_date = {moment}", f"{ERASED}, history_user_id = NULL",
        f"{ERASED}, history_change_reason = 'x'", f"{ERASED}, erased_at = {moment}",
    ]  # fmt: skip

    assert not is_refused(erase, user.pk)
    assert [change for change in changes if not is_refused(f"UPDATE {USERS} SET {change} WHERE id = %s", user.pk)] == []
