"""The rows of the data set, in a fixed order."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

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
)
from ..query.file_rows import FileTable
from ..register.models import code_order
from ..reports.report import Sheet
from ..reports.totals import LABELS, StatusCounts, Tally
from ..status import Status


class Tallied(NamedTuple):
    dimension: str
    code: str
    counts: StatusCounts


TALLY = FileTable(
    dimension="dimension",
    code="code",
    missions="counts.records",
    **{status.value: lambda row, status=status: row.counts.statuses[status] for status in Status},
    documented="counts.documented",
)


def missions(day: date) -> QuerySet:
    return Mission.objects.as_of(day).order_by(code_order("code"))


def instruments(day: date) -> QuerySet:
    public = Mission.objects.public(day).order_by().values("instrument")
    return Instrument.objects.filter(pk__in=public).order_by("position", code_order("code"))


def in_order(model: Any) -> Callable[[date], QuerySet]:
    return lambda day: model.objects.order_by("position", code_order("code"))


def areas(day: date) -> QuerySet:
    return in_order(Area)(day).select_related("parent")


def organisations(day: date) -> QuerySet:
    return in_order(Organisation)(day).select_related("parent", "source")


def sources(day: date) -> QuerySet:
    return Source.objects.public(day).order_by(code_order("key"))


def figures(day: date) -> QuerySet:
    return ReportedFigure.objects.public(day).select_related("instrument", "source")


def programme(day: date) -> QuerySet:
    return Programme.objects.order_by("key")


def timeline(day: date) -> QuerySet:
    return ProgrammeDay.objects.public(day).select_related("source").order_by("date", code_order("source__key"))


def contradictions(day: date) -> QuerySet:
    return Contradiction.objects.order_by("position", code_order("key"))


def evidence(day: date) -> QuerySet:
    place = Window(RowNumber(), partition_by=F("change"), order_by=F("pk").asc())
    return Evidence.objects.select_related("change__mission", "file", "source").annotate(number=place).order_by("pk")


def links(through: Any, name: str, key: str = "code") -> Callable[[date], QuerySet]:
    def rows(day):
        public = through.objects.filter(mission__in=Mission.objects.public(day))
        return public.order_by(code_order("mission__code"), code_order(f"{name}__{key}"))

    return rows


def figure_instruments(day: date) -> QuerySet:
    covered = ReportedFigure.covers.through.objects.filter(reportedfigure__in=ReportedFigure.objects.public(day))
    return covered.order_by("reportedfigure", code_order("instrument__code"))


def reports(day: date) -> QuerySet:
    return FrozenReport.objects.select_related("supersedes").order_by("pk")


def report_files(day: date) -> QuerySet:
    return FrozenFile.objects.select_related("report").defer("content").order_by("report__pk", "pk")


def tallies(day: date) -> Sheet:
    listed = Mission.objects.as_of(day)
    tally = Tally(listed, listed.documented(day))
    found = [Tallied("all", "all", tally.whole)]
    found += [Tallied(name, *group) for name in LABELS for group in sorted(tally.by(name).items())]
    readers = TALLY.readers.values()
    return Sheet(TALLY, listed, len(found), tuple(tuple(read(group) for read in readers) for group in found))
