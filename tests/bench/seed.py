"""Synthetic missions with their entries, and single status changes; runs in `manage.py shell`.

Each mission is drawn from its own number, so two runs on the same day write the same missions.
"""

import sys
from collections import defaultdict
from datetime import date, timedelta
from itertools import batched
from random import Random

from django.db import connection, transaction
from simple_history.utils import bulk_create_with_history

from missions import models
from missions.days import today
from missions.register.mission import fold
from missions.status import Basis, Status

ISSUED = date(2020, 1, 1)
CHANGES = 2  # entries of a mission besides its opening
# Recording reads all missions once for each batch; large batches take memory.
BATCH = 1500
WORDS = {
    "railway": "铁路", "customs": "海关", "exhibition": "会展", "talent": "人才", "airport": "机场", "finance": "金融",
    "hospital": "医院", "innovation": "创新", "logistics": "物流", "river": "河道", "metro": "轨道交通", "data": "数据",
}  # fmt: skip
WEIGHTS = {
    Status.NOT_STARTED: 10,
    Status.IN_PROGRESS: 45,
    Status.PAUSED: 8,
    Status.COMPLETED: 30,
    Status.WITHDRAWN: 4,
}


def seed(count):
    titles = {"title_en": "Synthetic records", "title_zh": "虚构记录", "issuer_en": "Nobody", "issuer_zh": "无"}
    instrument = models.Instrument.objects.create(code="SYN", issued_on=ISSUED, **titles)
    themes = [models.Theme.objects.create(**names("Theme", n)) for n in range(10)]
    areas = [
        models.Area.objects.create(**names("Area", n), zone=list(models.Zone)[n % len(models.Zone)]) for n in range(20)
    ]
    organisations = []
    for number in range(50):
        parent = organisations[(number - 1) // 3] if number else None
        fields = {**names("Office", number), "level": list(models.Level)[number % len(models.Level)], "parent": parent}
        organisations.append(models.Organisation.objects.create(**fields))
    for numbers in batched(range(1, count + 1), BATCH):
        write_batch(numbers, instrument, themes, areas, organisations)
        if numbers[0] == 1:
            update_statistics("ANALYZE")  # else the next batches read these tables row by row
    update_statistics("VACUUM ANALYZE")


def update_statistics(statement):
    """What PostgreSQL does by itself a minute after a load."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement)


def names(kind, number):
    code = f"SYN-{kind[0]}{number:02}"
    return {"code": code, "name_en": f"{kind} {number}", "name_zh": f"虚构 {kind} {number}", "position": number}


@transaction.atomic
def write_batch(numbers, instrument, themes, areas, organisations):
    draws = {number: Random(number) for number in numbers}
    missions = [draw_mission(n, draw, instrument, themes, organisations) for n, draw in draws.items()]
    missions = bulk_create_with_history(missions, models.Mission)
    links = defaultdict(list)
    for mission in missions:
        draw = draws[mission.number]
        for linked in (*draw.sample(organisations, draw.randint(0, 2)), *draw.sample(areas, draw.randint(0, 3))):
            links[linked].append(mission)
    for linked, its_missions in links.items():
        linked.skip_history_when_saving = True  # the record itself does not change
        (linked.missions if isinstance(linked, models.Area) else linked.supported_missions).add(*its_missions)
    models.record_many(
        [draft for mission in missions for draft in draw_entries(mission, draws[mission.number])], by=None
    )


def draw_mission(number, draw, instrument, themes, organisations):
    mission = models.Mission(
        code=f"SYN-{number:07}",
        instrument=instrument,
        number=number,
        kind=draw.choice(models.Kind.values),
        theme=draw.choice(themes),
        lead_owner=draw.choice(organisations),
        provenance=draw.choice(models.Provenance.values),
        **draw_text(draw, "title", 12),
        **(draw_text(draw, "description", 60) if draw.random() < 0.3 else {}),
    )
    texts = (mission.code, mission.title_en, mission.title_zh, mission.description_en, mission.description_zh)
    mission.search_text = "\n".join(map(fold, texts))  # save() does this, which bulk creation does not call
    return mission


def draw_text(draw, name, most):
    words = draw.choices(list(WORDS), k=draw.randint(1, most))
    return {f"{name}_en": ", ".join(words), f"{name}_zh": "、".join(WORDS[word] for word in words)}


def draw_entries(mission, draw):
    """Yield (entry, evidence), oldest first: the opening and the changes. One change in six is a new due date."""
    dates = [ISSUED + timedelta(n) for n in draw.choices(range((today() - ISSUED).days + 1), k=CHANGES + 1)]
    first, *later = sorted(dates)
    due = first + timedelta(draw.randint(60, 1800)) if draw.random() < 0.9 else None
    status = Status.UNREPORTED
    opening = {"kind": models.EntryKind.OPENING, "status": status, "due": due, "basis": Basis.DOCUMENT}
    yield models.StatusChange(mission=mission, effective_on=first, **opening), ()
    for day in later:
        change = {"mission": mission, "effective_on": day, "basis": draw.choice(Basis.values)}
        change |= draw_text(draw, "headline", 4)
        if draw.random() < 1 / 6:
            due = max(day, due or day) + timedelta(draw.randint(30, 900))
            yield (
                models.StatusChange(kind=models.EntryKind.DEADLINE, due=due, decided_by="Synthetic office", **change),
                (),
            )
        else:
            following = [after for after in WEIGHTS if after in status.row.next]
            [status] = draw.choices(following, [WEIGHTS[after] for after in following])
            evidence = {"title": "Evidence", "publisher": "Publisher", "published_on": day}
            yield (
                models.StatusChange(status=status, **change),
                [models.Evidence(url=f"https://example.org/{day}", **evidence)],
            )


def record_changes():
    """Record a status change for each code from standard input, and print the new status."""
    for line in sys.stdin:
        mission = models.Mission.objects.get(code=line.strip())
        status = Status.PAUSED if mission.status == Status.IN_PROGRESS else Status.IN_PROGRESS
        headlines = {"headline_en": "Measured", "headline_zh": "测量", "basis": Basis.DOCUMENT}
        draft = models.StatusChange(
            mission=mission, kind=models.EntryKind.REPORT, status=status, effective_on=today(), **headlines
        )
        print(models.record(draft, by=None).status, flush=True)
