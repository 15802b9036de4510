"""The triggers of the database rules; each `migrate` creates missing ones."""

from django.core.checks import Error
from django.core.management import CommandError
from django.db import connections, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .constraints import (
    DELIVERY,
    EVIDENCE,
    FILTERED_BY,
    FILTERED_BY_COLUMNS,
    HEAD,
    HISTORY_TABLES,
    IMPORT,
    LEDGER,
    MISSION,
    PERIOD,
    REPLACES,
    REPORT,
    REPORT_FILE,
    REVISED,
    RULES,
    STEP,
    TOKEN,
    newest,
)

TABLES = {*REVISED, *(rule.table for rule in RULES)}

HEAD_TO_NEWEST = (
    f"UPDATE {HEAD} SET entry = {newest('newest.id', '0')}, hash = {newest('newest.hash', repr('0' * 64))},"
    " revision = revision + 1, advanced_at = {now}"
)
ADVANCE = f"UPDATE {HEAD} SET revision = revision + 1, advanced_at = {{now}}"
# A name that never repeats, even after a restore.
RENEW = f"{ADVANCE}, register = {{new_name}}"

REMOVE_IT = _("Find out who made this trigger, then remove it with DROP TRIGGER in the database's shell.")


class SQLite:
    words = {
        "recorded_day": "date(NEW.recorded_at, '+14 hours')",
        "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        "new_name": "lower(hex(randomblob(16)))",
        # The ledger's id is not SQLite's rowid, which INSERT OR REPLACE can name too.
        "same_row": "other.rowid = NEW.rowid",
    }

    @classmethod
    def triggers(cls):
        made = {}
        for rule in RULES:
            condition = rule.refused_when.format(**cls.words).replace("IS DISTINCT FROM", "IS NOT")
            made[rule.table, f"hub_{rule.name}"] = (
                f"CREATE TRIGGER hub_{rule.name} BEFORE {rule.event} ON {rule.table} FOR EACH ROW WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{quoted(rule.message)}'); END"
            )
        # SQLite has no TRUNCATE.
        follows = {(LEDGER, "INSERT"): HEAD_TO_NEWEST}
        follows |= {(table, event): advance(table) for table in REVISED for event in ("INSERT", "UPDATE", "DELETE")}
        follows |= {(MISSION, "INSERT"): RENEW, (MISSION, "DELETE"): RENEW}
        follows[MISSION, f"UPDATE OF {FILTERED_BY_COLUMNS}"] = RENEW
        for (table, event), action in follows.items():
            name = f"hub_{table}_{event.partition(',')[0].replace(' ', '_').lower()}_advances"
            made[table, name] = (
                f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW BEGIN {action.format(**cls.words)}; END"
            )
        return made

    expected = triggers

    @staticmethod
    def found(cursor):
        cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {(table, name): sql for table, name, sql in cursor.fetchall()}

    @staticmethod
    def drop(cursor, table, name):
        cursor.execute(f"DROP TRIGGER {name}")


class PostgreSQL:
    words = {
        "recorded_day": "((NEW.recorded_at AT TIME ZONE 'UTC') + interval '14 hours')::date",
        "now": "clock_timestamp()",
        "new_name": "gen_random_uuid()::text",
        "same_row": "1 = 0",
    }

    @classmethod
    def bodies(cls):
        refusal = (
            "BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = '23000'; END IF; RETURN {row}; END"
        )
        made = {}
        for rule in RULES:
            body = refusal.format(
                condition=rule.refused_when.format(**cls.words),
                message=quoted(rule.message),
                row="OLD" if rule.event == "DELETE" else "NEW",
            )
            made[rule.table, f"hub_{rule.name}"] = (f"BEFORE {rule.event} ON {rule.table} FOR EACH ROW", body)
        append_only = (LEDGER, EVIDENCE, HEAD, REPLACES, STEP, IMPORT, REPORT, REPORT_FILE, TOKEN, DELIVERY, PERIOD)
        for table in (*append_only, *HISTORY_TABLES):
            body = refusal.format(condition="true", message=f"{table} is append-only", row="NULL")
            made[table, f"hub_{table}_no_truncate"] = (f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT", body)
        # Otherwise evidence could wait uncommitted until another transaction has inserted its entry.
        made[EVIDENCE, f"hub_{EVIDENCE}_in_turn"] = (
            f"BEFORE INSERT ON {EVIDENCE} FOR EACH STATEMENT",
            f"BEGIN PERFORM 1 FROM {HEAD} FOR UPDATE; RETURN NULL; END",
        )
        # A statement trigger, since a row trigger would be quadratic; before the statement, so that every writer locks
        # the head first and no deadlock occurs.
        for table in REVISED:
            made[table, f"hub_{table}_advances"] = (
                f"BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON {table} FOR EACH STATEMENT",
                f"BEGIN {advance(table).format(**cls.words)}; RETURN NULL; END",
            )
        made[MISSION, f"hub_{MISSION}_renews"] = (
            f"BEFORE INSERT OR DELETE OR UPDATE OF {FILTERED_BY_COLUMNS} OR TRUNCATE ON {MISSION} FOR EACH STATEMENT",
            f"BEGIN {RENEW.format(**cls.words)}; RETURN NULL; END",
        )
        made[LEDGER, f"hub_{LEDGER}_advances"] = (
            f"AFTER INSERT ON {LEDGER} FOR EACH STATEMENT",
            f"BEGIN {HEAD_TO_NEWEST.format(**cls.words)}; RETURN NULL; END",
        )
        return made

    @classmethod
    def triggers(cls):
        return {
            (table, name): f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$;"
            f" {cls.definition(name, fires)}"
            for (table, name), (fires, body) in cls.bodies().items()
        }

    @staticmethod
    def definition(name, fires):
        """Return the trigger's definition as PostgreSQL prints it."""
        return f"CREATE TRIGGER {name} {fires} EXECUTE FUNCTION {name}()"

    @classmethod
    def expected(cls):
        return {key: cls.definition(key[1], fires) + body for key, (fires, body) in cls.bodies().items()}

    @staticmethod
    def found(cursor):
        """Return definitions of all triggers and rewrite rules, except PostgreSQL's own."""
        cursor.execute(
            # A disabled trigger has no definition here, and equals none expected.
            "SELECT c.relname, t.tgname,"
            " CASE WHEN t.tgenabled IN ('O', 'A') THEN pg_get_triggerdef(t.oid, true) || p.prosrc END"
            " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
            " UNION ALL SELECT c.relname, r.rulename || ' (rule)', pg_get_ruledef(r.oid)"
            " FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
            " WHERE r.rulename <> '_RETURN' AND c.relnamespace <> 'pg_catalog'::regnamespace"
            " AND pg_table_is_visible(c.oid)"
        )
        return {(table, name): definition for table, name, definition in cursor.fetchall()}

    @staticmethod
    def drop(cursor, table, name):
        cursor.execute(f"DROP TRIGGER {name} ON {table}")


def advance(table):
    return RENEW if table in FILTERED_BY else ADVANCE


def quoted(text):
    return text.replace("'", "''")


def dialect(connection):
    return PostgreSQL if connection.vendor == "postgresql" else SQLite


def missing(connection) -> list[str]:
    rules = dialect(connection)
    with connection.cursor() as cursor:
        found = rules.found(cursor)
    return sorted(key[1] for key, definition in rules.expected().items() if found.get(key) != definition)


def unexpected(connection) -> list[tuple[str, str]]:
    rules = dialect(connection)
    with connection.cursor() as cursor:
        return sorted(rules.found(cursor).keys() - rules.expected().keys())


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
            for statement in dialect(connection).triggers().values():
                cursor.execute(statement)


def drop(connection):
    rules = dialect(connection)
    with connection.cursor() as cursor:
        for table, name in rules.found(cursor).keys() & rules.expected().keys():
            rules.drop(cursor, table, name)


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
