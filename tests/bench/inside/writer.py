"""`python -m tests.bench.inside.writer` writes a status change for each code that it reads, and says the new status."""

import sys

from missions.models import EntryKind, Mission, StatusChange, record
from missions.models.days import today
from missions.status import Basis, Status


def write(code):
    """The status of the mission after the change: it rests where it was under way, and else is taken up."""
    mission = Mission.objects.get(code=code)
    status = Status.PAUSED if mission.status == Status.IN_PROGRESS else Status.IN_PROGRESS
    said = {"headline_en": "Measured", "headline_zh": "测量", "basis": Basis.DOCUMENT}
    draft = StatusChange(mission=mission, kind=EntryKind.REPORT, status=status, effective_on=today(), **said)
    return record(draft, by=None).status


if __name__ == "__main__":
    for line in sys.stdin:
        print(write(line.strip()), flush=True)
