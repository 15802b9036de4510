"""Indexes serve the query that they are named after: the database does not sort or read through for it."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import F

from missions.models import Mission, StatusChange
from missions.models.changes import changes
from missions.models.register import code_order
from tests.databases import on_postgresql

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def plan(queryset):
    """How the database would answer, with PostgreSQL kept from reading a table through only because it is small."""
    if on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true)")
    return queryset.explain()


def by(*keys):
    return Mission.objects.now().order_by(*keys)[:25]


SERVED = {
    "missions_by_title_en": lambda: by(code_order("title_en").asc(nulls_last=True), code_order("code").asc()),
    "missions_by_title_zh": lambda: by(code_order("title_zh").asc(nulls_last=True), code_order("code").asc()),
    "changes_by_recording": lambda: StatusChange.objects.order_by("-recorded_at", "-id")[:100],
    "standing_by_mission": lambda: StatusChange.objects.filter(mission=1).newest_first(),
}
SERVED_ON_POSTGRESQL = {
    "missions_by_code": lambda: by(code_order("code").asc()),
    "missions_by_due": lambda: by(F("due_asof").asc(nulls_last=True), code_order("code").asc()),
    "missions_by_due_last_first": lambda: by(F("due_asof").desc(nulls_last=True), code_order("code").asc()),
    "missions_by_change": lambda: by(F("since_asof").desc(), code_order("code").asc()),
    "missions_by_words": lambda: Mission.objects.search("虹桥").order_by(),
    "changes_by_day": lambda: changes().select_related(None).order_by(F("day").desc(), "-id")[:25],
}


@pytest.mark.parametrize("index", [*SERVED, *(SERVED_ON_POSTGRESQL if on_postgresql() else ())])
def test_the_query_that_an_index_is_named_after_uses_it(index):
    query = {**SERVED, **SERVED_ON_POSTGRESQL}[index]()

    assert index in plan(query)


def indexes():
    with connection.cursor() as cursor:
        return {
            name
            for table in ("missions_mission", "missions_statuschange")
            for name in connection.introspection.get_constraints(cursor, table)
        }


def test_the_migration_goes_back_and_forth_again(own_database):
    newest = max(name for app, name in MigrationLoader(None).disk_migrations if app == "missions")
    before = indexes()

    call_command("migrate", "missions", "0007", verbosity=0)
    without = indexes()
    call_command("migrate", "missions", newest, verbosity=0)

    assert indexes() == before
    assert {"missions_by_title_en", "missions_by_title_zh", "changes_by_recording"} <= before - without
    assert "change_recorded_at" in without - before
