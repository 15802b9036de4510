"""The page of official figures."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from ..figures.models import ever_reported
from ..figures.progress_chart import ProgressChart
from ..ledger.progress import Completion, completion_on, status_events, steps
from ..models import Contradiction, Instrument, ReportedFigure
from .pages import Page


@dataclass(frozen=True)
class Group:
    chart: ProgressChart
    figures: list[ReportedFigure]

    @property
    def codes(self) -> list[str]:
        return [instrument.code for instrument in self.chart.instruments]

    def rows(self) -> list[tuple[ReportedFigure, Completion]]:
        return [(figure, completion_on(self.chart.steps, figure.as_of)) for figure in newest_first(self.figures)]


CONTENTS = {
    "completion": _("Official figures compared with public evidence"),
    "contradictions": _("Where sources contradict each other"),
    "others": _("All other figures"),
}


class Figures(Page):
    template_name = "public/figures.html"
    title = _("Figures")
    description = _("Figures published by officials, with date and source, compared with public evidence.")

    def get_context_data(self, **kwargs):
        figures = list(ReportedFigure.objects.for_listing(self.form.on))
        others = by_instrument([figure for figure in figures if not figure.is_of_completion])
        return super().get_context_data(
            groups=groups(figures, *self.clocks),
            contradictions=Contradiction.objects.all(),
            others=others,
            contents=CONTENTS,
            **kwargs,
        )


def groups(figures: list[ReportedFigure], on: date, known_at: date | None) -> list[Group]:
    reported = ever_reported(figures)
    entries = status_events(on, known_at)
    covered = {figure.covered: None for figure in figures if figure.is_of_completion}
    found = []
    for instruments in sorted(covered, key=lambda those: (-len(those), [i.position for i in those])):
        here = {instrument.pk for instrument in instruments}
        chart = ProgressChart(instruments, on, steps(e for e in entries if e.instrument in here), reported)
        found.append(Group(chart, [f for f in figures if f.is_of_completion and f.covered == instruments]))
    return found


def by_instrument(figures: list[ReportedFigure]) -> dict[Instrument | None, list[ReportedFigure]]:
    instruments = {figure.instrument for figure in figures if figure.instrument}
    ordered = [*sorted(instruments, key=lambda instrument: (instrument.position, instrument.code)), None]
    there = {instrument: [f for f in figures if f.instrument == instrument] for instrument in ordered}
    return {instrument: newest_first(those) for instrument, those in there.items() if those}


def newest_first(figures: list[ReportedFigure]) -> list[ReportedFigure]:
    """Sort by date; on one date in order of entry, so that parts follow totals."""
    return sorted(figures, key=lambda figure: figure.as_of, reverse=True)
