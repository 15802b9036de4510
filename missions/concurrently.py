"""Operations of a migration that change an index while the site goes on reading and writing.

PostgreSQL does so by CONCURRENTLY, which no transaction allows: a migration with these says `atomic = False`. SQLite
has nothing of the kind: there they do what Django's own do.
"""

from typing import Any

from django.contrib.postgres import operations as postgresql
from django.db import migrations


class OfIndex:
    """An operation on an index that is done `concurrently` on PostgreSQL, and `plainly` elsewhere."""

    concurrently: Any
    plainly: Any

    def way(self, schema_editor):
        return self.concurrently if on_postgresql(schema_editor) else self.plainly

    def database_forwards(self, app_label, schema_editor, *states):
        self.way(schema_editor).database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label, schema_editor, *states):
        self.way(schema_editor).database_backwards(self, app_label, schema_editor, *states)


class AddIndex(OfIndex, postgresql.AddIndexConcurrently):
    concurrently, plainly = postgresql.AddIndexConcurrently, migrations.AddIndex


class RemoveIndex(OfIndex, postgresql.RemoveIndexConcurrently):
    concurrently, plainly = postgresql.RemoveIndexConcurrently, migrations.RemoveIndex


class OnPostgreSQL(migrations.RunSQL):
    """Statements, one by one, that SQLite has no need of."""

    def database_forwards(self, app_label, schema_editor, *states):
        if on_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, *states)

    def database_backwards(self, app_label, schema_editor, *states):
        if on_postgresql(schema_editor):
            super().database_backwards(app_label, schema_editor, *states)


def made(name: str, rest: str) -> OnPostgreSQL:
    """An index of PostgreSQL alone, which an earlier attempt may have left behind half made."""
    return OnPostgreSQL(
        [f"DROP INDEX CONCURRENTLY IF EXISTS {name}", f"CREATE INDEX CONCURRENTLY {name} ON {rest}"],
        [f"DROP INDEX CONCURRENTLY IF EXISTS {name}"],
    )


def on_postgresql(schema_editor):
    return schema_editor.connection.vendor == "postgresql"
