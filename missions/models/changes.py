"""What changed: the entries of the ledger but for its openings, each with what was true before it."""

from datetime import date

from django.db.models import Case, DateField, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import TruncDate

from .days import today
from .ledger import EntryKind, Evidence, StatusChange

# A correction is news on the day it was recorded, whatever day it takes effect on.
DAY = Case(
    When(kind=EntryKind.CORRECTION, then=TruncDate("recorded_at")), default=F("effective_on"), output_field=DateField()
)


def changes(on: date | None = None, known_at: date | None = None):
    """The entries but openings that took effect by the day `on` and were known at the end of the day `known_at`.

    Each carries `day`, by which it is listed; `before` and `due_before`, the status and the due date in force just
    before it by all that is known; `is_confirmation`, whether a report says only what was in force anyway;
    `corrected_by`, the number of the correction that replaces it; `public_evidence`.
    """
    on = on or today()
    corrections = StatusChange.objects.known(known_at).filter(corrects=OuterRef("pk"))
    entries = StatusChange.objects.known(known_at).filter(effective_on__lte=on).exclude(kind=EntryKind.OPENING)
    entries = entries.annotate(
        day=DAY,
        before=_in_force(on, known_at, "status"),
        due_before=_in_force(on, known_at, "due"),
        corrected_by=Subquery(corrections.values("pk")),
    ).annotate(
        is_confirmation=Case(When(kind=EntryKind.REPORT, status=F("before"), then=Value(True)), default=Value(False))
    )
    evidence = Evidence.objects.filter(is_public=True).select_related("file")
    return entries.select_related(
        "mission__instrument", "mission__theme", "mission__lead_owner", "corrects", "correction"
    ).prefetch_related(Prefetch("evidence", evidence, to_attr="public_evidence"))


def latest_changes(on: date | None = None, known_at: date | None = None):
    """The changes that stand, the newest first, without their evidence.

    A correction that was recorded after the day `on` has its `day` on the one it takes effect on.
    """
    on = on or today()
    standing = changes(on, known_at).filter(corrected_by=None).prefetch_related(None)
    if on < today():  # today none was recorded later, and the plain day is one that an index has
        day = Case(When(day__gt=on, then=F("effective_on")), default=F("day"), output_field=DateField())
        standing = standing.annotate(day=day)
    return standing.order_by("-day", "-pk")


def _in_force(on, known_at, field):
    """The status or due date that stood just before an entry."""
    earlier = Q(effective_on__lt=OuterRef("effective_on")) | Q(
        effective_on=OuterRef("effective_on"), id__lt=OuterRef("id")
    )
    standing = StatusChange.objects.standing(on, known_at).filter(
        earlier, mission=OuterRef("mission"), **{f"sets_{field}": True}
    )
    return Subquery(standing.newest_first().values(field)[:1])
