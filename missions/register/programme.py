"""Names of the programme, dates of its history, contradictions of sources."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..bilingual import Bilingual, both_languages
from ..days import today
from ..ledger.entries import StatusChange
from .models import Register, code_validator


class Programme(Register):
    key = models.CharField(_("key"), max_length=40, unique=True, validators=[code_validator])
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    short_name_en = models.CharField(_("short name (English)"), max_length=60)
    short_name_zh = models.CharField(_("short name (Chinese)"), max_length=60)
    about_en = models.TextField(_("about it (English)"), max_length=2000)
    about_zh = models.TextField(_("about it (Chinese)"), max_length=2000)

    name = Bilingual("name")
    short_name = Bilingual("short_name")
    about = Bilingual("about")
    history = HistoricalRecords(excluded_fields=["loaded"])

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["key"]
        constraints = [both_languages("programme", field) for field in ("name", "short_name", "about")]

    def __str__(self):
        return self.name

    def clean(self):
        if Programme.objects.exclude(pk=self.pk).exists():
            raise ValidationError(_("This site has a programme already: change its names."))


class ProgrammeDayQuerySet(models.QuerySet):
    def public(self, on: date | None = None):
        return self.filter(date__lte=on or today())


class ProgrammeDay(Register):
    date = models.DateField(_("date"))
    label_en = models.CharField(_("label (English)"), max_length=200)
    label_zh = models.CharField(_("label (Chinese)"), max_length=200)
    source = models.ForeignKey("missions.Source", models.PROTECT, related_name="days", verbose_name=_("source"))

    label = Bilingual("label")
    objects = ProgrammeDayQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["loaded"])

    class Meta:
        verbose_name = _("date of the programme")
        verbose_name_plural = _("dates of the programme")
        ordering = ["date", "id"]
        constraints = [
            both_languages("day", "label"),
            models.UniqueConstraint(fields=["date", "source"], name="day_once_a_source"),
        ]

    def __str__(self):
        return f"{self.date} {self.label}"


class Contradiction(Register):
    key = models.CharField(_("key"), max_length=40, unique=True, validators=[code_validator])
    text_en = models.TextField(_("text (English)"), max_length=2000)
    text_zh = models.TextField(_("text (Chinese)"), max_length=2000)
    position = models.PositiveIntegerField(_("position"), default=0)

    text = Bilingual("text")
    history = HistoricalRecords(excluded_fields=["loaded"])

    class Meta:
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")
        ordering = ["position", "key"]
        constraints = [both_languages("contradiction", "text")]

    def __str__(self):
        return self.key


class LoadedEvent(models.Model):
    """The row at the last load of an entry; private."""

    key = models.CharField(max_length=60, unique=True)
    # The latest entry that a load wrote. A correction of it was made on the site.
    entry = models.OneToOneField(StatusChange, models.PROTECT, related_name="loaded_event")
    loaded = models.JSONField()

    def __str__(self):
        return self.key
