"""A database or a backup of the first edition is refused with a sentence, and not touched."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.both_databases


@pytest.fixture
def first_edition(own_database):
    MigrationRecorder(connection).record_applied("missions", "0002_head")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE missions_head ADD COLUMN first_edition integer")
    return own_database


def test_migrate_refuses_a_database_of_the_first_edition_and_leaves_it(first_edition):
    with pytest.raises(CommandError, match="first edition"):
        call_command("migrate", verbosity=0)

    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, "missions_head")}
    assert columns == {"id", "entry", "hash", "revision", "advanced_at", "first_edition"}


def test_restore_refuses_a_backup_of_the_first_edition(own_database, tmp_path):
    MigrationRecorder(connection).record_applied("missions", "0002_head")
    call_command("backup", tmp_path / "backup.zip", verbosity=0)
    MigrationRecorder(connection).record_unapplied("missions", "0002_head")

    with pytest.raises(CommandError, match="first edition"):
        call_command("restore", tmp_path / "backup.zip", verbosity=0)
