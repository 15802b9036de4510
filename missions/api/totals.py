"""Counts of a query, and the figures that officials published."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from ..bilingual_text import PATHS, both
from ..figures.models import Reconciliation, reconcile
from ..ledger.progress import Completion, bookings, completion_on, steps
from ..models import ReportedFigure
from ..reports.completion import RULE
from ..reports.json import beside, reported
from ..reports.totals import groups, names
from . import schemas, urls_and_labels
from .core import api, paged, read
from .counting import Counts, as_counted
from .description import asks
from .params import DIMENSIONS, PagedDayQuery, SummaryQuery


@api.get(
    "summary",
    response={200: schemas.Summary, 400: schemas.Problem},
    exclude_unset=True,
    summary=_("Summary"),
    description=_(
        "How many missions of a query have which status: in all, and by each dimension. A mission counts once in each, "
        "so that each adds up to the whole; by area alone it counts in each of its areas. Beside it what officials "
        "reported of the instruments that the query touches, whatever the filter leaves of them."
    ),
    openapi_extra=asks(SummaryQuery),
)
def summary(request: HttpRequest, response: HttpResponse):
    query = read(request, SummaryQuery, response)
    counts, titles = Counts(query), names(query)
    by = query.form.cleaned_data["by"] or DIMENSIONS
    return {
        "as_of": query.form.on,
        "known_at": query.form.known,
        "rule": both(RULE)._asdict(),
        "whole": as_counted(counts.tally.whole),
        "tallies": {
            dimension: [
                {"code": group.code, "title": group.title._asdict(), **as_counted(group)}
                for group in groups(counts.by(dimension), titles[dimension])
            ]
            for dimension in DIMENSIONS
            if dimension in by
        },
        "reported_beside_documented": [
            as_beside(row)
            for row in reconcile(query.form.on, query.form.known)
            if counts.by("instrument").keys() >= set(row.codes)
        ],
    }


@api.get(
    "figures",
    response={200: schemas.Page[schemas.Figure], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Published figures"),
    description=_(
        "Every figure that officials published, up to the day asked about, newest first. Beside one on completion "
        "stands how the records of the same instruments stood on its day, by what was known at the end of known_at."
    ),
    openapi_extra=asks(PagedDayQuery),
)
def figures(request: HttpRequest, response: HttpResponse):
    query = read(request, PagedDayQuery, response)
    answer = paged(request, response, query, ReportedFigure.objects.for_listing(query.form.on).order_by("-as_of", "id"))
    on_completion = [figure for figure in answer["items"] if figure.is_of_completion]
    entries = bookings(query.form.on, query.form.known) if on_completion else []
    completion = {
        covered: steps(entry for entry in entries if entry.instrument in {instrument.pk for instrument in covered})
        for covered in {figure.covered for figure in on_completion}
    }
    answer["items"] = [
        as_figure(figure, completion_on(completion[figure.covered], figure.as_of) if figure.is_of_completion else None)
        for figure in answer["items"]
    ]
    return answer


def as_beside(row: Reconciliation) -> dict[str, Any]:
    """As in a report, with all that is on record of each source."""
    figures = [{**reported(figure), "source": urls_and_labels.source(figure.source)} for figure in row.reported]
    return {**beside(row), "reported": figures}


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
        "value_text": in_words(figure),
        "measure": figure.measure or None,
        "source": urls_and_labels.source(figure.source),
        "beside": completion and {name: getattr(completion, name) for name in counted},
    }


def in_words(figure: ReportedFigure) -> dict[str, str]:
    """Value and unit as each language writes them."""
    texts = {}
    for language, path in PATHS.items():
        with override(path):
            texts[language] = figure.amount + figure.written_unit
    return texts
