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


def share(part: int, whole: int) -> float:
    """Return the share, limited to 0…1."""
    return min(max(part / whole, 0), 1) if whole else 0


def half_ring(share: float, outer: float, inner: float) -> str:
    """Return the path (`d`) of this share of a half ring."""
    angle = pi * share
    return (
        f"M{CENTRE - outer:.2f} {FOOT}A{outer:.2f} {outer:.2f} 0 0 1 {_point(angle, outer)}"
        f"L{_point(angle, inner)}A{inner:.2f} {inner:.2f} 0 0 0 {CENTRE - inner:.2f} {FOOT}Z"
    )


def _point(angle, radius):
    return f"{CENTRE - radius * cos(angle):.2f} {FOOT - radius * sin(angle):.2f}"


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
        return half_ring(1, self.outer, self.inner)

    @property
    def solid(self) -> str:
        return half_ring(share(self.documented, self.counted), self.outer, self.inner)

    @property
    def outline(self) -> str:
        if not self.reported:
            return ""
        return half_ring(share(self.reported.value, self.reported.total), self.outer, self.inner)

    @property
    def words(self) -> str:
        documented = gettext("documented %(value)d/%(total)d") % {"value": self.documented, "total": self.counted}
        if not self.reported:
            return f"{documented} · {gettext('no figure reported for it alone')}"
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
    drawn = [arc for arc in arcs(reconcile(on, known_at)) if arc.instrument == instrument]
    return replace(drawn[0], outer=OUTERMOST, inner=OUTERMOST - FILLED * WIDEST) if drawn else None
