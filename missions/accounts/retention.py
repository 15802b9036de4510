"""For how long things are kept that nobody needs for good, and what is forgotten after that."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ..exchange.models import Import

SIGN_INS = timedelta(days=366)  # a year, which an audit asks about; Chinese law asks for six months at least
# After that they lock nobody out, and axes deletes them itself, though only when somebody next signs in or out.
FAILED_SIGN_INS = settings.AXES_COOLOFF_TIME
BACK_OFFICE_LOG = timedelta(days=366)  # Django's own: the field history says the same, and more
AT_ONCE = 1000  # rows in a transaction, so that writers do not wait for long


def forget_expired() -> dict[str, int]:
    """Deletes what is past its time; returns how many rows of which table that were."""
    now = timezone.now()
    session_of_it = Session.objects.filter(session_key=OuterRef("session_key"))
    expired: tuple[QuerySet, ...] = (
        Session.objects.filter(expire_date__lt=now),
        UserSession.objects.filter(~Exists(session_of_it)),
        AccessLog.objects.filter(attempt_time__lt=now - SIGN_INS),
        AccessAttempt.objects.filter(attempt_time__lt=now - FAILED_SIGN_INS),
        LogEntry.objects.filter(action_time__lt=now - BACK_OFFICE_LOG),
        Import.objects.expired(now),
    )
    gone = {rows.model._meta.db_table: delete(rows) for rows in expired}
    gone["cache"] = delete_cached(now)
    empty_write_ahead_log()
    return gone


def delete(rows: QuerySet) -> int:
    """Deletes the rows, some at a time; returns how many they were."""
    count = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        count += len(keys)
    return count


def delete_cached(now: datetime) -> int:
    """Deletes counts of attempts that have run out, by which an address on the network is named; Django keeps them."""
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < %s", [moment])
        return cursor.rowcount


def empty_write_ahead_log() -> None:
    """SQLite keeps there what was written since long ago, and so what was overwritten or deleted."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
