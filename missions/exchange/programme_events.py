"""Events of a programme: a report for each new row, a correction for each changed one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from ..models import EntryKind, Evidence, LoadedEvent, Mission, Source, StatusChange
from ..status import Basis
from .cells import shown
from .loaded_events import ROW_COLUMNS, KnownEvents, Texts, read_texts
from .programme_entries import NewEntry, cited
from .sheets import Problem, Sheet, SheetRow

# A correction keeps everything else of its entry.
NOT_CARRIED = {
    "id", "kind", "corrects", "previous", "recorded_at", "recorded_by", "prev_hash", "hash", "sets_status", "sets_due",
}  # fmt: skip


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
        self.sheet, self.missions, self.sources, self.opened, self.force = sheet, missions, sources, opened, force
        self.changes: list[Problem] = []
        self.conflicts: list[Problem] = []
        self.known = KnownEvents()
        self.before = {event.pk: as_stored(event) for event in self.known.stored}
        corrections: list[tuple[LoadedEvent, NewEntry]] = []
        reports: list[tuple[LoadedEvent, NewEntry]] = []
        self.events: list[LoadedEvent] = []
        for row, event in zip(sheet.rows, self.known.match(sheet.rows), strict=True):
            if event is None:
                event = LoadedEvent()
                reports.append((event, self._report(row)))
            elif correction := self._changed(event, row):
                corrections.append((event, correction))
            event.loaded = read_texts(row)
            self.events.append(event)
        self.written = corrections + reports
        self.known.name(sheet.rows, self.events)

    @property
    def drafts(self) -> list[NewEntry]:
        return [entry for _event, entry in self.written]

    @property
    def left(self) -> list[str]:
        found = {event.pk for event in self.events}
        return [event.key for event in self.known.stored if event.pk not in found]

    def save(self, entries: Sequence[StatusChange]) -> None:
        for (event, _draft), entry in zip(self.written, entries, strict=True):
            event.entry = entry
        differing = [event for event in self.events if as_stored(event) != self.before.get(event.pk)]
        LoadedEvent.objects.bulk_update([e for e in differing if e.pk], ["key", "entry", "loaded"], batch_size=200)
        LoadedEvent.objects.bulk_create([e for e in differing if not e.pk])

    def _changed(self, event: LoadedEvent, row: SheetRow) -> NewEntry | None:
        made_here = self.known.corrected_here.get(event.entry_id)
        present = self._recorded_here(made_here, event, row) if made_here else event.loaded
        differing = [name for name in ROW_COLUMNS if present[name] != row[name]]
        message, listed = _("“%(present)s” becomes “%(text)s”"), self.changes
        if made_here and not self.force:
            message = _("corrected on the site (“%(present)s”), the file has “%(text)s”; left unchanged")
            listed = self.conflicts
        for name in differing:
            listed.append(row.problem(message % {"present": shown(present[name]), "text": shown(row[name])}, name))
        if not differing or listed is self.conflicts:
            return None
        return self._correction(made_here or event.entry, event.loaded, row)

    def _recorded_here(self, entry: StatusChange, event: LoadedEvent, row: SheetRow) -> Texts:
        pieces = {piece.source.key: piece for piece in entry.evidence.all() if piece.source}
        key = next((key for key in (row["source_key"], event.loaded["source_key"], *pieces) if key in pieces), "")
        event_on = (key and pieces[key].event_on) or date.fromisoformat(event.loaded["date"])
        if entry.effective_on not in (event.entry.effective_on, self._effective(row["mission_code"], event_on)):
            event_on = entry.effective_on
        texts = (row["mission_code"], event_on.isoformat(), entry.status, entry.headline_en, entry.headline_zh, key)
        return dict(zip(ROW_COLUMNS, texts, strict=True))

    # --- drafts ---

    def _report(self, row: SheetRow) -> NewEntry:
        return self._filled(StatusChange(basis=Basis.DOCUMENT), row, [self._cited(row)])

    def _correction(self, entry: StatusChange, loaded: Texts, row: SheetRow) -> NewEntry:
        """Return the correction; keep what the file does not state."""
        fields = [field.attname for field in StatusChange._meta.concrete_fields if field.name not in NOT_CARRIED]
        carried = {name: getattr(entry, name) for name in fields}
        draft = StatusChange(**carried, kind=EntryKind.CORRECTION, corrects=entry)
        others = [Evidence(**piece.citation()) for piece in entry.evidence.all() if not is_files(piece, loaded)]
        return self._filled(draft, row, [self._cited(row), *others])

    def _filled(self, draft: StatusChange, row: SheetRow, evidence: Iterable[Evidence]) -> NewEntry:
        draft.mission = self.missions[row["mission_code"]]
        draft.status, draft.headline_en, draft.headline_zh = row["new_status"], row["headline_en"], row["headline_zh"]
        draft.effective_on = self._effective(row["mission_code"], date.fromisoformat(row["date"]))
        return NewEntry(row, draft, tuple(evidence))

    def _effective(self, mission: str, event_on: date) -> date:
        """Return the effective date: not before the instrument's own date."""
        return max(event_on, self.opened.get(mission, event_on))

    def _cited(self, row: SheetRow) -> Evidence:
        return cited(self.sources[row["source_key"]], date.fromisoformat(row["date"]))


def is_files(piece: Evidence, loaded: Texts) -> bool:
    key = piece.source.key if piece.source else ""
    return bool(key) and (key, str(piece.event_on)) == (loaded["source_key"], loaded["date"])


def as_stored(event: LoadedEvent) -> tuple:
    return event.key, event.entry_id, event.loaded
