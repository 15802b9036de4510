"""Frozen reports: published once with their files, never changed."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..bilingual import Bilingual, both_languages
from ..days import LAST_DAY, end_of
from ..ledger.entries import GENESIS, StatusChange, canonical, sha256
from ..text import ValidatedText

# What the seal covers besides moments, files and its place among the reports.
SEALED = (
    "slug", "title_en", "title_zh", "query", "as_of", "known_at", "count", "revision", "ledger_head",
    "reason_en", "reason_zh",
)  # fmt: skip


class FrozenReportQuerySet(models.QuerySet):
    def known(self, known_at: date | None = None):
        published = self.filter(published_at__lt=end_of(known_at or LAST_DAY))
        return published.select_related("supersedes", "superseded_by")


class FrozenReport(ValidatedText):
    """A published report. A corrected edition supersedes it; the database refuses changes."""

    slug = models.SlugField(_("address"), max_length=100, unique=True)
    title_en = models.CharField(_("title (English)"), max_length=300)
    title_zh = models.CharField(_("title (Chinese)"), max_length=300)
    query = models.TextField(_("query"))
    as_of = models.DateField(_("as of"))
    known_at = models.DateField(_("as recorded by"), null=True, blank=True)
    count = models.PositiveIntegerField(_("records"))
    revision = models.PositiveBigIntegerField(_("revision"))
    advanced_at = models.DateTimeField(_("revision last advanced at"))
    ledger_head = models.CharField(_("ledger head"), max_length=64)
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    published_by = models.ForeignKey(
        "missions.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
        error_messages={"unique": _("This report has a corrected edition already: correct that one.")},
    )
    reason_en = models.CharField(_("reason (English)"), max_length=300, blank=True)
    reason_zh = models.CharField(_("reason (Chinese)"), max_length=300, blank=True)
    seal = models.CharField(_("seal"), max_length=64, unique=True)

    title = Bilingual("title")
    title_other = Bilingual("title", other=True)
    reason = Bilingual("reason")
    objects = FrozenReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen report")
        verbose_name_plural = _("frozen reports")
        ordering = ["-id"]
        constraints = [
            both_languages("frozen_report", "title"),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                name="frozen_report_supersedes_another",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True, reason_en="", reason_zh="")
                | (Q(supersedes__isnull=False) & ~Q(reason_en="") & ~Q(reason_zh="")),
                name="frozen_report_supersedes_with_reason",
                violation_error_message=_("Say in both languages why a new edition was needed."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("frozen-report", args=[self.slug])

    @property
    def edition(self) -> str:
        return "corrected" if self.supersedes_id else "published"

    def successor(self, known_at: date | None = None) -> "FrozenReport | None":
        """Return the edition that superseded it by `known_at`, or None."""
        successor = getattr(self, "superseded_by", None)
        return successor if successor and successor.published_at < end_of(known_at or LAST_DAY) else None

    def computed_seal(self, files: Iterable["FrozenFile"]) -> str:
        """Return the SHA-256 of all published content and the previous seal."""
        before = FrozenReport.objects.filter(pk__lt=self.pk) if self.pk else FrozenReport.objects.all()
        facts: dict[str, Any] = {name: str(getattr(self, name)) for name in SEALED}
        facts["advanced_at"], facts["published_at"] = (
            moment.astimezone(UTC).isoformat() for moment in (self.advanced_at, self.published_at)
        )
        facts["supersedes"] = self.supersedes.slug if self.supersedes else ""
        facts["before"] = before.order_by("-pk").values_list("seal", flat=True).first() or ""
        facts["files"] = sorted([file.name, file.language, file.media_type, file.size, file.sha256] for file in files)
        return sha256(canonical(facts))

    def findings(self) -> Iterator[str]:
        """Yield what is wrong: seal, ledger head, altered file."""
        if self.seal != self.computed_seal(self.files.defer("content")):
            yield _("report %(report)s does not match its seal") % {"report": self.slug}
        if self.ledger_head != GENESIS and not StatusChange.objects.filter(hash=self.ledger_head).exists():
            yield _("report %(report)s names a ledger head that is no entry's hash") % {"report": self.slug}
        for pk in self.files.values_list("pk", flat=True):
            file = self.files.get(pk=pk)  # one at a time: they are large
            if not file.is_unaltered:
                yield _("file %(file)s of report %(report)s is altered") % {"file": file.name, "report": self.slug}


class FrozenFile(models.Model):
    """A file of a frozen report.

    Files are inserted before their report, so that the database can refuse files for an existing report.
    """

    report = models.ForeignKey(
        FrozenReport, models.PROTECT, to_field="slug", related_name="files", verbose_name=_("frozen report")
    )
    name = models.CharField(_("file name"), max_length=200)
    language = models.CharField(_("language"), max_length=4)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file of a frozen report")
        verbose_name_plural = _("files of frozen reports")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "name"], name="frozen_file_name_once_a_report")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("frozen-file", args=[self.report_id, self.name])

    @property
    def ending(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def query(self) -> str:
        return self.report.query.replace("lang=both", f"lang={self.language}")

    @property
    def data(self) -> bytes:
        """Return the content as bytes; tampered SQLite data may be text."""
        content: Any = self.content
        return content.encode() if isinstance(content, str) else bytes(content)

    @property
    def is_unaltered(self) -> bool:
        return hashlib.sha256(self.data).hexdigest() == self.sha256
