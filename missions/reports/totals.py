"""How many records of a report stand how, by each dimension. A record counts once in each, so each adds up to all."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bilingual import Words, both, pair
from ..models import Area, Instrument, Kind, MissionQuerySet, Provenance, Theme
from ..query.report_filters import ReportFilter
from ..status import Deadline, Status

# With a context: without one, the translation would replace that of "All" in the filters of Django's admin.
ALL = pgettext_lazy("total of a table", "All")
LABELS = {
    "instrument": _("Instrument"),
    "theme": _("Theme"),
    "owner": _("Lead owner"),
    "status": _("Status"),
    "deadline": _("Deadline state"),
}


# What else records can be counted by; reports leave it out.
MORE_LABELS = {"kind": _("Kind"), "provenance": _("Provenance")}


class Counted(NamedTuple):
    """What is counted of a record."""

    instrument: str
    theme: str
    owner: str
    status: str
    deadline: str
    kind: str
    provenance: str


FACTS = (
    "instrument__code",
    "theme__code",
    "lead_owner__code",
    "status_asof",
    "deadline_asof",
    "kind",
    "provenance",
)


@dataclass(frozen=True)
class Standing:
    """Records by their status, and how many of them are documented."""

    statuses: Counter[str]
    documented: int

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(self.statuses + other.statuses, self.documented + other.documented)

    @property
    def records(self) -> int:
        return self.statuses.total()

    @property
    def completed(self) -> int:
        return self.statuses[Status.COMPLETED]

    @property
    def counted(self) -> int:
        """What a rate is taken of: all but the withdrawn."""
        return self.records - self.statuses[Status.WITHDRAWN]

    @property
    def rate(self) -> float | None:
        """Completed ÷ counted; None where nothing is counted."""
        return self.completed / self.counted if self.counted else None

    @property
    def percent(self) -> str:
        """The rate in percent with one decimal, or a dash."""
        return "–" if self.rate is None else f"{self.rate:.1%}"


NOTHING = Standing(Counter(), 0)


@dataclass(frozen=True)
class Group(Standing):
    """The records that share one value of a dimension."""

    code: str
    title: Words


@dataclass(frozen=True)
class Total:
    """The records by the values of one dimension, in the register's or the vocabulary's order."""

    dimension: str
    label: Words
    groups: tuple[Group, ...]


class Tally:
    """The records of a query, read once, and what is counted of them."""

    def __init__(self, missions: MissionQuerySet, documented: MissionQuerySet):
        self.all = _count(missions)
        self.documented = _count(documented)

    @property
    def whole(self) -> Group:
        everything = sum(self.by("instrument").values(), NOTHING)
        return Group(everything.statuses, everything.documented, "", both(ALL))

    def of(self, provenance: Provenance) -> int:
        return self.by("provenance").get(provenance, NOTHING).records

    def by(self, dimension: str) -> dict[str, Standing]:
        """Each value of the dimension that a record has, with these records."""
        statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
        documented: Counter[str] = Counter()
        for counted, number in self.all.items():
            statuses[getattr(counted, dimension)][counted.status] += number
        for counted, number in self.documented.items():
            documented[getattr(counted, dimension)] += number
        return {value: Standing(statuses[value], documented[value]) for value in statuses}

    def totals(self, names: dict[str, dict[str, Words]]) -> tuple[Total, ...]:
        """The dimensions, each with the groups that have a record. `names` has the title of each code."""
        return tuple(
            Total(dimension, both(label), groups(self.by(dimension), names[dimension]))
            for dimension, label in LABELS.items()
        )


def groups(standings: dict[str, Standing], titles: dict[str, Words]) -> tuple[Group, ...]:
    """The values that have a record, in the order of their titles."""
    there = ((code, title, standings[code]) for code, title in titles.items() if code in standings)
    return tuple(Group(standing.statuses, standing.documented, code, title) for code, title, standing in there)


def _count(missions) -> Counter[Counted]:
    return Counter(Counted(*facts) for facts in missions.order_by().values_list(*FACTS).iterator())


def names(query: ReportFilter) -> dict[str, dict[str, Words]]:
    """By filter: the words for each of its codes."""
    owners = _titled(query.organisations.all)
    return {
        "instrument": {record.code: pair(record, "title") for record in Instrument.objects.all()},
        "theme": _titled(Theme.objects.all()),
        "area": _titled(Area.objects.all()),
        "owner": owners,
        "involves": owners,
        "status": _labelled(Status),
        "deadline": _labelled(Deadline),
        **{name: {"1": both(query.filters[name].choice)} for name in ("moved", "past_first")},
        "kind": _labelled(Kind),
        "provenance": _labelled(Provenance),
    }


def _titled(records: Iterable) -> dict[str, Words]:
    return {record.code: pair(record, "name") for record in records}


def _labelled(choices) -> dict[str, Words]:
    return {choice.value: both(choice.label) for choice in choices}
