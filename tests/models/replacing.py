"""A mission that takes the place of others."""

from datetime import date

from missions.models import Mission
from missions.status import Status
from tests import build


def replaced(olds, code, due, *, on=date(2024, 1, 1)):
    """Withdraws the missions on a day and opens another in their place; returns it as it then stands."""
    olds = [olds] if isinstance(olds, Mission) else olds
    new = build.mission(code, opened=False, instrument=olds[0].instrument, lead_owner=olds[0].lead_owner)
    build.opening(new, due=due, on=on)
    for old in olds:
        build.report(old, Status.WITHDRAWN, on=on)
    new.take_the_place_of(olds)
    new.refresh_from_db()
    return new
