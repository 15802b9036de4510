"""Drafts for the door, what it says against them, and what comes of them."""

from datetime import date

from django.core.exceptions import ValidationError

from missions.models import EntryKind, Mission, StatusChange, record
from missions.status import Status

DAY = date(2024, 1, 1)


def draft(mission, status=Status.IN_PROGRESS, on=DAY, **fields):
    plain = {"status": status, "effective_on": on, "basis": "document", "headline_en": "Begun", "headline_zh": "已开工"}
    if fields.get("kind") == EntryKind.DEADLINE:
        plain["decided_by"] = "Municipal Government"
    return StatusChange(mission=mission, **{**plain, **fields})


def refusal(draft, evidence=(), by=None):
    """What the door says against a draft, by field, having written nothing; None where it takes it."""
    count = StatusChange.objects.count()
    try:
        record(draft, evidence, by=by)
    except ValidationError as error:
        assert StatusChange.objects.count() == count
        return error.message_dict
    return None


def projected(mission):
    return Mission.objects.values_list("status", "status_since", "due").get(pk=mission.pk)
