"""Everything that the API lists: reports, missions, changes and the register."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Path

from ..bilingual import translated
from ..columns import PLAIN
from ..days import today
from ..ledger.entries import in_utc
from ..ledger.timeline import Line, timeline
from ..models import FrozenFile, FrozenReport, Head, Instrument, Mission, Programme, Theme
from ..register.mission import PROVENANCE_SENTENCES, Provenance, linked_codes
from ..reports.completion import LICENCE
from ..reports.report import explain_missing_records
from ..reports.totals import NOTHING, StatusCounts, Tally
from ..status import Deadline, Status, deadline_state
from . import schemas
from .core import NOT_FOUND, QUERY, ApiError, address, api, dump, in_both, indexes, labels, paged, pages, read
from .params import ChangeQuery, CountedQuery, DayQuery, MissionQuery, PagedDayQuery

LISTS = ("missions", "changes", "summary", "figures", "instruments", "themes", "areas", "organisations", "reports")
FILES = {"openapi": "api:openapi", "docs": "api:docs", "dataset": "dataset", "ledger": "ledger"}
# A list reads plain values, because model instances would cost more than the query. The deadline state is computed in
# Python, because the database would repeat three subqueries for each case.
SAME_NAME = ("code", "number", "kind", "provenance", *(column.name for column in PLAIN))
ROW_FIELDS = (
    *("pk", *SAME_NAME, "title_en", "title_zh", "instrument__code", "lead_owner__code", "lead_owner__name_en"),
    *("lead_owner__name_zh", "theme__code", "theme__name_en", "theme__name_zh"),
    *("status_asof", "since_asof", "due_asof", "due_first_asof", "due_moves_asof"),
)


@api.get(
    "",
    response=schemas.Revision,
    summary=_("State of the data"),
    description=_("The current revision of the data, and the addresses of the other resources. This request is cheap."),
)
def revision(request: HttpRequest, response: HttpResponse):
    head, programme = Head.objects.get(), Programme.objects.first()
    routes = {**{name: f"api:{name}" for name in LISTS}, **FILES}
    return {
        "name": translated(gettext_lazy("Hub Tracker"))._asdict(),
        "programme": programme and dump(schemas.Programme, programme),
        "revision": head.revision,
        "advanced_at": in_utc(head.advanced_at),
        "entry": head.entry,
        "ledger_head": head.hash,
        "today": today(),
        "licence": LICENCE,
        "links": {name: address(reverse(route)) for name, route in routes.items()},
    }


@paged(
    "reports",
    schemas.Report,
    PagedDayQuery,
    summary=_("Frozen reports"),
    description=_(
        "Published reports, which are never changed, newest first, with files and checksums. The list has the reports"
        " that were published by the end of known_at; as_of has no effect."
    ),
)
def reports(query, page_of):
    known = FrozenReport.objects.known(query.form.known)
    page = page_of(known.prefetch_related(Prefetch("files", FrozenFile.objects.defer("content"))))
    return page | {"items": [as_report(report, report.successor(query.form.known)) for report in page["items"]]}


def as_report(report: FrozenReport, successor: FrozenReport | None) -> dict[str, Any]:
    folder = f"{indexes('reports')['en']}{report.slug}/"
    return dump(
        schemas.Report,
        report,
        advanced_at=in_utc(report.advanced_at),
        published_at=in_utc(report.published_at),
        supersedes=report.supersedes and report.supersedes.slug,
        superseded_by=successor and successor.slug,
        reason=in_both(vars(report), "reason") if report.supersedes else None,
        files=[dump(schemas.ReportFile, file, url=folder + file.name) for file in report.files.all()],
        **pages("reports", report.slug),
    )


# --- missions ---------------------------------------------------------------------------------------------------------


@paged(
    "missions",
    schemas.Mission,
    MissionQuery,
    summary=_("Missions"),
    description=_("The missions that match a query, with their state on the selected date."),
)
def missions(query, page_of):
    page = page_of(query.qs.values(*ROW_FIELDS))
    links = linked_codes([row["pk"] for row in page["items"]])
    return page | {"items": [as_mission(row, links, query.form.on) for row in page["items"]]}


@api.get(
    "missions/{code:code}",
    response={200: schemas.MissionInFull, 400: schemas.Problem, 404: schemas.Problem},
    exclude_unset=True,
    summary=_("One mission"),
    description=_(
        "A mission with its text, sources and ledger. Entries have the same values as in ledger.jsonl, except that "
        "evidence shows the source as registered now. Use the line in ledger.jsonl to compute the hash."
    ),
    openapi_extra={QUERY: DayQuery},
)
def mission(
    request: HttpRequest,
    response: HttpResponse,
    code: Annotated[str, Path(description=_("Code of the mission"))],
):
    query = read(request, DayQuery, response)
    clocks = query.form.on, query.form.known
    public = Mission.objects.public(*clocks)
    wanted = Mission.objects.for_listing(*clocks).prefetch_related(
        "sources", Prefetch("replaced_by", public, "successors"), Prefetch("replaces", public, "predecessors")
    )
    if note := explain_missing_records(query.form.known):
        raise ApiError(404, NOT_FOUND, note)
    record = get_object_or_404(wanted, code=code)
    return {
        **as_mission(wanted.values(*ROW_FIELDS).get(pk=record.pk), linked_codes([record.pk]), query.form.on),
        "description": in_both(vars(record), "description"),
        "provenance_sentence": translated(PROVENANCE_SENTENCES[Provenance(record.provenance)])._asdict(),
        "sources": [dump(schemas.Source, source) for source in record.sources.all()],
        "replaces": sorted(other.code for other in record.predecessors),
        "replaced_by": sorted(other.code for other in record.successors),
        "ledger": [as_entry(line) for line in sorted(timeline(record, *clocks), key=lambda line: line.entry.pk)],
    }


def as_mission(row: dict[str, Any], links: dict[tuple[int, str], list[str]], on: date) -> dict[str, Any]:
    status, since, due, due_first = (row[f"{name}_asof"] for name in ("status", "since", "due", "due_first"))
    deadline = deadline_state(due, due_first, status, since, on)
    return {
        **{name: row[name] for name in SAME_NAME},
        "instrument": row["instrument__code"],
        "title": in_both(row, "title"),
        "status": status,
        "status_label": labels(Status)[status],
        "status_since": since,
        "deadline": deadline,
        "deadline_label": labels(Deadline)[deadline],
        "due": due,
        "due_first": due_first,
        "due_moves": row["due_moves_asof"],
        "owner": row["lead_owner__code"],
        "owner_name": in_both(row, "lead_owner__name"),
        "supporting_owners": links[row["pk"], "owner"],
        "theme": row["theme__code"],
        "theme_name": in_both(row, "theme__name"),
        "areas": links[row["pk"], "area"],
        **pages("missions", row["code"]),
    }


def as_entry(line: Line) -> dict[str, Any]:
    return {
        **line.entry.public_line(),
        "evidence": [item.shown_form() for item in line.entry.evidence.all()],
        "hash": line.entry.hash,
        "corrected_by": line.correction and line.correction.pk,
        "before": line.before,
        "is_confirmation": line.is_confirmation,
    }


@paged(
    "changes",
    schemas.Change,
    ChangeQuery,
    summary=_("Changes"),
    description=_(
        "Changes by entry, newest first: sorted by effective date, corrections by the date of recording. Openings are"
        " not listed."
    ),
)
def changes(query, page_of):
    page = page_of(query.qs)
    return page | {"items": [as_change(entry) for entry in page["items"]]}


def as_change(entry: Any) -> dict[str, Any]:
    mission = entry.mission
    return dump(
        schemas.Change,
        entry,
        mission=mission.code,
        title=in_both(vars(mission), "title"),
        instrument=mission.instrument.code,
        owner=mission.lead_owner.code,
        theme=mission.theme.code,
        recorded_at=in_utc(entry.recorded_at),
        status=entry.status if entry.sets_status else None,
        before=entry.before if entry.sets_status else None,
        due_before=entry.due_before if entry.sets_due else None,
        reported_by=entry.reported_by and entry.reported_by.code,
        corrects=entry.corrects_id,
        evidence=[item.shown_form() for item in entry.public_evidence],
        **pages("missions", mission.code, anchor=f"#change-{entry.pk}"),
    )


# --- the register, with counts ----------------------------------------------------------------------------------------


class Counts:
    def __init__(self, query: MissionQuery):
        self.missions = query.qs.order_by()
        self.documented = self.missions.documented(query.form.on, query.form.known)
        self.tally = Tally(self.missions, self.documented)

    def by(self, dimension: str) -> defaultdict[str, StatusCounts]:
        """Return totals by code. A mission counts in each of its areas, else once."""
        by_area = dimension == "area"
        totals = count_statuses(*map(area_rows, self._both)) if by_area else self.tally.by(dimension)
        return defaultdict(lambda: NOTHING, totals)

    def by_area_and_below(self, lines: dict[str, list[str]]) -> defaultdict[str, StatusCounts]:
        """Return totals by area, with the areas below it. `lines` has each area's own code and those above."""
        keyed = (
            ((key, above, status) for key, code, status in area_rows(missions) for above in lines[code])
            for missions in self._both
        )
        # dict.fromkeys: a mission that names two areas below counts once.
        return defaultdict(lambda: NOTHING, count_statuses(*map(dict.fromkeys, keyed)))

    @property
    def _both(self):
        return self.missions, self.documented


def area_rows(missions: Any):
    return missions.filter(areas__isnull=False).values_list("pk", "areas__code", "status_asof").iterator()


def count_statuses(missions: Iterable[tuple[int, str, str]], documented: Iterable[tuple[int, str, str]]):
    """Count rows of (mission, code, status) by code."""
    statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _key, code, status in missions:
        statuses[code][status] += 1
    numbers = Counter(code for _key, code, _status in documented)
    return {code: StatusCounts(statuses[code], numbers[code]) for code in statuses}


def count_fields(counts: StatusCounts) -> dict[str, Any]:
    return dump(schemas.Tally, counts, statuses={status: counts.statuses[status] for status in Status})


COUNTED = _("Each with counts of the missions that match a query. The parameters are those of missions, without sort.")


@paged("instruments", schemas.Instrument, CountedQuery, summary=_("Instruments"), description=COUNTED)
def instruments(query, page_of):
    counts = Counts(query).by("instrument")
    page = page_of(Instrument.objects.public())
    return page | {"items": [as_counted(schemas.Instrument, each, "instruments", counts) for each in page["items"]]}


@paged("themes", schemas.Theme, CountedQuery, summary=_("Themes"), description=COUNTED)
def themes(query, page_of):
    counts = Counts(query).by("theme")
    page = page_of(Theme.objects.all())
    return page | {"items": [as_counted(schemas.Theme, each, "themes", counts) for each in page["items"]]}


@paged("areas", schemas.Area, CountedQuery, summary=_("Areas"), description=COUNTED)
def areas(query, page_of):
    counts = Counts(query)
    below = counts.by_area_and_below(query.areas.above)
    page = tree_page(schemas.Area, "areas", query.areas, page_of, counts.by("area"), below)
    for item in page["items"]:
        item["zone"] = item["zone"] or None
    return page


@paged("organisations", schemas.Organisation, CountedQuery, summary=_("Organisations"), description=COUNTED)
def organisations(query, page_of):
    own = Counts(query).by("owner")
    below: defaultdict[str, StatusCounts] = defaultdict(lambda: NOTHING)
    for code, line in query.organisations.above.items():
        for above in line:
            below[above] += own[code]
    return tree_page(schemas.Organisation, "owners", query.organisations, page_of, own, below)


def tree_page(schema: Any, index: str, tree: Any, page_of: Any, own: Any, below: Any) -> dict[str, Any]:
    page, codes = page_of(tree.all), {record.pk: record.code for record in tree.all}
    more = {
        record.code: {"parent": codes.get(record.parent_id), "with_those_below": count_fields(below[record.code])}
        for record in page["items"]
    }
    return page | {"items": [as_counted(schema, each, index, own, **more[each.code]) for each in page["items"]]}


def as_counted(schema: Any, record: Any, index: str, counts: dict[str, StatusCounts], **more: Any) -> dict[str, Any]:
    missions = count_fields(counts[record.code])
    return dump(schema, record, missions=missions, **more, **pages(index, record.code))
