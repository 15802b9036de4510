"""As-of agrees with a naive replay on random ledgers, and so does the door with a naive reading of the rules."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.models import EntryKind, Mission, StatusChange, Stretch, record
from missions.models.standing import PROJECTION, judged, standing
from missions.models.timeline import timeline
from missions.status import Status
from tests import build
from tests.models import oracle

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.no_cover]

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2024, 2, 20)
CODES = ["M-1", "M-2", "M-3"]
DATES = ("due_first_asof", "due_moves_asof")

CLOSED = ("completed", "withdrawn")

MOMENTS = [time(0), time(0, 0, 1), time(7, 59, 59), time(8), time(12), time(23, 59, 59, 999999)]
KINDS = ["report", "report", "report", "deadline", "correction", "correction", "opening"]


def days(chance):
    return FIRST_DAY + timedelta(days=chance.randint(-2, 16))


def one_in(chance, n):
    return chance.randrange(n) == 0


def sayings(chance):
    """Without end, what is said next. (A seed spreads better than Hypothesis's own draws; it still cuts the length.)"""
    while True:
        yield {
            "later_by": chance.choice([0, 0, 1, 2]),
            "at": chance.choice(MOMENTS),
            "mission": chance.choice([CODES[0], CODES[0], *CODES]),
            "kind": chance.choice(KINDS),
            "statuses": chance.sample(Status.values, len(Status)),
            "due": chance.choice([None, *(FIRST_DAY + timedelta(days=n) for n in (-1, 3, 8, 33, 38, 45))]),
            "on": days(chance),
            "corrects": chance.random(),
            "evidence": not one_in(chance, 6),
            "careless": one_in(chance, 6),
        }


def questions(chance):
    return [[None if one_in(chance, 3) else days(chance) for _clock in range(2)] for _question in range(2)]


def said(everything, saying, told):
    """What the saying comes to on the day on which it is told; unless it is careless, it seeks a legal status."""
    here = [s.number for s in everything if s.mission == saying["mission"]]
    corrected = {s.corrects for s in everything}
    pool = [s.number for s in everything] if saying["careless"] else [n for n in here if n not in corrected]
    kind = saying["kind"] if here or saying["careless"] else "opening"
    new = oracle.Said(
        number=len(everything) + 1,
        mission=saying["mission"],
        kind=kind,
        status=None if kind == "deadline" else "unreported",
        due=saying["due"],
        on=saying["on"] if saying["careless"] else min(saying["on"], told),
        told=told,
        corrects=[*pool, 99][int(saying["corrects"] * len(pool))] if kind == "correction" else None,
        evidence=saying["evidence"],
    )
    if kind not in ("report", "correction"):
        return new
    wanted = [replace(new, status=status) for status in saying["statuses"]]
    legal = [each for each in wanted if oracle.is_legal(everything, each)]
    return (wanted if saying["careless"] else [*legal, *wanted])[0]


def tell(missions, said):
    """Says it to the door; returns the entry, or None where it is refused."""
    draft = StatusChange(
        mission=missions[said.mission],
        kind=EntryKind(said.kind),
        status=said.status or "",
        due=said.due,
        effective_on=said.on,
        basis="document",
        corrects_id=said.corrects,
        headline_en="Said",
        headline_zh="说",
        decided_by="Office" if said.kind in ("deadline", "correction") else "",
    )
    try:
        return record(draft, [build.evidence()] if said.evidence else [], by=None)
    except ValidationError:
        return None


def all_standing(everything, on, known_at=date.max):
    """Code → how the mission stands, by the oracle, in order; without those that are not there."""
    stands = {code: oracle.standing(everything, code, on, known_at) for code in CODES}
    return {code: standing for code, standing in stands.items() if standing}


def listed(missions):
    rows = missions.values_list("code", "status_asof", "since_asof", "due_asof", *DATES, "deadline_asof")
    return {code: tuple(standing) for code, *standing in rows}


def agrees_on_what_is_told(missions, everything, saying, day):
    """Tells it, and holds the door's answer, the entry and the projection against the oracle's."""
    new = said(everything, saying, day)
    in_force = oracle.standing(everything, new.mission, new.on)
    legal = oracle.is_legal(everything, new)
    entry = tell(missions, new)
    assert (entry is not None) == legal, new
    if entry:
        everything.append(new)
        nothing = None if new.kind == "opening" else "unreported"
        assert (entry.pk, entry.previous) == (new.number, in_force[0] if in_force else nothing)
    projected = Mission.objects.exclude(status=None).values_list("code", *PROJECTION)
    expected = {code: standing[:5] for code, standing in all_standing(everything, day).items()}
    assert {code: tuple(rest) for code, *rest in projected} == expected
    agrees_on_the_stretches(everything)


def agrees_on_how_all_stands(everything, on, known_at, today):
    expected = all_standing(everything, on or today, known_at or date.max)
    missions = Mission.objects.as_of(on, known_at)

    assert listed(missions) == expected
    assert missions.tally("status_asof") == Counter(status for status, *_ in expected.values())
    assert missions.tally("deadline_asof") == Counter(deadline for *_, deadline in expected.values())
    day = on or today
    late = {code for code, stood in expected.items() if stood[3] and stood[3] < day and stood[0] not in CLOSED}
    assert set(missions.filter(is_past_first=True).values_list("code", flat=True)) == late
    code = CODES[0]
    assert listed(Mission.objects.filter(code=code).as_of(on, known_at)).get(code) == expected.get(code)
    agrees_on_the_timeline(everything, code, on, known_at, today)


def agrees_on_the_stretches(everything):
    """Each day from the opening on lies in one stretch, which says what the oracle says of its days."""
    for code in CODES:
        stretches = list(Stretch.objects.filter(mission__code=code).order_by("first_day"))
        count = oracle.counting(everything, code)
        opened, end = [said.on for said in count[:1]], [date(2101, 1, 1)] * bool(count)
        assert [stretch.first_day for stretch in stretches] + end == opened + [stretch.until for stretch in stretches]
        for stretch in stretches:
            days = (stretch.until - stretch.first_day).days
            for day in (stretch.first_day + timedelta(days=n) for n in {0, days // 2, days - 1}):
                stood = (stretch.status, stretch.since, stretch.due, stretch.due_first, stretch.due_moves)
                assert stood == oracle.standing(everything, code, day)[:5], (code, day)


def agrees_with_the_ledger(on):
    """By all that is known today, the ledger itself, entry by entry, says what is read from the stretches."""
    changes = Mission.objects.public(on).annotate(**standing(on, None)).annotate(**judged(on))
    assert listed(Mission.objects.as_of(on)) == listed(changes)


def agrees_on_the_timeline(everything, code, on, known_at, today):
    known = [s for s in everything if s.mission == code and s.told <= (known_at or date.max)]
    correction_of = {s.corrects: s.number for s in known if s.corrects}
    count = oracle.counting(everything, code, on or today, known_at or date.max)
    statuses = [s for s in count if "status" in oracle.what_it_sets(s, everything)]
    expected = [
        (
            said.number,
            next((s.status for s in reversed(statuses) if (s.on, s.number) < (said.on, said.number)), None),
            correction_of.get(said.number),
        )
        for said in sorted(known, key=lambda s: (s.on, s.number), reverse=True)
        if said.on <= (on or today)
    ]
    lines = timeline(Mission.objects.get(code=code), on, known_at)
    assert [(line.entry.pk, line.before, line.correction and line.correction.pk) for line in lines] == expected


# In four parts, which the two workers share.
@pytest.mark.parametrize("part", range(4))
@settings(max_examples=8, derandomize=True, deadline=None, database=None)
@given(seed=st.integers(0, 2**64), length=st.integers(12, 24))
def test_as_of_projection_and_door_agree_with_a_naive_replay(part, seed, length):
    chance = Random(4 * seed + part)
    with transaction.atomic():
        missions = {code: build.mission(code, opened=False) for code in CODES}
        everything, day = [], FIRST_DAY
        for saying in islice(sayings(chance), length):
            day += timedelta(days=saying["later_by"])
            with time_machine.travel(datetime.combine(day, saying["at"], SHANGHAI), tick=False):
                agrees_on_what_is_told(missions, everything, saying, day)
        with time_machine.travel(datetime.combine(day, time(12), SHANGHAI), tick=False):
            for on, known_at in [(None, None), *questions(chance)]:
                agrees_on_how_all_stands(everything, on, known_at, day)
            for on in [date(2100, 12, 31), *(days(chance) for _day in range(4))]:
                agrees_with_the_ledger(on)
        transaction.set_rollback(True)
