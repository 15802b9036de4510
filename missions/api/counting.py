from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from ..reports.totals import NOTHING, StatusCounts, Tally
from ..status import Status
from .params import MissionQuery


class Counts:
    def __init__(self, query: MissionQuery):
        self.missions = query.qs.order_by()
        self.documented = self.missions.documented(query.form.on, query.form.known)
        self.tally = Tally(self.missions, self.documented)

    def by(self, dimension: str) -> defaultdict[str, StatusCounts]:
        """Return totals by code. A mission counts in each of its areas, else once."""
        totals = self._by_area() if dimension == "area" else self.tally.by(dimension)
        return defaultdict(lambda: NOTHING, totals)

    def _by_area(self):
        return count_statuses(*(self._named(missions) for missions in (self.missions, self.documented)))

    def by_area_and_below(self, lines: dict[str, list[str]]) -> defaultdict[str, StatusCounts]:
        """Return totals by area, with the areas below it. `lines` has each area's own code and those above."""
        keyed = (
            ((key, above, status) for key, code, status in self._named(missions) for above in lines[code])
            for missions in (self.missions, self.documented)
        )
        # dict.fromkeys: a mission that names two areas below counts once.
        return defaultdict(lambda: NOTHING, count_statuses(*map(dict.fromkeys, keyed)))

    @staticmethod
    def _named(missions):
        return missions.filter(areas__isnull=False).values_list("pk", "areas__code", "status_asof").iterator()


def count_statuses(missions: Iterable[tuple[int, str, str]], documented: Iterable[tuple[int, str, str]]):
    """Count rows of (mission, code, status) by code."""
    statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _key, code, status in missions:
        statuses[code][status] += 1
    numbers = Counter(code for _key, code, _status in documented)
    return {code: StatusCounts(statuses[code], numbers[code]) for code in statuses}


def count_fields(counts: StatusCounts) -> dict[str, Any]:
    return {
        "records": counts.records,
        "statuses": {status: counts.statuses[status] for status in Status},
        "completed": counts.completed,
        "documented": counts.documented,
        "counted": counts.counted,
    }
