"""The missions of a query, counted: what each dimension's answer and the summary have in common."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from ..reports.totals import NOTHING, Standing, Tally
from ..status import Status
from .params import MissionQuery


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
        return standings(*(self._named(missions) for missions in (self.missions, self.documented)))

    def by_area_and_below(self, lines: dict[str, list[str]]) -> defaultdict[str, Standing]:
        """Each area with the missions that name it or one below it. `lines` has the codes above each, and its own."""
        found = (
            ((key, above, status) for key, code, status in self._named(missions) for above in lines[code])
            for missions in (self.missions, self.documented)
        )
        # A mission that names two areas below counts once.
        return defaultdict(lambda: NOTHING, standings(*map(dict.fromkeys, found)))

    @staticmethod
    def _named(missions):
        return missions.filter(areas__isnull=False).values_list("pk", "areas__code", "status_asof").iterator()


def standings(missions: Iterable[tuple[int, str, str]], documented: Iterable[tuple[int, str, str]]):
    """Of (mission, code, status): each code with its missions."""
    statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _key, code, status in missions:
        statuses[code][status] += 1
    numbers = Counter(code for _key, code, _status in documented)
    return {code: Standing(statuses[code], numbers[code]) for code in statuses}


def as_counted(standing: Standing) -> dict[str, Any]:
    return {
        "records": standing.records,
        "statuses": {status: standing.statuses[status] for status in Status},
        "completed": standing.completed,
        "documented": standing.documented,
        "counted": standing.counted,
    }
