"""The ledger: append-only entries in one hash chain."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from ..bilingual import Bilingual, Translated
from ..days import FIRST_DAY, LAST_DAY, end_of, today
from ..status import Basis, Status
from ..text import ValidatedText

web_address = URLValidator(schemes=["http", "https"])

GENESIS = "0" * 64


def canonical(value) -> str:
    """Return canonical JSON: sorted keys, no spaces, UTF-8 unescaped."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def in_utc(moment: datetime) -> str:
    """Return the time in UTC with microseconds, as hashed and published."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class EntryKind(models.TextChoices):
    OPENING = "opening", _("Opening")
    REPORT = "report", _("Report")
    DEADLINE = "deadline", _("New due date")
    CORRECTION = "correction", _("Correction")


class StatusChangeQuerySet(models.QuerySet):
    def known(self, known_at: date | None = None):
        return self.filter(recorded_at__lt=end_of(known_at)) if known_at else self.all()

    def recorded_since(self) -> date | None:
        first = self.order_by("pk").values_list("recorded_at", flat=True).first()
        return first and localdate(first)

    def uncorrected(self, on: date | None = None, known_at: date | None = None):
        """Return uncorrected entries effective on `on`, as known at `known_at`.

        An entry that a correction known by then replaces is not among them, whatever day the correction takes
        effect on. The newest by (effective_on, id) that sets the status, or the due date, is the one in force.
        """
        entries = self.known(known_at).filter(effective_on__lte=on or today())
        if known_at is None:
            return entries.filter(correction=None)
        corrections = StatusChange.objects.known(known_at).filter(corrects=OuterRef("pk"))
        return entries.filter(~Exists(corrections))

    def before_each(self, field: str, on: date | None = None, known_at: date | None = None):
        """Return, for a subquery, what set "status" or "due" of the same mission before the outer entry."""
        earlier = Q(effective_on__lt=OuterRef("effective_on")) | Q(
            effective_on=OuterRef("effective_on"), id__lt=OuterRef("id")
        )
        entries = self.uncorrected(on, known_at).filter(earlier, mission=OuterRef("mission"), **{f"sets_{field}": True})
        return entries.newest_first().values(field)

    def visible_to(self, user):
        """Return the entries this account may see in the back office."""
        return self if user.has_perm("missions.read_all") else self.filter(mission__lead_owner__in=user.organisations)

    def with_evidence(self):
        return self.prefetch_related(Prefetch("evidence", Evidence.objects.select_related("file", "source")))

    def newest_first(self):
        return self.order_by("-effective_on", "-id")


class StatusChange(ValidatedText):
    """One entry. `record` and `record_many` write it; the database refuses changes."""

    # Assigned by `record()` under its lock without gaps, so that a missing entry is noticed.
    id = models.PositiveBigIntegerField(primary_key=True)
    mission = models.ForeignKey("missions.Mission", models.PROTECT, related_name="changes", verbose_name=_("mission"))
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind, default=EntryKind.REPORT)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    previous = models.CharField(  # noqa: DJ001 (an opening has none, and says so)
        _("status before"), max_length=20, choices=Status, null=True, blank=True
    )
    due = models.DateField(_("due date"), null=True, blank=True)
    effective_on = models.DateField(
        _("effective on"), validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        "missions.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("corrects")
    )
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    # Who decided on a due date, and which organisation reported. Older entries have neither.
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)
    reported_by = models.ForeignKey(
        "missions.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("reported by"),
    )
    headline_en = models.CharField(_("headline (English)"), max_length=300, blank=True)
    headline_zh = models.CharField(_("headline (Chinese)"), max_length=300, blank=True)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    # Whether the entry sets the status, the due date, or (an opening) both. It follows from `kind`, for a correction
    # from the corrected entry; the insert trigger checks it.
    sets_status = models.BooleanField()
    sets_due = models.BooleanField()

    headline = Bilingual("headline")
    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["mission", "effective_on", "id"], name="standing_by_mission"),
            # With the id: a load records thousands of entries at one time.
            models.Index(fields=["recorded_at", "id"], name="changes_by_recording"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="change_kind_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="change_status_known"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="change_basis_known"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.OPENING, previous__isnull=True)
                | (~Q(kind=EntryKind.OPENING) & Q(previous__isnull=False, previous__in=Status.values)),
                name="change_previous_unless_opening",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CORRECTION, corrects__isnull=False)
                | (~Q(kind=EntryKind.CORRECTION) & Q(corrects__isnull=True)),
                name="change_corrects_if_correction",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.OPENING, status=Status.UNREPORTED, sets_status=True, sets_due=True)
                | (Q(kind=EntryKind.REPORT, sets_status=True, sets_due=False) & ~Q(status=Status.UNREPORTED))
                | Q(kind=EntryKind.DEADLINE, status=F("previous"), sets_status=False, sets_due=True)
                | (Q(kind=EntryKind.CORRECTION) & (Q(sets_status=True) | Q(sets_due=True))),
                name="change_kind_says_what_it_sets",
            ),
            models.CheckConstraint(condition=Q(sets_due=True) | Q(due__isnull=True), name="change_due_if_it_sets_due"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.OPENING) | (~Q(headline_en="") & ~Q(headline_zh="")),
                name="change_headline_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | Q(sets_due=True), name="change_decided_by_if_it_sets_due"
            ),
            models.CheckConstraint(
                condition=Q(effective_on__range=(FIRST_DAY, LAST_DAY))
                & (Q(due__isnull=True) | Q(due__range=(FIRST_DAY, LAST_DAY))),
                name="change_days_in_range",
            ),
            models.UniqueConstraint(
                fields=["mission"], condition=Q(kind=EntryKind.OPENING), name="change_one_opening_a_mission"
            ),
        ]

    def __str__(self):
        return f"{self.pk}: {self.mission.code} {self.effective_on} {self.get_status_display()}"

    def public_line(self, evidence=None) -> dict:
        """Return the published entry without its hash: the input of `hash`."""
        evidence = self.evidence.all() if evidence is None else evidence
        return {
            "id": self.id,
            "mission": self.mission.code,
            "kind": self.kind,
            "status": self.status,
            "previous": self.previous,
            "due": self.due and self.due.isoformat(),
            "effective_on": self.effective_on.isoformat(),
            "recorded_at": in_utc(self.recorded_at),
            "corrects": self.corrects_id,
            "basis": self.basis,
            "headline_en": self.headline_en,
            "headline_zh": self.headline_zh,
            "evidence": [item.public_form() for item in evidence],
            "prev_hash": self.prev_hash,
            # Keys that a line has only if set: older lines keep their hashes.
            **({"decided_by": self.decided_by} if self.decided_by else {}),
            **({"reported_by": self.reported_by.code} if self.reported_by else {}),
        }

    def published_line(self) -> str:
        return canonical({**self.public_line(), "hash": self.hash})

    def computed_hash(self, evidence=None) -> str:
        return sha256(canonical(self.public_line(evidence)))


class Citation(ValidatedText):
    """What a piece of evidence cites, copied from its source.

    The copy is what was recorded. Readers see the source as it is now.
    """

    title = models.CharField(_("title"), max_length=500)
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    url = models.CharField(_("address"), max_length=1000, blank=True, validators=[web_address])
    event_on = models.DateField(
        _("date of the event"), null=True, blank=True, help_text=_("The date that the source reports on.")
    )
    source = models.ForeignKey(
        "missions.Source", models.PROTECT, null=True, blank=True, related_name="%(class)s", verbose_name=_("source")
    )
    file = models.ForeignKey(
        "missions.EvidenceFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s",
        verbose_name=_("file"),
    )
    is_public = models.BooleanField(_("public"), default=True)

    # What a source has besides. A citation without one has its own title and publisher alone.
    title_zh = publisher_zh = form = language = how_read = ""
    shown_title = Translated("title")
    shown_publisher = Translated("publisher")

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self):
        return self.work.shown_title

    @property
    def work(self) -> Any:
        """Return the source as it is now, or the citation if there is none."""
        return self.source or self

    def citation(self) -> dict:
        names = ("title", "publisher", "published_on", "url", "event_on", "source", "file", "is_public")
        return {name: getattr(self, name) for name in names}

    def cited(self) -> dict:
        return self._described(self)

    def _described(self, work) -> dict:
        cited: dict[str, Any] = {
            "title": work.title,
            "publisher": work.publisher,
            "published_on": work.published_on and work.published_on.isoformat(),
            "url": work.url,
            "event_on": self.event_on and self.event_on.isoformat(),
        }
        if self.file:
            cited["file"] = {"name": self.file.name, "sha256": self.file.sha256}
        return cited


class Evidence(Citation):
    # Inserted before its entry, in the same transaction: so the database can refuse evidence for an existing entry,
    # and a completion without evidence.
    change = models.ForeignKey(StatusChange, models.PROTECT, related_name="evidence", verbose_name=_("status change"))

    class Meta(Citation.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="evidence_has_title"),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="evidence_url_is_web",
            ),
        ]

    @property
    def addresses(self) -> list[str]:
        file = f"{settings.SITE_URL}{self.file.get_absolute_url()}" if self.file else ""
        return [address for address in (self.work.url, file) if address]

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the file or of non-public evidence, else ""."""
        if not self.is_public:
            return sha256(canonical(self.cited()))
        return self.file.sha256 if self.file else ""

    def public_form(self) -> dict:
        """Return the citation as recorded, or its SHA-256 if not public."""
        return self.cited() if self.is_public else {"sha256": self.fingerprint}

    def shown_form(self) -> dict:
        return self._described(self.work) if self.is_public else self.public_form()


class HeadManager(models.Manager):
    def lock(self):
        """The head, locked until the end of the transaction: anyone who writes the ledger waits here for its turn."""
        return self.select_for_update().get()


class Head(models.Model):
    """One row: the latest entry, and the data version, which each change of public data advances. Triggers write it."""

    entry = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)
    revision = models.PositiveBigIntegerField(default=0)
    advanced_at = models.DateTimeField()

    objects = HeadManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="head_is_one_row")]

    def __str__(self):
        return f"{self.entry} {self.hash}"
