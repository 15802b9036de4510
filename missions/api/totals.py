from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from ..bilingual import PATHS, translated
from ..figures.models import Reconciliation, reconcile
from ..ledger.progress import Completion, completion_on, status_events, steps
from ..models import ReportedFigure
from ..reports.completion import RULE
from ..reports.json import reconciliation, reported
from ..reports.totals import groups, names
from . import schemas, urls_and_labels
from .core import api, paginate, read
from .counting import Counts, count_fields
from .description import reads_query
from .params import DIMENSIONS, PagedDayQuery, SummaryQuery


@api.get(
    "summary",
    response={200: schemas.Summary, 400: schemas.Problem},
    exclude_unset=True,
    summary=_("Summary"),
    description=_(
        "Number of missions by status, in total and by dimension. A mission counts once in each dimension, so each "
        "dimension adds up to the total; by area, it counts in each of its areas. Official figures for the "
        "instruments of the query are included; filters do not change them."
    ),
    openapi_extra=reads_query(SummaryQuery),
)
def summary(request: HttpRequest, response: HttpResponse):
    query = read(request, SummaryQuery, response)
    counts, titles = Counts(query), names(query)
    by = query.form.cleaned_data["by"] or DIMENSIONS
    return {
        "as_of": query.form.on,
        "known_at": query.form.known,
        "rule": translated(RULE)._asdict(),
        "whole": count_fields(counts.tally.whole),
        "tallies": {
            dimension: [
                {"code": group.code, "title": group.title._asdict(), **count_fields(group)}
                for group in groups(counts.by(dimension), titles[dimension])
            ]
            for dimension in DIMENSIONS
            if dimension in by
        },
        "reported_beside_documented": [
            reconciliation_row(row)
            for row in reconcile(query.form.on, query.form.known)
            if counts.by("instrument").keys() >= set(row.codes)
        ],
    }


@api.get(
    "figures",
    response={200: schemas.Page[schemas.Figure], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Published figures"),
    description=_(
        "All figures published by officials up to the selected date, newest first. A figure on completion is shown "
        "with the counts of the same instruments on its date, as known at the end of known_at."
    ),
    openapi_extra=reads_query(PagedDayQuery),
)
def figures(request: HttpRequest, response: HttpResponse):
    query = read(request, PagedDayQuery, response)
    answer = paginate(
        request, response, query, ReportedFigure.objects.for_listing(query.form.on).order_by("-as_of", "id")
    )
    on_completion = [figure for figure in answer["items"] if figure.is_of_completion]
    entries = status_events(query.form.on, query.form.known) if on_completion else []
    completion = {
        covered: steps(entry for entry in entries if entry.instrument in {instrument.pk for instrument in covered})
        for covered in {figure.covered for figure in on_completion}
    }
    answer["items"] = [
        as_figure(figure, completion_on(completion[figure.covered], figure.as_of) if figure.is_of_completion else None)
        for figure in answer["items"]
    ]
    return answer


def reconciliation_row(row: Reconciliation) -> dict[str, Any]:
    figures = [{**reported(figure), "source": urls_and_labels.source(figure.source)} for figure in row.reported]
    return {**reconciliation(row), "reported": figures}


def as_figure(figure: ReportedFigure, completion: Completion | None) -> dict[str, Any]:
    counted = ("completed", "documented", "counted")
    return {
        "day": figure.as_of,
        "instrument": figure.instrument and figure.instrument.code,
        "covers": [instrument.code for instrument in figure.covered],
        "indicator": urls_and_labels.in_both(vars(figure), "indicator"),
        "value": figure.value,
        "unit": figure.unit,
        "unit_zh": figure.unit_zh,
        "value_text": value_text(figure),
        "measure": figure.measure or None,
        "source": urls_and_labels.source(figure.source),
        "beside": completion and {name: getattr(completion, name) for name in counted},
    }


def value_text(figure: ReportedFigure) -> dict[str, str]:
    texts = {}
    for language, path in PATHS.items():
        with override(path):
            texts[language] = figure.amount + figure.written_unit
    return texts
