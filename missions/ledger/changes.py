"""Changes: all entries except openings, with what was true before."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Case, Count, DateField, F, OuterRef, Prefetch, QuerySet, Subquery, Value, When
from django.db.models.functions import TruncDate

from ..days import today
from .entries import EntryKind, Evidence, StatusChange

# Number of entries read first, and at most at once.
FIRST_READ, MOST_READ = 50, 10_000

# A correction is listed under the date it was recorded.
DAY = Case(
    When(kind=EntryKind.CORRECTION, then=TruncDate("recorded_at")), default=F("effective_on"), output_field=DateField()
)


def changes_queryset(
    on: date | None = None, known_at: date | None = None, since: date | None = None, until: date | None = None
):
    """Return the entries, except openings, up to `on` as known at `known_at`.

    Each carries `day`, by which it is listed, and which is neither before `since` nor after `until`.
    """
    entries = StatusChange.objects.known(known_at).filter(effective_on__lte=on or today())
    entries = entries.exclude(kind=EntryKind.OPENING).annotate(day=DAY)
    if since:
        entries = entries.filter(day__gte=since)
    return entries.filter(day__lte=until) if until else entries


def changes(on: date | None = None, known_at: date | None = None, *period: date | None):
    """Annotate these entries for files and feeds.

    Each carries `before` and `due_before`, the status and the due date in force just before it by all that is known;
    `is_confirmation`, whether a report says only what was in force anyway; `corrected_by`, the number of the
    correction that replaces it; `public_evidence`.
    """
    evidence = Evidence.objects.filter(is_public=True).select_related("file", "source")
    return (
        _compared(changes_queryset(on, known_at, *period), on, known_at)
        .select_related("mission__instrument", "mission__theme", "mission__lead_owner", "corrects", "correction")
        .select_related("reported_by")
        .prefetch_related(Prefetch("evidence", evidence, to_attr="public_evidence"))
    )


def page_of_changes(entries: QuerySet, on: date | None = None, known_at: date | None = None) -> list[Any]:
    """Return these entries, in order, with what `changes` annotates and the number of `pieces` of public evidence.

    Takes two queries: what was true before is looked up for these alone, not for all among which they were found.
    """
    days = dict(entries.values_list("pk", "day"))
    pieces = Evidence.objects.filter(change=OuterRef("pk"), is_public=True).order_by().values("change")
    found = _compared(StatusChange.objects.filter(pk__in=days), on, known_at)
    found = found.annotate(pieces=Subquery(pieces.values(n=Count("pk"))))
    by_key = found.select_related("mission", "corrects", "correction", "reported_by").in_bulk()
    for pk, day in days.items():
        by_key[pk].day = day
    return [by_key[pk] for pk in days]


def latest_changes(on: date | None = None, known_at: date | None = None, **which) -> Iterator[Any]:
    """Yield uncorrected entries of `which` missions, the latest first.

    A correction that was recorded after the day `on` has its `day` on the one it takes effect on.
    """
    on = on or today()
    entries = changes_queryset(on, known_at).filter(**which)
    if on < today():  # today none was recorded later, and the plain day is one that an index has
        day = Case(When(day__gt=on, then=F("effective_on")), default=F("day"), output_field=DateField())
        entries = entries.annotate(day=day)
    start, number = 0, FIRST_READ
    while True:
        found = page_of_changes(entries.order_by("-day", "-pk")[start : start + number], on, known_at)
        yield from (change for change in found if not change.corrected_by)
        if len(found) < number:
            return
        start, number = start + number, min(number * 4, MOST_READ)


def confirmations(since: date, on: date | None = None, known_at: date | None = None) -> int:
    reports = StatusChange.objects.uncorrected(on, known_at).filter(kind=EntryKind.REPORT, effective_on__gte=since)
    return reports.filter(status=_in_force(on, known_at, "status")).count()


def _compared(entries, on, known_at):
    corrections = StatusChange.objects.known(known_at).filter(corrects=OuterRef("pk"))
    return entries.annotate(
        before=_in_force(on, known_at, "status"),
        due_before=_in_force(on, known_at, "due"),
        corrected_by=Subquery(corrections.values("pk")) if known_at else F("correction"),
    ).annotate(
        is_confirmation=Case(When(kind=EntryKind.REPORT, status=F("before"), then=Value(True)), default=Value(False))
    )


def _in_force(on, known_at, field):
    return Subquery(StatusChange.objects.before_each(field, on, known_at)[:1])
