"""The tables of the data set: their columns, rows in a fixed order, and keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
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
from ..register.models import code_order
from ..reports.report import Sheet
from ..reports.totals import ALL, LABELS, Tally
from ..status import Deadline, Status

REPORT = (
    "slug", "title_en", "title_zh", "query", "as_of", "known_at", "count", "revision", "advanced_at", "ledger_head",
    "published_at", "supersedes", "reason_en", "reason_zh", "seal",
)  # fmt: skip
# All but the private `seen_at`.
SOURCE = ("key", "title", "publisher", "published_on", "url", "language", "title_zh", "publisher_zh", "form")
FIGURE = (
    "id", "as_of", "instrument", "indicator_en", "indicator_zh", "value", "unit", "unit_zh", "source", "measure",
)  # fmt: skip
PROGRAMME = ("key", "name_en", "name_zh", "short_name_en", "short_name_zh", "about_en", "about_zh")
FILE = ("report", "name", "language", "media_type", "size", "sha256")
SHA256 = RegexValidator(r"\A[0-9a-f]{64}\Z")
NUMBER = models.PositiveBigIntegerField

# Each piece of evidence as it was recorded, its place in its entry, and the source that it was copied from.
EVIDENCE_DATASET = FileTable(
    **{name: read for name, read in EVIDENCE_FILE.readers.items() if name not in ("title_zh", "publisher_zh", "form")}
    | {name: if_public(name) for name in ("title", "publisher", "published_on", "url")},
    number="number",
    source=lambda evidence: evidence.source.key if evidence.is_public and evidence.source else None,
)


@dataclass(frozen=True)
class Table:
    """A table. `fields` describe its columns; a foreign key among them links to the table of that model."""

    name: str
    title: Any
    description: Any
    rows: Callable[[date], Any]
    columns: FileTable
    fields: Mapping[str, Any]
    key: tuple[str, ...] = ("code",)
    model: type[models.Model] | None = None

    def sheet(self, day: date) -> Sheet:
        found = self.rows(day)
        return found if isinstance(found, Sheet) else Sheet(self.columns, found, found.count())

    @property
    def links(self) -> dict[str, "Table"]:
        tables = {table.model: table for table in TABLES}
        fields = {name: self.fields[name] for name in self.columns.readers if name in self.fields}
        return {name: tables[field.related_model] for name, field in fields.items() if is_link(field)}


def is_link(field: Any) -> bool:
    return isinstance(field, models.ForeignKey)


def table_of(
    model: Any,
    name: str,
    title: Any,
    description: Any,
    rows: Any = None,
    columns: Any = (),
    key: Any = ("code",),
    **fields,
) -> Table:
    """Return a table of a model: by default of all that is public, in the order of the register."""
    rows = rows or (lambda day: model.objects.order_by("position", code_order("code")))
    columns = columns or ("code", *PUBLIC[model])
    links = [column for column in columns if is_link(model._meta.get_field(column))]
    related = (lambda day: rows(day).select_related(*links)) if links else rows
    readers = {column: _key_reader(column) if column in links else column for column in columns}
    return Table(name, title, description, related, FileTable(**readers), _fields(model, **fields), key, model)


def _key_reader(name: str) -> Any:
    def read(record):
        linked = getattr(record, name)
        return linked and (linked.slug if isinstance(linked, FrozenReport) else linked.code)

    return read


def _fields(model: Any, **others: Any) -> dict[str, Any]:
    return {each.name: each for each in (*model._meta.fields, *model._meta.many_to_many)} | others


def pair_table(name: str, title: Any, description: Any, relation: Any, path: str) -> Table:
    """Return the table of the missions and the records that a many-to-many field links to them."""

    def rows(day):
        public = relation.through.objects.filter(mission__in=Mission.objects.public(day))
        return public.order_by(code_order("mission__code"), code_order(path))

    other = path.partition("__")[0]
    fields = {"mission": _link(Mission), other: _link(relation.field.related_model)}
    columns = QueryTable(mission="mission__code", **{other: path})
    return Table(name, title, description, rows, columns, fields, ("mission", other))


def _link(model: Any, label: Any = None) -> models.Field:
    return models.ForeignKey(model, models.PROTECT, verbose_name=label or model._meta.verbose_name)


def _digest(label: Any, **options: Any) -> models.Field:
    return models.CharField(label, validators=[SHA256], **options)


def instruments(day: date) -> QuerySet:
    public = Mission.objects.public(day).order_by().values("instrument")
    return Instrument.objects.filter(pk__in=public).order_by("position", code_order("code"))


def evidence(day: date) -> QuerySet:
    place = Window(RowNumber(), partition_by=F("change"), order_by=F("pk").asc())
    return Evidence.objects.select_related("change__mission", "file", "source").annotate(number=place).order_by("pk")


def figure_instruments(day: date) -> QuerySet:
    covered = ReportedFigure.covers.through.objects.filter(reportedfigure__in=ReportedFigure.objects.public(day))
    return covered.order_by("reportedfigure", code_order("instrument__code"))


TALLY = {
    "dimension": models.CharField(_("dimension"), choices=[("all", ALL), *LABELS.items()]),
    "code": models.CharField(_("code")),
    "missions": NUMBER(_("missions")),
    **{status.value: NUMBER(status.label) for status in Status},
    "documented": NUMBER(_("documented")),
}
TALLY_COLUMNS = FileTable(**{name: name for name in TALLY})


def tallies(day: date) -> Sheet:
    listed = Mission.objects.as_of(day)
    tally = Tally(listed, listed.documented(day))
    groups = [(name, *group) for name in LABELS for group in sorted(tally.by(name).items())]
    rows = tuple(
        (dimension, code, counts.records, *(counts.statuses[status] for status in Status), counts.documented)
        for dimension, code, counts in [("all", "all", tally.whole), *groups]
    )
    return Sheet(TALLY_COLUMNS, listed, len(rows), rows)


TABLES = (
    Table(
        "missions",
        _("Missions"),
        _("The status of each mission on the date of the data set."),
        lambda day: Mission.objects.as_of(day).order_by(code_order("code")),
        MISSION_DATASET,
        _fields(
            Mission,
            status=models.CharField(_("status"), choices=Status),
            status_since=models.DateField(_("status since")),
            deadline=models.CharField(LABELS["deadline"], choices=Deadline),
            owner=Mission._meta.get_field("lead_owner"),
        ),
        model=Mission,
    ),
    table_of(
        Instrument,
        "instruments",
        _("Instruments"),
        _("The published documents that assign missions."),
        instruments,
    ),
    table_of(Theme, "themes", _("Themes"), _("The chapters that missions belong to.")),
    table_of(Area, "areas", _("Areas"), _("The places of missions; a place may be inside another.")),
    table_of(
        Organisation,
        "organisations",
        _("Organisations"),
        _("The bodies that lead or support missions; a body may be below another."),
    ),
    table_of(
        Source,
        "sources",
        _("Sources"),
        _("The publications that something in this data set cites."),
        lambda day: Source.objects.public(day).order_by(code_order("key")),
        SOURCE,
        ("key",),
    ),
    table_of(
        ReportedFigure,
        "figures",
        _("Reported figures"),
        _("Figures published by officials, with date and source."),
        ReportedFigure.objects.public,
        FIGURE,
        ("id",),
        id=NUMBER(_("number")),
    ),
    table_of(
        Programme,
        "programme",
        _("Programme"),
        _("The names of the programme, and a sentence on what it is."),
        lambda day: Programme.objects.order_by("key"),
        PROGRAMME,
        ("key",),
    ),
    table_of(
        ProgrammeDay,
        "timeline",
        _("Dates of the programme"),
        _("What happened to the programme as a whole, each with its source."),
        lambda day: ProgrammeDay.objects.public(day).order_by("date", code_order("source__key")),
        ("date", "label_en", "label_zh", "source"),
        ("date", "source"),
    ),
    table_of(
        Contradiction,
        "contradictions",
        _("Contradictions"),
        _("Where sources contradict each other, in a sentence. We show both."),
        lambda day: Contradiction.objects.order_by("position", code_order("key")),
        ("key", "text_en", "text_zh"),
        ("key",),
    ),
    Table(
        "evidence",
        _("Evidence"),
        _("What the entries of the ledger cite. For evidence that is not public, only the SHA-256 is shown."),
        evidence,
        EVIDENCE_DATASET,
        _fields(
            StatusChange,
            code=_link(Mission, _("code")),
            entry=NUMBER(_("Number of the entry")),
            # Not for entries that set only a due date.
            status=models.CharField(_("status"), choices=Status, blank=True),
            title=models.CharField(_("title"), blank=True),
            **{
                name: Evidence._meta.get_field(name)
                for name in ("publisher", "published_on", "event_on", "url", "source")
            },
            file=models.CharField(_("Name of the file"), blank=True),
            sha256=_digest(
                _("SHA-256 of the file; of evidence that is not public, SHA-256 of all that it cites"), blank=True
            ),
            number=NUMBER(_("Place among the evidence of its entry")),
        ),
        key=("entry", "number"),
    ),
    pair_table(
        "mission_areas",
        _("Areas of missions"),
        _("Which mission applies to which area."),
        Mission.areas,
        "area__code",
    ),
    pair_table(
        "mission_supporting_owners",
        _("Supporting owners of missions"),
        _("Which organisation supports which mission."),
        Mission.supporting_owners,
        "organisation__code",
    ),
    pair_table(
        "mission_sources",
        _("Sources of missions"),
        _("Which source the text of which mission comes from."),
        Mission.sources,
        "source__key",
    ),
    Table(
        "figure_instruments",
        _("Instruments of figures"),
        _("Which figure of completion covers which instruments."),
        figure_instruments,
        QueryTable(figure="reportedfigure_id", instrument="instrument__code"),
        {"figure": _link(ReportedFigure), "instrument": _link(Instrument)},
        key=("figure", "instrument"),
    ),
    table_of(
        FrozenReport,
        "reports",
        _("Frozen reports"),
        _("Published reports, which are never changed, with checksums."),
        lambda day: FrozenReport.objects.order_by("pk"),
        REPORT,
        ("slug",),
        seal=_digest(_("seal")),
        ledger_head=_digest(_("ledger head")),
    ),
    table_of(
        FrozenFile,
        "report_files",
        _("Files of frozen reports"),
        _("The files of each frozen report, with size and checksum."),
        lambda day: FrozenFile.objects.defer("content").order_by("report__pk", "pk"),
        FILE,
        ("report", "name"),
        sha256=_digest("SHA-256"),
    ),
    Table(
        "tallies",
        _("Tallies"),
        _("Number of missions by status, for each dimension. Each mission counts once in each dimension."),
        tallies,
        TALLY_COLUMNS,
        TALLY,
        key=("dimension", "code"),
    ),
)
