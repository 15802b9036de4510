from datetime import date

import pytest

from missions.models import Mission
from missions.models.days import today
from tests import build
from tests.admin.pages import errors, filled_in


@pytest.fixture
def mission(coordinator):
    return build.mission(opened=False)


@pytest.fixture
def page(mission):
    return f"/admin/missions/mission/{mission.pk}/open/"


def test_opening_makes_a_mission_public_from_its_instruments_day_of_issue(client, page, mission, coordinator):
    client.post(page, {**filled_in(client.get(page)), "due": "2025-12-31"})
    (entry,) = mission.changes.all()
    (public,) = Mission.objects.public()

    assert (entry.kind, entry.status, entry.due, entry.effective_on, entry.recorded_by) == (
        "opening",
        "unreported",
        date(2025, 12, 31),
        build.ISSUED,
        coordinator,
    )
    assert public == mission


def test_opening_asks_for_no_status(client, page):
    assert "status" not in client.get(page).context["form"].fields


def test_a_mission_of_an_instrument_in_preparation_opens_today(client, coordinator):
    mission = build.mission(instrument=build.instrument("NEW", issued_on=None), opened=False)
    page = f"/admin/missions/mission/{mission.pk}/open/"

    assert filled_in(client.get(page))["effective_on"] == today().isoformat()


def test_a_mission_is_opened_once(client, page, mission):
    build.opening(mission)

    assert errors(client.post(page, filled_in(client.get(page)))) == {
        "__all__": ["This mission has its opening entry already."]
    }
