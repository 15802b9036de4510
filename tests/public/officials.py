"""Figures that officials publish."""

from datetime import date

from missions.models import Measure, ReportedFigure
from tests import factories

DAY = date(2024, 3, 2)


def figure(indicator, value=1, on=DAY, source="s1", covers=(), **fields):
    names = {"indicator_en": indicator, "indicator_zh": f"指标{indicator}", "unit": "items"}
    plain = {"as_of": on, "value": value, "source": factories.source(source)}
    made = ReportedFigure.objects.create(**{**names, **plain, **fields})
    made.covers.set([factories.instrument(code) for code in covers])
    return made


def completion_figure(value, total, *codes, on=DAY, measure=Measure.COMPLETED, source="s1"):
    """Two figures of one source and day: the total, and how many of it."""
    for each, number in ((Measure.TOTAL, total), (measure, value)):
        figure(f"{each.name} on {on}", number, on, source, codes or ("FP",), measure=each)
