"""The arcs: half a ring for each instrument, filled as documented, outlined as reported."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import cos, pi, sin

from django.utils.translation import gettext

from ..models import Instrument
from .models import Reconciliation, Reported, reconcile

# In units of the viewBox, 400 wide.
CENTRE, FOOT = 200, 198
OUTERMOST, INNERMOST = 196, 64
WIDEST, FILLED = 44, 0.72
# As in theme.css, for pictures without stylesheet.
COLOURS = ("#b4413c", "#b57a10", "#0e6f86")


@dataclass(frozen=True)
class Arc:
    instrument: Instrument
    documented: int
    counted: int
    reported: Reported | None
    number: int
    outer: float
    inner: float

    @property
    def colour(self) -> int:
        return (self.number - 1) % len(COLOURS) + 1

    @property
    def paint(self) -> str:
        return COLOURS[self.colour - 1]

    @property
    def x(self) -> str:
        return f"{CENTRE - (self.outer + self.inner) / 2:.2f}"

    @property
    def track(self) -> str:
        return self.half_ring(1, 1)

    @property
    def solid(self) -> str:
        return self.half_ring(self.documented, self.counted)

    @property
    def outline(self) -> str:
        return self.half_ring(self.reported.value, self.reported.total) if self.reported else ""

    def half_ring(self, part: int, whole: int) -> str:
        """Return the path (`d`) of this share, limited to 0…1, of a half ring."""
        angle = pi * min(max(part / whole, 0), 1) if whole else 0
        outer, inner = (
            f"{CENTRE - radius * cos(angle):.2f} {FOOT - radius * sin(angle):.2f}"
            for radius in (self.outer, self.inner)
        )
        return (
            f"M{CENTRE - self.outer:.2f} {FOOT}A{self.outer:.2f} {self.outer:.2f} 0 0 1 {outer}"
            f"L{inner}A{self.inner:.2f} {self.inner:.2f} 0 0 0 {CENTRE - self.inner:.2f} {FOOT}Z"
        )

    @property
    def words(self) -> str:
        documented = gettext("documented %(value)d/%(total)d") % {"value": self.documented, "total": self.counted}
        if not self.reported:
            return f"{documented} · {gettext('no separate official figure')}"
        words = {"value": self.reported.value, "total": self.reported.total, "word": self.reported.measure.label}
        return f"{documented} · {gettext('reported %(value)d/%(total)d “%(word)s”') % words}"


def arcs(reconciliations: Iterable[Reconciliation]) -> list[Arc]:
    """Return an arc for each instrument alone, the first outermost."""
    alone = [row for row in reconciliations if len(row.instruments) == 1]
    step = min(WIDEST, (OUTERMOST - INNERMOST) / max(len(alone), 1))
    return [
        Arc(
            instrument=row.instruments[0],
            documented=row.documented,
            counted=row.counted,
            reported=row.reported[0] if row.reported else None,
            number=place + 1,
            outer=OUTERMOST - place * step,
            inner=OUTERMOST - (place + FILLED) * step,
        )
        for place, row in enumerate(alone)
    ]


def arc_of(instrument: Instrument, on: date, known_at: date | None) -> Arc | None:
    arc = next((arc for arc in arcs(reconcile(on, known_at)) if arc.instrument == instrument), None)
    return arc and replace(arc, outer=OUTERMOST, inner=OUTERMOST - FILLED * WIDEST)
