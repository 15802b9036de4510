"""Instruments, themes, areas and organisations with their counts."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _

from ..models import Instrument, Theme
from ..reports.totals import NOTHING, StatusCounts
from . import schemas, urls_and_labels
from .core import api, paginate, read
from .counting import Counts, count_fields
from .description import reads_query
from .params import CountedQuery

COUNTED = _("Each with counts of the missions that match a query. The parameters are those of missions, without sort.")


@api.get(
    "instruments",
    response={200: schemas.Page[schemas.Instrument], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Instruments"),
    description=COUNTED,
    openapi_extra=reads_query(CountedQuery),
)
def instruments(request: HttpRequest, response: HttpResponse):
    query = read(request, CountedQuery, response)
    counted = Counts(query).by("instrument")
    answer = paginate(request, response, query, Instrument.objects.public())
    answer["items"] = [
        {
            "title": urls_and_labels.in_both(vars(record), "title"),
            "issuer": urls_and_labels.in_both(vars(record), "issuer"),
            "issued_on": record.issued_on,
            "official_total": record.official_total,
            "citation": record.citation,
            "notes": record.notes,
            "notes_zh": record.notes_zh,
            **with_missions(record, "instruments", counted),
        }
        for record in answer["items"]
    ]
    return answer


@api.get(
    "themes",
    response={200: schemas.Page[schemas.Theme], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Themes"),
    description=COUNTED,
    openapi_extra=reads_query(CountedQuery),
)
def themes(request: HttpRequest, response: HttpResponse):
    query = read(request, CountedQuery, response)
    counted = Counts(query).by("theme")
    answer = paginate(request, response, query, Theme.objects.all())
    answer["items"] = [
        {"name": urls_and_labels.in_both(vars(record), "name"), **with_missions(record, "themes", counted)}
        for record in answer["items"]
    ]
    return answer


@api.get(
    "areas",
    response={200: schemas.Page[schemas.Area], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Areas"),
    description=COUNTED,
    openapi_extra=reads_query(CountedQuery),
)
def areas(request: HttpRequest, response: HttpResponse):
    query = read(request, CountedQuery, response)
    counts, tree = Counts(query), query.areas
    own, below = counts.by("area"), counts.by_area_and_below(tree.above)
    answer = paginate(request, response, query, tree.all)
    codes = {record.pk: record.code for record in tree.all}
    answer["items"] = [
        {
            "name": urls_and_labels.in_both(vars(record), "name"),
            "zone": record.zone or None,
            "province_or_city": record.province_or_city,
            "province_or_city_zh": record.province_or_city_zh,
            "parent": codes.get(record.parent_id),
            "with_those_below": count_fields(below[record.code]),
            **with_missions(record, "areas", own),
        }
        for record in answer["items"]
    ]
    return answer


@api.get(
    "organisations",
    response={200: schemas.Page[schemas.Organisation], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Organisations"),
    description=COUNTED,
    openapi_extra=reads_query(CountedQuery),
)
def organisations(request: HttpRequest, response: HttpResponse):
    query = read(request, CountedQuery, response)
    own, tree = Counts(query).by("owner"), query.organisations
    below: defaultdict[str, StatusCounts] = defaultdict(lambda: NOTHING)
    for code, line in tree.above.items():
        for above in line:
            below[above] += own[code]
    answer = paginate(request, response, query, tree.all)
    codes = {record.pk: record.code for record in tree.all}
    answer["items"] = [
        {
            "name": urls_and_labels.in_both(vars(record), "name"),
            "level": record.level,
            "parent": codes.get(record.parent_id),
            "closed_on": record.closed_on,
            "with_those_below": count_fields(below[record.code]),
            **with_missions(record, "owners", own),
        }
        for record in answer["items"]
    ]
    return answer


def with_missions(record: Any, index: str, counted: dict[str, StatusCounts]) -> dict[str, Any]:
    return {
        "code": record.code,
        "missions": count_fields(counted[record.code]),
        **urls_and_labels.pages(index, record.code),
    }
