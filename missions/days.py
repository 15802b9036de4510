"""Dates and times: a date is in HUB_TIME_ZONE, from 1900 to 2100."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)


def today() -> date:
    return timezone.localdate()


def end_of(day: date) -> datetime:
    """Return the first moment of the next day in HUB_TIME_ZONE."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
