"""Synthetic missions with their entries, and single status changes; runs in `manage.py shell`.

Each mission is drawn from its own number, so two runs on the same day write the same missions.
"""

import sys
from datetime import date, timedelta
from itertools import batched
from random import Random

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from missions import models
from missions.days import today
from missions.ops.databases import analyze
from missions.register.mission import fold
from missions.status import Basis, Status

ISSUED = date(2020, 1, 1)
# Recording reads all missions once for each batch; large batches take memory.
BATCH = 1500
WORDS = {
    "railway": "铁路", "customs": "海关", "exhibition": "会展", "talent": "人才", "airport": "机场", "finance": "金融",
    "hospital": "医院", "innovation": "创新", "logistics": "物流", "river": "河道", "metro": "轨道交通", "data": "数据",
}  # fmt: skip


def seed(count):
    titles = {"title_en": "Synthetic records", "title_zh": "虚构记录", "issuer_en": "Nobody", "issuer_zh": "无"}
    instrument = models.Instrument.objects.create(code="SYN", issued_on=ISSUED, **titles)
    themes = create(models.Theme, 10)
    areas = create(models.Area, 20, zone=models.Zone.values[0])
    organisations = create(models.Organisation, 50, level=models.Level.values[0])
    for numbers in batched(range(1, count + 1), BATCH):
        write_batch(numbers, instrument, themes, areas, organisations)
        if numbers[0] == 1:
            analyze()  # else the next batches read these tables row by row
    analyze()


def create(model, count, **fields):
    kind, records = model.__name__, []
    for number in range(count):
        names = {"code": f"SYN-{kind[0]}{number:02}", "name_en": f"{kind} {number}", "name_zh": f"虚构 {number}"}
        records.append(model.objects.create(position=number, **names, **fields))
    return records


@transaction.atomic
def write_batch(numbers, instrument, themes, areas, organisations):
    draws = {number: Random(number) for number in numbers}
    missions = [draw_mission(n, draw, instrument, themes, organisations) for n, draw in draws.items()]
    missions = bulk_create_with_history(missions, models.Mission)
    for area in areas:
        area.skip_history_when_saving = True  # the record itself does not change
        area.missions.add(*(mission for mission in missions if draws[mission.number].random() < 0.08))
    models.record_many([each for mission in missions for each in draw_entries(mission, draws[mission.number])], by=None)


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
    )
    # save() does this, which bulk creation does not call
    mission.search_text = "\n".join(map(fold, (mission.code, mission.title_en, mission.title_zh, "", "")))
    return mission


def draw_text(draw, name, most):
    words = draw.choices(list(WORDS), k=draw.randint(1, most))
    return {f"{name}_en": ", ".join(words), f"{name}_zh": "、".join(WORDS[word] for word in words)}


def draw_entries(mission, draw):
    """Yield (entry, evidence), oldest first: the opening and two changes, one in six of them a new due date."""
    first, *later = sorted(ISSUED + timedelta(n) for n in draw.choices(range((today() - ISSUED).days + 1), k=3))
    due = first + timedelta(draw.randint(60, 1800))
    status, common = Status.UNREPORTED, {"mission": mission, "basis": Basis.DOCUMENT}
    kinds = models.EntryKind
    yield models.StatusChange(kind=kinds.OPENING, status=status, due=due, effective_on=first, **common), ()
    for day in later:
        change = {**common, "effective_on": day, **draw_text(draw, "headline", 4)}
        if draw.random() < 1 / 6:
            due = max(day, due) + timedelta(draw.randint(30, 900))
            yield models.StatusChange(kind=kinds.DEADLINE, due=due, decided_by="Synthetic office", **change), ()
        else:
            status = draw.choice(sorted(status.row.next))
            evidence = models.Evidence(title="Evidence", publisher="Publisher", url=f"https://example.org/{day}")
            yield models.StatusChange(status=status, **change), [evidence]


def record_changes():
    """Record a status change for each code from standard input, and print the new status."""
    for line in sys.stdin:
        mission = models.Mission.objects.get(code=line.strip())
        status = Status.PAUSED if mission.status == Status.IN_PROGRESS else Status.IN_PROGRESS
        change = {"status": status, "effective_on": today(), "basis": Basis.DOCUMENT}
        draft = models.StatusChange(mission=mission, headline_en="Measured", headline_zh="测量", **change)
        print(models.record(draft, by=None).status, flush=True)
