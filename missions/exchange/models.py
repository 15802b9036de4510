"""Imports: uploaded workbooks, previewed and then confirmed or dropped."""

import hashlib
import uuid
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce, Length
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..accounts.models import User
from ..ledger.entries import Head

# Of an import that was not carried out: nothing came of it.
LIFETIME = timedelta(days=30)
MEGABYTE = 1024 * 1024
MOST_BYTES = 200 * MEGABYTE  # of an account's imports that were not carried out


class ImportKind(models.TextChoices):
    RETURN = "return", _("Return form")
    REGISTER = "register", _("Register")


class ImportState(models.TextChoices):
    WAITING = "waiting", _("Not confirmed")
    DONE = "done", _("Carried out")
    DROPPED = "dropped", _("Dropped")


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the imports this account may see."""
        return self if user.has_perm("missions.read_all") else self.filter(by=user)

    def waiting(self):
        return self.filter(state=ImportState.WAITING)

    def not_carried_out(self):
        return self.exclude(state=ImportState.DONE)

    def expired(self, now: datetime):
        """Return unconfirmed imports older than LIFETIME."""
        since = Coalesce("decided_at", "at")
        return self.not_carried_out().annotate(since=since).filter(since__lt=now - LIFETIME)

    def take(self, name: str, content: bytes, kind: str, *, by: User) -> "Import":
        """Store a readable file, replacing a waiting one of the same name.

        Raises PermissionDenied where `by` may not import it, and ValidationError where its imports that were not
        carried out would take up more than MOST_BYTES.
        """
        new = Import(name=name, content=content, sha256=hashlib.sha256(content).hexdigest(), kind=kind, by=by)
        if not by.has_perm("missions.add_import", new):
            raise PermissionDenied
        with transaction.atomic():
            Head.objects.lock()  # two uploads at once would each leave the other out of the sum
            stored = self.not_carried_out().filter(by=by).aggregate(size=Sum(Length("content")))["size"] or 0
            if stored + len(content) > MOST_BYTES:
                message = gettext(
                    "Your unconfirmed workbooks may take up %(most)d MB together: this one exceeds that. Confirm a "
                    "waiting one, or wait: each is deleted %(days)d days after it was uploaded or dropped."
                )
                words = {"most": MOST_BYTES // MEGABYTE, "days": LIFETIME.days}
                raise ValidationError(message % words, code="too_many_bytes")
            # A corrected file comes under the same name; its predecessor is no longer waiting.
            for former in self.waiting().filter(by=by, kind=kind, name=name).defer("content"):
                former.decide(ImportState.DROPPED, by=by)
            new.save(force_insert=True)
        return new


class Import(models.Model):
    """An uploaded workbook. The database allows one decision and no other change.

    A confirmed import is never deleted; others are deleted after LIFETIME.
    """

    # Keys of created records derive from this key: confirming twice creates each once.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("content"), max_length=20, choices=ImportKind)
    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("file"))
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="imports", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    state = models.CharField(_("import state"), max_length=20, choices=ImportState, default=ImportState.WAITING)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ImportKind.values), name="import_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(
                condition=Q(state=ImportState.WAITING, decided_at__isnull=True)
                | (~Q(state=ImportState.WAITING) & Q(decided_at__isnull=False)),
                name="import_decided_at_unless_waiting",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("admin:missions_import_change", args=[self.pk])

    @property
    def reason(self) -> str:
        return f"import {self.pk}"

    @property
    def expires_on(self) -> date | None:
        if self.state == ImportState.DONE:
            return None
        return timezone.localdate((self.decided_at or self.at) + LIFETIME)

    @transaction.atomic
    def decide(self, state, *, by):
        """Mark it as confirmed or dropped. Raises ValidationError the second time."""
        if not by.has_perm("missions.add_import", self):
            raise PermissionDenied
        Head.objects.lock()
        # Another instance: after a rollback this one must not count as decided.
        present = Import.objects.defer("content").get(pk=self.pk)
        if present.state != ImportState.WAITING:
            message = gettext("This is not possible any more: the import is “%(state)s” by now.")
            raise ValidationError(message % {"state": present.get_state_display()})
        present.state, present.decided_at = state, timezone.now()
        present.save(update_fields=["state", "decided_at"])
