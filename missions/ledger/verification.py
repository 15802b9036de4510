"""Verification of the ledger and its files.

Everything is recomputed: no flag, hash or stored column is trusted.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, chain, zip_longest
from typing import Any, NamedTuple

from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from ..register.mission import Mission
from ..register.models import Organisation
from ..reports.models import FrozenReport
from ..workflow.evidence_files import EvidenceFile
from . import triggers
from .as_of import PROJECTION
from .corruption import explain_corruption
from .entries import GENESIS, EntryKind, Evidence, Head, StatusChange
from .periods import PeriodValues, StatusPeriod, periods_by_mission, with_linked

CHUNK = 1000
BEFORE_ALL = -1

DAYS = ("due", "effective_on", "recorded_at")
STORED = {f"{name}_stored": Cast(name, models.CharField()) for name in DAYS}
# Stored values of a period as text: SQLite accepts and compares any text.
STORED_PERIOD = [Cast(name, models.CharField()) for name in PeriodValues._fields]

# Kind → whether it sets status and due date. A correction sets what the corrected entry does.
SETS: dict[str, tuple[bool, bool]] = {
    EntryKind.OPENING: (True, True),
    EntryKind.REPORT: (True, False),
    EntryKind.DEADLINE: (False, True),
}


@dataclass(frozen=True)
class Problem:
    """A finding and its entry; None if it belongs to no entry."""

    entry: int | None
    finding: str

    def __str__(self):
        return self.finding if self.entry is None else f"entry {self.entry}: {self.finding}"


def problems(against: tuple[int, str] | None = None) -> Iterator[Problem]:
    """Yield problems of entries, evidence, files, projections, reports, triggers.

    `against` is a head that was saved earlier, entry and hash.
    """
    yield from _chain()
    if against and not StatusChange.objects.filter(pk=against[0], hash=against[1]).exists():
        yield Problem(against[0], _("its hash is not the one that was saved"))
    yield from _stray_evidence()
    yield from _files()
    yield from sorted(_projection(), key=lambda problem: problem.entry or 0)
    yield from _reports()
    for name in triggers.missing(connection):
        yield Problem(None, _("the trigger %(name)s is missing or altered") % {"name": name})
    for table, name in triggers.unexpected(connection):
        yield Problem(None, triggers.explain_unexpected(table, name))


# --- reading ----------------------------------------------------------------------------------------------------------


class UnreadableEntry(NamedTuple):
    """A row that is no valid record any more, such as a date of 30 February."""

    pk: int


def _all(rows: models.QuerySet, after: int = BEFORE_ALL) -> Iterator[Any]:
    """Yield the rows by key; one by one where a chunk has an unreadable one."""
    rows = rows.order_by("pk")
    for keys in batched(rows.filter(pk__gt=after).values_list("pk", flat=True), CHUNK):
        chunk = rows.filter(pk__in=keys)
        yield from _read(chunk) or chain.from_iterable(
            _read(rows.filter(pk=key)) or [UnreadableEntry(key)] for key in keys
        )


def _read(rows):
    """Return the rows, or None if a tampered value keeps one from being read."""
    try:
        return list(rows)
    except Exception as error:
        if explain_corruption(error):
            raise
        return None


# --- the chain --------------------------------------------------------------------------------------------------------


class Link(NamedTuple):
    """The previous entry; unknown hash and time match anything."""

    pk: int = 0
    hash: str | None = None
    recorded_at: datetime | None = None


def _chain() -> Iterator[Problem]:
    last = Link(hash=GENESIS)
    while True:
        last = yield from _follow(last)
        head = Head.objects.only("entry", "hash").first()
        # Later rows were written during the check, or are missing.
        if head is None or head.entry <= last.pk or not StatusChange.objects.filter(pk__gt=last.pk).exists():
            break
    if head is None:
        yield Problem(None, _("the head of the ledger is missing"))
    elif head.entry > last.pk:
        yield _missing(last.pk + 1, head.entry)
    elif (head.entry, head.hash) != (last.pk, last.hash or head.hash):
        yield Problem(last.pk, _("the head of the ledger is not this entry, the latest one"))


def _follow(last):
    # Not select_related: an entry whose mission is missing would be left out.
    mission = models.Prefetch("mission", Mission.objects.only("code"))
    organisation = models.Prefetch("reported_by", Organisation.objects.only("code"))
    entries = StatusChange.objects.prefetch_related(mission, organisation, "corrects", "evidence__file").annotate(
        **STORED
    )
    for entry in _all(entries, last.pk or BEFORE_ALL):
        if entry.pk < 1:
            yield Problem(entry.pk, _("the first entry is entry 1"))
            continue
        if entry.pk > last.pk + 1:
            yield _missing(last.pk + 1, entry.pk - 1)
            last = Link()
        computed_hash = _computed_hash(entry)
        if computed_hash is None:
            yield Problem(entry.pk, _("it cannot be read"))
            last = Link(entry.pk)
            continue
        yield from (Problem(entry.pk, finding) for finding in _findings(entry, computed_hash, last))
        last = Link(entry.pk, entry.hash, entry.recorded_at)
    return last


def _missing(first, last):
    if first == last:
        return Problem(first, _("it is missing"))
    return Problem(first, _("it is missing, and so are those up to entry %(last)d") % {"last": last})


def _computed_hash(entry):
    try:
        return entry.computed_hash()
    except Exception as error:  # Unreadable, a day that is None, a mission that is gone: whatever tampering leads to
        if explain_corruption(error):
            raise
        return None


def _findings(entry, computed_hash, last):
    if last.hash and entry.prev_hash != last.hash:
        yield _("its prev_hash is not the hash of the entry before it")
    if last.recorded_at and entry.recorded_at < last.recorded_at:
        yield _("it was recorded before the entry before it")
    if entry.hash != computed_hash:
        yield _("its hash is not that of its content and evidence")
    if not _days_as_written(entry):
        yield _("a date of it is not stored in the form in which dates are compared")
    if _sets(entry) != (entry.sets_status, entry.sets_due):
        yield _("its flags do not say what an entry of its kind sets")


def _days_as_written(entry):
    """Return whether dates are stored as Django writes them; SQLite compares text."""
    if connection.vendor != "sqlite":
        return True
    fields = [field for field in StatusChange._meta.concrete_fields if field.name in DAYS]
    return all(
        field.get_db_prep_save(field.value_from_object(entry), connection) == getattr(entry, f"{field.name}_stored")
        for field in fields
    )


def _sets(entry):
    corrected = entry.corrects
    if entry.kind != EntryKind.CORRECTION:
        return SETS.get(entry.kind)
    if corrected and corrected.mission_id == entry.mission_id and corrected.pk < entry.pk:
        return corrected.sets_status, corrected.sets_due
    return None


def _stray_evidence():
    entries = StatusChange.objects.filter(pk=OuterRef("change_id"))
    stray = Evidence.objects.filter(~Exists(entries)).order_by("change_id")
    for entry in stray.values_list("change_id", flat=True).distinct():
        yield Problem(entry, _("there is evidence for it, but no such entry"))


def _reports():
    for report in _all(FrozenReport.objects.all()):
        if isinstance(report, UnreadableEntry):
            yield Problem(None, _("frozen report %(number)d cannot be read") % {"number": report.pk})
        else:
            yield from (Problem(None, finding) for finding in report.findings())


# --- files ------------------------------------------------------------------------------------------------------------


def _files():
    # Not select_related: evidence whose file record is missing would be left out.
    for item in _all(Evidence.objects.exclude(file_id=None).prefetch_related("file")):
        # An unreadable one breaks its entry's hash, which was reported.
        if not isinstance(item, UnreadableEntry) and (finding := _file_finding(item.file)):
            yield Problem(item.change_id, finding)


def _file_finding(file):
    if file is None:
        return _("a file that it cites is not recorded")
    try:
        with file.content.open() as stored:
            digest = hashlib.file_digest(stored, "sha256").hexdigest()
            is_same = (stored.size, digest) == (file.size, file.sha256)
    except Exception:  # besides a file that is gone: whatever a tampered path leads to
        return _("the file “%(name)s” is missing or cannot be read") % {"name": file.name}
    return None if is_same else _("the file “%(name)s” is not the one that was taken in") % {"name": file.name}


def orphans() -> Iterator[str]:
    top = default_storage.path("")
    for folder, _folders, names in os.walk(top):
        for some in batched(sorted(names), CHUNK):
            paths = [os.path.relpath(os.path.join(folder, name), top) for name in some]
            recorded = set(EvidenceFile.objects.filter(content__in=paths).values_list("content", flat=True))
            yield from (
                _("orphan file %(path)s: not recorded") % {"path": path} for path in paths if path not in recorded
            )
    for file in EvidenceFile.objects.uncited().iterator():
        yield _("orphan file %(path)s: nothing cites “%(name)s”") % {"path": file.content.name, "name": file.name}


# --- the projection ---------------------------------------------------------------------------------------------------


def _projection():
    missions = Mission.objects.only("code", *PROJECTION)
    for batch in batched(_all(missions), CHUNK):
        if suspects := [mission.pk for mission, _problem in _differing(batch)]:
            # Check again under the lock: an entry between two reads only looks like a difference.
            with transaction.atomic():
                Head.objects.select_for_update().first()
                again = list(_all(missions.filter(pk__in=suspects)))
                confirmed = [problem for _mission, problem in _differing(again)]
            yield from confirmed


def _differing(missions):
    entries, spoilt = defaultdict(list), set()
    replaced, _successors = StatusPeriod.objects.links()
    keys = with_linked({mission.pk for mission in missions}, replaced)
    of_these = StatusChange.objects.filter(mission__in=keys)
    for entry in _all(of_these):
        if isinstance(entry, UnreadableEntry):
            spoilt |= set(of_these.filter(pk=entry.pk).values_list("mission_id", flat=True))
        else:
            entries[entry.mission_id].append(entry)
    uncorrected = {mission_id: _uncorrected(entries[mission_id]) for mission_id in keys}
    periods = periods_by_mission(uncorrected, replaced)
    stored = defaultdict(list)
    rows = StatusPeriod.objects.filter(mission__in=[mission.pk for mission in missions]).order_by("first_day")
    for mission_id, *period in rows.values_list("mission", *STORED_PERIOD):
        stored[mission_id].append(tuple(period))
    for mission in missions:
        if isinstance(mission, UnreadableEntry):
            yield mission, Problem(None, _("mission %(id)d cannot be read") % {"id": mission.pk})
        elif mission.pk not in spoilt:
            for problem in _differences(
                mission, uncorrected[mission.pk], periods.get(mission.pk, []), stored[mission.pk]
            ):
                yield mission, problem


def _uncorrected(entries):
    """Return the uncorrected entries in the order in which they count, with what their kinds set."""
    sets: dict[int | None, tuple[bool, bool]] = {}
    for entry in entries:
        sets[entry.pk] = SETS.get(entry.kind) or sets.get(entry.corrects_id, (False, False))
        entry.sets_status, entry.sets_due = sets[entry.pk]
    corrected = {entry.corrects_id for entry in entries}
    return sorted((e for e in entries if e.pk not in corrected), key=lambda e: (e.effective_on, e.pk))


def _differences(mission, effective, periods, stored):
    last = periods[-1]._asdict() if periods else {"due_moves": 0}
    for field in PROJECTION:
        value, flag = last.get(field.removeprefix("status_")), "sets_due" if "due" in field else "sets_status"
        if getattr(mission, field) != value:
            setting = [entry.pk for entry in effective if getattr(entry, flag)]
            words = {"mission": mission.code, "field": field, "is": getattr(mission, field), "should": value}
            finding = _("%(mission)s has %(field)s %(is)s instead of %(should)s") % words
            yield Problem(setting[-1] if setting else None, finding)
    newest = {str(entry.effective_on): entry.pk for entry in effective}
    expected: list[tuple[Any, ...]] = [
        tuple(None if value is None else str(value) for value in period) for period in periods
    ]
    for should, found in zip_longest(expected, stored):
        if should != found:
            day: Any = min(period[0] for period in (should, found) if period)
            words = {"mission": mission.code, "day": day}
            finding = _("the stored period of %(mission)s from %(day)s differs from its entries") % words
            yield Problem(newest.get(day), finding)
            return
