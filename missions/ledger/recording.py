"""The only code that writes the ledger: `record` and `record_many`.

In one transaction they lock the head, validate the drafts, and write entries, periods and stored columns.
"""

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from datetime import date
from itertools import batched, pairwise
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..days import FIRST_DAY, LAST_DAY, today
from ..register.mission import Mission
from ..status import STATUSES, Status
from .entries import EntryKind, Evidence, Head, StatusChange
from .periods import StatusPeriod

NEVER_BACK = gettext_lazy("Only a correction can lead back to “Not individually reported”.")


class EntryRejected(Exception):
    """Nothing was written. `errors` maps a draft's position to its ValidationError."""

    def __init__(self, errors: dict[int, ValidationError]):
        super().__init__(errors)
        self.errors = errors


def record(draft: StatusChange, evidence: Sequence[Evidence] = (), *, by) -> StatusChange:
    """Record one entry. Raises ValidationError by field."""
    try:
        return record_many([(draft, evidence)], by=by)[0]
    except EntryRejected as refused:
        raise refused.errors[0] from None


def record_many(drafts: Sequence[tuple[StatusChange, Sequence[Evidence]]], *, by) -> list[StatusChange]:
    """Writes a batch in its order, all or nothing; returns its entries. Raises EntryRejected.

    A draft is an unsaved StatusChange: mission, kind, status, due, decided_by, reported_by, effective_on, basis,
    headlines, corrects, and recorded_by where its author is not the account `by` that records; that is None
    for the programme's own data. This function adds the rest.
    """
    # Copies: evidence passed for two entries would otherwise belong to the second only.
    drafts = [(draft, [copy(item) for item in evidence]) for draft, evidence in drafts]
    if not drafts:
        return []
    with transaction.atomic():
        head = Head.objects.lock()
        last = StatusChange.objects.filter(pk=head.entry).first()
        # A clock set back must not date an entry before earlier ones.
        now = max(timezone.now(), last.recorded_at) if last else timezone.now()
        histories = _histories({draft.mission_id for draft, _evidence in drafts})
        errors: dict[int, ValidationError] = {}
        entry_id, prev_hash = head.entry, head.hash
        for place, (draft, evidence) in enumerate(drafts):
            history = histories[draft.mission_id]
            for field in ("headline_en", "headline_zh", "decided_by"):
                setattr(draft, field, one_line(getattr(draft, field)))
            try:
                history.check(draft, evidence)
            except ValidationError as error:
                errors[place] = error
                continue
            entry_id += 1
            draft.id, draft.prev_hash, draft.recorded_at = entry_id, prev_hash, now
            draft.recorded_by = draft.recorded_by or by
            draft.previous = history.in_force("status", draft.effective_on)
            if draft.kind != EntryKind.OPENING:
                draft.previous = draft.previous or Status.UNREPORTED
            for item in evidence:
                item.change_id = draft.id
            draft.hash = prev_hash = draft.computed_hash(evidence)
            history.entries.append(draft)
        if errors:
            raise EntryRejected(errors)
        Evidence.objects.bulk_create([item for _draft, evidence in drafts for item in evidence])
        changes = StatusChange.objects.bulk_create([draft for draft, _evidence in drafts])
        uncorrected = {mission: history.uncorrected() for mission, history in histories.items()}
        successors = StatusPeriod.objects.follow(uncorrected, uncorrected) - uncorrected.keys()
        new = StatusChange.objects.filter(pk__gt=head.entry).values("mission")
        Mission.objects.filter(Q(pk__in=new) | Q(pk__in=successors)).project()
    return changes


def validate(draft: StatusChange, evidence: Sequence[Evidence] = ()) -> None:
    """Raise ValidationError, by field, if the entry would be rejected.

    One language of the headline is enough, and who decided on a date may be missing: the publisher fills them in.
    """
    if errors := validate_many([(draft, evidence)]):
        raise errors[0]


def validate_many(drafts: Sequence[tuple[StatusChange, Sequence[Evidence]]]) -> dict[int, ValidationError]:
    """Validate each draft as if the others did not exist."""
    histories = _histories({draft.mission_id for draft, _evidence in drafts})
    errors = {}
    for place, (draft, evidence) in enumerate(drafts):
        try:
            _examine(histories[draft.mission_id], copy(draft), [copy(item) for item in evidence])
        except ValidationError as error:
            errors[place] = error
    return errors


def _examine(history, draft, evidence):
    errors: dict[str, list[ValidationError]] = {}
    headline = draft.headline_en.strip() or draft.headline_zh.strip()
    if not headline and draft.kind != EntryKind.OPENING:
        errors["headline_zh"] = [ValidationError(_("State the reason, in one language at least."))]
    draft.headline_en = draft.headline_zh = headline or "–"
    draft.decided_by = draft.decided_by.strip() or "–"
    try:
        history.check(draft, evidence)
    except ValidationError as refusal:
        refusal.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


class Transition(NamedTuple):
    """Whether a status can be reported, and the objection to reporting it today."""

    possible: bool
    objection: str


def allowed_transitions(mission: Mission) -> dict[Status, Transition]:
    """Map each status to its transition; an empty objection is no change."""
    statuses = _histories({mission.pk})[mission.pk].statuses()
    return {status: _move(statuses, status) for status in Status} if statuses else {}


def _move(statuses, status):
    if status == Status.UNREPORTED:
        return Transition(False, str(NEVER_BACK))
    present = statuses[-1]
    if status in STATUSES[present.status].next:
        return Transition(True, "")
    words = {"status": present.get_status_display(), "day": date_format(present.effective_on)}
    between = ((b.status, a.status) for b, a in pairwise(statuses) if b.effective_on < a.effective_on)
    if any(status in STATUSES[before].next and after in STATUSES[status].next for before, after in between):
        return Transition(True, _("Only for an earlier date: “%(status)s” is in force since %(day)s.") % words)
    return Transition(False, _("May not follow “%(status)s”, in force since %(day)s.") % words)


def differing_dates(draft, replaced: StatusChange) -> list[str]:
    if not replaced.sets_due:
        return []
    return [name for name in ("due", "effective_on", "decided_by") if getattr(draft, name) != getattr(replaced, name)]


def one_line(text: str) -> str:
    """Return the text on one line: the ledger has one line for each entry."""
    return " ".join(text.split())


def leads_somewhere(evidence: Evidence) -> bool:
    return bool(evidence.url or evidence.file or evidence.source)


def lower_scheme(url: str) -> str:
    """Lower-case the scheme: the database accepts http: only."""
    scheme, colon, rest = url.partition(":")
    return scheme.lower() + colon + rest


def _histories(mission_ids):
    entries = defaultdict(list)
    for some in batched(mission_ids, 500):
        for entry in StatusChange.objects.filter(mission__in=some).select_related("mission").order_by("pk"):
            entries[entry.mission_id].append(entry)
    return {mission_id: History(entries[mission_id]) for mission_id in mission_ids}


class History:
    """The entries of one mission, and what may be added."""

    def __init__(self, entries):
        self.entries = entries

    def uncorrected(self):
        corrected = {entry.corrects_id for entry in self.entries}
        return sorted((e for e in self.entries if e.pk not in corrected), key=lambda e: (e.effective_on, e.pk))

    def statuses(self):
        return [entry for entry in self.uncorrected() if entry.sets_status]

    def in_force(self, field, day: date):
        """Return the "status" or "due" in force on a day."""
        setting = (entry for entry in self.uncorrected() if getattr(entry, f"sets_{field}"))
        values = [getattr(entry, field) for entry in setting if entry.effective_on <= day]
        return values[-1] if values else None

    def check(self, draft, evidence):
        """Raise ValidationError if `draft` is not a legal next entry; fill in defaults."""
        self._check_fields(draft)
        if draft.due and not FIRST_DAY <= draft.due <= LAST_DAY:
            raise ValidationError({"due": _("Dates run from 1900 to 2100.")})
        getattr(self, f"_check_{draft.kind}")(draft)
        missing = [field for field in ("headline_en", "headline_zh") if not getattr(draft, field)]
        if missing and draft.kind != EntryKind.OPENING:
            raise ValidationError({field: _("State the reason in this language too.") for field in missing})
        replaced = draft.kind == EntryKind.CORRECTION and self.entry(draft.corrects_id)
        if not draft.decided_by and (
            draft.kind == EntryKind.DEADLINE or (replaced and differing_dates(draft, replaced))
        ):
            raise ValidationError({"decided_by": _("Say who decided on the new date.")})
        if draft.sets_status and draft.status == Status.COMPLETED and not any(map(leads_somewhere, evidence)):
            message = _("“Completed” needs evidence that can be looked up: an address, a file or a source on record.")
            raise ValidationError({"status": message})
        for item in evidence:
            item.url = lower_scheme(item.url)
            item.clean_fields(exclude={"change"})
        self._check_moves(draft)

    def entry(self, pk):
        return next((entry for entry in self.entries if entry.pk == pk), None)

    def _check_fields(self, draft):
        left_out = {"id", "previous", "recorded_at", "recorded_by", "prev_hash", "hash", "sets_status", "sets_due"}
        # Checking these would take a query for each draft; the foreign key refuses missing ones.
        left_out |= {"reported_by", "mission"} if self.entries else {"reported_by"}
        if draft.kind == EntryKind.DEADLINE:
            left_out.add("status")
        errors: dict[str, list[ValidationError]] = {}
        try:
            draft.clean_fields(exclude=left_out)
        except ValidationError as refusal:
            refusal.update_error_dict(errors)
        if "effective_on" not in errors and draft.effective_on > today():
            too_late = _("This date is in the future: enter the date of the event, at the latest today.")
            errors["effective_on"] = [ValidationError(too_late)]
        if errors:
            raise ValidationError(errors)

    def _check_opening(self, draft):
        if self.entries:
            raise ValidationError({"kind": _("This mission has its opening entry already.")})
        draft.status, draft.sets_status, draft.sets_due = Status.UNREPORTED, True, True

    def _check_report(self, draft):
        if draft.status == Status.UNREPORTED:
            raise ValidationError({"status": NEVER_BACK})
        draft.due, draft.decided_by, draft.sets_status, draft.sets_due = None, "", True, False

    def _check_deadline(self, draft):
        if draft.due == self.in_force("due", draft.effective_on):
            raise ValidationError({"due": _("This is the due date already.")})
        draft.status, draft.sets_status, draft.sets_due = self.in_force("status", draft.effective_on), False, True

    def _check_correction(self, draft):
        replaced = self.entry(draft.corrects_id)
        if replaced is None:
            raise ValidationError({"corrects": _("A correction replaces an entry of the same mission.")})
        if any(entry.corrects_id == replaced.pk for entry in self.entries):
            raise ValidationError({"corrects": _("This entry has been corrected already: correct its correction.")})
        draft.sets_status, draft.sets_due = replaced.sets_status, replaced.sets_due
        draft.reported_by = replaced.reported_by
        if not draft.sets_due:
            draft.due, draft.decided_by = None, ""
        if not draft.sets_status:
            draft.status = self.in_force("status", draft.effective_on)
        elif draft.sets_due and draft.status != Status.UNREPORTED:
            raise ValidationError(
                {"status": _("An opening has the status “Not individually reported”: report the status instead.")}
            )

    def _check_moves(self, draft):
        """Check opening and transitions as they would be with `draft`."""
        uncorrected = [entry for entry in self.uncorrected() if entry.pk != draft.corrects_id]
        uncorrected.insert(sum(entry.effective_on <= draft.effective_on for entry in uncorrected), draft)
        opening = uncorrected[0]
        if not (opening.sets_status and opening.sets_due):
            too_early = _("Nothing can take effect before the mission's opening.")
            raise ValidationError({"effective_on": too_early})
        for before, after in pairwise(entry for entry in uncorrected if entry.sets_status):
            is_restored = after.kind == EntryKind.CORRECTION and after.status == Status.UNREPORTED
            if after.status not in STATUSES[before.status].next and not is_restored:
                message = _("“%(after)s” (%(after_day)s) may not follow “%(before)s” (%(before_day)s).")
                words = {"after": after.get_status_display(), "after_day": date_format(after.effective_on)}
                words |= {"before": before.get_status_display(), "before_day": date_format(before.effective_on)}
                raise ValidationError({"status": message % words})
