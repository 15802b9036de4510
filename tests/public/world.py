"""A random programme from a seed: in the database, and as plain Python for an oracle."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from missions.models import EntryKind, StatusChange, record
from missions.status import Basis
from tests import factories

NOW = datetime(2024, 6, 30, 4, tzinfo=UTC)
# When entries are recorded: two moments are around midnight in Shanghai, where 16:00 UTC begins the next day.
MOMENTS = [
    datetime(2022, 1, 10, 3, tzinfo=UTC),
    datetime(2023, 3, 5, 9, tzinfo=UTC),
    datetime(2024, 3, 2, 15, 59, 59, tzinfo=UTC),
    datetime(2024, 3, 2, 16, 0, 0, tzinfo=UTC),
    datetime(2024, 5, 20, 1, tzinfo=UTC),
]
INSTRUMENTS = {"FP": date(2021, 2, 24), "M-24": date(2023, 2, 14), "ex": date(2021, 12, 1)}
# Two share a place: their codes decide, by code point.
POSITIONS = {"ex": 1, "FP": 2, "M-24": 1}
THEMES = ["T1", "t-2", "T.3", "10"]
# Code → the code of the area above.
AREAS = {"SZ": None, "KS": "SZ", "qp": None, "HUB": None, "B_1": "KS"}
NAMED_AREAS = [code for code in AREAS if code != "SZ"]
# Code → the code of the organisation above.
OWNERS = {"SH": None, "SH-1": "SH", "SH-1a": "SH-1", "SH-1b": "SH-1", "sh-2": "SH", "NB": None, "nb.1": "NB", "Z": None}
STATUSES = ["unreported", "not_started", "in_progress", "paused", "completed", "withdrawn"]
KINDS = ["policy", "platform", "project", "other"]
# Around the days that queries ask about: today is the last day, or the first, of each state.
DUES = [
    None,
    date(2022, 6, 30),
    date(2023, 12, 31),
    date(2024, 3, 2),
    date(2024, 6, 29),
    date(2024, 6, 30),
    date(2024, 7, 30),
    date(2024, 7, 31),
]
PROVENANCES = ["official", "editorial-split", "unpublished", "not-obtained"]
WORDS = [
    "Bridge", "bridge", "ＢＲＩＤＧＥ", "100%", "１００％", "under_score", "underXscore", "back\\slash",
    "虹桥", "彩虹桥", "国际枢纽", "中", "㈱", "①", "Straße", "STRASSE", "ﬁnance", "Finance", "é", "e\u0301", "İstanbul",
    "O'Brien", "<b>", "_x", "a", "A", "Z", "ａ",
]  # fmt: skip


@dataclass
class Entry:
    id: int
    sets_status: bool
    sets_due: bool
    status: str
    due: date | None
    effective_on: date
    known_on: date
    corrects: int | None


@dataclass
class Plain:
    code: str
    instrument: str
    number: int
    theme: str
    kind: str
    provenance: str
    lead: str
    supporting: list[str]
    areas: list[str]
    title_en: str
    title_zh: str
    description_en: str
    description_zh: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def numbering(self):
        return self.instrument, self.provenance == "official"


class World:
    def __init__(self, seed, missions=32):
        self.random = random.Random(seed)
        self.missions, self.drafts = [], []
        owners, recorded = {}, 0
        for code, parent in OWNERS.items():
            owners[code] = factories.organisation(code, parent=owners.get(parent))
        for code, parent in AREAS.items():
            factories.area(code, zone="hub-wide" if code == "HUB" else "core", parent=parent and factories.area(parent))
        for code, issued_on in INSTRUMENTS.items():
            factories.instrument(code, issued_on, position=POSITIONS[code])
        for number in range(1, missions + 1):
            self._add(number, owners)
        waiting = list(self.missions)
        for moment in MOMENTS:
            with time_machine.travel(moment, tick=False):
                share = len(waiting) if moment == MOMENTS[-1] else (len(waiting) + 1) // 2
                # The ledger rejects an opening before the day of issue: that waits for the next moment.
                waiting = [pair for place, pair in enumerate(waiting) if place >= share or not self._open(*pair)]
                opened = [pair for pair in self.missions if pair[0].entries]
                for _attempt in range(missions):
                    recorded += self._record_random(*self.random.choice(opened))
        assert recorded > 2 * missions, "the ledger rejected nearly everything"
        with connection.cursor() as cursor:
            # Statistics of a world that was rolled back make PostgreSQL's planner take minutes for a query.
            cursor.execute("ANALYZE")

    @property
    def plain(self) -> list[Plain]:
        return [plain for plain, _mission in self.missions]

    def _text(self, least=1):
        words = self.random.choices(WORDS, k=self.random.randint(least, 3))
        return self.random.choice([" ", "\u3000", ""]).join(words)

    def _add(self, number, owners):
        choose, sample = self.random.choice, self.random.sample
        description = self.random.random() < 0.4
        plain = Plain(
            code=choose(["FP-", "fp-", "A.", "Z_", "", "ex"]) + f"{self.random.choice([number, number * 7])}-{number}",
            instrument=choose(list(INSTRUMENTS)),
            number=0,
            theme=THEMES[number % len(THEMES)],
            kind=choose(KINDS),
            provenance=choose(PROVENANCES),
            lead=list(OWNERS)[number % len(OWNERS)],
            supporting=sample(list(OWNERS), self.random.choice([0, 0, 1, 2])),
            areas=sample(NAMED_AREAS, self.random.choice([0, 1, 1, 3])),
            title_en=self._text(),
            title_zh=self._text(),
            description_en=self._text() if description else "",
            description_zh=self._text() if description else "",
        )
        # Counted apart: the officials' numbers and ours are two numberings, so that two missions may share a number.
        plain.number = 1 + sum(other.numbering == plain.numbering for other in self.plain)
        fields = {name: getattr(plain, name) for name in ("code", "number", "kind", "provenance")}
        fields |= {name: value for name, value in vars(plain).items() if name.startswith(("title", "description"))}
        mission = factories.mission(
            instrument=factories.instrument(plain.instrument),
            theme=factories.theme(plain.theme),
            lead_owner=owners[plain.lead],
            supporting=[owners[code] for code in plain.supporting],
            areas=[factories.area(code) for code in plain.areas],
            opened=False,
            **fields,
        )
        self.missions.append((plain, mission))

    def _day(self, first, last):
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))

    def _open(self, plain, mission):
        draft = {"kind": EntryKind.OPENING, "status": "unreported", "due": self.random.choice(DUES)}
        return self._record(plain, mission, draft, mission.instrument.issued_on)

    def _record_random(self, plain, mission):
        """Reports, moves a deadline or corrects at random; the ledger rejects some of it."""
        kind = self.random.choices(["report", "deadline", "correction"], [6, 2, 2])[0]
        status = self.random.choices(STATUSES, [2, 2, 3, 2, 5, 1])[0]  # few withdrawals: nothing follows them
        draft = {"kind": kind, "status": status, "due": None if kind == "report" else self.random.choice(DUES)}
        if kind == "correction":
            draft["corrects_id"] = self.random.choice(plain.entries).id
        draft["decided_by"] = "" if kind == "report" else "Municipal Government"
        today = datetime.now(UTC) + timedelta(hours=8)
        return self._record(plain, mission, draft, self._day(mission.instrument.issued_on, today.date()))

    def _record(self, plain, mission, draft, effective_on):
        headlines = {"headline_en": "Said", "headline_zh": "说"}
        draft = StatusChange(mission=mission, effective_on=effective_on, basis=Basis.DOCUMENT, **headlines, **draft)
        try:
            entry = record(draft, [factories.evidence()], by=None)
        except ValidationError:
            return False
        replaced = next((other for other in plain.entries if other.id == entry.corrects_id), None)
        sets_status = replaced.sets_status if replaced else entry.kind in ("opening", "report")
        sets_due = replaced.sets_due if replaced else entry.kind in ("opening", "deadline")
        known_on = (datetime.now(UTC) + timedelta(hours=8)).date()
        plain.entries.append(
            Entry(entry.id, sets_status, sets_due, draft.status, draft.due, effective_on, known_on, entry.corrects_id)
        )
        return True
