"""Many missions at once, written through the door's bulk form."""

from datetime import date

from missions.models import EntryKind, StatusChange, record_many
from missions.status import Basis, Status
from tests import factories


def crowd(size, **fields):
    """`size` missions M-0000, M-0001, … with an opening and a report each, and areas and supporting owners."""
    linked = {"areas": [factories.area("A1"), factories.area("A2")], "supporting": [factories.organisation("O2")]}
    missions = [factories.mission(f"M-{n:04}", opened=False, **linked, **fields) for n in range(size)]
    drafts = []
    for mission in missions:
        common = {"mission": mission, "basis": Basis.DOCUMENT, "headline_en": "Said", "headline_zh": "说"}
        opened = {"kind": EntryKind.OPENING, "status": Status.UNREPORTED, "due": date(2024, 7, 15)}
        drafts.append((StatusChange(**common, **opened, effective_on=date(2021, 2, 24)), []))
        report = {"status": Status.COMPLETED if mission.number % 2 else Status.PAUSED, "effective_on": date(2024, 1, 1)}
        drafts.append((StatusChange(**common, **report), [factories.evidence(), factories.evidence()]))
    record_many(drafts, by=None)
    return missions
