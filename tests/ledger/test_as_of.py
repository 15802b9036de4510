"""As-of on both clocks, the projection and the checks of `record` agree with the oracle on random ledgers."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from missions.models import EntryKind, Measure, Mission, ReportedFigure, StatusChange, record
from missions.status import Status
from tests import factories
from tests.databases import on_postgresql
from tests.ledger import oracle

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2024, 2, 20)
LAST_DAY = FIRST_DAY + timedelta(days=20)
CODES = ["M-1", "M-2", "M-3"]
MOMENTS = [time(0), time(0, 0, 1), time(7, 59, 59), time(8), time(12), time(23, 59, 59, 999999)]
KINDS = ["report", "report", "report", "deadline", "correction", "correction", "opening", "successor"]
DUE_DATES = [None, *(FIRST_DAY + timedelta(days=n) for n in (-1, 3, 8, 33, 38, 45))]
ASOF = ("code", "status_asof", "since_asof", "due_asof", "due_first_asof", "due_moves_asof", "deadline_asof")
FIGURE = {"indicator_en": "Done", "indicator_zh": "完成", "value": 1, "unit": "1", "measure": Measure.COMPLETED}
PROJECTION = ("code", "status", "status_since", "due", "due_first", "due_moves")


class World:
    """A ledger that is filled at random, once by `record` and once for the oracle."""

    def __init__(self, seed):
        self.chance = Random(seed)
        self.missions = {code: factories.mission(code, opened=False) for code in CODES}
        self.entries, self.replaces, self.legal = [], {}, []

    def some_day(self):
        return FIRST_DAY + timedelta(days=self.chance.randint(-2, 16))

    def one_in(self, n):
        return self.chance.randrange(n) == 0

    def states(self, on, known_at=date.max):
        found = {code: oracle.state(self.entries, code, on, known_at, self.replaces) for code in self.missions}
        return {code: state for code, state in found.items() if state}

    def draw(self, today):
        """An entry that is legal more often than not."""
        chance, is_careless = self.chance, self.one_in(6)
        code = chance.choice([CODES[0], *self.missions])
        numbers = [e.number for e in self.entries if e.mission == code]
        corrected = {e.corrects for e in self.entries}
        pool = [e.number for e in self.entries] if is_careless else [n for n in numbers if n not in corrected]
        kind = chance.choice(KINDS[:-1]) if numbers or is_careless else "opening"
        on = self.some_day()
        new = oracle.Entry(
            number=len(self.entries) + 1,
            mission=code,
            kind=kind,
            status=None if kind == "deadline" else "unreported",
            due=chance.choice(DUE_DATES),
            on=on if is_careless else min(on, today),
            recorded=today,
            corrects=chance.choice([*pool, 99] if is_careless else pool) if kind == "correction" else None,
            has_evidence=not self.one_in(6),
        )
        if kind not in ("report", "correction"):
            return new
        statuses = chance.sample(Status.values, len(Status))
        if self.one_in(2):
            statuses.sort(key=lambda status: status != "completed")
        wanted = [replace(new, status=status) for status in statuses]
        legal = [each for each in wanted if oracle.is_legal(self.entries, each)]
        return (wanted if is_careless else [*legal, *wanted])[0]

    def add(self, new):
        """Records it, and compares what becomes of it with the oracle."""
        basis, is_public = self.chance.choice(["document", "document", "owner"]), not self.one_in(4)
        new = replace(new, is_documented=new.has_evidence and is_public and basis == "document")
        legal = oracle.is_legal(self.entries, new)
        before = oracle.state(self.entries, new.mission, new.on)
        draft = StatusChange(
            mission=self.missions[new.mission],
            kind=EntryKind(new.kind),
            status=new.status or "",
            due=new.due,
            effective_on=new.on,
            basis=basis,
            corrects_id=new.corrects,
            headline_en="Headline",
            headline_zh="标题",
            decided_by="Office" if new.kind in ("deadline", "correction") else "",
        )
        try:
            entry = record(draft, [factories.evidence(is_public=is_public)] if new.has_evidence else [], by=None)
        except ValidationError:
            entry = None
        assert (entry is not None) == legal, new
        self.legal.append(legal)
        if entry:
            self.entries.append(new)
            nothing = None if new.kind == "opening" else "unreported"
            assert (entry.pk, entry.previous) == (new.number, before.status if before else nothing)

    def add_successor(self, today):
        """Withdraws one or two missions today and opens another in their place."""
        candidates = [
            code
            for code, state in self.states(today).items()
            if state.status != "withdrawn" and not any(e.on > today for e in self.entries if e.mission == code)
        ]
        if len(candidates) < 2:
            return
        olds, code = self.chance.sample(candidates, self.chance.randint(1, 2)), f"N-{len(self.missions)}"
        self.missions[code] = factories.mission(code, opened=False)
        plain = {"on": today, "recorded": today, "due": None}
        for old in olds:
            self.add(oracle.Entry(len(self.entries) + 1, old, "report", "withdrawn", **plain))
        plain["due"] = self.chance.choice(DUE_DATES)
        self.add(oracle.Entry(len(self.entries) + 1, code, "opening", "unreported", **plain))
        self.missions[code].take_the_place_of(self.missions[old] for old in olds)
        self.replaces[code] = olds

    def fill(self, length):
        today = FIRST_DAY
        for _step in range(length):
            today += timedelta(days=self.chance.choice([0, 0, 1, 2]))
            with time_machine.travel(datetime.combine(today, self.chance.choice(MOMENTS), SHANGHAI), tick=False):
                if self.one_in(8):
                    self.add_successor(today)
                else:
                    self.add(self.draw(today))
                projected = Mission.objects.exclude(status=None).values_list(*PROJECTION)
                expected = {code: state.as_row()[:5] for code, state in self.states(today).items()}
                assert {code: tuple(row) for code, *row in projected} == expected


@pytest.fixture(scope="module")
def worlds():
    """How much the seeds cover, so that a change of the draws that makes them poor is noticed."""
    seen = []
    yield seen
    if len(seen) == SEEDS:
        assert sum(map(len, (world.replaces for world in seen))) >= SEEDS // 2
        assert 0.5 < sum(map(sum, (world.legal for world in seen))) / sum(len(w.legal) for w in seen) < 0.95


SEEDS = 4 if on_postgresql() else 12


@pytest.mark.parametrize("seed", range(SEEDS))
def test_as_of_and_projection_and_checks_agree_with_the_oracle(worlds, seed, client):
    world = World(seed)
    world.fill(24)
    worlds.append(world)
    days = [FIRST_DAY + timedelta(days=n) for n in range(-3, 19, 2)]
    with time_machine.travel(datetime.combine(LAST_DAY + timedelta(days=60), time(12), SHANGHAI), tick=False):
        questions = [(day, known_at) for day in days for known_at in (None, world.some_day(), day)]
        for on, known_at in [(None, None), (None, world.some_day()), *questions]:
            states = world.states(on or LAST_DAY + timedelta(days=60), known_at or date.max)
            missions = Mission.objects.as_of(on, known_at)
            assert {code: tuple(row) for code, *row in missions.values_list(*ASOF)} == {
                code: state.as_row() for code, state in states.items()
            }, (on, known_at)
            assert set(missions.filter(is_past_first=True).values_list("code", flat=True)) == {
                code
                for code, state in states.items()
                if state.first
                and state.first < (on or LAST_DAY + timedelta(days=60))
                and state.status not in ("completed", "withdrawn")
            }
            assert set(missions.documented(on, known_at).values_list("code", flat=True)) == {
                code for code, state in states.items() if state.is_documented
            }
        completion_agrees(world, client, days)


def completion_agrees(world, client, days):
    """Beside each published figure stand the records of its day, as known on the day that the query names."""
    for day in days:
        made = ReportedFigure.objects.create(source=factories.source(), as_of=day, **FIGURE)
        made.covers.add(factories.instrument())
    for known_at in (date.max, world.some_day()):
        query = {"per_page": 100} | ({"known_at": known_at.isoformat()} if known_at < date.max else {})
        items = client.get("/api/v1/figures", query).json()["items"]
        found = {item["day"]: item["beside"] for item in items}
        states = {day: world.states(day, known_at).values() for day in days}
        assert found == {
            day.isoformat(): {
                "completed": sum(state.status == "completed" for state in states[day]),
                "documented": sum(state.is_documented for state in states[day]),
                "counted": sum(state.status != "withdrawn" for state in states[day]),
            }
            for day in days
        }
