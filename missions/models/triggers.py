"""The triggers that hold the rules of refusal and advance the revision, made anew after every migrate."""

from django.core.checks import Error
from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from . import refusals, refusals_of_accounts, refusals_of_stretches, refusals_of_tokens
from .refusals import (
    EVIDENCE,
    FILE,
    FILTERED_BY,
    FILTERED_BY_COLUMNS,
    HEAD,
    IMPORT,
    LEDGER,
    MISSION,
    REPLACES,
    REPORT,
    REPORT_FILE,
    REVISED,
    STEP,
    newest,
)
from .refusals_of_accounts import USER
from .refusals_of_stretches import STRETCH
from .refusals_of_tokens import DELIVERY, TOKEN

RULES = [*refusals.RULES, *refusals_of_accounts.RULES, *refusals_of_stretches.RULES, *refusals_of_tokens.RULES]
TABLES = {LEDGER, EVIDENCE, HEAD, STEP, FILE, IMPORT, REPORT_FILE, TOKEN, DELIVERY, STRETCH, USER, *REVISED}

HEAD_TO_NEWEST = (
    f"UPDATE {HEAD} SET entry = {newest('newest.id', '0')}, hash = {newest('newest.hash', repr('0' * 64))},"
    " revision = revision + 1, advanced_at = {now}"
)
ADVANCE = f"UPDATE {HEAD} SET revision = revision + 1, advanced_at = {{now}}"
# A name that never comes again, also where the site is set back to a copy of itself.
RENEW = f"{ADVANCE}, register = {{new_name}}"


class SQLite:
    words = {
        "recorded_day": "date(NEW.recorded_at, '+14 hours')",
        "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        "new_name": "lower(hex(randomblob(16)))",
        # The ledger's id is not SQLite's own row number, which INSERT OR REPLACE can name as well.
        "same_row": "other.rowid = NEW.rowid",
    }

    @classmethod
    def triggers(cls):
        """Name → the statement that makes the trigger."""
        made = {}
        for rule in RULES:
            condition = rule.refused_when.format(**cls.words).replace("IS DISTINCT FROM", "IS NOT")
            made[f"hub_{rule.name}"] = (
                f"CREATE TRIGGER hub_{rule.name} BEFORE {rule.event} ON {rule.table} FOR EACH ROW WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{quoted(rule.message)}'); END"
            )
        # No TRUNCATE here: SQLite has none.
        follows = {(LEDGER, "INSERT"): HEAD_TO_NEWEST}
        follows |= {(table, event): advance(table) for table in REVISED for event in ("INSERT", "UPDATE", "DELETE")}
        follows |= {(MISSION, "INSERT"): RENEW, (MISSION, "DELETE"): RENEW}
        follows[MISSION, f"UPDATE OF {FILTERED_BY_COLUMNS}"] = RENEW
        for (table, event), action in follows.items():
            name = f"hub_{table}_{event.partition(',')[0].replace(' ', '_').lower()}_advances"
            made[name] = (
                f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW BEGIN {action.format(**cls.words)}; END"
            )
        return made

    expected = triggers

    @staticmethod
    def found(cursor):
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'hub\\_%' ESCAPE '\\'")
        return dict(cursor.fetchall())

    @staticmethod
    def drop(cursor, name):
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
        """Name → (when and on what it fires, the body of its function)."""
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
            made[f"hub_{rule.name}"] = (f"BEFORE {rule.event} ON {rule.table} FOR EACH ROW", body)
        for table in (LEDGER, EVIDENCE, HEAD, REPLACES, STEP, IMPORT, REPORT, REPORT_FILE, TOKEN, DELIVERY, STRETCH):
            body = refusal.format(condition="true", message=f"{table} is append-only", row="NULL")
            made[f"hub_{table}_no_truncate"] = (f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT", body)
        # Otherwise evidence could wait uncommitted until another transaction has written the entry that it names.
        made[f"hub_{EVIDENCE}_in_turn"] = (
            f"BEFORE INSERT ON {EVIDENCE} FOR EACH STATEMENT",
            f"BEGIN PERFORM 1 FROM {HEAD} FOR UPDATE; RETURN NULL; END",
        )
        # A statement trigger, since one for each row would be quadratic; before the statement, so that every writer
        # takes the head's lock first and none waits for another in a circle.
        for table in REVISED:
            made[f"hub_{table}_advances"] = (
                f"BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON {table} FOR EACH STATEMENT",
                f"BEGIN {advance(table).format(**cls.words)}; RETURN NULL; END",
            )
        made[f"hub_{MISSION}_renews"] = (
            f"BEFORE INSERT OR DELETE OR UPDATE OF {FILTERED_BY_COLUMNS} OR TRUNCATE ON {MISSION} FOR EACH STATEMENT",
            f"BEGIN {RENEW.format(**cls.words)}; RETURN NULL; END",
        )
        made[f"hub_{LEDGER}_advances"] = (
            f"AFTER INSERT ON {LEDGER} FOR EACH STATEMENT",
            f"BEGIN {HEAD_TO_NEWEST.format(**cls.words)}; RETURN NULL; END",
        )
        return made

    @classmethod
    def triggers(cls):
        return {
            name: f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$;"
            f" {cls.definition(name, fires)}"
            for name, (fires, body) in cls.bodies().items()
        }

    @staticmethod
    def definition(name, fires):
        """The trigger in the very words in which PostgreSQL gives it back."""
        return f"CREATE TRIGGER {name} {fires} EXECUTE FUNCTION {name}()"

    @classmethod
    def expected(cls):
        return {name: cls.definition(name, fires) + body for name, (fires, body) in cls.bodies().items()}

    @staticmethod
    def found(cursor):
        cursor.execute(
            "SELECT t.tgname, pg_get_triggerdef(t.oid, true) || p.prosrc"
            " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE 'hub\\_%' AND t.tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)"
        )
        return dict(cursor.fetchall())

    @staticmethod
    def drop(cursor, name):
        cursor.execute(f"DROP FUNCTION {name}() CASCADE")


def advance(table):
    return RENEW if table in FILTERED_BY else ADVANCE


def quoted(text):
    return text.replace("'", "''")


def dialect(connection):
    return PostgreSQL if connection.vendor == "postgresql" else SQLite


def missing(connection) -> list[str]:
    """The names of the triggers that are not there, are switched off, or do something else than they should."""
    rules = dialect(connection)
    with connection.cursor() as cursor:
        found = rules.found(cursor)
    return sorted(name for name, text in rules.expected().items() if found.get(name) != text)


def before_migrate(*, using, plan=(), **kwargs):
    """Drops them; on PostgreSQL only on the way back: it remakes no table, and the site writes on while it migrates."""
    if plan and (connections[using].vendor == "sqlite" or any(is_backwards for _migration, is_backwards in plan)):
        with transaction.atomic(using=using):
            drop(connections[using])


def after_migrate(*, using, **kwargs):
    """Makes every trigger, once all tables are there; a migration back to nothing leaves none."""
    connection = connections[using]
    rules = dialect(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if rules.found(cursor) == rules.expected():
            return  # a site that runs beside this one does not wait for what changes nothing
        drop(connection)
        if set(connection.introspection.table_names(cursor)) >= TABLES:
            for statement in rules.triggers().values():
                cursor.execute(statement)


def drop(connection):
    with connection.cursor() as cursor:
        for name in dialect(connection).found(cursor):
            dialect(connection).drop(cursor, name)


def check_triggers(*, databases=None, **kwargs):
    """A system check (`manage.py check --database default`): an error for each missing trigger."""
    return [
        Error(
            _("The trigger %(name)s of the database “%(database)s” is missing or altered.")
            % {"name": name, "database": alias},
            hint=str(_("Run “manage.py migrate”: it makes every trigger anew.")),
            id="missions.E001",
        )
        for alias in databases or []
        if set(connections[alias].introspection.table_names()) >= TABLES
        for name in missing(connections[alias])
    ]
