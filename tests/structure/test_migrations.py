"""Migrations let a site go on reading and writing, however large its tables are."""

from django.db.migrations import AddIndex, CreateModel, RemoveIndex
from django.db.migrations.loader import MigrationLoader


def test_an_index_of_a_table_that_is_there_is_made_and_dropped_without_a_lock():
    migrations = {
        name: each for (app, name), each in MigrationLoader(None).disk_migrations.items() if app == "missions"
    }
    found = []
    for name in sorted(name for name in migrations if name >= "0008"):
        operations = migrations[name].operations
        new = {operation.name.lower() for operation in operations if isinstance(operation, CreateModel)}
        found += [
            f"{name}: {operation.describe()}"
            for operation in operations
            if type(operation) in (AddIndex, RemoveIndex) and operation.model_name.lower() not in new
        ]

    assert not found, "use AddIndex and RemoveIndex of missions/concurrently.py:\n" + "\n".join(found)
