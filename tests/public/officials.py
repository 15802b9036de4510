"""What officials said of an instrument: so many of so many."""

from datetime import date

from missions.models import Measure, ReportedFigure
from tests import build


def said(value, total, *, code="FP", on=date(2024, 3, 2), measure=Measure.COMPLETED, key="s1"):
    """Two figures of one source and day: the total, and how many of it."""
    for meant, number in ((Measure.TOTAL, total), (measure, value)):
        words = {"indicator_en": meant.name, "indicator_zh": meant.name, "unit": "missions"}
        figure = ReportedFigure.objects.create(as_of=on, value=number, measure=meant, source=build.source(key), **words)
        figure.covers.set([build.instrument(code)])
