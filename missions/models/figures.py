"""Sources, the figures that officials published, and how these stand beside what the records document."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .bilingual import Bilingual, both_languages
from .days import today
from .ledger import web_address
from .mission import Mission
from .register import Instrument, Register, code_validator


class Source(Register):
    """A citable publication. Its title stands in its own language."""

    key = models.CharField(_("key"), max_length=40, unique=True, validators=[code_validator])
    title = models.CharField(_("title"), max_length=500)
    publisher = models.CharField(_("publisher"), max_length=300)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    url = models.CharField(_("address"), max_length=1000, blank=True, validators=[web_address])
    language = models.CharField(_("language"), max_length=10)

    history = HistoricalRecords(excluded_fields=["loaded"])

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="source_url_is_web",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def code(self):
        return self.key


class Measure(models.TextChoices):
    TOTAL = "total", _("total")
    IN_PLACE = "in_place", _("put in place")
    COMPLETED = "completed", _("completed")


class ReportedFigure(Register):
    """A figure that officials published. One with a `measure` can stand beside our counts of what it `covers`."""

    as_of = models.DateField(_("as of"))
    instrument = models.ForeignKey(
        Instrument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("instrument"),
        help_text=_("Empty: the hub as a whole."),
    )
    indicator_en = models.CharField(_("indicator (English)"), max_length=300)
    indicator_zh = models.CharField(_("indicator (Chinese)"), max_length=300)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("unit (English)"), max_length=50)
    source = models.ForeignKey(Source, models.PROTECT, related_name="figures", verbose_name=_("source"))
    measure = models.CharField(_("measure"), max_length=20, choices=Measure, blank=True)
    covers = models.ManyToManyField(Instrument, blank=True, related_name="+", verbose_name=_("covers"))

    indicator = Bilingual("indicator")
    history = HistoricalRecords(excluded_fields=["loaded"], m2m_fields=[covers])

    class Meta:
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        ordering = ["as_of", "id"]
        constraints = [
            both_languages("figure", "indicator"),
            models.CheckConstraint(condition=Q(measure__in=["", *Measure.values]), name="figure_measure_known"),
            models.UniqueConstraint(
                fields=["as_of", "instrument", "indicator_en", "source"], name="figure_once_an_instrument"
            ),
            models.UniqueConstraint(
                fields=["as_of", "indicator_en", "source"], condition=Q(instrument__isnull=True), name="figure_once"
            ),
        ]

    def __str__(self):
        return f"{self.as_of} {self.indicator}: {self.value}"


@dataclass(frozen=True)
class Reported:
    """What one source said on one day of certain instruments: `value` of `total`, in the source's own measure."""

    instruments: tuple[Instrument, ...]
    measure: Measure
    value: int
    total: int
    as_of: date
    source: Source


@dataclass(frozen=True)
class Reconciliation:
    """Reported and documented side by side, for instruments that a figure covers together or for one alone."""

    instruments: tuple[Instrument, ...]
    records: int
    completed: int
    documented: int
    withdrawn: int
    reported: tuple[Reported, ...]

    @property
    def counted(self) -> int:
        """What a rate is taken of: the records that were not withdrawn."""
        return self.records - self.withdrawn

    @property
    def codes(self) -> list[str]:
        return [instrument.code for instrument in self.instruments]


def reported(on: date) -> list[Reported]:
    """The newest figure of each measure for each set of instruments, on or before `on`, newest first.

    Value and total come from the same source and day.
    """
    figures = ReportedFigure.objects.exclude(measure="").filter(as_of__lte=on).select_related("source")
    totals: dict[tuple, Decimal] = {}
    said = []
    for figure in figures.prefetch_related("covers").order_by("as_of", "id"):
        instruments = tuple(figure.covers.all())
        if figure.measure == Measure.TOTAL:
            totals[figure.as_of, figure.source_id, instruments] = figure.value
        else:
            said.append((instruments, figure))
    newest = {}
    for instruments, figure in said:
        total = totals.get((figure.as_of, figure.source_id, instruments))
        if total is not None:
            newest[instruments, figure.measure] = Reported(
                instruments, Measure(figure.measure), int(figure.value), int(total), figure.as_of, figure.source
            )
    return sorted(newest.values(), key=lambda figure: figure.as_of, reverse=True)


def reconcile(on: date | None = None, known_at: date | None = None) -> list[Reconciliation]:
    """Reported beside documented: a joint figure once for its instruments, and each public instrument alone."""
    on = on or today()
    missions = Mission.objects.as_of(on, known_at)
    instruments = list(Instrument.objects.filter(missions__in=missions.values("pk")).distinct())
    statuses = list(missions.values_list("instrument", "status_asof"))
    documented = missions.documented(on, known_at).tally("instrument")
    figures = reported(on)
    groups = [figure.instruments for figure in figures if len(figure.instruments) > 1]
    groups = [group for group in groups if set(group) <= set(instruments)]
    groups += [(instrument,) for instrument in instruments]
    result = []
    for group in dict.fromkeys(groups):
        codes = {instrument.pk for instrument in group}
        here = [status for instrument, status in statuses if instrument in codes]
        result.append(
            Reconciliation(
                instruments=group,
                records=len(here),
                completed=here.count("completed"),
                documented=sum(documented.get(pk, 0) for pk in codes),
                withdrawn=here.count("withdrawn"),
                reported=tuple(figure for figure in figures if figure.instruments == group),
            )
        )
    return result
