"""Events of a programme: a report for each new row, a correction for each changed one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count

from django.utils.translation import gettext as _

from ..models import EntryKind, Evidence, LoadedEvent, Mission, Source, StatusChange
from ..status import Basis
from .cells import shown
from .new_missions import NewEntry, cited
from .sheets import Problem, Sheet, SheetRow
from .tables import becomes

type Texts = Mapping[str, str]

# What a row states of its event, and what identifies it without a key.
ROW_COLUMNS = ("mission_code", "date", "new_status", "headline_en", "headline_zh", "source_key")
COMMON = ROW_COLUMNS[:3]
# Part of generated keys, never of a file's.
BETWEEN = "/"
# A correction keeps everything else of its entry.
NOT_CARRIED = {
    "id", "kind", "corrects", "previous", "recorded_at", "recorded_by", "prev_hash", "hash", "sets_status", "sets_due",
}  # fmt: skip


def read_texts(row: SheetRow) -> dict[str, str]:
    return {name: row[name] for name in ROW_COLUMNS}


def common(texts: Mapping) -> tuple[str, ...]:
    return tuple(texts[name] for name in COMMON)


class Events:
    """The rows of events.csv beside their entries.

    A row is compared with its text at the last load. An entry that was corrected on the site is a conflict unless it
    says the same.
    """

    def __init__(
        self,
        sheet: Sheet,
        missions: Mapping[str, Mission],
        sources: Mapping[str, Source],
        opened: Mapping[str, date],
        *,
        force: bool,
    ):
        self.missions, self.sources, self.opened, self.force = missions, sources, opened, force
        self.changes: list[Problem] = []
        self.conflicts: list[Problem] = []
        events = LoadedEvent.objects.select_related("entry__mission").prefetch_related("entry__evidence__source")
        self.stored = list(events.order_by("pk"))
        corrections_here = StatusChange.objects.filter(corrects__isnull=False).select_related("mission")
        self.corrected = {entry.corrects_id: entry for entry in corrections_here.prefetch_related("evidence__source")}
        corrections: list[tuple[LoadedEvent, NewEntry]] = []
        reports: list[tuple[LoadedEvent, NewEntry]] = []
        self.events: list[LoadedEvent] = []
        for row, event in zip(sheet.rows, self._match(sheet.rows), strict=True):
            if event is None:
                event = LoadedEvent()
                reports.append((event, self._filled(StatusChange(basis=Basis.DOCUMENT), row, ())))
            elif correction := self._changed(event, row):
                corrections.append((event, correction))
            event.loaded = read_texts(row)
            self.events.append(event)
        self.written = corrections + reports
        self._name(sheet.rows)

    @property
    def drafts(self) -> list[NewEntry]:
        return [entry for _event, entry in self.written]

    @property
    def left(self) -> list[str]:
        found = {event.pk for event in self.events}
        return [event.key for event in self.stored if event.pk not in found]

    def save(self, entries: Sequence[StatusChange]) -> None:
        for (event, _draft), entry in zip(self.written, entries, strict=True):
            event.entry = entry
        present = [event for event in self.events if event.pk]
        LoadedEvent.objects.bulk_update(present, ["key", "entry", "loaded"], batch_size=200)
        LoadedEvent.objects.bulk_create(event for event in self.events if not event.pk)

    # --- which row belongs to which event ---

    def _match(self, rows: Sequence[SheetRow]) -> list[LoadedEvent | None]:
        """Return the event of each row or None: by key, else by position among equals."""
        by_key = {event.key: event for event in self.stored}
        found = [by_key.pop(row.get("key"), None) for row in rows]
        free: dict[tuple[str, ...], list[LoadedEvent]] = defaultdict(list)
        for event in by_key.values():
            free[common(event.loaded)].append(event)
        for at, row in enumerate(rows):
            equals = free[common(row.texts)]
            # Another key excludes an event, unless it was generated.
            its = (event for event in equals if not row.get("key") or BETWEEN in event.key)
            if found[at] is None and (taken := next(its, None)):
                found[at] = taken
                equals.remove(taken)
        return found

    def _name(self, rows: Sequence[SheetRow]) -> None:
        taken = {event.key for event in self.stored}
        for row, event in zip(rows, self.events, strict=True):
            if row.get("key"):
                event.key = row["key"]
            elif not event.key:
                names = (BETWEEN.join([*common(row.texts), str(number)]) for number in count(1))
                event.key = next(name for name in names if name not in taken)
                taken.add(event.key)

    # --- what changed ---

    def _changed(self, event: LoadedEvent, row: SheetRow) -> NewEntry | None:
        entry = event.entry
        while entry.pk in self.corrected:
            entry = self.corrected[entry.pk]
        is_ours = entry == event.entry
        present = event.loaded if is_ours else self._recorded_here(entry, event, row)
        differing = [name for name in ROW_COLUMNS if present[name] != row[name]]
        if not differing:
            return None
        if not is_ours and not self.force:
            message = _("corrected on the site (“%(present)s”), the file has “%(text)s”; left unchanged")
            for name in differing:
                words = {"present": shown(present[name]), "text": shown(row[name])}
                self.conflicts.append(row.problem(message % words, name))
            return None
        self.changes += [becomes(row, name, present[name], row[name]) for name in differing]
        return self._correction(entry, event.loaded, row)

    def _recorded_here(self, entry: StatusChange, event: LoadedEvent, row: SheetRow) -> Texts:
        pieces = {piece.source.key: piece for piece in entry.evidence.all() if piece.source}
        key = next((key for key in (row["source_key"], event.loaded["source_key"], *pieces) if key in pieces), "")
        event_on = (key and pieces[key].event_on) or date.fromisoformat(event.loaded["date"])
        if entry.effective_on not in (event.entry.effective_on, self._effective(row["mission_code"], event_on)):
            event_on = entry.effective_on
        texts = (row["mission_code"], event_on.isoformat(), entry.status, entry.headline_en, entry.headline_zh, key)
        return dict(zip(ROW_COLUMNS, texts, strict=True))

    # --- drafts ---

    def _correction(self, entry: StatusChange, loaded: Texts, row: SheetRow) -> NewEntry:
        """Return the correction; keep what the file does not state."""
        fields = [field.attname for field in StatusChange._meta.concrete_fields if field.name not in NOT_CARRIED]
        carried = {name: getattr(entry, name) for name in fields}
        draft = StatusChange(**carried, kind=EntryKind.CORRECTION, corrects=entry)
        # The piece of evidence that the file stated is replaced.
        others = [
            Evidence(**piece.citation())
            for piece in entry.evidence.all()
            if not piece.source or (piece.source.key, str(piece.event_on)) != (loaded["source_key"], loaded["date"])
        ]
        return self._filled(draft, row, others)

    def _filled(self, draft: StatusChange, row: SheetRow, others: Iterable[Evidence]) -> NewEntry:
        event_on = date.fromisoformat(row["date"])
        draft.mission = self.missions[row["mission_code"]]
        draft.status, draft.headline_en, draft.headline_zh = row["new_status"], row["headline_en"], row["headline_zh"]
        draft.effective_on = self._effective(row["mission_code"], event_on)
        return NewEntry(row, draft, (cited(self.sources[row["source_key"]], event_on), *others))

    def _effective(self, mission: str, event_on: date) -> date:
        """Return the effective date: not before the instrument's own date."""
        return max(event_on, self.opened.get(mission, event_on))
