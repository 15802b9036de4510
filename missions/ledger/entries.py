"""The ledger: append-only entries in one hash chain, and how things stand by them on any day."""

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
    """The one JSON form of `value` that is hashed and published: keys sorted, no spaces, UTF-8 unescaped."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def in_utc(moment: datetime) -> str:
    """The moment in UTC, to the microsecond, in the one form that is hashed and published."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class EntryKind(models.TextChoices):
    OPENING = "opening", _("Opening")
    REPORT = "report", _("Report")
    DEADLINE = "deadline", _("New due date")
    CORRECTION = "correction", _("Correction")


class StatusChangeQuerySet(models.QuerySet):
    def known(self, known_at: date | None = None):
        """The entries recorded by the end of the day `known_at`; by default all of them."""
        return self.filter(recorded_at__lt=end_of(known_at)) if known_at else self.all()

    def recorded_since(self) -> date | None:
        """The day on which the first entry was recorded."""
        first = self.order_by("pk").values_list("recorded_at", flat=True).first()
        return first and localdate(first)

    def uncorrected(self, on: date | None = None, known_at: date | None = None):
        """The entries in effect on the day `on` (default: today) as known at the end of the day `known_at`.

        An entry that a correction known by then replaces is not among them, whatever day the correction takes
        effect on. The newest by (effective_on, id) that sets the status, or the due date, is the one in force.
        """
        entries = self.known(known_at).filter(effective_on__lte=on or today())
        if known_at is None:
            return entries.filter(correction=None)
        corrections = StatusChange.objects.known(known_at).filter(corrects=OuterRef("pk"))
        return entries.filter(~Exists(corrections))

    def visible_to(self, user):
        """The entries that the back office shows this account, evidence that is not public included."""
        return self if user.has_perm("missions.read_all") else self.filter(mission__lead_owner__in=user.organisations)

    def with_evidence(self):
        """With all that the evidence of each entry says, public or not."""
        return self.prefetch_related(Prefetch("evidence", Evidence.objects.select_related("file", "source")))

    def newest_first(self):
        return self.order_by("-effective_on", "-id")


class StatusChange(ValidatedText):
    """One entry of the ledger. Only `record` and `record_many` write it, and the database refuses any change to it."""

    # Set by the door under its lock and without a gap, so that a missing entry shows.
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
    # Who decided on a due date, in words, and which organisation an entry comes from. Older entries have neither.
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

    # Whether the entry counts for the status, for the due date, or (an opening) for both. It follows from `kind`,
    # for a correction from the entry that it replaces; the insert trigger holds the two together.
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
            # A load records thousands of entries at one moment: without the id, a feed would sort them all.
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
        """The entry as published, without its hash: what `hash` is taken over."""
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
            # Keys that stand in a line only where they are given: older lines keep their hashes.
            **({"decided_by": self.decided_by} if self.decided_by else {}),
            **({"reported_by": self.reported_by.code} if self.reported_by else {}),
        }

    def published_line(self) -> str:
        """The entry as it is published, a line of `ledger.jsonl` without its end: what is hashed, and the hash."""
        return canonical({**self.public_line(), "hash": self.hash})

    def computed_hash(self, evidence=None) -> str:
        return sha256(canonical(self.public_line(evidence)))


class Citation(ValidatedText):
    """What a piece of evidence cites, copied, so that a later correction of a source changes nothing here.

    The copy is what is recorded; readers are shown the `work`.
    """

    title = models.CharField(_("title"), max_length=500)
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    url = models.CharField(_("address"), max_length=1000, blank=True, validators=[web_address])
    event_on = models.DateField(
        _("day of the event"), null=True, blank=True, help_text=_("The day that the source reports on.")
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
        """What readers are shown of what is cited: the source as it is now, or the citation where it names none."""
        return self.source or self

    def citation(self) -> dict:
        """The fields of a citation with what they hold, to copy it by."""
        names = ("title", "publisher", "published_on", "url", "event_on", "source", "file", "is_public")
        return {name: getattr(self, name) for name in names}

    def cited(self) -> dict:
        """What the evidence cites, in full, as it was recorded."""
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
    """What supports an entry."""

    # Written before its entry, in the same transaction: so the database can refuse evidence for an entry that
    # exists already, and a completion without evidence.
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
        """Where it can be looked up: what it cites, and its file on this site."""
        file = f"{settings.SITE_URL}{self.file.get_absolute_url()}" if self.file else ""
        return [address for address in (self.work.url, file) if address]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the file, of evidence that is not public that of all it cites; "" where there is neither."""
        if not self.is_public:
            return sha256(canonical(self.cited()))
        return self.file.sha256 if self.file else ""

    def public_form(self) -> dict:
        """The citation as it was recorded, or its SHA-256 alone where the evidence is not public."""
        return self.cited() if self.is_public else {"sha256": self.fingerprint}

    def shown_form(self) -> dict:
        """The same with the present source in place of what was copied from it."""
        return self._described(self.work) if self.is_public else self.public_form()


class HeadManager(models.Manager):
    def lock(self):
        """The head, locked until the end of the transaction: anyone who writes the ledger waits here for its turn."""
        return self.select_for_update().get()


class Head(models.Model):
    """The one row that mirrors the newest entry and counts the revisions of all public data.

    Triggers alone write it: `revision` advances with each write that the public can see, in the same transaction;
    `register` becomes another one with each write to what missions are filtered by besides their standing.
    """

    entry = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)
    revision = models.PositiveBigIntegerField(default=0)
    advanced_at = models.DateTimeField()
    register = models.CharField(max_length=36, default="")

    objects = HeadManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="head_is_one_row")]

    def __str__(self):
        return f"{self.entry} {self.hash}"
