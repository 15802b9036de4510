"""The index of a revision: what each mission has, as bits, so that counting takes no scan.

A set of missions is a whole number, whose bit at a mission's place in programme order says whether it is in. A set
of a million takes 125 kB, and what two have in common is found in microseconds. Each process makes the index of a
revision once, when it is first clocks for it, from a scan of the few columns that filters look at.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property, reduce
from itertools import chain, compress, islice
from operator import or_
from threading import Lock, RLock
from typing import Any

from cachetools import LRUCache
from django.db.models import Case, Count, Q, Value, When

from ..ledger.changes import changes_queryset
from ..ledger.periods import with_successors
from ..models import Area, Instrument, Mission, StatusChange, StatusPeriod, Theme
from ..register.listing import PATHS, MissionRow
from ..register.mission import programme_order
from ..register.models import AreaTree, OrganisationTree, code_order
from ..web.page_cache import Moment, moment

# Facet → code, word or name → the missions that have it.
type Values = dict[str, dict[str, int]]

# Up to this many missions are read and drawn at once.
SHORT = 500
# Chunk size; number of data versions, dates and words cached.
CHUNK, REVISIONS, DAYS, WORDS = 10_000, 2, 8, 64
EVERYTHING = Q()
AS_FLAGS = bytes.maketrans(b"01", b"\x00\x01")


class Index:
    """What one revision says of all missions; to be clocks within `revision.snapshot`, so that it is of that one."""

    def __init__(self):
        self._lock = RLock()  # of two that ask for the same at once, one reads it
        self._days: LRUCache[tuple[date, date | None], Values] = LRUCache(DAYS)
        self._rows: LRUCache[tuple[date, date | None], list[Any]] = LRUCache(DAYS)
        self._change_counts: LRUCache[tuple[date | None, ...], Values] = LRUCache(DAYS)
        self._words: LRUCache[str, int] = LRUCache(WORDS)

    def after(self, entry: int) -> "Index":
        """The index of a later revision with the same register, where the ledger went on after this entry.

        Only how some missions stand is read again: of a large site, that is a thousandth of it.
        """
        later = Index()
        with self._lock:
            names = {"_listed", "_places", "_by_code", "_register", "organisations", "areas"}
            for name in names & vars(self).keys():
                vars(later)[name] = vars(self)[name]
            later._words.update(self._words)
            days, changes = dict(self._days), dict(self._change_counts)
        if days or changes:
            changed = StatusChange.objects.filter(pk__gt=entry).values("mission")
            keys = set(changed.values_list("mission", flat=True))
            # A correction of a mission changes its successors.
            successors = with_successors(keys, StatusPeriod.objects.replaced()) - keys
            others = ~later.set_of(keys | successors)
            for (on, known_at), values in days.items():
                now = later._states(on, known_at, Q(pk__in=changed) | Q(pk__in=successors))
                later._days[on, known_at] = renewed(values, now, others)
            for clocks, values in changes.items():
                later._change_counts[clocks] = renewed(
                    values, later._count_changes(clocks, mission__in=changed), ~later.set_of(keys)
                )
        return later

    @cached_property
    def organisations(self) -> OrganisationTree:
        return OrganisationTree()

    @cached_property
    def areas(self) -> AreaTree:
        return AreaTree()

    @cached_property
    def titles(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        shown = {
            "instrument": (Instrument.objects.public(), "title"),
            "theme": (Theme.objects.all(), "name"),
            "area": (Area.objects.all(), "name"),
        }
        rows = [
            records.order_by().values_list("position", "code", f"{title}_en", f"{title}_zh", Value(name))
            for name, (records, title) in shown.items()
        ]
        titles: dict[tuple[str, str], list[tuple[str, str]]] = {
            (name, language): [] for name in shown for language in ("en", "zh")
        }
        for _position, code, english, chinese, name in rows[0].union(*rows[1:], all=True).order_by("position", "code"):
            titles[name, "en"].append((code, english))
            titles[name, "zh"].append((code, chinese))
        return titles

    def values(self, on: date, known_at: date | None) -> Values:
        with self._lock:
            if (on, known_at) not in self._days:
                self._days[on, known_at] = self._states(on, known_at)
            return {**self._register, **self._days[on, known_at]}

    def public(self, on: date, known_at: date | None) -> int:
        return union(self.values(on, known_at)["status"].values())

    def rows(self, missions: int, on: date, known_at: date | None) -> list[MissionRow] | None:
        """Return what a page shows of public missions, in programme order.

        None where more than SHORT were public then: to read all of them for some would take too long.
        """
        if self.public(on, known_at).bit_count() > SHORT:
            return None
        with self._lock:
            if (on, known_at) not in self._rows:
                found = Mission.objects.as_of(on, known_at).values_list("pk", *PATHS).order_by()
                rows = {self._places[key]: MissionRow._make(values) for key, *values in found}
                self._rows[on, known_at] = [rows.get(place) for place in range(len(self._places))]
            return list(compress(self._rows[on, known_at], flags(missions)))

    def change_counts(self, *clocks: date | None) -> dict[Any, int]:
        """How often each mission is among the changes on two clocks, of a period: numbers in binary.

        (kind of entry, place) → the missions whose number of such entries has a 1 at that binary place.
        """
        with self._lock:
            if clocks not in self._change_counts:
                self._change_counts[clocks] = self._count_changes(clocks)
            return self._change_counts[clocks]["change_counts"]

    def with_word(self, word: str) -> int:
        with self._lock:
            found = self._words.get(word)
        if found is None:  # read without the lock, so that other queries need not wait
            found = self.set_of(Mission.objects.filter(search_text__has_word=word).values_list("pk", flat=True))
            with self._lock:
                self._words[word] = found
        return found

    def set_of(self, missions: Iterable[int]) -> int:
        return set_of([self._places[key] for key in missions])

    def keys(self, sets: Iterable[int], start: int, stop: int, *, by_code: bool = False) -> list[int]:
        """Return the primary keys of consecutive sets, by position.

        Each set is in programme order or, `by_code`, in the order of codes.
        """
        ordered = self._keys_by_code if by_code else self._keys_by_programme
        return list(islice(chain.from_iterable(map(ordered, sets)), start, stop))

    def _keys_by_programme(self, missions: int) -> Iterable[int]:
        return compress(self._listed[0], flags(missions))

    def _keys_by_code(self, missions: int) -> Iterable[int]:
        keys, positions = self._by_code
        return map(keys.__getitem__, sorted(compress(positions, flags(missions))))

    @cached_property
    def _by_code(self) -> tuple[array, array]:
        keys = array("q", Mission.objects.order_by(code_order("code")).values_list("pk", flat=True).iterator(CHUNK))
        positions = array("q", keys)
        for position, key in enumerate(keys):
            positions[self._places[key]] = position
        return keys, positions

    @cached_property
    def _listed(self) -> tuple[array, Values]:
        columns = {
            "instrument": "instrument__code",
            "theme": "theme__code",
            "kind": "kind",
            "provenance": "provenance",
            "owner": "lead_owner__code",
        }
        keys = array("q")

        def placed():
            rows = Mission.objects.order_by(*programme_order()).values_list("pk", *columns.values())
            for place, (key, *values) in enumerate(rows.iterator(CHUNK)):
                keys.append(key)
                yield place, *values

        return keys, sets_of(placed(), columns)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {key: place for place, key in enumerate(self._listed[0])}

    @cached_property
    def _register(self) -> Values:
        """Return what no date changes; owners and areas include those below them.

        Under `lead` and `named` stand their own alone.
        """
        areas = Mission.areas.through.objects.values_list("mission", "area__code")
        supporting = Mission.supporting_owners.through.objects.values_list("mission", "organisation__code")
        found = {**self._listed[1], **self._read(areas, ["area"]), **self._read(supporting, ["involves"])}
        found["lead"], found["named"] = found["owner"], found["area"]
        found["involves"] = merged(chain(found["owner"].items(), found["involves"].items()))
        trees = {"owner": self.organisations, "involves": self.organisations, "area": self.areas}
        for name, tree in trees.items():
            here = found[name].items()
            found[name] = merged((each, missions) for code, missions in here for each in tree.above[code])
        return found

    def _states(self, on, known_at, narrowed=EVERYTHING) -> Values:
        missions = Mission.objects.as_of(on, known_at).filter(narrowed).order_by()
        moved = Case(When(due_moves_asof__gt=0, then=Value("1")), default=Value("0"))
        past_first = Case(When(is_past_first=True, then=Value("1")), default=Value("0"))
        rows = missions.values_list("pk", "status_asof", "deadline_asof", moved, past_first)
        return self._read(rows, ["status", "deadline", "moved", "past_first"])

    def _count_changes(self, clocks, **narrowed) -> Values:
        entries = changes_queryset(*clocks).filter(**narrowed).order_by()
        numbers = entries.values_list("mission", "kind").annotate(number=Count("pk"))
        places = self._places
        ones = (
            (places[key], (kind, place))
            for key, kind, number in numbers.iterator(CHUNK)
            for place in range(number.bit_length())
            if number >> place & 1
        )
        return sets_of(ones, ["change_counts"])

    def _read(self, rows, names) -> Values:
        places = self._places
        return sets_of(((places[key], *values) for key, *values in rows.iterator(CHUNK)), names)


def sets_of(rows: Iterable[tuple[Any, ...]], names: Iterable[str]) -> Values:
    places: dict[str, defaultdict[str, array]] = {name: defaultdict(lambda: array("L")) for name in names}
    columns = list(places.values())
    for place, *values in rows:
        for column, value in zip(columns, values, strict=True):
            column[value].append(place)
    return {name: {value: set_of(each) for value, each in column.items()} for name, column in places.items()}


def set_of(places: Sequence[int]) -> int:
    marked = bytearray(max(places, default=0) // 8 + 1)
    for place in places:
        marked[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(marked, "little")


def flags(missions: int) -> bytes:
    return f"{missions:b}"[::-1].encode().translate(AS_FLAGS)


def union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def merged(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sets: defaultdict[str, int] = defaultdict(int)
    for name, missions in pairs:
        sets[name] |= missions
    return dict(sets)


def renewed(values: Values, now: Values, others: int) -> Values:
    """Combine unchanged sets of `others` with new ones of changed missions."""
    return {
        name: merged(chain(((value, each & others) for value, each in sets.items()), now[name].items()))
        for name, sets in values.items()
    }


def goes_on_after(before: Moment) -> bool:
    """Return whether the ledger continues: a restored site may differ."""
    return not before.entry or StatusChange.objects.filter(pk=before.entry, hash=before.hash).exists()


class Indexes:
    def __init__(self):
        self._lock = Lock()
        self._newest: LRUCache[Moment, Index] = LRUCache(REVISIONS)

    def now(self) -> Index:
        now = moment()
        with self._lock:
            if now not in self._newest:
                self._newest[now] = self._made(now)
            return self._newest[now]

    def _made(self, now: Moment) -> Index:
        for before, index in self._newest.items():
            if before.register == now.register and before.revision < now.revision and goes_on_after(before):
                return index.after(before.entry)
        return Index()

    def clear(self) -> None:
        with self._lock:
            self._newest.clear()


indexes = Indexes()
