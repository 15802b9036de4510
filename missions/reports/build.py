"""The completion report of a query on a date, as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ..bilingual import Words, from_fields, in_both, listed, translated, untranslated
from ..columns import LISTED
from ..figures.models import Reconciliation, reconcile
from ..ledger.changes import changes
from ..models import EntryKind, Evidence, FrozenReport, Mission, Programme, Provenance, StatusChange
from ..query.file_rows import CHANGE_FILE, EVIDENCE_FILE, MISSION_FILE, RECORDS
from ..query.filter_fields import DayFilter
from ..query.filters import MissionFilter, ReportFilter
from ..query.tables import MissionTable
from ..register.models import code_order
from ..status import UNFINISHED, Deadline, Status
from .report import Report, Sheet, explain_missing_records, stated
from .totals import Group, Tally, Total, names

TITLE = _("Completion report")
RULE = _("Completion rate = completed ÷ (all − withdrawn).")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


class Fact(NamedTuple):
    label: Words
    value: Words


@dataclass(frozen=True)
class Movement:
    """The missions that changed in one way in the period."""

    kind: str
    label: Words
    missions: QuerySet
    count: int

    def __iter__(self) -> Iterator[tuple[str, Words]]:
        if self.count:
            for mission in self.missions.iterator(chunk_size=RECORDS):
                yield mission.code, from_fields(mission, "title")


@dataclass(frozen=True, kw_only=True)
class CompletionReport(Report):
    """A completion report. `language`: en, zh or both; texts are in both."""

    title: Words
    programme: Words | None
    filter: tuple[Fact, ...]
    since: date
    until: date
    rule: Words
    whole: Group
    totals: tuple[Total, ...]
    reconciliations: tuple[Reconciliation, ...]
    movements: tuple[Movement, ...]
    changes: Sheet
    evidence: Sheet
    notes: tuple[Words, ...]

    @property
    def statement(self) -> tuple[Fact, ...]:
        moment = f"{localtime(self.advanced_at):%Y-%m-%d %H:%M:%S %z}"
        known = translated("%(day)s", day=self.known_at) if self.known_at else translated(_("all that is recorded"))
        return (
            Fact(translated(_("As of")), translated("%(day)s", day=self.as_of)),
            Fact(translated(_("As recorded by")), known),
            Fact(translated(_("Query")), untranslated(self.query)),
            Fact(translated(_("Records")), untranslated(len(self.records))),
            Fact(translated(_("Revision")), untranslated(self.revision)),
            Fact(translated(_("Revision last advanced at")), untranslated(moment)),
            Fact(translated(_("Ledger head")), untranslated(self.ledger_head)),
        )


def listing(query: ReportFilter) -> Report:
    note = explain_missing_records(query.form.known)
    return Report(**stated(query), records=_listed(query, query.qs.count()), note=note)


def _listed(query, count):
    return Sheet(MISSION_FILE, query.qs, count)


def completion_report(query: ReportFilter, frozen: FrozenReport | None = None) -> CompletionReport:
    """Build the report of a valid query; use it within `snapshot`."""
    clocks = query.form.on, query.form.known
    missions, titles = query.qs, names(query)
    tally = Tally(missions, missions.documented(*clocks))
    instruments = tally.by("instrument").keys()
    period = (query.form.since, query.form.until)
    note = explain_missing_records(query.form.known)
    programme = Programme.objects.first()
    entries = changes(*clocks).filter(day__range=period, mission__in=missions.order_by().values("pk"))
    return CompletionReport(
        **stated(query),
        note=note,
        records=_listed(query, tally.whole.records),
        language=query.drawn_in,
        frozen=frozen,
        title=from_fields(frozen, "title") if frozen else translated(TITLE),
        programme=from_fields(programme, "name") if programme else None,
        filter=criteria(query, titles),
        since=period[0],
        until=period[1],
        rule=translated(RULE),
        whole=tally.whole,
        totals=tally.totals(titles),
        reconciliations=tuple(row for row in reconcile(*clocks) if instruments >= set(row.codes)),
        movements=tuple(movements(query, period, entries)),
        changes=Sheet(CHANGE_FILE, entries.order_by("day", "pk"), entries.count()),
        evidence=evidence_of(query),
        notes=(*filter(None, [note]), *notes(tally, period)),
    )


def criteria(query: ReportFilter, titles: dict[str, dict[str, Words]]) -> tuple[Fact, ...]:
    facts = []
    for name in MissionFilter.base_filters:
        filter_, values = query.filters[name], sorted(query.query.getlist(name))
        if not values:
            continue
        if isinstance(filter_, DayFilter):
            shown = [translated("%(day)s", day=query.form.cleaned_data[name])]
        else:
            shown = [titles.get(name, {}).get(value) or untranslated(value) for value in values]
        facts.append(Fact(translated(filter_.label), listed(shown)))
    if (sort := query.form.sort_order) != "programme":
        facts.append(Fact(translated(query.form.fields["sort"].label), sorted_by(sort)))
    return tuple(facts)


def sorted_by(sort: str) -> Words:
    names = {column.sort: column.name for column in LISTED}
    name = names.get(sort.removeprefix("-"))
    column = translated(MissionTable.base_columns[name].verbose_name if name else _("Programme order"))
    return translated(_("%(column)s, last first"), column=column) if sort.startswith("-") else column


def movements(query: ReportFilter, period: tuple[date, date], entries: QuerySet) -> Iterator[Movement]:
    """Return what moved between base date and end, as known at the report's date."""
    known = query.form.known
    base, end = (Mission.objects.as_of(day, known).order_by().values("pk") for day in period)
    corrected = entries.filter(kind=EntryKind.CORRECTION).order_by().values("mission")
    was_completed = base.filter(status_asof=Status.COMPLETED)
    kinds = {
        "newly_completed": (
            _("Newly completed"),
            query.qs.filter(pk__in=end.filter(status_asof=Status.COMPLETED)).exclude(pk__in=was_completed),
        ),
        "newly_overdue": (
            _("Newly overdue"),
            query.qs.filter(pk__in=end.filter(deadline_asof=Deadline.OVERDUE)).exclude(
                pk__in=base.filter(deadline_asof=Deadline.OVERDUE)
            ),
        ),
        "reopened": (
            _("Reopened"),
            query.qs.filter(pk__in=end.filter(status_asof__in=UNFINISHED)).filter(pk__in=was_completed),
        ),
        "deadline_moved": (_("Deadline moved"), query.qs.filter(pk__in=moved(*period, known))),
        "corrected": (_("Corrected"), query.qs.filter(pk__in=corrected)),
    }
    for kind, (label, missions) in kinds.items():
        yield Movement(kind, translated(label), missions, missions.count())


def moved(since: date, until: date, known: date | None) -> QuerySet:
    """Return missions with a moved due date; successors compare with predecessors."""
    base, end = (Mission.objects.as_of(day, known).order_by() for day in (since, until))
    own = base.filter(pk=OuterRef("pk")).values("due_moves_asof")
    replaced = base.filter(replaced_by=OuterRef("pk")).order_by("-due_moves_asof").values("due_moves_asof")
    before = Coalesce(Subquery(own[:1]), Subquery(replaced[:1]), 0)
    return end.filter(due_moves_asof__gt=before).values("pk")


def evidence_of(query: ReportFilter) -> Sheet:
    effective = StatusChange.objects.uncorrected(query.form.on, query.form.known)
    entries = effective.filter(mission__in=query.qs.order_by().values("pk"))
    cited = Evidence.objects.filter(change__in=entries.order_by().values("pk"))
    in_order = cited.select_related("change__mission", "file", "source").order_by(
        code_order("change__mission__code"), "change__effective_on", "pk"
    )
    return Sheet(EVIDENCE_FILE, in_order, cited.count())


def page_addresses(name: str, *args: str) -> Words:
    return in_both(lambda: settings.SITE_URL + reverse(name, args=args))


def notes(tally: Tally, period: tuple[date, date]) -> Iterator[Words]:
    yield translated(RULE)
    yield translated(
        _("Documented: completed, with a public document as basis and at least one piece of public evidence.")
    )
    yield translated(
        _(
            "Reported: the latest figures that officials published for these instruments by this date, "
            "in their own words. They cover whole instruments, whatever the filter."
        )
    )
    if split := tally.of(Provenance.EDITORIAL_SPLIT):
        yield translated(
            _(
                "Of %(count)s of these records, the cut, the number and the wording are ours: the official list is not "
                "published, so that a reported total counts other items than these records."
            ),
            count=split,
        )
    yield translated(
        _(
            "Status, due date and deadline state are those of the selected date. "
            "Titles, owners and themes are those of the revision."
        )
    )
    yield translated(
        _(
            "Movements compare the listed missions at the end of %(until)s with the end of "
            "%(since)s, as known for this report. The listed entries begin on %(since)s."
        ),
        since=period[0],
        until=period[1],
    )
    yield translated(
        _("Free under CC BY 4.0 (%(licence)s): name the source, the revision and the date. How to verify: %(address)s"),
        licence=LICENCE,
        address=Words(*(f"{address}#verify" for address in page_addresses("about"))),
    )
