"""What SQLite and PostgreSQL each need to be copied while others write, and to be replaced as a whole."""

import errno
import os
import shutil
import sqlite3
import subprocess  # nosec B404 # for the programs of PostgreSQL alone
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

from django.conf import settings
from django.db import Error, connection
from django.utils.translation import gettext as _

from .archive import CHUNK, Unusable, sync

HEAD = "SELECT entry, hash, revision FROM missions_head"
MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"
FILES = "SELECT content, sha256 FROM missions_evidencefile ORDER BY content"

# Of what other roles do, PostgreSQL tells no more than that they are there.
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usesysid IS NOT NULL"
    " AND pid <> pg_backend_pid()"
)


class Contents(NamedTuple):
    """What a copy of the database says: its head, the migrations it has seen, the evidence files with their digests."""

    head: dict[str, Any]
    migrations: list[list[str]]
    files: list[tuple[str, str]]
    is_whole: bool = True


def contents(cursor) -> Contents:
    cursor.execute(HEAD)
    row = cursor.fetchone()
    if not row:
        raise Unusable(_("The head of the ledger is missing in the database."))
    head = dict(zip(("entry", "hash", "revision"), row, strict=True))
    cursor.execute(MIGRATIONS)
    migrations = [list(row) for row in cursor.fetchall()]
    cursor.execute(FILES)
    return Contents(head, migrations, cursor.fetchall())


def is_filled() -> bool:
    """Whether there is a database of the site, however damaged."""
    try:
        return "django_migrations" in connection.introspection.table_names()
    except Error:
        return True


def unreadable(error: Exception) -> Unusable:
    return Unusable(_("The database cannot be read: %(reason)s.") % {"reason": error})


def still_running() -> Unusable:
    return Unusable(_("The site is still running, or a command is: stop it first. Nothing was altered."))


class SQLite:
    member = "database.sqlite3"

    @classmethod
    def dump(cls, archive: ZipFile) -> Contents:
        """Puts the database into the archive as it was at one moment; nobody waits for it."""
        try:
            connection.ensure_connection()
            with tempfile.NamedTemporaryFile(dir=Path(archive.filename or ".").parent, prefix=".database-") as file:
                with closing(sqlite3.connect(file.name)) as copy:
                    connection.connection.backup(copy)
                    # A database of one file: it is opened later where no second one may lie.
                    copy.execute("PRAGMA journal_mode=DELETE")
                    is_whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                    found = contents(copy.cursor())._replace(is_whole=is_whole)
                archive.write(file.name, cls.member)
        except (Error, sqlite3.Error) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise unreadable(error) from error
        return found

    @staticmethod
    def refuse_others() -> None:
        """Raises Unusable where another process has the database open: each holds a lock for as long as it does."""
        connection.close()
        path = Path(connection.settings_dict["NAME"])
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and not path.exists():
            found = _("“%(file)s” belongs to a database that was moved away: move it to the same place.")
            raise Unusable(found % {"file": log})
        with closing(sqlite3.connect(path, timeout=0)) as alone:
            try:
                # Also brings what stands in the second file, the log, into the first one.
                alone.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError as error:
                is_held = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                raise (still_running() if is_held else unreadable(error)) from error
            except sqlite3.DatabaseError:
                return  # damaged: what keeps it will say so

    @classmethod
    def load(cls, archive: ZipFile) -> None:
        """Puts the database of the archive in place of the present one, at once."""
        path = Path(connection.settings_dict["NAME"])
        connection.close()
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".restore-", delete=False) as file:
            try:
                with archive.open(cls.member) as source:
                    shutil.copyfileobj(source, file, CHUNK)
                file.flush()
                os.fsync(file.fileno())
                cls.refuse_others()
                os.replace(file.name, path)
                sync(path.parent)
            except BaseException:
                os.unlink(file.name)
                raise


class PostgreSQL:
    member = "database.sql"

    @classmethod
    def dump(cls, archive: ZipFile) -> Contents:
        """Puts the database into the archive as `pg_dump` writes it, of one moment; nobody waits for it."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                try:
                    # Its own work is done by another program, for as long as that takes.
                    cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                    cursor.execute("SELECT pg_export_snapshot()")
                    options = ["--no-owner", "--no-privileges", "--schema=public", f"--snapshot={cursor.fetchone()[0]}"]
                    found = contents(cursor)
                    with archive.open(cls.member, "w", force_zip64=True) as target:
                        cls.run("pg_dump", *options, target=target)
                finally:
                    cursor.execute("ROLLBACK")
        except Error as error:
            raise unreadable(error) from error
        return found

    @staticmethod
    def refuse_others() -> None:
        """Raises Unusable where anybody else is connected. Whoever has just left is listed for a moment longer."""
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL has one
        alone = connection.copy()
        alone.settings_dict["OPTIONS"].pop("pool", None)
        try:
            with closing(alone), alone.cursor() as cursor:
                for _attempt in range(20):
                    cursor.execute(OTHERS)
                    if cursor.fetchone() == (0,):
                        return
                    time.sleep(0.1)
        except Error as error:
            raise unreadable(error) from error
        raise still_running()

    @classmethod
    def load(cls, archive: ZipFile) -> None:
        """Drops what is there and loads what the archive has, in one transaction."""
        cls.refuse_others()
        # Where there is room for a database: elsewhere temporary files may lie in memory.
        with tempfile.TemporaryFile(dir=settings.HUB_DATA_DIR) as script:
            script.write(b"SET client_min_messages = warning;\nDROP SCHEMA IF EXISTS public CASCADE;\n")
            with archive.open(cls.member) as source:
                shutil.copyfileobj(source, script, CHUNK)
            script.seek(0)
            options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-"]
            cls.run("psql", *options, source=script)

    @staticmethod
    def run(program, *options, source=None, target=None):
        """Runs a program of PostgreSQL's on this site's database. Raises Unusable, with what it says."""
        (_psql, *arguments), secrets = connection.client.settings_to_cmd_args_env(connection.settings_dict, options)
        with tempfile.TemporaryFile() as errors:
            try:
                process = subprocess.Popen(  # noqa: S603 # nosec B603 # no shell; our own arguments
                    [program, *arguments],
                    env={**os.environ, **(secrets or {})},
                    stdin=source or subprocess.DEVNULL,
                    stdout=subprocess.PIPE if target else subprocess.DEVNULL,
                    stderr=errors,
                )
            except FileNotFoundError as error:
                found = _("%(program)s was not found: install postgresql-client of the server's version, or newer.")
                raise Unusable(found % {"program": program}) from error
            with process:
                if target and process.stdout:
                    shutil.copyfileobj(process.stdout, target, CHUNK)
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
        if process.returncode:
            raise Unusable(_("%(program)s failed: %(reason)s") % {"program": program, "reason": said})


DATABASES: dict[str, type[SQLite] | type[PostgreSQL]] = {"sqlite": SQLite, "postgresql": PostgreSQL}
