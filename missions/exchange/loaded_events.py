"""Which ledger entry belongs to which row of events.csv: by key, otherwise by position."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count

from ..models import EntryKind, LoadedEvent, StatusChange
from .sheets import SheetRow

type Texts = Mapping[str, str]

# What a row states of its event, and what identifies it without a key.
ROW_COLUMNS = ("mission_code", "date", "new_status", "headline_en", "headline_zh", "source_key")
COMMON = ROW_COLUMNS[:3]
# Part of generated keys, never of a file's.
BETWEEN = "/"


def read_texts(row: SheetRow) -> dict[str, str]:
    return {name: row[name] for name in ROW_COLUMNS}


def common(texts: Mapping) -> tuple[str, ...]:
    return tuple(texts[name] for name in COMMON)


class KnownEvents:
    def __init__(self):
        pairs = StatusChange.objects.filter(corrects__isnull=False).values_list("pk", "corrects")
        corrects = {by: corrected for by, corrected in pairs if corrected}
        self.stored = list(
            LoadedEvent.objects.select_related("entry__mission").prefetch_related("entry__evidence__source")
        )
        # Entry → the report where its corrections begin, and the newest correction.
        first = {event.entry_id: end_of(event.entry_id, corrects) for event in self.stored}
        self.nameless = [event for event in of_first_edition() if event.entry_id not in first.values()]
        events = [*self.stored, *self.nameless]
        self.events = sorted(events, key=lambda event: first.get(event.entry_id, event.entry_id))
        corrections = {corrected: by for by, corrected in corrects.items()}
        newest = {event.entry_id: end_of(event.entry_id, corrections) for event in events}
        made_here = [newest for entry, newest in newest.items() if entry != newest]
        entries = StatusChange.objects.select_related("mission").prefetch_related("evidence__source").in_bulk(made_here)
        self.corrected_here = {entry: entries[last] for entry, last in newest.items() if last in entries}

    def match(self, rows: Sequence[SheetRow]) -> list[LoadedEvent | None]:
        """Return the event of each row or None: by key, then content, then position."""
        by_key = {event.key: event for event in self.stored}
        found = [by_key.pop(row.get("key"), None) for row in rows]
        free: dict[tuple[str, ...], list[LoadedEvent]] = defaultdict(list)
        for event in self.events:
            if not event.key or event.key in by_key:
                free[common(event.loaded)].append(event)
        for is_its in (lambda event, row: event.loaded == read_texts(row), lambda event, row: True):
            for at, row in enumerate(rows):
                if found[at] is None:
                    equals = free[common(row.texts)]
                    if its := [e for e in equals if may_take(row, e) and is_its(e, row)]:
                        found[at] = its[0]
                        equals.remove(its[0])
        return found

    def name(self, rows: Sequence[SheetRow], events: Sequence[LoadedEvent]) -> None:
        taken = {event.key for event in self.stored}
        for row, event in zip(rows, events, strict=True):
            if row.get("key"):
                event.key = row["key"]
            elif not event.key:
                names = (BETWEEN.join([*common(row.texts), str(number)]) for number in count(1))
                event.key = next(name for name in names if name not in taken)
                taken.add(event.key)


def may_take(row: SheetRow, event: LoadedEvent) -> bool:
    """Return whether an event may take this key: another key excludes it."""
    return not (row.get("key") and event.key and BETWEEN not in event.key)


def end_of(entry: int, steps: Mapping[int, int]) -> int:
    while entry in steps:
        entry = steps[entry]
    return entry


def of_first_edition() -> list[LoadedEvent]:
    entries = (
        StatusChange.objects.filter(kind=EntryKind.REPORT, recorded_by=None, loaded_event=None)
        .filter(evidence__source__isnull=False, evidence__event_on__isnull=False)
        .order_by("pk")
        .distinct()
    )
    return [as_loaded(entry) for entry in entries.select_related("mission").prefetch_related("evidence__source")]


def as_loaded(entry: StatusChange) -> LoadedEvent:
    pieces = ((piece.event_on, piece.source) for piece in entry.evidence.all())
    event_on, source = next((day, source) for day, source in pieces if day and source)
    texts = (
        entry.mission.code,
        event_on.isoformat(),
        entry.status,
        entry.headline_en,
        entry.headline_zh,
        source.key,
    )
    return LoadedEvent(entry=entry, loaded=dict(zip(ROW_COLUMNS, texts, strict=True)))
