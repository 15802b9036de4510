from datetime import date
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as _
from ninja import Path

from ..bilingual import translated
from ..columns import PLAIN
from ..ledger.entries import in_utc
from ..ledger.timeline import Line, timeline
from ..models import Mission
from ..register.mission import PROVENANCE_SENTENCES, Provenance, linked_codes
from ..reports.report import explain_missing_records
from ..status import Deadline, Status, deadline_state
from . import schemas, urls_and_labels
from .core import NOT_FOUND, ApiError, api, paginate, read
from .description import reads_query
from .params import ChangeQuery, DayQuery, MissionQuery

# A list reads plain values, because model instances would cost more than the query. The deadline state is computed in
# Python, because the database would repeat three subqueries for each case.
ROW_FIELDS = (
    *("pk", "code", "number", "title_en", "title_zh", "kind", "provenance", "instrument__code"),
    *("lead_owner__code", "lead_owner__name_en", "lead_owner__name_zh", "theme__code", "theme__name_en"),
    *("theme__name_zh", "status_asof", "since_asof", "due_asof", "due_first_asof", "due_moves_asof"),
    *(column.name for column in PLAIN),
)


@api.get(
    "missions",
    response={200: schemas.Page[schemas.Mission], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Missions"),
    description=_("The missions that match a query, with their state on the selected date."),
    openapi_extra=reads_query(MissionQuery),
)
def missions(request: HttpRequest, response: HttpResponse):
    query = read(request, MissionQuery, response)
    answer = paginate(request, response, query, query.qs.values(*ROW_FIELDS))
    links = linked_codes([row["pk"] for row in answer["items"]])
    answer["items"] = [as_listed(row, links, query.form.on) for row in answer["items"]]
    # Serialised here, because ninja would first convert the models to dictionaries again.
    response.content = schemas.Page[schemas.Mission].model_validate(answer).model_dump_json()
    return response


@api.get(
    "missions/{code:code}",
    response={200: schemas.MissionInFull, 400: schemas.Problem, 404: schemas.Problem},
    exclude_unset=True,
    summary=_("One mission"),
    description=_(
        "A mission with its text, sources and ledger. Entries have the same values as in ledger.jsonl, except that "
        "evidence shows the source as registered now. Use the line in ledger.jsonl to compute the hash."
    ),
    openapi_extra=reads_query(DayQuery),
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
        **as_listed(wanted.values(*ROW_FIELDS).get(pk=record.pk), linked_codes([record.pk]), query.form.on),
        "description": urls_and_labels.in_both(vars(record), "description"),
        "provenance_sentence": translated(PROVENANCE_SENTENCES[Provenance(record.provenance)])._asdict(),
        "sources": [urls_and_labels.source(source) for source in record.sources.all()],
        "replaces": sorted(other.code for other in record.predecessors),
        "replaced_by": sorted(other.code for other in record.successors),
        "ledger": [as_entry(line) for line in sorted(timeline(record, *clocks), key=lambda line: line.entry.pk)],
    }


@api.get(
    "changes",
    response={200: schemas.Page[schemas.Change], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Changes"),
    description=_(
        "Changes by entry, newest first: sorted by effective date, corrections by the date of recording. Openings are"
        " not listed."
    ),
    openapi_extra=reads_query(ChangeQuery),
)
def changes(request: HttpRequest, response: HttpResponse):
    query = read(request, ChangeQuery, response)
    answer = paginate(request, response, query, query.qs)
    answer["items"] = [as_change(entry) for entry in answer["items"]]
    return answer


def as_listed(row: dict[str, Any], links: dict[tuple[int, str], list[str]], on: date) -> dict[str, Any]:
    status, since, due, due_first = (row[f"{name}_asof"] for name in ("status", "since", "due", "due_first"))
    deadline = deadline_state(due, due_first, status, since, on)
    return {
        "code": row["code"],
        "instrument": row["instrument__code"],
        "number": row["number"],
        "title": urls_and_labels.in_both(row, "title"),
        "status": status,
        "status_label": urls_and_labels.labels(Status)[status],
        "status_since": since,
        "deadline": deadline,
        "deadline_label": urls_and_labels.labels(Deadline)[deadline],
        "due": due,
        "due_first": due_first,
        "due_moves": row["due_moves_asof"],
        "owner": row["lead_owner__code"],
        "owner_name": urls_and_labels.in_both(row, "lead_owner__name"),
        "supporting_owners": links[row["pk"], "owner"],
        "theme": row["theme__code"],
        "theme_name": urls_and_labels.in_both(row, "theme__name"),
        "areas": links[row["pk"], "area"],
        "kind": row["kind"],
        "provenance": row["provenance"],
        **{column.name: row[column.name] for column in PLAIN},
        **urls_and_labels.pages("missions", row["code"]),
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


def as_change(entry: Any) -> dict[str, Any]:
    mission = entry.mission
    return {
        "id": entry.pk,
        "mission": mission.code,
        "title": urls_and_labels.in_both(vars(mission), "title"),
        "instrument": mission.instrument.code,
        "owner": mission.lead_owner.code,
        "theme": mission.theme.code,
        "kind": entry.kind,
        "day": entry.day,
        "effective_on": entry.effective_on,
        "recorded_at": in_utc(entry.recorded_at),
        "status": entry.status if entry.sets_status else None,
        "before": entry.before if entry.sets_status else None,
        "is_confirmation": entry.is_confirmation,
        "due": entry.due,
        "due_before": entry.due_before if entry.sets_due else None,
        "decided_by": entry.decided_by,
        "reported_by": entry.reported_by and entry.reported_by.code,
        "corrects": entry.corrects_id,
        "corrected_by": entry.corrected_by,
        "basis": entry.basis,
        "headline": urls_and_labels.in_both(vars(entry), "headline"),
        "evidence": [item.shown_form() for item in entry.public_evidence],
        **urls_and_labels.pages("missions", mission.code, anchor=f"#change-{entry.pk}"),
    }
