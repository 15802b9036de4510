"""The page of official figures."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..figures.models import ever_reported
from ..figures.progress_chart import ProgressChart
from ..ledger.progress import completion_on, status_events, steps
from ..models import Contradiction, ReportedFigure
from .pages import Page


class Figures(Page):
    template_name = "public/figures.html"
    title = _("Figures")
    description = _("Figures published by officials, with date and source, compared with public evidence.")

    def get_context_data(self, **kwargs):
        # The newest first; on one date in order of entry, so that parts follow totals.
        figures = sorted(ReportedFigure.objects.for_listing(self.form.on), key=lambda f: f.as_of, reverse=True)
        others = sorted((f for f in figures if not f.is_of_completion), key=by_instrument)
        return super().get_context_data(
            groups=list(self.groups(figures)),
            others=[(key[-1], list(those)) for key, those in groupby(others, by_instrument)],
            contradictions=Contradiction.objects.all(),
            **kwargs,
        )

    def groups(self, figures: list[ReportedFigure]) -> Iterator[dict[str, Any]]:
        """Yield the figures on completion by the instruments that they cover, joint ones first."""
        reported, events = ever_reported(figures), status_events(*self.clocks)
        covered = dict.fromkeys(figure.covered for figure in figures if figure.is_of_completion)
        for instruments in sorted(covered, key=lambda those: (-len(those), [i.position for i in those])):
            keys = {instrument.pk for instrument in instruments}
            chart = ProgressChart(instruments, self.form.on, steps(e for e in events if e.instrument in keys), reported)
            here = [f for f in figures if f.is_of_completion and f.covered == instruments]
            yield {
                "chart": chart,
                "codes": [instrument.code for instrument in instruments],
                "rows": [(figure, completion_on(chart.steps, figure.as_of)) for figure in here],
            }


def by_instrument(figure: ReportedFigure) -> tuple[Any, ...]:
    """Return the key of the order of instruments; figures of the hub as a whole come last."""
    instrument = figure.instrument
    return (False, instrument.position, instrument.code, instrument) if instrument else (True, 0, "", None)
