"""The register: what was promised, by which document, under which theme, where, and who owns it."""

import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import connection, models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Collate
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..status import DUE_SOON, Deadline, Status
from .days import FIRST_DAY, LAST_DAY, today
from .ledger import StatusChange

code_validator = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9_.-]*\Z", _("A code begins with a letter or a digit; letters, digits, - _ . may follow.")
)


class Bilingual:
    """Reads `name_en` or `name_zh`, whichever the active language asks for; `other` reads the one that it does not."""

    def __init__(self, name, *, other=False):
        self.name, self.other = name, other

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        is_chinese = (get_language() or "en").startswith("zh")
        return getattr(instance, f"{self.name}_{'zh' if is_chinese != self.other else 'en'}")


def both_languages(model, field):
    """The rule that `field_en` and `field_zh` are both filled."""
    return models.CheckConstraint(
        condition=~Q(**{f"{field}_en": ""}) & ~Q(**{f"{field}_zh": ""}),
        name=f"{model}_{field}_both_languages",
        violation_error_message=_("Both languages are needed."),
    )


def known(model, field, choices, *, null=False):
    """The rule that `field` holds a value of the enumeration `choices`."""
    condition = Q(**{f"{field}__in": choices.values})
    return models.CheckConstraint(
        condition=condition | Q(**{f"{field}__isnull": True}) if null else condition, name=f"{model}_{field}_known"
    )


def code_order(field):
    """Orders by code point on both databases, whatever collation PostgreSQL was set up with."""
    return Collate(F(field), "C" if connection.vendor == "postgresql" else "BINARY")


class Register(models.Model):
    """A register record. `loaded` holds what the programme's files last said, so that an edit made here shows."""

    loaded = models.JSONField(null=True, editable=False)

    class Meta:
        abstract = True


class Instrument(Register):
    """A published document that assigns missions. Without a day of issue it is in preparation and not public."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_validator])
    title_en = models.CharField(_("title (English)"), max_length=300)
    title_zh = models.CharField(_("title (Chinese)"), max_length=300)
    issuer_en = models.CharField(_("issuer (English)"), max_length=300)
    issuer_zh = models.CharField(_("issuer (Chinese)"), max_length=300)
    issued_on = models.DateField(_("day of issue"), null=True, blank=True)
    official_total = models.PositiveIntegerField(_("official number of missions"), null=True, blank=True)
    citation = models.CharField(_("address or citation"), max_length=1000, blank=True)
    notes = models.TextField(_("notes (English)"), max_length=5000, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    title = Bilingual("title")
    title_other = Bilingual("title", other=True)
    issuer = Bilingual("issuer")
    history = HistoricalRecords(excluded_fields=["loaded"])

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["position", "code"]
        constraints = [
            both_languages("instrument", "title"),
            both_languages("instrument", "issuer"),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(issued_on__range=(FIRST_DAY, LAST_DAY)),
                name="instrument_issued_on_in_range",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("instrument", args=[self.code])


class Theme(Register):
    """The chapter that a mission belongs to."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_validator])
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    position = models.PositiveIntegerField(_("position"), default=0)

    title = Bilingual("name")
    title_other = Bilingual("name", other=True)
    history = HistoricalRecords(excluded_fields=["loaded"])

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "code"]
        constraints = [both_languages("theme", "name")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("theme", args=[self.code])


class Zone(models.TextChoices):
    HUB_WIDE = "hub-wide", _("Hub-wide")
    CORE = "core", _("Core")
    NORTHERN_BELT = "northern belt", _("Northern belt")
    SOUTHERN_BELT = "southern belt", _("Southern belt")


class Area(Register):
    """A place that missions apply to."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_validator])
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    province_or_city = models.CharField(_("province or city (English)"), max_length=200, blank=True)
    zone = models.CharField(_("zone"), max_length=20, choices=Zone)
    position = models.PositiveIntegerField(_("position"), default=0)

    title = Bilingual("name")
    title_other = Bilingual("name", other=True)
    history = HistoricalRecords(excluded_fields=["loaded"])

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["position", "code"]
        constraints = [both_languages("area", "name"), known("area", "zone", Zone)]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("area", args=[self.code])


class Level(models.TextChoices):
    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    MUNICIPAL = "municipal", _("Municipal")
    DISTRICT = "district", _("District")
    AGENCY = "agency", _("Agency")
    BANK = "bank", _("Bank")
    ENTERPRISE = "enterprise", _("Enterprise")


class Organisation(Register):
    """A body that may own missions. Organisations form a tree; one that ceases is closed, never deleted."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_validator])
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("organisation above")
    )
    source = models.ForeignKey(
        "missions.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("source"),
        help_text=_("Empty: no source names this body; it is listed by its remit."),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    title = Bilingual("name")
    title_other = Bilingual("name", other=True)
    history = HistoricalRecords(excluded_fields=["loaded"])

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["position", "code"]
        constraints = [
            both_languages("organisation", "name"),
            known("organisation", "level", Level),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="organisation_not_above_itself"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("owner", args=[self.code])

    def clean(self):
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("An organisation cannot stand below itself.")})
            above = above.parent


class Kind(models.TextChoices):
    POLICY = "policy", _("Policy")
    PLATFORM = "platform", _("Platform")
    PROJECT = "project", _("Project")
    OTHER = "other", _("Other")


class Provenance(models.TextChoices):
    OFFICIAL = "official", _("Official text and number")
    EDITORIAL_SPLIT = "editorial-split", _("Our reading of the source")
    UNPUBLISHED = "unpublished", _("Text not published")
    NOT_OBTAINED = "not-obtained", _("Text published, not obtained")


def fold(text: str) -> str:
    """The form in which text is searched: compatibility forms unified (full width, ligatures), case folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class MissionQuerySet(models.QuerySet):
    def public(self, on: date | None = None, known_at: date | None = None):
        """The one rule of visibility: a mission is public from its opening entry on."""
        return self.filter(Exists(StatusChange.objects.standing(on, known_at).filter(mission=OuterRef("pk"))))

    def as_of(self, on: date | None = None, known_at: date | None = None):
        """The public missions as they stood on the day `on`, by what this site knew at the end of `known_at`.

        Each carries status_asof, since_asof (the first day of the run of equal statuses), due_asof, deadline_asof.
        """
        on = on or today()
        return self.public(on, known_at).annotate(**_standing(on, known_at)).annotate(deadline_asof=_deadline(on))

    def for_listing(self, on: date | None = None, known_at: date | None = None):
        return self.as_of(on, known_at).select_related("instrument", "theme", "lead_owner")

    def documented(self, on: date | None = None, known_at: date | None = None):
        """Of the missions `as_of` the same days, those completed by a public document with public evidence."""
        reported = StatusChange.objects.standing(on, known_at).filter(
            mission=OuterRef("pk"),
            sets_status=True,
            status=Status.COMPLETED,
            effective_on__gte=OuterRef("since_asof"),
            basis="document",
            evidence__is_public=True,
        )
        return self.filter(Exists(reported), status_asof=Status.COMPLETED)

    def search(self, words: str):
        """The missions in which each word occurs, in the code or in a title or description of either language."""
        missions = self
        for word in fold(words).split():
            missions = missions.filter(search_text__contains=word)
        return missions

    def tally(self, dimension: str) -> dict:
        """How many of these missions each value of `dimension` has. Each counts once: the tally adds up to them all."""
        rows = self.order_by().values_list(dimension).annotate(n=models.Count("pk")).values_list(dimension, "n")
        return dict(rows)

    def project(self):
        """Writes what the ledger says of today into the projection. Called by the door, after its entries."""
        return self.update(
            **{field: expression for field, expression in zip(PROJECTION, _standing(today(), None).values())}
        )


PROJECTION = ("status", "status_since", "due")


def _standing(on, known_at):
    changes = StatusChange.objects.standing(on, known_at)
    here = changes.filter(mission=OuterRef("pk")).newest_first()
    later = Q(effective_on__gt=OuterRef("effective_on")) | Q(effective_on=OuterRef("effective_on"), id__gt=OuterRef("id"))
    other_later = changes.filter(later, mission=OuterRef("mission"), sets_status=True).exclude(status=OuterRef("status"))
    present_run = here.filter(~Exists(other_later), sets_status=True).order_by("effective_on", "id")
    return {
        "status_asof": Subquery(here.filter(sets_status=True).values("status")[:1]),
        "since_asof": Subquery(present_run.values("effective_on")[:1]),
        "due_asof": Subquery(here.filter(sets_due=True).values("due")[:1]),
    }


def _deadline(on):
    """`status.deadline_state` for the database; a property test holds the two together."""
    return Case(
        When(Q(due_asof__isnull=True) | Q(status_asof=Status.WITHDRAWN), then=Value(Deadline.NONE)),
        When(status_asof=Status.COMPLETED, since_asof__lte=F("due_asof"), then=Value(Deadline.MET)),
        When(status_asof=Status.COMPLETED, then=Value(Deadline.MET_LATE)),
        When(due_asof__lt=on, then=Value(Deadline.OVERDUE)),
        When(due_asof__lte=on + DUE_SOON, then=Value(Deadline.DUE_SOON)),
        default=Value(Deadline.ON_TIME),
        output_field=models.CharField(),
    )


class Mission(Register):
    """One trackable commitment. Its code never changes and is never used again."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_validator])
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="missions", verbose_name=_("instrument")
    )
    number = models.PositiveIntegerField(_("number"), validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title_en = models.CharField(_("title (English)"), max_length=300)
    title_zh = models.CharField(_("title (Chinese)"), max_length=300)
    description_en = models.TextField(_("description (English)"), max_length=5000, blank=True)
    description_zh = models.TextField(_("description (Chinese)"), max_length=5000, blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="missions", verbose_name=_("theme"))
    lead_owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="led_missions", verbose_name=_("lead owner")
    )
    supporting_owners = models.ManyToManyField(
        Organisation, blank=True, related_name="supported_missions", verbose_name=_("supporting owners")
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="missions", verbose_name=_("areas"))
    clause = models.CharField(_("clause (English)"), max_length=500, blank=True)
    provenance = models.CharField(_("provenance"), max_length=20, choices=Provenance)
    sources = models.ManyToManyField("missions.Source", blank=True, related_name="missions", verbose_name=_("sources"))

    # The projection of the ledger for today; `project` alone writes it, and a trigger holds it to the ledger.
    status = models.CharField(_("status"), max_length=20, choices=Status, null=True, editable=False)
    status_since = models.DateField(_("status since"), null=True, editable=False)
    due = models.DateField(_("due date"), null=True, editable=False)

    search_text = models.TextField(editable=False)

    title = Bilingual("title")
    title_other = Bilingual("title", other=True)
    description = Bilingual("description")
    objects = MissionQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["loaded", "search_text", *PROJECTION], m2m_fields=[supporting_owners, areas, sources]
    )

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="mission_number_once_an_instrument"),
            both_languages("mission", "title"),
            models.CheckConstraint(
                condition=Q(description_en="", description_zh="") | (~Q(description_en="") & ~Q(description_zh="")),
                name="mission_description_both_languages_or_none",
                violation_error_message=_("Fill in the description in both languages, or in neither."),
            ),
            known("mission", "kind", Kind),
            known("mission", "provenance", Provenance),
            known("mission", "status", Status, null=True),
            models.CheckConstraint(
                condition=Q(status__isnull=True, status_since__isnull=True, due__isnull=True)
                | Q(status__isnull=False, status_since__isnull=False),
                name="mission_status_and_since_together",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("mission", args=[self.code])

    def save(self, **kwargs):
        texts = (self.code, self.title_en, self.title_zh, self.description_en, self.description_zh)
        self.search_text = "\n".join(fold(text) for text in texts)
        super().save(**kwargs)
