"""A database or a backup of the first edition, or of a newer release, is refused with a sentence, and not touched."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.both_databases

RELEASES = {"0002_head": "first edition", "0999_later": "missions.0999_later"}


@pytest.mark.parametrize("migration", RELEASES)
def test_database_and_backup_of_another_release_are_refused_and_left(own_database, tmp_path, migration):
    recorder = MigrationRecorder(connection)
    recorder.record_applied("missions", migration)
    call_command("backup", tmp_path / "backup.zip", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE missions_head ADD COLUMN first_edition integer")
    with pytest.raises(CommandError, match=RELEASES[migration]):
        call_command("migrate", verbosity=0)
    recorder.record_unapplied("missions", migration)
    with pytest.raises(CommandError, match=RELEASES[migration]):
        call_command("restore", tmp_path / "backup.zip", verbosity=0)

    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, "missions_head")}
    assert columns == {"id", "entry", "hash", "revision", "advanced_at", "first_edition"}
