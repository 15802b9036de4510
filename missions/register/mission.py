"""Missions and their status on any date."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..bilingual import Bilingual, Translated, both_languages
from ..days import today
from ..ledger.as_of import PERIOD_STATE, PROJECTION, STANDS, judged, known_today, state_on
from ..ledger.entries import StatusChange
from ..ledger.periods import END, StatusPeriod
from ..status import Basis, Status
from ..text import ByCodePoint
from .listing import PATHS, MissionRow
from .models import Area, Coded, Instrument, Organisation, RecordVersions, Theme, code_order, known


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


PROVENANCE_SENTENCES = {
    Provenance.OFFICIAL: _("The text and the number are official."),
    Provenance.EDITORIAL_SPLIT: _(
        "Our reading of the document: the cut, the number and the wording are ours; the official list is not published."
    ),
    Provenance.UNPUBLISHED: _("Announced as one of a set; its text was not published."),
    Provenance.NOT_OBTAINED: _("The text was published, but could not be obtained; this is a placeholder."),
}


def fold(text: str) -> str:
    """Fold text for search: compatibility forms and case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class MissionQuerySet(models.QuerySet):
    def public(self, on: date | None = None, known_at: date | None = None):
        """Return public missions: those with an opening entry. The only such rule."""
        if known_today(known_at):
            on = on or today()
            return self.filter(periods__first_day__lte=on, periods__until__gt=on)
        return self.filter(Exists(StatusChange.objects.uncorrected(on, known_at).filter(mission=OuterRef("pk"))))

    def visible_to(self, user):
        """Return the missions this account may see in the back office."""
        return self if user.has_perm("missions.read_all") else self.filter(lead_owner__in=user.organisations)

    def as_of(self, on: date | None = None, known_at: date | None = None):
        """Return public missions with their status on `on`, as known at `known_at`.

        Each carries status_asof, since_asof (the first day of the run of equal statuses), due_asof, due_first_asof
        (the first due date), due_moves_asof (how often it was moved), deadline_asof, is_past_first.
        """
        on = on or today()
        if known_today(known_at) and on == today():
            return self.now()
        state = PERIOD_STATE if known_today(known_at) else state_on(on, known_at)
        return self.public(on, known_at).annotate(**state).annotate(**judged(on))

    def now(self):
        """Return public missions with today's status, from the stored columns."""
        return self.filter(status__isnull=False).annotate(**STANDS).annotate(**judged(today()))

    def for_listing(self, on: date | None = None, known_at: date | None = None):
        return self.as_of(on, known_at).select_related("instrument", "theme", "lead_owner")

    def rows(self, places: slice = slice(None)) -> list[MissionRow]:
        """Return missions as rows, in order, by position."""
        return list(map(MissionRow._make, self.values_list(*PATHS)[places]))

    def documented(self, on: date | None = None, known_at: date | None = None):
        """Return missions completed by a public document with public evidence."""
        reported = StatusChange.objects.uncorrected(on, known_at).filter(
            mission=OuterRef("pk"),
            sets_status=True,
            status=Status.COMPLETED,
            effective_on__gte=OuterRef("since_asof"),
            basis=Basis.DOCUMENT,
            evidence__is_public=True,
        )
        return self.filter(Exists(reported), status_asof=Status.COMPLETED)

    def search(self, words: str):
        """Return missions that contain each word in code, title or description."""
        missions = self
        for word in fold(words).split():
            missions = missions.filter(search_text__has_word=word)
        return missions

    def tally(self, dimension: str) -> dict:
        """Count missions by `dimension`; each counts once."""
        rows = self.order_by().values_list(dimension).annotate(n=models.Count("pk")).values_list(dimension, "n")
        return dict(rows)

    def project(self):
        """Update the stored columns of today from the ledger.

        No day bounds it: no entry lies in the future, and a clock that was set back does not unwrite one.
        """
        last = StatusPeriod.objects.filter(mission=OuterRef("pk"), until=END)
        return self.update(
            status=Subquery(last.values("status")),
            status_since=Subquery(last.values("since")),
            due=Subquery(last.values("due")),
            due_first=Subquery(last.values("due_first")),
            due_moves=Coalesce(Subquery(last.values("due_moves")), 0),
        )


def programme_order(*, reverse: bool = False) -> list[OrderBy]:
    keys = F("instrument__position"), code_order("instrument__code"), F("number")
    return [*(key.desc() if reverse else key.asc() for key in keys), code_order("code").asc()]


class Mission(Coded):
    """A mission. Its code never changes and is never reused."""

    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="missions", verbose_name=_("instrument"))
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
    clause_zh = models.CharField(_("clause (Chinese)"), max_length=500, blank=True)
    provenance = models.CharField(_("origin of the text"), max_length=20, choices=Provenance)
    sources = models.ManyToManyField("missions.Source", blank=True, related_name="missions", verbose_name=_("sources"))
    # Missions replaced by an official list. Triggers check that each was withdrawn on the opening date, and that links
    # stay; so they need no history.
    replaces = models.ManyToManyField(
        "self", symmetrical=False, editable=False, related_name="replaced_by", verbose_name=_("takes the place of")
    )

    # Today's status; `project` alone writes it, and a trigger checks it.
    status = models.CharField(_("status"), max_length=20, choices=Status, null=True, editable=False)  # noqa: DJ001
    status_since = models.DateField(_("status since"), null=True, editable=False)
    due = models.DateField(_("due date"), null=True, editable=False)
    due_first = models.DateField(_("first due date"), null=True, editable=False)
    due_moves = models.PositiveSmallIntegerField(_("times the due date was moved"), default=0, editable=False)

    search_text = models.TextField(editable=False)

    title = Bilingual("title")
    title_other = Bilingual("title", other=True)
    description = Bilingual("description")
    description_other = Bilingual("description", other=True)
    shown_clause = Translated("clause")
    objects = MissionQuerySet.as_manager()
    history = RecordVersions(
        excluded_fields=["loaded", "search_text", *PROJECTION], m2m_fields=[supporting_owners, areas, sources]
    )

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["code"]
        # Not of status or due date: on PostgreSQL, an entry would then make every index of its mission again.
        indexes = [
            models.Index(ByCodePoint("title_en"), ByCodePoint("code"), name="missions_by_title_en"),
            models.Index(ByCodePoint("title_zh"), ByCodePoint("code"), name="missions_by_title_zh"),
        ]
        constraints = [
            # Official numbers and our own are separate.
            models.UniqueConstraint(
                "instrument",
                "number",
                Case(When(provenance=Provenance.OFFICIAL, then=Value(1)), default=Value(0)),
                name="mission_number_once_in_its_numbering",
                violation_error_message=_("A mission of this instrument with this number is there already."),
            ),
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

    def take_the_place_of(self, missions: Iterable["Mission"]) -> None:
        """Link it to the missions it replaces."""
        self.replaces.add(*missions)
        Mission.objects.filter(pk__in=StatusPeriod.objects.follow([self.pk])).project()

    @property
    def provenance_sentence(self):
        return PROVENANCE_SENTENCES[Provenance(self.provenance)]

    def save(self, **kwargs):
        texts = (self.code, self.title_en, self.title_zh, self.description_en, self.description_zh)
        self.search_text = "\n".join(fold(text) for text in texts)
        if not self._state.adding:
            named = kwargs.get("update_fields") or (f.name for f in self._meta.concrete_fields if not f.primary_key)
            # Not the stored column: the ledger may have advanced since it was read.
            kwargs["update_fields"] = {*named, "search_text"}.difference(PROJECTION)
        super().save(**kwargs)


def linked_codes(missions: Iterable[int] | None = None) -> defaultdict[tuple[int, str], list[str]]:
    """Map (mission, "area" or "owner") to sorted codes. One query.

    `missions` are the primary keys of those asked for; None asks for all.
    """
    links = {
        "area": (Mission.areas.through.objects.all(), "area__code"),
        "owner": (Mission.supporting_owners.through.objects.all(), "organisation__code"),
    }
    areas, owners = (
        (rows if missions is None else rows.filter(mission__in=missions)).values_list("mission", Value(name), code)
        for name, (rows, code) in links.items()
    )
    found: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for mission, name, code in sorted(areas.union(owners, all=True)):
        found[mission, name].append(code)
    return found
