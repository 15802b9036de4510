"""Openings, due dates and corrections, and when a due date needs a second person."""

from datetime import date

import pytest

from missions.days import today
from missions.models import Mission, Role, StatusChange, Submission
from tests import factories
from tests.admin.pages import PUBLISH, SAVE, SUBMIT, edit, errors, filled_in

WHY = {"effective_on": "2024-03-01", "basis": "owner", "headline_en": "A year more", "headline_zh": "延期一年"}
REASON = {"headline_en": "The date was read wrongly", "headline_zh": "日期误读"}
DUE, LATER = date(2025, 12, 31), date(2027, 12, 31)


def page_of(record, name):
    return f"/admin/missions/{record._meta.model_name}/{record.pk}/{name}/"


@pytest.fixture
def mission(coordinator):
    """A mission of an instrument that needs no second person."""
    return factories.mission("M-1", due=DUE, instrument=factories.instrument(second_person="none"))


@pytest.fixture
def entry(mission):
    dates = {"published_on": date(2024, 3, 2), "event_on": date(2024, 3, 1)}
    cited = [factories.evidence(title="Notice", source=factories.source(), **dates)]
    cited += [factories.evidence(title="Internal letter", url="", is_public=False, file=factories.evidence_file())]
    return factories.report(mission, "completed", on=date(2024, 3, 2), evidence=cited)


def test_an_opening_makes_a_mission_public_once(client, coordinator):
    mission = factories.mission(opened=False)
    new = factories.mission(instrument=factories.instrument("N", issued_on=None), opened=False)
    suggested = [filled_in(client.get(page_of(each, "open")))["effective_on"] for each in (mission, new)]
    before = list(Mission.objects.public())
    edit(client, page_of(mission, "open"), due="2025-12-31", **PUBLISH)
    (entry,) = mission.changes.all()

    assert (suggested, before) == ([factories.ISSUED.isoformat(), today().isoformat()], [])
    assert (entry.kind, entry.status, entry.due, entry.recorded_by) == ("opening", "unreported", DUE, coordinator)
    assert list(Mission.objects.public()) == [mission]
    assert list(errors(edit(client, page_of(mission, "open"), **PUBLISH))) == ["__all__"]


def test_a_correction_starts_from_the_entry_and_needs_its_own_reason(client, entry, coordinator):
    page = page_of(entry, "correct")
    begun = filled_in(client.get(page))
    refused = edit(client, page, effective_on="2024-03-01", **PUBLISH)
    edit(client, Submission.objects.get().get_absolute_url(), **REASON, **PUBLISH)
    correction = entry.mission.changes.last()

    begun = [begun[name] for name in ("status", "effective_on", "basis", "headline_en", "headline_zh")]
    assert begun == ["completed", "2024-03-02", "document", "", ""]
    assert list(errors(refused)) == ["headline_zh"]
    assert (correction.kind, correction.corrects, correction.status) == ("correction", entry, entry.status)
    assert (correction.effective_on, correction.headline_en) == (date(2024, 3, 1), REASON["headline_en"])
    assert [item.citation() for item in correction.evidence.all()] == [item.citation() for item in entry.evidence.all()]


def test_an_entry_is_corrected_once(client, entry):
    page = page_of(entry, "correct")
    typed = {**filled_in(client.get(page)), **REASON, **PUBLISH}
    correction = factories.correct(entry)
    seen = filled_in(client.post(page, typed))

    assert list(errors(client.post(page, {**seen, **PUBLISH}))) == ["__all__"]
    assert StatusChange.objects.filter(corrects=entry).count() == 1
    edit(client, Submission.objects.get().get_absolute_url(), **SAVE)
    client.force_login(factories.user("other"))
    assert client.get(page, follow=True).redirect_chain == [(page_of(correction, "correct"), 302)]


# --- a second person for dates ----------------------------------------------------------------------------------------


def test_an_editor_asks_for_a_date_and_two_coordinators_decide_on_it(client, sign_in):
    led = factories.mission("FP-002", due=DUE, status="in_progress", lead_owner=factories.organisation("HQCBD"))
    sign_in(Role.EDITOR, organisation=led.lead_owner)
    edit(client, page_of(led, "deadline"), **WHY, due=LATER.isoformat(), **SUBMIT)
    sign_in(Role.COORDINATOR)
    page = Submission.objects.get().get_absolute_url()
    assert list(errors(edit(client, page, **PUBLISH))) == ["decided_by"]
    edit(client, page, decided_by="Leading group", **PUBLISH)
    line = led.changes.get(kind="deadline").public_line()
    assert (line["due"], line["decided_by"], line["reported_by"]) == (LATER.isoformat(), "Leading group", "HQCBD")

    answers = {**WHY, "due": DUE.isoformat(), "decided_by": "Leading group"}
    assert edit(client, page_of(led, "deadline"), **answers, **PUBLISH).status_code == 403
    answers["effective_on"] = factories.ISSUED.isoformat()
    opening = led.changes.get(kind="opening")
    corrected = edit(client, page_of(opening, "correct"), **{**answers, "due": "2028-12-31"}, **PUBLISH)
    assert ("due" in errors(corrected), led.changes.count()) == (True, 3)
