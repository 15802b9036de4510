"""For other folders, until they use `tests.ledger.raw_sql`."""

from django.db import connection, transaction

from tests.ledger.raw_sql import LEDGER, REPORT, REPORT_FILE, insert, sql

__all__ = ["LEDGER", "REPORT", "REPORT_FILE", "attempt", "bulk_updated", "insert", "saved", "sql"]


def attempt(write, at):
    with transaction.atomic():
        write(at)
        connection.check_constraints()


def saved(record, **changes):
    for field, value in changes.items():
        setattr(record, field, value)
    record.save()


def bulk_updated(record, field, value):
    setattr(record, field, value)
    type(record).objects.bulk_update([record], [field])
