"""Changes that the database would refuse: the one place where tests put its rules out of force."""

import contextlib

from django.db import connection

from missions.models import triggers
from tests.models.forging import sql


@contextlib.contextmanager
def rules_out_of_force():
    """No trigger, foreign key or check holds within the block, as for someone with the database's own tools."""
    if connection.vendor == "postgresql":
        sql("SET session_replication_role = replica")
        yield
        sql("SET session_replication_role = origin")
    else:
        triggers.drop(connection)
        sql("PRAGMA foreign_keys = OFF")
        sql("PRAGMA ignore_check_constraints = ON")
        yield
        sql("PRAGMA ignore_check_constraints = OFF")
        sql("PRAGMA foreign_keys = ON")
        triggers.after_migrate(using="default")


def tamper(statement, *params):
    with rules_out_of_force():
        sql(statement, *params)
