"""Evidence files, stored outside the web root under random names."""

import hashlib
import uuid

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..ledger.entries import Evidence, StatusChange
from ..register.mission import Mission
from .models import Submission, SubmittedEvidence
from .upload_limits import MediaType, examine_file


def random_name(instance, filename):
    return f"{instance.pk.hex[:2]}/{uuid.uuid4().hex}"


class EvidenceFileQuerySet(models.QuerySet):
    def take(self, upload: UploadedFile, *, by) -> "EvidenceFile":
        """Store an uploaded file. Raises ValidationError."""
        file = EvidenceFile(name=str(upload.name), media_type=examine_file(upload), uploaded_by=by)
        file.content.save(file.name, upload, save=False)
        with file.content.open() as stored:
            file.size, file.sha256 = stored.size, hashlib.file_digest(stored, "sha256").hexdigest()
        file.save(force_insert=True)
        return file

    def public(self):
        evidence = Evidence.objects.filter(is_public=True, change__mission__in=Mission.objects.public())
        return self.filter(Exists(evidence.filter(file=OuterRef("pk"))))

    def visible_to(self, user):
        """Return the files this account may read. The only such rule."""
        if not user.is_staff:
            return self.public()
        entries = Evidence.objects.filter(change__in=StatusChange.objects.visible_to(user))
        submissions = SubmittedEvidence.objects.filter(submission__in=Submission.objects.visible_to(user))
        return self.filter(
            Q(pk__in=EvidenceFile.objects.public())
            | Exists(entries.filter(file=OuterRef("pk")))
            | Exists(submissions.filter(file=OuterRef("pk")))
            | Q(uploaded_by=user)
        )

    def uncited(self):
        return self.filter(evidence=None, submittedevidence=None)


class EvidenceFile(models.Model):
    """An uploaded file. Name, type, size and digest never change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.FileField(_("file"), upload_to=random_name, max_length=100)
    name = models.CharField(_("file name"), max_length=255)
    media_type = models.CharField(_("type"), max_length=100, choices=MediaType)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey("missions.User", models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        constraints = [
            models.CheckConstraint(condition=Q(media_type__in=MediaType.values), name="file_media_type_known"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("evidence", args=[self.pk])
