"""Totals by dimension. A record counts once in each."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bilingual import Words, from_fields, translated
from ..models import Area, Instrument, Kind, MissionQuerySet, Provenance, Theme
from ..query.filters import ReportFilter
from ..status import Deadline, Status

# With a context: otherwise it would replace "All" in Django's admin filters.
ALL = pgettext_lazy("total of a table", "All")
LABELS = {
    "instrument": _("Instrument"),
    "theme": _("Theme"),
    "owner": _("Lead owner"),
    "status": _("Status"),
    "deadline": _("Deadline state"),
}


# Further dimensions, which reports leave out.
MORE_LABELS = {"kind": _("Kind"), "provenance": _("Where the text comes from")}


DIMENSIONS = {
    "instrument": "instrument__code",
    "theme": "theme__code",
    "owner": "lead_owner__code",
    "status": "status_asof",
    "deadline": "deadline_asof",
    "kind": "kind",
    "provenance": "provenance",
}
PLACES = {dimension: place for place, dimension in enumerate(DIMENSIONS)}


@dataclass(frozen=True)
class StatusCounts:
    statuses: Counter[str]
    documented: int

    def __add__(self, other: "StatusCounts") -> "StatusCounts":
        return StatusCounts(self.statuses + other.statuses, self.documented + other.documented)

    @property
    def records(self) -> int:
        return self.statuses.total()

    @property
    def completed(self) -> int:
        return self.statuses[Status.COMPLETED]

    @property
    def counted(self) -> int:
        return self.records - self.statuses[Status.WITHDRAWN]

    @property
    def rate(self) -> float | None:
        """Return completed ÷ counted, or None."""
        return self.completed / self.counted if self.counted else None

    @property
    def percent(self) -> str:
        return "–" if self.rate is None else f"{self.rate:.1%}"


NOTHING = StatusCounts(Counter(), 0)


@dataclass(frozen=True)
class Group(StatusCounts):
    code: str
    title: Words


@dataclass(frozen=True)
class Total:
    dimension: str
    label: Words
    groups: tuple[Group, ...]


class Tally:
    def __init__(self, missions: MissionQuerySet, documented: MissionQuerySet):
        self.all = _count(missions)
        self.documented = _count(documented)

    @property
    def whole(self) -> Group:
        everything = sum(self.by("instrument").values(), NOTHING)
        return Group(everything.statuses, everything.documented, "", translated(ALL))

    def of(self, provenance: Provenance) -> int:
        return self.by("provenance").get(provenance, NOTHING).records

    def by(self, dimension: str) -> dict[str, StatusCounts]:
        statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
        documented: Counter[str] = Counter()
        place = PLACES[dimension]
        for facts, number in self.all.items():
            statuses[facts[place]][facts[PLACES["status"]]] += number
        for facts, number in self.documented.items():
            documented[facts[place]] += number
        return {value: StatusCounts(statuses[value], documented[value]) for value in statuses}

    def totals(self, names: dict[str, dict[str, Words]]) -> tuple[Total, ...]:
        return tuple(
            Total(dimension, translated(label), groups(self.by(dimension), names[dimension]))
            for dimension, label in LABELS.items()
        )


def groups(standings: dict[str, StatusCounts], titles: dict[str, Words]) -> tuple[Group, ...]:
    there = ((code, title, standings[code]) for code, title in titles.items() if code in standings)
    return tuple(Group(counts.statuses, counts.documented, code, title) for code, title, counts in there)


def _count(missions) -> Counter[tuple[str, ...]]:
    return Counter(missions.order_by().values_list(*DIMENSIONS.values()).iterator())


def names(query: ReportFilter) -> dict[str, dict[str, Words]]:
    owners = _titled(query.organisations.all)
    return {
        "instrument": {record.code: from_fields(record, "title") for record in Instrument.objects.all()},
        "theme": _titled(Theme.objects.all()),
        "area": _titled(Area.objects.all()),
        "owner": owners,
        "involves": owners,
        "status": _labelled(Status),
        "deadline": _labelled(Deadline),
        **{name: {"1": translated(query.filters[name].choice)} for name in ("moved", "past_first")},
        "kind": _labelled(Kind),
        "provenance": _labelled(Provenance),
    }


def _titled(records: Iterable) -> dict[str, Words]:
    return {record.code: from_fields(record, "name") for record in records}


def _labelled(choices) -> dict[str, Words]:
    return {choice.value: translated(choice.label) for choice in choices}
