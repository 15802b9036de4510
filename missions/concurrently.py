"""Operations of a migration that change an index while the site goes on reading and writing.

PostgreSQL does so by CONCURRENTLY, which no transaction allows: a migration with these says `atomic = False`. SQLite
has nothing of the kind: there they do what Django's own do.
"""

from django.contrib.postgres import operations as postgresql
from django.db import migrations


class AddIndex(postgresql.AddIndexConcurrently):
    def database_forwards(self, app_label, schema_editor, *states):
        adding = postgresql.AddIndexConcurrently if on_postgresql(schema_editor) else migrations.AddIndex
        adding.database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label, schema_editor, *states):
        adding = postgresql.AddIndexConcurrently if on_postgresql(schema_editor) else migrations.AddIndex
        adding.database_backwards(self, app_label, schema_editor, *states)


class RemoveIndex(postgresql.RemoveIndexConcurrently):
    def database_forwards(self, app_label, schema_editor, *states):
        removing = postgresql.RemoveIndexConcurrently if on_postgresql(schema_editor) else migrations.RemoveIndex
        removing.database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label, schema_editor, *states):
        removing = postgresql.RemoveIndexConcurrently if on_postgresql(schema_editor) else migrations.RemoveIndex
        removing.database_backwards(self, app_label, schema_editor, *states)


class OnPostgreSQL(migrations.RunSQL):
    """Statements, one by one, that SQLite has no need of."""

    def database_forwards(self, app_label, schema_editor, *states):
        if on_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, *states)

    def database_backwards(self, app_label, schema_editor, *states):
        if on_postgresql(schema_editor):
            super().database_backwards(app_label, schema_editor, *states)


def on_postgresql(schema_editor):
    return schema_editor.connection.vendor == "postgresql"
