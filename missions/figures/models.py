"""Sources, official figures, and their comparison with the records."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..bilingual import Bilingual, Translated, both_languages, read_in
from ..days import today
from ..ledger.entries import Evidence, web_address
from ..register.mission import Mission
from ..register.models import Instrument, Organisation, Register, code_validator
from ..register.programme import ProgrammeDay
from ..status import Status


class Form(models.TextChoices):
    ORIGINAL = "original", _("original")
    COPY = "copy", _("copy")
    SUMMARY = "summary", _("summary")
    TRANSLATION = "translation", _("translation")


def how_read(form: str, url: str) -> str:
    if not form or (url and form == Form.ORIGINAL):
        return ""
    label = Form(form).label
    if url or form == Form.ORIGINAL:
        return str(label)
    return gettext("read in a copy") if form == Form.COPY else gettext("read in a copy (%(form)s)") % {"form": label}


class SourceQuerySet(models.QuerySet):
    def public(self, on: date | None = None):
        """Return sources that something public cites, up to `on`."""
        missions = Mission.sources.through.objects.filter(mission__in=Mission.objects.public(on))
        return self.filter(
            Q(pk__in=missions.values("source"))
            | Q(pk__in=Evidence.objects.filter(is_public=True).values("source"))
            | Q(pk__in=ReportedFigure.objects.public(on).values("source"))
            | Q(pk__in=ProgrammeDay.objects.public(on).values("source"))
            | Q(pk__in=Organisation.objects.values("source"))
        )


class Source(Register):
    """A citable publication. Pages link `url` only; `seen_at` is private."""

    key = models.CharField(_("key"), max_length=40, unique=True, validators=[code_validator])
    title = models.CharField(_("title"), max_length=500)
    title_zh = models.CharField(_("title (Chinese)"), max_length=500, blank=True)
    publisher = models.CharField(_("publisher"), max_length=300)
    publisher_zh = models.CharField(_("publisher (Chinese)"), max_length=300, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    form = models.CharField(_("form"), max_length=20, choices=Form, blank=True)
    url = models.CharField(_("address"), max_length=1000, blank=True, validators=[web_address])
    seen_at = models.CharField(
        _("seen at"),
        max_length=1000,
        blank=True,
        validators=[web_address],
        help_text=_("Where a copy was read that is not shown to the public."),
    )
    language = models.CharField(_("language"), max_length=10)

    shown_title = Translated("title")
    shown_publisher = Translated("publisher")
    objects = SourceQuerySet.as_manager()
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
            models.CheckConstraint(condition=Q(form__in=["", *Form.values]), name="source_form_known"),
        ]

    def __str__(self):
        return self.shown_title

    @property
    def code(self):
        return self.key

    @property
    def how_read(self) -> str:
        return how_read(self.form, self.url)


class Measure(models.TextChoices):
    TOTAL = "total", _("total")
    IN_PLACE = "in_place", _("put in place")
    COMPLETED = "completed", _("completed")


# Prefixes of Chinese units and their factors; longer ones first.
CHINESE_SCALES = {"万亿": 10**12, "十亿": 10**9, "百万": 10**6, "亿": 10**8, "万": 10**4}
# Those that Chinese readers count by.
MYRIADS = {"万亿": 10**12, "亿": 10**8, "万": 10**4}


def chinese_unit(unit: str) -> tuple[str, int]:
    """Split a Chinese unit into base unit and factor: 十亿元 → 元, 10**9."""
    scale = next((word for word in CHINESE_SCALES if unit.startswith(word)), "")
    plain = unit.removeprefix(scale)
    return ("" if scale and "（" in plain else plain), CHINESE_SCALES.get(scale, 1)


class ReportedFigureQuerySet(models.QuerySet):
    def public(self, on: date | None = None):
        """Return figures up to `on`, without those of unpublished instruments."""
        in_preparation = Instrument.objects.in_preparation()
        telling = ReportedFigure.covers.through.objects.filter(instrument__in=in_preparation).values("reportedfigure")
        return self.filter(as_of__lte=on or today()).exclude(instrument__in=in_preparation).exclude(pk__in=telling)

    def for_listing(self, on: date | None = None):
        return self.public(on).select_related("instrument", "source").prefetch_related("covers")


class ReportedFigure(Register):
    """An official figure. One with a `measure` is compared with our counts of what it `covers`."""

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
    unit_zh = models.CharField(_("unit (Chinese)"), max_length=50, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="figures", verbose_name=_("source"))
    measure = models.CharField(_("measure"), max_length=20, choices=Measure, blank=True)
    covers = models.ManyToManyField(Instrument, blank=True, related_name="+", verbose_name=_("covers"))

    indicator = Bilingual("indicator")
    objects = ReportedFigureQuerySet.as_manager()
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

    @property
    def measured(self) -> tuple[Decimal, str]:
        if read_in() != "zh" or not self.unit_zh:
            return self.value, self.unit
        unit, times = chinese_unit(self.unit_zh)
        value = self.value * times
        # Plain numbers are written out: 7000平方公里.
        myriad = next((word for word, size in MYRIADS.items() if times > 1 and value >= size), "")
        return value / MYRIADS.get(myriad, 1), myriad + unit

    @property
    def written_unit(self) -> str:
        _value, unit = self.measured
        return f" {unit}" if unit and unit[0].isascii() and unit != "%" else unit

    @property
    def amount(self) -> str:
        value, _unit = self.measured
        _whole, _point, decimals = f"{value:f}".partition(".")
        return number_format(value, len(decimals.rstrip("0")), force_grouping=True)

    @property
    def covered(self) -> tuple[Instrument, ...]:
        return tuple(self.covers.all())

    @property
    def is_of_completion(self) -> bool:
        return bool(self.measure and self.covered)


@dataclass(frozen=True)
class Reported:
    instruments: tuple[Instrument, ...]
    measure: Measure
    value: int
    total: int
    as_of: date
    source: Source


@dataclass(frozen=True)
class Reconciliation:
    """Official figure and own count of the same instruments."""

    instruments: tuple[Instrument, ...]
    records: int
    completed: int
    documented: int
    withdrawn: int
    reported: tuple[Reported, ...]

    @property
    def counted(self) -> int:
        return self.records - self.withdrawn

    @property
    def unfinished(self) -> int:
        return self.counted - self.completed

    @property
    def codes(self) -> list[str]:
        return [instrument.code for instrument in self.instruments]


def ever_reported(figures: Iterable[ReportedFigure]) -> list[Reported]:
    """Pair figures on completion with the total of the same source and date."""
    measured = [figure for figure in figures if figure.is_of_completion]
    totals = {(f.as_of, f.source_id, f.covered): int(f.value) for f in measured if f.measure == Measure.TOTAL}
    pairs = [(f, totals.get((f.as_of, f.source_id, f.covered))) for f in measured if f.measure != Measure.TOTAL]
    return [
        Reported(figure.covered, Measure(figure.measure), int(figure.value), total, figure.as_of, figure.source)
        for figure, total in pairs
        if total is not None
    ]


def of_completion(on: date) -> list[Reported]:
    figures = ReportedFigure.objects.public(on).exclude(measure="")
    return ever_reported(figures.select_related("source").prefetch_related("covers"))


def reconcile(
    on: date | None = None, known_at: date | None = None, *, figures: Iterable[Reported] | None = None
) -> list[Reconciliation]:
    """Compare official figures with the records: jointly, then by instrument.

    Of the `figures` (default: all `of_completion`) the newest of each measure for each set of instruments counts.
    """
    on = on or today()
    missions = Mission.objects.as_of(on, known_at)
    statuses: defaultdict[int, Counter[str]] = defaultdict(Counter)
    counted = missions.order_by().values_list("instrument", "status_asof").annotate(n=models.Count("pk"))
    for instrument, status, number in counted:
        statuses[instrument][status] = number
    documented = missions.documented(on, known_at).tally("instrument")
    instruments = list(Instrument.objects.filter(pk__in=statuses))
    newest = {(f.instruments, f.measure): f for f in (of_completion(on) if figures is None else figures)}
    newest_first = sorted(newest.values(), key=lambda figure: figure.as_of, reverse=True)
    groups = [figure.instruments for figure in newest_first if len(figure.instruments) > 1]
    groups = [group for group in groups if set(group) <= set(instruments)]
    groups += [(instrument,) for instrument in instruments]
    result = []
    for group in dict.fromkeys(groups):
        here = sum((statuses[instrument.pk] for instrument in group), Counter())
        result.append(
            Reconciliation(
                instruments=group,
                records=here.total(),
                completed=here[Status.COMPLETED],
                documented=sum(documented.get(instrument.pk, 0) for instrument in group),
                withdrawn=here[Status.WITHDRAWN],
                reported=tuple(figure for figure in newest_first if figure.instruments == group),
            )
        )
    return result
