from datetime import date

import pytest

from tests import build
from tests.admin.pages import errors, filled_in
from tests.public.dom import parse

WHY = {
    "effective_on": "2024-03-01",
    "basis": "document",
    "headline_en": "The council granted a year more",
    "headline_zh": "市政府同意延期一年",
}


@pytest.fixture
def mission(coordinator):
    return build.mission(due=date(2025, 12, 31), status="in_progress")


@pytest.fixture
def page(mission):
    return f"/admin/missions/mission/{mission.pk}/deadline/"


@pytest.fixture
def send(client, page):
    def sent(**answers):
        return client.post(page, {**filled_in(client.get(page)), **WHY, **answers})

    return sent


def test_a_new_due_date_leaves_the_status_alone(send, mission, coordinator):
    send(due="2026-12-31")
    entry = mission.changes.last()
    mission.refresh_from_db()

    assert (entry.kind, entry.due, entry.status, entry.recorded_by) == (
        "deadline",
        date(2026, 12, 31),
        "in_progress",
        coordinator,
    )
    assert (mission.due, mission.status, mission.status_since) == (date(2026, 12, 31), "in_progress", date(2024, 1, 1))


def test_the_page_brings_the_present_due_date_and_asks_for_no_status(client, page):
    answer = client.get(page)

    assert filled_in(answer)["due"] == "2025-12-31"
    assert "status" not in answer.context["form"].fields


def test_the_page_shows_the_entry_that_set_the_present_due_date(client, page, mission):
    build.deadline(mission, date(2026, 6, 30), on=date(2024, 2, 1))
    aside = parse(client.get(page)).one("aside").text

    assert "New due date" in aside
    assert "30 Jun 2026" in aside


def test_a_due_date_can_be_taken_away(send, mission):
    send(due="")
    mission.refresh_from_db()

    assert mission.due is None


def test_the_same_due_date_again_is_refused_at_its_field(send):
    assert errors(send()) == {"due": ["This is the due date already."]}


def test_a_due_date_lies_between_1900_and_2100(send):
    assert errors(send(due="2101-01-01")) == {"due": ["Days run from 1900 to 2100."]}
