"""`python -m tests.bench.inside.scale N [CHANGES]`: writes N synthetic missions with their entries, to measure with.

A mission is drawn from its own number, so each run on the same day makes the same ones.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import batched, chain, cycle
from random import Random
from typing import Any, NamedTuple

from django.db import models, transaction
from simple_history.utils import bulk_create_with_history

from missions.management.statistics import analyze
from missions.models import (
    Area,
    EntryKind,
    Evidence,
    Instrument,
    Kind,
    Level,
    Mission,
    Organisation,
    Provenance,
    StatusChange,
    Theme,
    Zone,
    record_many,
)
from missions.models.days import today
from missions.models.mission import fold
from missions.status import MOVES, Basis, Status

CODE = "SYN"
ISSUED = date(2020, 1, 1)
# Recording reads all missions for each batch, so small batches take longer; large ones take memory.
ENTRIES_A_BATCH = 5000

WORDS = (
    ("railway", "铁路"),
    ("customs", "海关"),
    ("exhibition", "会展"),
    ("talent", "人才"),
    ("data exchange", "数据交换"),
    ("airport", "机场"),
    ("finance", "金融"),
    ("green building", "绿色建筑"),
    ("hospital", "医院"),
    ("innovation", "创新"),
    ("arbitration", "仲裁"),
    ("logistics", "物流"),
    ("river", "河道"),
    ("school", "学校"),
    ("cross-border trade", "跨境贸易"),
    ("metro line", "轨道交通"),
)
LIKELY = {
    Status.NOT_STARTED: 10,
    Status.IN_PROGRESS: 45,
    Status.PAUSED: 8,
    Status.COMPLETED: 30,
    Status.WITHDRAWN: 4,
}
REPORTABLE = {before: [status for status in LIKELY if status in MOVES[before]] for before in Status}


class Register(NamedTuple):
    """The synthetic records that the missions refer to."""

    instrument: Instrument
    themes: Sequence[Theme]
    areas: Sequence[Area]
    organisations: Sequence[Organisation]


def write_synthetic(missions: int, changes: int) -> Iterator[int]:
    """Writes missions with that many changes each, after those of former runs; yields how many each batch wrote.

    A batch is written whole or not at all, and those before it stay.
    """
    register = synthetic_register()
    last = register.instrument.missions.aggregate(last=models.Max("number"))["last"] or 0
    for numbers in batched(range(last + 1, last + missions + 1), max(1, ENTRIES_A_BATCH // (changes + 1))):
        write_batch(register, numbers, changes)
        yield len(numbers)


@transaction.atomic
def write_batch(register: Register, numbers: Sequence[int], changes: int) -> None:
    draws = [Random(number) for number in numbers]
    drawn = [mission(register, number, draw) for number, draw in zip(numbers, draws, strict=True)]
    missions = bulk_create_with_history(drawn, Mission)
    link(missions, draws, register.organisations, "supported_missions", most=2)
    link(missions, draws, register.areas, "missions", most=3)
    drafts = [entries(made, draw, changes) for made, draw in zip(missions, draws, strict=True)]
    record_many(list(chain.from_iterable(drafts)), by=None)


def link(missions: Sequence[Mission], draws: Sequence[Random], records: Sequence[Any], name: str, *, most: int) -> None:
    """Adds each mission to the list `name` of at most so many of the records. The missions' history holds no lists."""
    linked = defaultdict(list)
    for made, draw in zip(missions, draws, strict=True):
        for record in draw.sample(records, draw.randint(0, most)):
            linked[record].append(made)
    for record, its_missions in linked.items():
        record.skip_history_when_saving = True  # the record itself stays as it is
        getattr(record, name).add(*its_missions)


def synthetic_register() -> Register:
    """The records that the missions refer to, made by the first run."""
    titles = {"title_en": "Synthetic records for measuring", "title_zh": "用于性能测试的虚构记录"}
    issuer = {"issuer_en": "Synthetic issuer", "issuer_zh": "虚构单位"}
    instrument = stored(Instrument, CODE, **titles, **issuer, issued_on=ISSUED)
    themes = [stored(Theme, f"{CODE}-T{number:02}", **names("theme", "主题", number)) for number in range(1, 11)]
    areas = [
        stored(Area, f"{CODE}-A{number:02}", **names("area", "区域", number), zone=zone)
        for number, zone in zip(range(1, 21), cycle(Zone))
    ]
    organisations: list[Organisation] = []
    for number, level in zip(range(1, 51), cycle(Level)):
        parent = organisations[(number - 2) // 3] if organisations else None  # three stand below each
        fields = names("organisation", "单位", number) | {"level": level, "parent": parent}
        organisations.append(stored(Organisation, f"{CODE}-O{number:02}", **fields))
    return Register(instrument, themes, areas, organisations)


def stored(model: Any, code: str, **fields) -> Any:
    return model.objects.get_or_create(code=code, defaults=fields)[0]


def names(english: str, chinese: str, number: int) -> dict[str, Any]:
    words = {"name_en": f"Synthetic {english} {number}", "name_zh": f"虚构{chinese} {number}"}
    return {**words, "position": number}


def mission(register: Register, number: int, draw: Random) -> Mission:
    made = Mission(
        code=f"{CODE}-{number:07}",
        instrument=register.instrument,
        number=number,
        kind=draw.choice(Kind.values),
        theme=draw.choice(register.themes),
        lead_owner=draw.choice(register.organisations),
        provenance=draw.choice(Provenance.values),
    )
    made.title_en, made.title_zh = sentence(draw, f"Synthetic mission {number}", f"虚构任务 {number}", most=12)
    if draw.random() < 0.3:
        made.description_en, made.description_zh = sentence(draw, "Synthetic text", "虚构文字", most=60)
    texts = (made.code, made.title_en, made.title_zh, made.description_en, made.description_zh)
    made.search_text = "\n".join(map(fold, texts))  # as save() does, which is not called for many at once
    return made


def sentence(draw: Random, english: str, chinese: str, *, most: int) -> tuple[str, str]:
    """The beginning in both languages, and up to so many words to search for."""
    words = draw.choices(WORDS, k=draw.randint(1, most))
    return f"{english}: {', '.join(en for en, _zh in words)}", f"{chinese}：{'、'.join(zh for _en, zh in words)}"


def entries(made: Mission, draw: Random, changes: int) -> Iterator[tuple[StatusChange, Sequence[Evidence]]]:
    """Yields the opening and so many changes, oldest first, with evidence. One change in six is a new due date."""
    days = range((today() - ISSUED).days + 1)
    first, *later = sorted(ISSUED + timedelta(day) for day in draw.choices(days, k=changes + 1))
    due = first + timedelta(draw.randint(60, 1800)) if draw.random() < 0.9 else None
    status = Status.UNREPORTED
    opening = {"kind": EntryKind.OPENING, "status": status, "due": due, "basis": Basis.DOCUMENT}
    yield StatusChange(mission=made, effective_on=first, **opening), ()
    for day in later:
        if draw.random() < 1 / 6:
            due = new_due(draw, day, due)
            yield change(made, draw, day, kind=EntryKind.DEADLINE, due=due, decided_by="Synthetic office"), ()
        else:
            [status] = draw.choices(REPORTABLE[status], [LIKELY[after] for after in REPORTABLE[status]])
            is_cited = status == Status.COMPLETED or draw.random() < 0.5
            yield change(made, draw, day, status=status), (evidence(made, day),) if is_cited else ()


def new_due(draw: Random, day: date, due: date | None) -> date:
    drawn = day + timedelta(draw.randint(30, 900))
    return drawn if drawn != due else drawn + timedelta(1)


def change(made: Mission, draw: Random, day: date, **said) -> StatusChange:
    headline_en, headline_zh = sentence(draw, "Synthetic change", "虚构变更", most=4)
    headlines = {"headline_en": headline_en, "headline_zh": headline_zh}
    return StatusChange(mission=made, effective_on=day, basis=draw.choice(Basis.values), **headlines, **said)


def evidence(made: Mission, day: date) -> Evidence:
    url = f"https://example.org/synthetic/{made.number}/{day}"
    return Evidence(title="Synthetic evidence", publisher="Synthetic publisher", published_on=day, url=url)


if __name__ == "__main__":
    missions, changes = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for number, _batch in enumerate(write_synthetic(missions, changes)):
        if not number:
            analyze()  # the next batches read what the first one wrote
    analyze()
