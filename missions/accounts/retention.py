"""How long sign-ins, sessions and logs are stored."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ..exchange.models import Import

SIGN_INS = timedelta(days=366)  # for audits; Chinese law demands at least six months
# axes deletes them too, but only at the next sign-in or sign-out.
FAILED_SIGN_INS = settings.AXES_COOLOFF_TIME
BACK_OFFICE_LOG = timedelta(days=366)  # Django's admin log; the field history has more
BATCH_SIZE = 1000  # rows per transaction, so that writers do not wait long


def delete_expired() -> dict[str, int]:
    """Return the number of deleted rows by table."""
    now = timezone.now()
    own_session = Session.objects.filter(session_key=OuterRef("session_key"))
    expired: tuple[QuerySet, ...] = (
        Session.objects.filter(expire_date__lt=now),
        UserSession.objects.filter(~Exists(own_session)),
        AccessLog.objects.filter(attempt_time__lt=now - SIGN_INS),
        AccessAttempt.objects.filter(attempt_time__lt=now - FAILED_SIGN_INS),
        LogEntry.objects.filter(action_time__lt=now - BACK_OFFICE_LOG),
        Import.objects.expired(now),
    )
    deleted = {rows.model._meta.db_table: delete(rows) for rows in expired}
    with connection.cursor() as cursor:
        # Attempt counters contain IP addresses, and Django keeps them.
        cursor.execute("DELETE FROM cache WHERE expires < %s", [connection.ops.adapt_datetimefield_value(now)])
        deleted["cache"] = cursor.rowcount
        if connection.vendor == "sqlite":
            # The write-ahead log still contains what was deleted.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return deleted


def delete(rows: QuerySet) -> int:
    count = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:BATCH_SIZE]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        count += len(keys)
    return count
