"""The tables of the data set and their keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..models import (
    Area,
    Contradiction,
    Evidence,
    FrozenFile,
    FrozenReport,
    Instrument,
    Mission,
    Organisation,
    Programme,
    ProgrammeDay,
    ReportedFigure,
    Source,
    StatusChange,
    Theme,
)
from ..query.file_rows import EVIDENCE_FILE, MISSION_DATASET, FileTable, QueryTable, if_public
from ..register.history import PUBLIC
from ..reports.report import Sheet
from ..reports.totals import ALL, LABELS
from ..status import Deadline, Status
from . import rows

Fields = Mapping[str, Any]
REPORT = (
    "slug", "title_en", "title_zh", "query", "as_of", "known_at", "count", "revision", "advanced_at", "ledger_head",
    "published_at", "supersedes", "reason_en", "reason_zh", "seal",
)  # fmt: skip
# All but the private `seen_at`.
SOURCE = ("key", "title", "publisher", "published_on", "url", "language", "title_zh", "publisher_zh", "form")
FIGURE = (
    "id", "as_of", "instrument", "indicator_en", "indicator_zh", "value", "unit", "unit_zh", "source", "measure",
)  # fmt: skip
PROGRAMME = ("name_en", "name_zh", "short_name_en", "short_name_zh", "about_en", "about_zh")
SHA256 = RegexValidator(r"\A[0-9a-f]{64}\Z")

# Each piece of evidence as it was recorded, its place in its entry, and the source that it was copied from.
EVIDENCE_DATASET = FileTable(
    **{name: read for name, read in EVIDENCE_FILE.readers.items() if name not in ("title_zh", "publisher_zh", "form")}
    | {name: if_public(name) for name in ("title", "publisher", "published_on", "url")},
    number="number",
    source=lambda evidence: evidence.source.key if evidence.is_public and evidence.source else None,
)


@dataclass(frozen=True)
class Table:
    name: str
    title: Any
    description: Any
    columns: FileTable
    rows: Callable[[date], Any]
    fields: Fields
    key: tuple[str, ...] = ("code",)
    links: Mapping[str, str] = field(default_factory=dict)

    def sheet(self, day: date) -> Sheet:
        found = self.rows(day)
        return found if isinstance(found, Sheet) else Sheet(self.columns, found, found.count())


def table_of(model: type[models.Model], *names: str) -> FileTable:
    """Return a table of those fields of a model; of a linked record it has the code."""
    return FileTable(**{name: _reader(model._meta.get_field(name)) for name in names})


def _reader(field: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        key = "slug" if hasattr(field.related_model, "slug") else "code"
        return lambda record: getattr(getattr(record, field.name), key, None)
    return attrgetter(field.name)


def _fields(model: type[models.Model], **others: Any) -> Fields:
    return {each.name: each for each in (*model._meta.fields, *model._meta.many_to_many)} | others


def _digest(label: Any, **options: Any) -> models.Field:
    return models.CharField(label, validators=[SHA256], **options)


NUMBER = models.PositiveBigIntegerField

TABLES = (
    Table(
        "missions",
        _("Missions"),
        _("The status of each mission on the date of the data set."),
        MISSION_DATASET,
        rows.missions,
        _fields(
            Mission,
            status=models.CharField(_("status"), choices=Status),
            status_since=models.DateField(_("status since")),
            deadline=models.CharField(LABELS["deadline"], choices=Deadline),
            owner=Mission._meta.get_field("lead_owner"),
        ),
        links={"instrument": "instruments", "owner": "organisations", "theme": "themes"},
    ),
    Table(
        "instruments",
        _("Instruments"),
        _("The published documents that assign missions."),
        table_of(Instrument, "code", *PUBLIC[Instrument]),
        rows.instruments,
        _fields(Instrument),
    ),
    Table(
        "themes",
        _("Themes"),
        _("The chapters that missions belong to."),
        table_of(Theme, "code", *PUBLIC[Theme]),
        rows.in_order(Theme),
        _fields(Theme),
    ),
    Table(
        "areas",
        _("Areas"),
        _("The places of missions; a place may be inside another."),
        table_of(Area, "code", *PUBLIC[Area]),
        rows.areas,
        _fields(Area),
        links={"parent": "areas"},
    ),
    Table(
        "organisations",
        _("Organisations"),
        _("The bodies that lead or support missions; a body may be below another."),
        table_of(Organisation, "code", *PUBLIC[Organisation]),
        rows.organisations,
        _fields(Organisation),
        links={"parent": "organisations", "source": "sources"},
    ),
    Table(
        "sources",
        _("Sources"),
        _("The publications that something in this data set cites."),
        table_of(Source, *SOURCE),
        rows.sources,
        _fields(Source),
        key=("key",),
    ),
    Table(
        "figures",
        _("Reported figures"),
        _("Figures published by officials, with date and source."),
        table_of(ReportedFigure, *FIGURE),
        rows.figures,
        _fields(ReportedFigure, id=NUMBER(_("number"))),
        key=("id",),
        links={"instrument": "instruments", "source": "sources"},
    ),
    Table(
        "programme",
        _("Programme"),
        _("The names of the programme, and a sentence on what it is."),
        table_of(Programme, "key", *PROGRAMME),
        rows.programme,
        _fields(Programme),
        key=("key",),
    ),
    Table(
        "timeline",
        _("Dates of the programme"),
        _("What happened to the programme as a whole, each with its source."),
        table_of(ProgrammeDay, "date", "label_en", "label_zh", "source"),
        rows.timeline,
        _fields(ProgrammeDay),
        key=("date", "source"),
        links={"source": "sources"},
    ),
    Table(
        "contradictions",
        _("Contradictions"),
        _("Where sources contradict each other, in a sentence. We show both."),
        table_of(Contradiction, "key", "text_en", "text_zh"),
        rows.contradictions,
        _fields(Contradiction),
        key=("key",),
    ),
    Table(
        "evidence",
        _("Evidence"),
        _("What the entries of the ledger cite. For evidence that is not public, only the SHA-256 is shown."),
        EVIDENCE_DATASET,
        rows.evidence,
        _fields(
            StatusChange,
            code=models.CharField(_("code")),
            entry=NUMBER(_("Number of the entry")),
            # Not for entries that set only a due date.
            status=models.CharField(_("status"), choices=Status, blank=True),
            title=models.CharField(_("title"), blank=True),
            **{name: Evidence._meta.get_field(name) for name in ("publisher", "published_on", "event_on", "url")},
            file=models.CharField(_("Name of the file"), blank=True),
            sha256=_digest(
                _("SHA-256 of the file; of evidence that is not public, SHA-256 of all that it cites"), blank=True
            ),
            number=NUMBER(_("Place among the evidence of its entry")),
            source=Evidence._meta.get_field("source"),
        ),
        key=("entry", "number"),
        links={"code": "missions", "source": "sources"},
    ),
    Table(
        "mission_areas",
        _("Areas of missions"),
        _("Which mission applies to which area."),
        QueryTable(mission="mission__code", area="area__code"),
        rows.links(Mission.areas.through, "area"),
        {"mission": models.CharField(_("mission")), "area": models.CharField(_("area"))},
        key=("mission", "area"),
        links={"mission": "missions", "area": "areas"},
    ),
    Table(
        "mission_supporting_owners",
        _("Supporting owners of missions"),
        _("Which organisation supports which mission."),
        QueryTable(mission="mission__code", organisation="organisation__code"),
        rows.links(Mission.supporting_owners.through, "organisation"),
        {"mission": models.CharField(_("mission")), "organisation": models.CharField(_("organisation"))},
        key=("mission", "organisation"),
        links={"mission": "missions", "organisation": "organisations"},
    ),
    Table(
        "mission_sources",
        _("Sources of missions"),
        _("Which source the text of which mission comes from."),
        QueryTable(mission="mission__code", source="source__key"),
        rows.links(Mission.sources.through, "source", "key"),
        {"mission": models.CharField(_("mission")), "source": models.CharField(_("source"))},
        key=("mission", "source"),
        links={"mission": "missions", "source": "sources"},
    ),
    Table(
        "figure_instruments",
        _("Instruments of figures"),
        _("Which figure of completion covers which instruments."),
        QueryTable(figure="reportedfigure_id", instrument="instrument__code"),
        rows.figure_instruments,
        {"figure": NUMBER(_("reported figure")), "instrument": models.CharField(_("instrument"))},
        key=("figure", "instrument"),
        links={"figure": "figures", "instrument": "instruments"},
    ),
    Table(
        "reports",
        _("Frozen reports"),
        _("Published reports, which are never changed, with checksums."),
        table_of(FrozenReport, *REPORT),
        rows.reports,
        _fields(FrozenReport, seal=_digest(_("seal")), ledger_head=_digest(_("ledger head"))),
        key=("slug",),
        links={"supersedes": "reports"},
    ),
    Table(
        "report_files",
        _("Files of frozen reports"),
        _("The files of each frozen report, with size and checksum."),
        table_of(FrozenFile, "report", "name", "language", "media_type", "size", "sha256"),
        rows.report_files,
        _fields(FrozenFile, sha256=_digest("SHA-256")),
        key=("report", "name"),
        links={"report": "reports"},
    ),
    Table(
        "tallies",
        _("Tallies"),
        _("Number of missions by status, for each dimension. Each mission counts once in each dimension."),
        rows.TALLY,
        rows.tallies,
        {
            "dimension": models.CharField(_("dimension"), choices=[("all", ALL), *LABELS.items()]),
            "code": models.CharField(_("code")),
            "missions": NUMBER(_("missions")),
            **{status.value: NUMBER(status.label) for status in Status},
            "documented": NUMBER(_("documented")),
        },
        key=("dimension", "code"),
    ),
)
