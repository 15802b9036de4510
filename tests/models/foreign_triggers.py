"""Triggers that do not belong to the site, as someone with the database's own tools could make them."""

from django.db import connection

from tests.models.forging import sql

FUNCTION = "CREATE FUNCTION zz() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$"
TRIGGER = "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
ON_POSTGRESQL = {
    "on the ledger": ("missions_statuschange", "zz", [FUNCTION, TRIGGER]),
    "on a table of Django": ("django_session", "zz", [FUNCTION, TRIGGER]),
    "with a name like those of the site": ("missions_user", "hub_zz", [FUNCTION, TRIGGER]),
    "of the site, on another table": ("missions_user", "hub_ledger_no_update", [FUNCTION, TRIGGER]),
    "switched off": (
        "missions_user", "zz", [FUNCTION, TRIGGER, "ALTER TABLE missions_user DISABLE TRIGGER zz"],
    ),
    "that calls a function of the site": (
        "missions_user", "zz", [TRIGGER.replace("{function}", "hub_ledger_no_update")],
    ),
    "a rule": ("axes_accesslog", "zz (rule)", ["CREATE RULE zz AS ON INSERT TO {table} DO INSTEAD NOTHING"]),
}  # fmt: skip

IGNORE = "CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(IGNORE); END"
ON_SQLITE = {
    "on the ledger": ("missions_statuschange", "zz", [IGNORE]),
    "on a table of Django": ("django_session", "zz", [IGNORE]),
    "with a name like those of the site": ("missions_user", "hub_zz", [IGNORE]),
}
FOREIGN = ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE


def make(name="on the ledger"):
    """Makes one of them; returns its table and its name."""
    table, trigger, statements = FOREIGN[name]
    for statement in statements:
        sql(statement.format(table=table, name=trigger, event="INSERT", function="zz"))
    return table, trigger
