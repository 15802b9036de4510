"""A table whose reading takes too long, like one that a migration locks or that grew too large."""

import contextlib

from django.db import connection

from tests.databases import in_place_of_the_default, on_postgresql

# SQLite counts for minutes before it gives a row.
COUNTING = """CREATE VIEW {table} AS SELECT * FROM {table}_itself WHERE (
    WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 100000000000)
    SELECT count(*) FROM numbers) > 0"""


@contextlib.contextmanager
def slow(table):
    """Within the block, reads of this table wait; others do not."""
    if on_postgresql():
        with held(table):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_itself")
        cursor.execute(COUNTING.format(table=table))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP VIEW {table}")
            cursor.execute(f"ALTER TABLE {table}_itself RENAME TO {table}")


@contextlib.contextmanager
def held(table):
    """Another connection locks the table against reads."""
    with in_place_of_the_default(connection.settings_dict["NAME"]):
        other = connection.copy()
    with contextlib.closing(other), other.cursor() as cursor:
        cursor.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        cursor.execute("ROLLBACK")
