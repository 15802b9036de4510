"""Everything that the API lists: reports, missions, changes and the register."""

from collections import Counter
from datetime import date
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Path

from ..bilingual import PATHS, translated
from ..columns import COLUMNS
from ..days import today
from ..ledger.entries import in_utc
from ..ledger.timeline import Line, timeline
from ..models import FrozenFile, FrozenReport, Head, Instrument, Mission, Programme, Theme
from ..register.mission import PROVENANCE_SENTENCES, Provenance, linked_codes
from ..register.models import Tree
from ..reports.build import LICENCE
from ..reports.report import explain_missing_records
from ..reports.totals import StatusCounts
from ..status import Deadline, Status, deadline_state
from . import schemas
from .core import NOT_FOUND, QUERY, ApiError, address, api, dump, in_both, indexes, labels, paged, pages, read
from .params import ChangeQuery, CountedQuery, DayQuery, MissionQuery, PagedDayQuery

LISTS = ("missions", "changes", "summary", "figures", "instruments", "themes", "areas", "organisations", "reports")
FILES = {"openapi": "api:openapi", "docs": "api:docs", "dataset": "dataset", "ledger": "ledger"}
# A list reads plain values, because model instances would cost more than the query. The deadline state is computed in
# Python, because the database would repeat three subqueries for each case.
COMPUTED = ("title", "deadline", "supporting_owners", "areas")
VALUES = {
    column.name: column.source.replace(".", "__")
    for column in COLUMNS
    if column.name in schemas.Mission.model_fields and column.name not in COMPUTED
}
NAMES = {"title": "title", "owner_name": "lead_owner__name", "theme_name": "theme__name"}  # in both languages
ROW_FIELDS = ("pk", *VALUES.values(), *(f"{path}_{language}" for path in NAMES.values() for language in PATHS))


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
    values = {name: row[path] for name, path in VALUES.items()}
    status = values["status"]
    deadline = deadline_state(values["due"], values["due_first"], status, values["status_since"], on)
    return {
        **values,
        **{name: in_both(row, path) for name, path in NAMES.items()},
        "status_label": labels(Status)[status],
        "deadline": deadline,
        "deadline_label": labels(Deadline)[deadline],
        "supporting_owners": links[row["pk"], "owner"],
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


def count_fields(query: MissionQuery, missions: set[int]) -> dict[str, Any]:
    """Count these of the missions that the query found."""
    statuses = query.by_status(missions)
    counts = StatusCounts(Counter(statuses), len(missions & query.documented))
    return dump(schemas.Tally, counts, statuses=statuses)


COUNTED = _("Each with counts of the missions that match a query. The parameters are those of missions, without sort.")


@paged("instruments", schemas.Instrument, CountedQuery, summary=_("Instruments"), description=COUNTED)
def instruments(query, page_of):
    page = page_of(Instrument.objects.public())
    return with_counts(page, query, schemas.Instrument, "instruments", "instrument")


@paged("themes", schemas.Theme, CountedQuery, summary=_("Themes"), description=COUNTED)
def themes(query, page_of):
    return with_counts(page_of(Theme.objects.all()), query, schemas.Theme, "themes", "theme")


@paged("areas", schemas.Area, CountedQuery, summary=_("Areas"), description=COUNTED)
def areas(query, page_of):
    page = with_counts(page_of(query.areas.all), query, schemas.Area, "areas", "named", "area", query.areas)
    for item in page["items"]:
        item["zone"] = item["zone"] or None
    return page


@paged("organisations", schemas.Organisation, CountedQuery, summary=_("Organisations"), description=COUNTED)
def organisations(query, page_of):
    tree = query.organisations
    return with_counts(page_of(tree.all), query, schemas.Organisation, "owners", "lead", "owner", tree)


def with_counts(
    page: Any, query: Any, schema: Any, index: str, own: str, below: str = "", tree: Tree | None = None
) -> dict[str, Any]:
    """Count the missions of each record by the name `own`; in a tree also by the name `below`."""
    items = []
    for record in page["items"]:
        missions = count_fields(query, query.found_with(own, record.code))
        fields: dict[str, Any] = {"missions": missions, **pages(index, record.code)}
        if tree:
            above = tree.above[record.code]  # its own code first
            fields["parent"] = above[1] if len(above) > 1 else None
            fields["with_those_below"] = count_fields(query, query.found_with(below, record.code))
        items.append(dump(schema, record, **fields))
    return page | {"items": items}
