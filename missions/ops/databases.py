"""Consistent copies of SQLite and PostgreSQL, and their replacement."""

import os
import re
import sqlite3
import subprocess  # nosec B404 # for the programs of PostgreSQL alone
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import takewhile
from pathlib import Path
from typing import IO, NamedTuple

from django.db import Error, connection
from django.utils.translation import gettext as _

from .archive import BackupError

TABLES = {
    "missions_head": ("entry", "hash"),
    "django_migrations": ("app", "name"),
    "missions_evidencefile": ("content", "sha256"),
}

END_OF_ROWS = b"\\.\n"
# PostgreSQL shows a role that other roles have sessions, but not what these do.
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usesysid IS NOT NULL"
    " AND pid <> pg_backend_pid()"
)


class Contents(NamedTuple):
    head: tuple
    migrations: list[tuple[str, str]]
    files: list[tuple[str, str]]
    is_whole: bool = True


def to_contents(rows: dict[str, list]) -> Contents:
    head, migrations, files = (sorted(rows[table]) for table in TABLES)
    if not head:
        raise BackupError(_("The head of the ledger is missing in the database."))
    return Contents(tuple(map(str, head[0])), migrations, files)


def is_filled() -> bool:
    try:
        return "django_migrations" in connection.introspection.table_names()
    except Error:
        return True


def analyze() -> None:
    """Update PostgreSQL's statistics; autovacuum would take up to a minute, with slow plans until then."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class SQLite:
    member = "database.sqlite3"

    @staticmethod
    def dump(copy: Path) -> None:
        # Not through Django, whose first statement fails on a damaged file that can still be copied.
        uri = f"{Path(connection.settings_dict['NAME']).as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)

    @staticmethod
    def read(copy: Path) -> Contents:
        with closing(sqlite3.connect(copy)) as database:
            try:
                # The database in a backup is one file, without a log beside it.
                database.execute("PRAGMA journal_mode=DELETE")
                is_whole = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                select = "SELECT {} FROM {}".format
                rows = {name: database.execute(select(", ".join(TABLES[name]), name)).fetchall() for name in TABLES}
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT:
                    return Contents((), [], [], is_whole=False)
                raise
        return to_contents(rows)._replace(is_whole=is_whole)

    @staticmethod
    def is_in_use() -> bool:
        """Return whether another process has the database open."""
        connection.close()
        path = Path(connection.settings_dict["NAME"])
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and not path.exists():
            message = _("“%(file)s” belongs to a database that was moved away: move it to the same place.")
            raise BackupError(message % {"file": log})
        with closing(sqlite3.connect(path, timeout=0)) as database:
            try:
                # This also moves what the log holds into the database.
                database.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.DatabaseError as error:
                # The backup of the present site reports a damaged database.
                return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        return False

    @staticmethod
    def load(copy: Path) -> None:
        os.replace(copy, connection.settings_dict["NAME"])
        os.sync()


class PostgreSQL:
    member = "database.dump"

    @staticmethod
    def dump(copy: Path) -> None:
        options = ["--format=custom", "--schema=public", f"--file={copy}"]
        (_psql, *arguments), secrets = connection.client.settings_to_cmd_args_env(connection.settings_dict, options)
        with run("pg_dump", *arguments, environment=secrets):
            pass

    @staticmethod
    def read(copy: Path) -> Contents:
        rows: dict[str, list] = {table: [] for table in TABLES}
        options = [f"--table={table}" for table in TABLES]
        with run(
            "pg_restore", "--format=custom", "--data-only", "--schema=public", *options, "--file=-", copy
        ) as script:
            for line in script:
                if start := re.fullmatch(r"COPY public\.(\w+) \((.*)\) FROM stdin;\n", line.decode()):
                    table, columns = start[1], start[2].split(", ")
                    for row in takewhile(END_OF_ROWS.__ne__, script):
                        # The values of TABLES have no character that COPY escapes.
                        values = dict(zip(columns, row.decode().rstrip("\n").split("\t"), strict=True))
                        rows[table].append(tuple(values[column] for column in TABLES[table]))
        return to_contents(rows)

    @staticmethod
    def connect():
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL has one
        database = connection.copy()
        database.settings_dict["OPTIONS"].pop("pool", None)
        return closing(database)

    @classmethod
    def is_in_use(cls) -> bool:
        with cls.connect() as database, database.cursor() as cursor:
            # A session that has just ended is listed for a moment longer.
            for _attempt in range(20):
                cursor.execute(OTHERS)
                if cursor.fetchone() == (0,):
                    return False
                time.sleep(0.1)
        return True

    @classmethod
    def load(cls, copy: Path) -> None:
        """Replace the schema by the copy's, in one transaction."""
        with cls.connect() as database, database.wrap_database_errors, database.cursor() as cursor:
            cursor.execute("BEGIN")
            # With a connection of its own, pg_restore could not drop the schema in the same transaction.
            cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
            with run("pg_restore", "--no-owner", "--no-acl", "--file=-", copy) as script:
                execute(cursor, script)
            cursor.execute("COMMIT")


def execute(cursor, script: IO[bytes]) -> None:
    """Execute the output of pg_restore: SQL statements, and rows for COPY."""
    statements: list[bytes] = []
    for line in script:
        if line.startswith(b"COPY "):
            cursor.execute(b"".join(statements))
            statements.clear()
            with cursor.copy(line) as copy:
                for row in takewhile(END_OF_ROWS.__ne__, script):
                    copy.write(row)
        elif not line.startswith(b"\\"):  # pg_restore writes \restrict for psql, which is not used here.
            statements.append(line)
    cursor.execute(b"".join(statements))


@contextmanager
def run(program: str, *arguments, environment: dict[str, str] | None = None) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 # nosec B603 # no shell; our own arguments
                [program, *arguments], env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=errors
            )
        except FileNotFoundError as error:
            message = _("%(program)s was not found: install postgresql-client of the server's version.")
            raise BackupError(message % {"program": program}) from error
        with process:
            yield process.stdout  # type: ignore[misc]  # a pipe
        errors.seek(0)
        reason = " ".join(errors.read().decode(errors="replace").split())
    if process.returncode:
        raise BackupError(_("%(program)s failed: %(reason)s") % {"program": program, "reason": reason})


DATABASES: dict[str, type[SQLite] | type[PostgreSQL]] = {"sqlite": SQLite, "postgresql": PostgreSQL}
