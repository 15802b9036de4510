from datetime import date

from missions.models import Contradiction, Programme, ProgrammeDay, ReportedFigure
from tests import factories


def figure(**fields):
    plain = {
        "as_of": date(2024, 3, 2),
        "indicator_en": "Missions completed",
        "indicator_zh": "完成任务",
        "value": 100,
        "unit": "missions",
        "instrument": factories.instrument(),
        "source": factories.source(),
    }
    return ReportedFigure.objects.create(**{**plain, **fields})


def programme(**fields):
    texts = ("name_en", "name_zh", "short_name_en", "short_name_zh", "about_en", "about_zh")
    return Programme.objects.get_or_create(key="hub", defaults={**dict.fromkeys(texts, "Hub"), **fields})[0]


def day(**fields):
    texts = {"label_en": "Plan published", "label_zh": "方案公布"}
    key = {"date": date(2021, 2, 24), "source": factories.source()}
    return ProgrammeDay.objects.get_or_create(**key, defaults={**texts, **fields})[0]


def contradiction(**fields):
    texts = {"text_en": "One against two.", "text_zh": "一与二不一致。"}
    return Contradiction.objects.get_or_create(key="one", defaults={**texts, **fields})[0]
