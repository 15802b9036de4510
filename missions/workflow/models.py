"""Submissions: drafts of entries, and their steps."""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..accounts.models import User
from ..bilingual import Bilingual
from ..ledger.entries import Citation, EntryKind, Evidence, Head, StatusChange
from ..ledger.recording import EntryRejected, differing_dates, record_many, validate
from ..register.mission import Mission
from ..register.models import Organisation
from ..status import Basis, Status
from ..text import ValidatedText


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    PUBLISHED = "published", _("Published")
    RETURNED = "returned", _("Returned")
    TAKEN_BACK = "taken_back", _("Taken back")


EDITABLE = frozenset({State.DRAFT, State.RETURNED, State.TAKEN_BACK})

# Allowed source states of each step.
FROM = {
    State.SUBMITTED: EDITABLE,
    State.TAKEN_BACK: frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED}),
    State.RETURNED: frozenset({State.SUBMITTED}),
    State.PUBLISHED: frozenset({State.SUBMITTED}),
}

# The fields of an entry that an official fills in.
ENTRY_FIELDS = ("status", "due", "decided_by", "effective_on", "basis", "headline_en", "headline_zh")


class SubmissionQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("missions.read_all"):
            return self
        return self.filter(Q(mission__lead_owner__in=user.organisations) | Q(author=user))

    def drafts(self):
        was_submitted = Step.objects.filter(submission=OuterRef("pk"), state=State.SUBMITTED)
        return self.filter(Q(state=State.DRAFT) | Q(Exists(was_submitted), state=State.TAKEN_BACK))

    def waiting(self):
        return self.filter(state=State.SUBMITTED)

    def for_reading(self):
        joined = self.select_related(
            "mission__instrument", "author", "corrects", "entry", "reported_by", "delivery__token"
        )
        return joined.prefetch_related("evidence__file", "evidence__source", "steps__by")


class Submission(ValidatedText):
    """A draft of an entry; publishing records it."""

    # Made with the form: a form sent twice finds its first result.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="submissions", verbose_name=_("mission"))
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind)
    corrects = models.ForeignKey(
        StatusChange,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections_submitted",
        verbose_name=_("corrects"),
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    author = models.ForeignKey(User, models.PROTECT, related_name="submissions", verbose_name=_("author"))
    status = models.CharField(_("status"), max_length=20, choices=Status, blank=True)
    due = models.DateField(_("due date"), null=True, blank=True)
    effective_on = models.DateField(_("effective on"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)
    reported_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name=_("reported by")
    )
    headline_en = models.CharField(_("headline (English)"), max_length=300, blank=True)
    headline_zh = models.CharField(_("headline (Chinese)"), max_length=300, blank=True)
    note = models.TextField(_("note to the reviewer"), max_length=2000, blank=True)
    entry = models.OneToOneField(
        StatusChange, models.PROTECT, null=True, blank=True, related_name="submission", verbose_name=_("entry")
    )

    headline = Bilingual("headline")
    objects = SubmissionQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["key"])

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="submission_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="submission_state_known"),
            models.CheckConstraint(condition=Q(status__in=["", *Status.values]), name="submission_status_known"),
            models.CheckConstraint(condition=Q(basis__in=["", *Basis.values]), name="submission_basis_known"),
            models.CheckConstraint(
                condition=Q(state=State.PUBLISHED, entry__isnull=False)
                | (~Q(state=State.PUBLISHED) & Q(entry__isnull=True)),
                name="submission_published_has_entry",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CORRECTION, corrects__isnull=False)
                | (~Q(kind=EntryKind.CORRECTION) & Q(corrects__isnull=True)),
                name="submission_corrects_if_correction",
            ),
        ]
        indexes = [models.Index(fields=["state", "mission"], name="submission_by_state")]

    def __str__(self):
        return f"{self.mission.code} · {self.get_kind_display()} · {self.get_state_display()}"

    def get_absolute_url(self):
        return reverse("admin:missions_submission_change", args=[self.pk])

    @property
    def is_editable(self):
        return self.state in EDITABLE

    @property
    def sets_due(self):
        return self.corrects.sets_due if self.corrects else self.kind in (EntryKind.OPENING, EntryKind.DEADLINE)

    @property
    def changes_date(self) -> bool:
        return bool(differing_dates(self, self.corrects)) if self.corrects else self.kind == EntryKind.DEADLINE

    @property
    def version(self) -> int:
        """Return a number that grows with every save."""
        return (self.pk and self.history.aggregate(newest=Max("history_id"))["newest"]) or 0

    @property
    def publisher(self):
        step = self.steps.filter(state=State.PUBLISHED).select_related("by").first()
        return step and step.by

    @property
    def returns(self):
        steps = list(self.steps.all()) if self.pk else []
        return steps[-1:] if steps and steps[-1].state == State.RETURNED else []

    def as_entry(self) -> tuple[StatusChange, list[Evidence]]:
        names = ("mission", "kind", "corrects", "reported_by", *ENTRY_FIELDS)
        entry = StatusChange(recorded_by=self.author, **{name: getattr(self, name) for name in names})
        return entry, [Evidence(**item.citation()) for item in self.citations()]

    def citations(self):
        """Return its evidence, or that of the entry a new correction corrects."""
        if self.pk:
            return self.evidence.select_related("file", "source")
        return self.corrects.evidence.select_related("file", "source") if self.corrects else ()

    def cite(self, evidence: Iterable[Citation]):
        wanted = [item.citation() for item in evidence]
        if wanted != [item.citation() for item in self.citations()]:
            self.evidence.all().delete()
            for citation in wanted:
                self.evidence.create(**citation)

    def evidence_at(self, version):
        """Return the evidence of a version: it is saved after the version."""
        later = self.history.filter(history_id__gt=version.history_id).order_by("history_id").first()
        day = later.history_date - timedelta(microseconds=1) if later else timezone.now()
        return SubmittedEvidence.history.as_of(day).filter(submission=self).order_by("id")

    def stands_elsewhere(self):
        message = gettext("This is not possible any more: the submission is “%(state)s” by now.")
        return ValidationError(message % {"state": self.get_state_display()})

    @transaction.atomic
    def submit(self, *, by):
        """Submit it. Raises ValidationError by field."""
        self._demand("draft", by)
        Head.objects.lock()  # so that nothing is recorded between the check and the step
        validate(*self.as_entry())
        self.author = by
        if self.kind in (EntryKind.REPORT, EntryKind.DEADLINE):
            own = by.reports_for(self.mission)
            may_name = by.has_perm("missions.return_submission", self)
            self.reported_by = (self.reported_by or own) if may_name else own
        self._step(State.SUBMITTED, by, changed=["author", "reported_by"])

    @transaction.atomic
    def take_back(self, *, by):
        """Withdraw it from review, or discard a draft."""
        self._demand("draft", by)
        self._step(State.TAKEN_BACK, by)

    @transaction.atomic
    def send_back(self, *, by, reason):
        """Return it to its author. Raises ValidationError without a reason."""
        self._demand("return", by)
        if not reason.strip():
            raise ValidationError({"reason": gettext("State what must be changed: the author reads it.")})
        self._step(State.RETURNED, by, reason=reason.strip())

    def publish(self, *, by) -> StatusChange:
        """Record it; return the entry. Raises ValidationError."""
        try:
            return publish_all([self], by=by)[0]
        except EntryRejected as refused:
            raise refused.errors[0] from None

    def _demand(self, permission, by):
        if not by.has_perm(f"missions.{permission}_submission", self):
            raise PermissionDenied

    def _step(self, state, by, *, reason="", changed=()):
        present = Submission.objects.select_for_update().get(pk=self.pk)
        if present.state not in FROM[state]:
            raise present.stands_elsewhere()
        self.state = state
        self.save(update_fields=["state", *changed])
        self.steps.create(state=state, by=by, reason=reason)


def allowed_submission_kinds(user, mission):
    kinds = (EntryKind.REPORT, EntryKind.DEADLINE) if mission.status else (EntryKind.OPENING,)
    return [k for k in kinds if user.has_perm("missions.draft_submission", Submission(mission=mission, kind=k))]


@transaction.atomic
def publish_all(submissions: Iterable[Submission], *, by) -> list[StatusChange]:
    """Publish all or none; return the entries. Raises EntryRejected."""
    submissions = list(submissions)
    Head.objects.lock()
    for submission in submissions:  # as they are by now: one may have been changed since it was read
        submission.refresh_from_db(fields=["author", "reported_by", *ENTRY_FIELDS])
        submission._demand("publish", by)
    entries = record_many([submission.as_entry() for submission in submissions], by=by)
    errors = {}
    for place, (submission, entry) in enumerate(zip(submissions, entries, strict=True)):
        submission.entry = entry
        try:
            submission._step(State.PUBLISHED, by, changed=["entry"])
        except ValidationError as error:
            errors[place] = error
    if errors:
        raise EntryRejected(errors)
    return entries


class SubmittedEvidence(Citation):
    """Evidence of a submission; the published entry gets a copy."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="evidence", verbose_name=_("submission"))
    history = HistoricalRecords()

    class Meta(Citation.Meta):
        verbose_name = _("submitted evidence")
        verbose_name_plural = _("submitted evidence")


class Step(models.Model):
    """A step of a submission. The database refuses changes."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="steps", verbose_name=_("submission"))
    state = models.CharField(_("state"), max_length=20, choices=[(state.value, state.label) for state in FROM])
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(FROM)), name="step_state_known"),
            models.CheckConstraint(condition=~Q(state=State.RETURNED) | ~Q(reason=""), name="step_return_has_reason"),
        ]

    def __str__(self):
        return f"{self.get_state_display()} · {self.by} · {self.at}"
