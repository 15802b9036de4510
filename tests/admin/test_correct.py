from datetime import date

import pytest

from missions.models import StatusChange
from tests import build
from tests.admin.pages import errors, filled_in, messages
from tests.public.dom import parse


@pytest.fixture
def mission(coordinator):
    return build.mission(due=date(2025, 12, 31))


@pytest.fixture
def entry(mission):
    cited = [
        build.evidence(title="Notice", published_on=date(2024, 3, 2), source=build.source()),
        build.evidence(title="Internal letter", url="", is_public=False),
    ]
    return build.report(mission, "completed", on=date(2024, 3, 2), evidence=cited)


def page_of(entry):
    return f"/admin/missions/statuschange/{entry.pk}/correct/"


def cited(entry):
    return [(item.cited(), item.source, item.is_public) for item in entry.evidence.all()]


def test_a_correction_is_typed_where_it_differs_and_nowhere_else(client, entry, coordinator):
    page = page_of(entry)
    client.post(page, {**filled_in(client.get(page)), "effective_on": "2024-03-01"})
    correction = entry.mission.changes.last()

    assert (correction.kind, correction.corrects, correction.recorded_by) == ("correction", entry, coordinator)
    assert (correction.status, correction.basis, correction.headline_en, correction.headline_zh) == (
        entry.status,
        entry.basis,
        entry.headline_en,
        entry.headline_zh,
    )
    assert correction.effective_on == date(2024, 3, 1)
    assert cited(correction) == cited(entry)


def test_a_piece_of_evidence_can_be_left_out_and_another_added(client, entry):
    page = page_of(entry)
    answers = {"evidence-0-DELETE": "on", "evidence-2-title": "Second notice"}
    client.post(page, {**filled_in(client.get(page)), **answers})

    assert [item.title for item in entry.mission.changes.last().evidence.all()] == ["Internal letter", "Second notice"]


def test_the_evidence_of_the_corrected_entry_stays_with_it(client, entry):
    page, before = page_of(entry), cited(entry)
    client.post(page, {**filled_in(client.get(page)), "evidence-0-title": "Another title"})

    assert cited(entry) == before


def test_a_correction_may_lead_back_to_not_individually_reported(client, entry):
    page = page_of(entry)
    client.post(page, {**filled_in(client.get(page)), "status": "unreported"})
    entry.mission.refresh_from_db()

    assert entry.mission.status == "unreported"


def test_the_page_shows_the_entry_that_it_corrects_and_the_one_in_force(client, entry):
    build.report(entry.mission, "in_progress", on=date(2024, 5, 1), headline_en="Opened again")
    replaced, in_force = parse(client.get(page_of(entry))).one("aside").all("dl")

    assert "Now completed" in replaced.text
    assert "Internal letter (not public)" in replaced.text
    assert "Opened again" in in_force.text


def test_correcting_a_due_date_asks_for_the_due_date_alone(client, mission):
    entry = build.deadline(mission, date(2026, 12, 31), on=date(2024, 3, 1))
    page = page_of(entry)
    client.post(page, {**filled_in(client.get(page)), "due": "2027-12-31"})
    mission.refresh_from_db()

    assert (mission.due, mission.status) == (date(2027, 12, 31), "unreported")


def test_correcting_an_opening_leaves_its_status(client, mission):
    page = page_of(mission.changes.get())
    answers = {"due": "2026-06-30", "headline_en": "The plan says June", "headline_zh": "方案写明六月"}
    client.post(page, {**filled_in(client.get(page)), **answers})
    mission.refresh_from_db()

    assert (mission.due, mission.status, mission.changes.last().kind) == (date(2026, 6, 30), "unreported", "correction")


def test_a_corrected_entry_leads_to_its_correction(client, entry):
    correction = build.correct(entry)
    answer = client.get(page_of(entry), follow=True)

    assert answer.redirect_chain == [(page_of(correction), 302)]
    assert messages(answer) == [f"Entry {entry.pk} has been corrected: this is its correction."]


def test_an_entry_that_was_corrected_meanwhile_is_not_corrected_twice(client, entry):
    page = page_of(entry)
    typed = filled_in(client.get(page))
    build.correct(entry)
    seen = filled_in(client.post(page, typed))

    assert errors(client.post(page, seen)) == {
        "__all__": ["This entry has been corrected already: correct its correction."]
    }
    assert StatusChange.objects.filter(corrects=entry).count() == 1


def test_a_refused_correction_keeps_what_was_typed(client, entry):
    page = page_of(entry)
    typed = {**filled_in(client.get(page)), "headline_en": "", "headline_zh": "更正", "evidence-1-DELETE": "on"}

    assert filled_in(client.post(page, typed)) == typed
