"""Changes that the database would refuse, made as someone with the database's own tools could make them."""

import contextlib
import io
import re

from django.core.management import CommandError, call_command
from django.db import connection

from tests.ledger.raw_sql import select, sql

SQLITE_CHECKS = "PRAGMA ignore_check_constraints = {}"


@contextlib.contextmanager
def triggers_disabled():
    """No trigger fires within the block; on PostgreSQL no foreign key either."""
    if connection.vendor == "postgresql":
        sql("SET session_replication_role = replica")
        yield
        sql("SET session_replication_role = origin")
    else:
        triggers = select("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _statement in triggers:
            sql(f"DROP TRIGGER {name}")
        yield
        for _name, statement in triggers:
            sql(statement)


@contextlib.contextmanager
def rules_disabled():
    """No trigger, foreign key or check holds within the block (checks hold on PostgreSQL)."""
    with triggers_disabled():
        if connection.vendor == "postgresql":
            yield
            return
        sql("PRAGMA foreign_keys = OFF")  # without effect in a transaction, where they wait for its end
        sql(SQLITE_CHECKS.format("ON"))
        yield
        sql(SQLITE_CHECKS.format("OFF"))
        sql("PRAGMA foreign_keys = ON")


def tamper(statement, *params):
    with rules_disabled():
        sql(statement, *params)


def triggers():
    """(table, name) of every trigger."""
    if connection.vendor == "postgresql":
        return select(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal ORDER BY 1, 2"
        )
    return select("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2")


def drop_trigger(table, name):
    sql(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def create_foreign_trigger(table="django_session", name="zz"):
    """A trigger that does not belong to the site; returns its table and name."""
    if connection.vendor == "postgresql":
        sql(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$")
        sql(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        sql(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END")
    return table, name


def verify(*arguments):
    """The lines that the command prints, and its exit code."""
    out = io.StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), error.returncode
    return out.getvalue().splitlines(), 0


def first_entry(lines):
    """The number of the entry that the first line names, or the whole line."""
    named = re.match(r"entry (\d+):", lines[0])
    return int(named[1]) if named else lines[0]
