"""The log of sent reminders."""

from collections.abc import Iterable
from copy import copy
from datetime import date

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..accounts.models import User
from ..ledger.entries import StatusChange
from ..register.mission import Mission
from ..workflow.models import Step


class Topic(models.TextChoices):
    RETURNED = "returned", _("Returned")
    OVERDUE = "overdue", _("Overdue")
    DUE = "due", _("Due soon")
    STALE = "stale", _("Nothing new")
    WAITING = "waiting", _("Waiting for review")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def sent(self):
        return self.filter(sent_at__isnull=False)

    @transaction.atomic
    def begin(self, user: User, day: date, notices: Iterable["Notice"]) -> "Reminder | None":
        """Log the mail before sending; None if another run has begun it."""
        reminder, is_new = self.get_or_create(user=user, day=day)
        if not is_new:
            return None
        copies = [copy(notice) for notice in notices]
        for notice in copies:
            notice.reminder = reminder
        Notice.objects.bulk_create(copies)
        return reminder


class Reminder(models.Model):
    """One mail to one person and day. It is written before sending, then marked as sent."""

    user = models.ForeignKey(User, models.PROTECT, related_name="reminders", verbose_name=_("person"))
    day = models.DateField(_("date"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-day", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="reminder_once_a_day")]

    def __str__(self):
        return f"{self.user} · {self.day}"

    def mark_sent(self):
        self.sent_at = timezone.now()
        self.save(update_fields=["sent_at"])


class Notice(models.Model):
    """One item of a reminder. `stage` identifies it, so that it is sent once."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="notices", verbose_name=_("reminder"))
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    mission = models.ForeignKey(Mission, models.PROTECT, related_name="+", verbose_name=_("mission"))
    stage = models.PositiveIntegerField(_("stage"), default=0)
    due = models.DateField(_("due date"), null=True, blank=True)
    entry = models.ForeignKey(
        StatusChange, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("newest entry")
    )
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("step"))

    # What identifies a notice, besides its person.
    IDENTITY = ("topic", "mission_id", "stage", "due", "entry_id", "step_id")

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__in=[Topic.DUE, Topic.OVERDUE], due__isnull=False, entry=None, step=None)
                | Q(topic=Topic.STALE, due=None, entry__isnull=False, step=None)
                | Q(topic__in=[Topic.RETURNED, Topic.WAITING], due=None, entry=None, step__isnull=False, stage=0),
                name="notice_topic_known_and_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["reminder", "mission", "topic"],
                condition=Q(step=None),
                name="notice_of_mission_once_a_reminder",
            ),
            models.UniqueConstraint(
                fields=["reminder", "step"], condition=Q(step__isnull=False), name="notice_of_step_once_a_reminder"
            ),
        ]

    def __str__(self):
        return f"{self.get_topic_display()} · {self.mission.code}"

    @property
    def identity(self) -> tuple:
        return tuple(getattr(self, name) for name in self.IDENTITY)
