from datetime import date

from missions.models import ReportedFigure
from tests import build


def figure(**fields):
    plain = {
        "as_of": date(2024, 3, 2),
        "indicator_en": "Missions completed",
        "indicator_zh": "完成任务",
        "value": 100,
        "unit": "missions",
        "instrument": build.instrument(),
        "source": build.source(),
    }
    return ReportedFigure.objects.create(**{**plain, **fields})
