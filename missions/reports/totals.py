"""How many records of a report stand how, by each dimension. A record counts once in each, so each adds up to all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from ..models import Instrument, Kind, MissionQuerySet, Provenance, Theme
from ..report_filters import ReportFilter
from ..status import Deadline, Status
from .words import Words, both, pair

LABELS = {
    "instrument": _("Instrument"),
    "theme": _("Theme"),
    "owner": _("Lead owner"),
    "status": _("Status"),
    "deadline": _("Deadline state"),
}


class Counted(NamedTuple):
    """What is counted of a record."""

    instrument: str
    theme: str
    owner: str
    status: str
    deadline: str
    provenance: str


FACTS = (
    "instrument__code",
    "theme__code",
    "lead_owner__code",
    "status_asof",
    "deadline_asof",
    "provenance",
)


@dataclass(frozen=True)
class Group:
    """The records that share one value of a dimension, by their status, and how many of them are documented."""

    code: str
    title: Words
    statuses: Counter[str]
    documented: int

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
        return self._group("", both(_("All")), self.all, self.documented)

    def of(self, provenance: Provenance) -> int:
        return sum(number for counted, number in self.all.items() if counted.provenance == provenance)

    def totals(self, names: dict[str, dict[str, Words]]) -> tuple[Total, ...]:
        """The dimensions, each with the groups that have a record. `names` has the title of each code."""
        return tuple(self._total(dimension, both(label), names[dimension]) for dimension, label in LABELS.items())

    def _total(self, dimension, label, names):
        def of(code, counts):
            return {counted: number for counted, number in counts.items() if getattr(counted, dimension) == code}

        here = {getattr(counted, dimension) for counted in self.all}
        groups = (
            self._group(code, title, of(code, self.all), of(code, self.documented))
            for code, title in names.items()
            if code in here
        )
        return Total(dimension, label, tuple(groups))

    @staticmethod
    def _group(code, title, counts, documented):
        statuses: Counter[str] = Counter()
        for counted, number in counts.items():
            statuses[counted.status] += number
        return Group(code, title, statuses, sum(documented.values()))


def _count(missions) -> Counter[Counted]:
    return Counter(Counted(*facts) for facts in missions.order_by().values_list(*FACTS).iterator())


def names(query: ReportFilter) -> dict[str, dict[str, Words]]:
    """By filter: the words for each of its codes."""
    owners = _titled(query.organisations.all)
    return {
        "instrument": {record.code: pair(record, "title") for record in Instrument.objects.all()},
        "theme": _titled(Theme.objects.all()),
        "area": _titled(query.areas),
        "owner": owners,
        "involves": owners,
        "status": _labelled(Status),
        "deadline": _labelled(Deadline),
        "kind": _labelled(Kind),
        "provenance": _labelled(Provenance),
    }


def _titled(records: Iterable) -> dict[str, Words]:
    return {record.code: pair(record, "name") for record in records}


def _labelled(choices) -> dict[str, Words]:
    return {choice.value: both(choice.label) for choice in choices}
