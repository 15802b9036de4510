"""The triggers of the database rules and of the data version; each `migrate` creates missing ones."""

from django.core.checks import Error
from django.core.management import CommandError
from django.db import connections, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .constraints import EVIDENCE, HEAD, LEDGER, REVISED, RULES, newest

TABLES = {*REVISED, *(table for table, _event in RULES)}

ADVANCE = f"UPDATE {HEAD} SET revision = revision + 1, advanced_at = {{now}}"
FOLLOW_LEDGER = f"{ADVANCE}, entry = {newest('id', 0)}, hash = {newest('hash', repr('0' * 64))}"

REMOVE_IT = _("Find out who made this trigger, then remove it with DROP TRIGGER in the database's shell.")


def quoted(text):
    return text.replace("'", "''")


class SQLite:
    words = {
        "recorded_day": "date(NEW.recorded_at, '+14 hours')",
        "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        # The ledger's id is not SQLite's rowid, which INSERT OR REPLACE can name too.
        "same_row": "other.rowid = NEW.rowid",
    }
    create = "CREATE TRIGGER {name} {fires} BEGIN {body}; END"
    drop = "DROP TRIGGER {name}"
    found = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"

    @staticmethod
    def triggers():
        """Yield (table, end of the name, when it fires, body)."""
        for (table, event), rules in RULES.items():
            refusals = (f"SELECT RAISE(ABORT, '{quoted(text)}') WHERE {condition}" for text, condition in rules.items())
            body = "; ".join(refusals).replace("IS DISTINCT FROM", "IS NOT")
            yield table, event.lower(), f"BEFORE {event} ON {table} FOR EACH ROW", body
        follows = {(table, event): ADVANCE for table in REVISED for event in ("INSERT", "UPDATE", "DELETE")}
        follows[LEDGER, "INSERT"] = FOLLOW_LEDGER
        for (table, event), action in follows.items():
            yield table, f"{event.lower()}_advances", f"AFTER {event} ON {table} FOR EACH ROW", action


class PostgreSQL:
    words = {
        "recorded_day": "((NEW.recorded_at AT TIME ZONE 'UTC') + interval '14 hours')::date",
        "now": "clock_timestamp()",
        "same_row": "1 = 0",
    }
    create = (
        "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {body}; END$$;"
        " CREATE TRIGGER {name} {fires} EXECUTE FUNCTION {name}()"
    )
    drop = "DROP TRIGGER {name} ON {table}"
    # All triggers, in the form of `create`, and rewrite rules, but PostgreSQL's own. A disabled trigger equals none.
    found = """
        SELECT c.relname, t.tgname, CASE WHEN t.tgenabled IN ('O', 'A') THEN 'CREATE OR REPLACE FUNCTION ' || p.proname
            || '() RETURNS trigger LANGUAGE plpgsql AS $$' || p.prosrc || '$$; ' || pg_get_triggerdef(t.oid, true) END
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)
        UNION ALL SELECT c.relname, r.rulename || ' (rule)', pg_get_ruledef(r.oid)
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        WHERE r.rulename <> '_RETURN' AND c.relnamespace <> 'pg_catalog'::regnamespace
            AND pg_table_is_visible(c.oid)"""

    @staticmethod
    def triggers():
        """Yield (table, end of the name, when it fires, body)."""
        refusal = "IF {} THEN RAISE EXCEPTION '{}' USING ERRCODE = '23000'; END IF"
        for (table, event), rules in RULES.items():
            body = "; ".join(refusal.format(condition, quoted(text)) for text, condition in rules.items())
            row = "OLD" if event == "DELETE" else "NEW"
            yield table, event.lower(), f"BEFORE {event} ON {table} FOR EACH ROW", f"{body}; RETURN {row}"
        statements = [
            *(
                (table, "truncate", "BEFORE TRUNCATE", refusal.format("true", f"the rows of {table} stay"))
                for table, event in RULES
                if event == "DELETE"
            ),
            # Otherwise evidence could wait uncommitted until another transaction has inserted its entry.
            (EVIDENCE, "in_turn", "BEFORE INSERT", f"PERFORM 1 FROM {HEAD} FOR UPDATE"),
            # Statement triggers, since row triggers would be quadratic; before the statement, so that every writer
            # locks the head first and no deadlock occurs.
            *((table, "advances", "BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE", ADVANCE) for table in REVISED),
            (LEDGER, "advances", "AFTER INSERT", FOLLOW_LEDGER),
        ]
        for table, name, fires, action in statements:
            yield table, name, f"{fires} ON {table} FOR EACH STATEMENT", f"{action}; RETURN NULL"


def dialect(connection):
    return PostgreSQL if connection.vendor == "postgresql" else SQLite


def expected(connection) -> dict[tuple[str, str], str]:
    """Map (table, name) to the statement that creates the trigger."""
    rules = dialect(connection)
    return {
        (table, f"hub_{table}_{end}"): rules.create.format(
            name=f"hub_{table}_{end}", fires=fires, body=body.format(**rules.words)
        )
        for table, end, fires, body in rules.triggers()
    }


def find(connection) -> dict[tuple[str, str], str]:
    with connection.cursor() as cursor:
        cursor.execute(dialect(connection).found)
        return {(table, name): statement for table, name, statement in cursor.fetchall()}


def missing(connection) -> list[str]:
    found = find(connection)
    return sorted(key[1] for key, statement in expected(connection).items() if found.get(key) != statement)


def unexpected(connection) -> list[tuple[str, str]]:
    return sorted(find(connection).keys() - expected(connection).keys())


def explain_unexpected(table: str, name: str) -> str:
    words = {"table": table, "name": name}
    return _("the table %(table)s has a trigger that does not belong to this site: %(name)s") % words


def before_migrate(*, using, plan=(), **kwargs):
    """Drop triggers before SQLite recreates tables; PostgreSQL only when migrating back.

    Raises CommandError where there are others: SQLite would lose them with the tables that it remakes.
    """
    connection = connections[using]
    if plan and (connection.vendor == "sqlite" or any(is_backwards for _migration, is_backwards in plan)):
        for table, name in unexpected(connection):
            raise CommandError(f"{capfirst(explain_unexpected(table, name))}. {REMOVE_IT}")
        with transaction.atomic(using=using):
            drop(connection)


def after_migrate(*, using, **kwargs):
    connection = connections[using]
    if not missing(connection):
        return  # a site that runs beside this one does not wait for what changes nothing
    with transaction.atomic(using=using), connection.cursor() as cursor:
        drop(connection)
        if set(connection.introspection.table_names(cursor)) >= TABLES:
            for statement in expected(connection).values():
                cursor.execute(statement)


def drop(connection):
    with connection.cursor() as cursor:
        for table, name in find(connection).keys() & expected(connection).keys():
            cursor.execute(dialect(connection).drop.format(table=table, name=name))


def check_triggers(*, databases=None, **kwargs):
    """System check: report missing and foreign triggers."""
    errors = []
    for alias in databases or []:
        connection = connections[alias]
        if not set(connection.introspection.table_names()) >= TABLES:
            continue
        for name in missing(connection):
            words = {"name": name, "database": alias}
            error = _("The trigger %(name)s of the database “%(database)s” is missing or altered.") % words
            hint = _("Run “manage.py migrate”: it makes every trigger again.")
            errors.append(Error(error, hint=str(hint), id="missions.E001"))
        for table, name in unexpected(connection):
            errors.append(Error(capfirst(explain_unexpected(table, name)), hint=str(REMOVE_IT), id="missions.E003"))
    return errors
