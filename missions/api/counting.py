"""The missions of a query, counted: what each dimension's answer and the summary have in common."""

from collections import Counter, defaultdict
from typing import Any

from ..reports.totals import NOTHING, Standing, Tally
from ..status import Status
from .queries import MissionQuery


class Counts:
    """The missions that a query finds, by what they can be counted by."""

    def __init__(self, query: MissionQuery):
        self.missions = query.qs.order_by()
        self.documented = self.missions.documented(query.form.on, query.form.known)
        self.tally = Tally(self.missions, self.documented)

    def by(self, dimension: str) -> defaultdict[str, Standing]:
        """Each value with its missions. By area a mission counts in each of its areas, by all else once."""
        found = self._by_area() if dimension == "area" else self.tally.by(dimension)
        return defaultdict(lambda: NOTHING, found)

    def _by_area(self):
        statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
        named = self.missions.filter(areas__isnull=False)
        for code, status in named.values_list("areas__code", "status_asof").iterator():
            statuses[code][status] += 1
        documented = Counter(self.documented.filter(areas__isnull=False).values_list("areas__code", flat=True))
        return {code: Standing(statuses[code], documented[code]) for code in statuses}


def as_counted(standing: Standing) -> dict[str, Any]:
    return {
        "records": standing.records,
        "statuses": {status: standing.statuses[status] for status in Status},
        "completed": standing.completed,
        "documented": standing.documented,
        "counted": standing.counted,
    }
