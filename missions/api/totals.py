"""The summary, and official figures beside the counts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from ..bilingual import PATHS, translated
from ..figures.models import Reconciliation, reconcile
from ..ledger.progress import Completion, completion_on, status_events, steps
from ..models import ReportedFigure
from ..reports.build import RULE
from ..reports.totals import names
from . import schemas
from .core import QUERY, api, dump, paged, read
from .params import DIMENSIONS, PagedDayQuery, SummaryQuery
from .resources import count_fields


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
    openapi_extra={QUERY: SummaryQuery},
)
def summary(request: HttpRequest, response: HttpResponse):
    query = read(request, SummaryQuery, response)
    titles = names(query)
    own = {"owner": "lead", "area": "named"}  # their own names include those below
    by = query.form.cleaned_data["by"] or DIMENSIONS
    return {
        "as_of": query.form.on,
        "known_at": query.form.known,
        "rule": translated(RULE)._asdict(),
        "whole": count_fields(query, query.found),
        "tallies": {
            dimension: [
                {"code": code, "title": title._asdict(), **count_fields(query, missions)}
                for code, title in titles[dimension].items()
                if (missions := query.found_with(own.get(dimension, dimension), code))
            ]
            for dimension in DIMENSIONS
            if dimension in by
        },
        "reported_beside_documented": [
            reconciliation_row(row)
            for row in reconcile(query.form.on, query.form.known)
            if all(query.found_with("instrument", code) for code in row.codes)
        ],
    }


def reconciliation_row(row: Reconciliation) -> dict[str, Any]:
    reported = [
        dump(schemas.ReportedValue, figure, day=figure.as_of, source=dump(schemas.Source, figure.source))
        for figure in row.reported
    ]
    return dump(schemas.Beside, row, instruments=row.codes, reported=reported)


@paged(
    "figures",
    schemas.Figure,
    PagedDayQuery,
    summary=_("Published figures"),
    description=_(
        "All figures published by officials up to the selected date, newest first. A figure on completion is shown "
        "with the counts of the same instruments on its date, as known at the end of known_at."
    ),
)
def figures(query, page_of):
    page = page_of(ReportedFigure.objects.for_listing(query.form.on).order_by("-as_of", "id"))
    on_completion = [figure for figure in page["items"] if figure.is_of_completion]
    entries = status_events(query.form.on, query.form.known) if on_completion else []
    completion = {
        covered: steps(entry for entry in entries if entry.instrument in {instrument.pk for instrument in covered})
        for covered in {figure.covered for figure in on_completion}
    }
    items = [
        as_figure(figure, completion_on(completion[figure.covered], figure.as_of) if figure.is_of_completion else None)
        for figure in page["items"]
    ]
    return page | {"items": items}


def as_figure(figure: ReportedFigure, completion: Completion | None) -> dict[str, Any]:
    value_text = {}
    for language, path in PATHS.items():
        with override(path):
            value_text[language] = figure.amount + figure.written_unit
    return dump(
        schemas.Figure,
        figure,
        day=figure.as_of,
        instrument=figure.instrument and figure.instrument.code,
        covers=[instrument.code for instrument in figure.covered],
        value_text=value_text,
        measure=figure.measure or None,
        source=dump(schemas.Source, figure.source),
        beside=completion and dump(schemas.Completion, completion),
    )
