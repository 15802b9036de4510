"""Openings, due dates and corrections: what their forms ask for, and what comes of them."""

from datetime import date

import pytest

from missions.models import Mission, Role, StatusChange, Submission
from missions.models.days import today
from tests import build
from tests.admin.pages import errors, filled_in, messages
from tests.public.dom import parse

PUBLISH = {"_publish": "Publish"}
WHY = {
    "effective_on": "2024-03-01",
    "basis": "document",
    "headline_en": "The council granted a year more",
    "headline_zh": "市政府同意延期一年",
}


MENDED = {"headline_en": "The day was read wrongly", "headline_zh": "日期误读"}


def page_of(record, name):
    model = "statuschange" if isinstance(record, StatusChange) else "mission"
    return f"/admin/missions/{model}/{record.pk}/{name}/"


@pytest.fixture
def publish(client):
    def published(page, **answers):
        return client.post(page, {**filled_in(client.get(page)), **answers, **PUBLISH})

    return published


@pytest.fixture
def mission(coordinator):
    """Of an instrument that asks for no second person."""
    return build.mission(due=date(2025, 12, 31), instrument=build.instrument(second_person="none"))


@pytest.fixture
def entry(mission):
    cited = [
        build.evidence(title="Notice", published_on=date(2024, 3, 2), event_on=date(2024, 3, 1), source=build.source()),
        build.evidence(title="Internal letter", url="", is_public=False, file=build.evidence_file()),
    ]
    return build.report(mission, "completed", on=date(2024, 3, 2), evidence=cited)


def cited(entry):
    return [item.citation() for item in entry.evidence.all()]


def test_opening_makes_a_mission_public_from_its_instruments_day_of_issue(client, publish, coordinator):
    mission = build.mission(opened=False)
    page = page_of(mission, "open")
    assert list(client.get(page).context["form"].fields) == [
        "due",
        "effective_on",
        "basis",
        "headline_zh",
        "headline_en",
        "note",
    ]

    publish(page, due="2025-12-31")
    (entry,) = mission.changes.all()

    assert (entry.kind, entry.status, entry.due, entry.effective_on, entry.recorded_by) == (
        "opening",
        "unreported",
        date(2025, 12, 31),
        build.ISSUED,
        coordinator,
    )
    assert list(Mission.objects.public()) == [mission]


def test_a_mission_of_an_instrument_in_preparation_opens_today(client, coordinator):
    mission = build.mission(instrument=build.instrument("NEW", issued_on=None), opened=False)

    assert filled_in(client.get(page_of(mission, "open")))["effective_on"] == today().isoformat()


def test_a_mission_is_opened_once(publish, mission):
    assert errors(publish(page_of(mission, "open"))) == {"__all__": ["This mission has its opening entry already."]}


def test_a_new_due_date_leaves_the_status_alone(client, publish, mission, coordinator):
    build.report(mission, "in_progress", on=date(2024, 1, 1))
    page = page_of(mission, "deadline")
    answer = client.get(page)
    assert (filled_in(answer)["due"], "status" in answer.context["form"].fields) == ("2025-12-31", False)

    publish(page, **WHY, due="2026-12-31", decided_by="The council")
    entry = mission.changes.last()
    mission.refresh_from_db()

    assert (entry.kind, entry.due, entry.status, entry.recorded_by) == (
        "deadline",
        date(2026, 12, 31),
        "in_progress",
        coordinator,
    )
    assert (mission.due, mission.status, mission.status_since) == (date(2026, 12, 31), "in_progress", date(2024, 1, 1))


def test_the_page_shows_the_entry_that_set_the_present_due_date(client, mission):
    build.deadline(mission, date(2026, 6, 30), on=date(2024, 2, 1))
    aside = parse(client.get(page_of(mission, "deadline"))).one("aside").text

    assert [words for words in ("New due date", "30 Jun 2026") if words not in aside] == []


@pytest.mark.parametrize(
    ("due", "found"),
    [
        ("2025-12-31", {"due": ["This is the due date already."]}),
        ("2101-01-01", {"due": ["Days run from 1900 to 2100."]}),
        ("nonsense", {"due": ["Write a day as YYYY-MM-DD, such as 2024-03-02."]}),
    ],
)
def test_a_due_date_that_would_not_do_is_refused_at_its_field(publish, mission, due, found):
    assert errors(publish(page_of(mission, "deadline"), **WHY, due=due)) == found
    assert mission.changes.count() == 1


def test_a_due_date_can_be_taken_away(publish, mission):
    publish(page_of(mission, "deadline"), **WHY, due="", decided_by="The council")
    mission.refresh_from_db()

    assert mission.due is None


@pytest.mark.both_databases
def test_a_correction_is_typed_where_it_differs_and_gives_a_reason_of_its_own(client, publish, entry, coordinator):
    page = page_of(entry, "correct")
    begun = filled_in(client.get(page))
    assert (begun["status"], begun["effective_on"], begun["basis"]) == ("completed", "2024-03-02", "document")
    assert (begun["headline_en"], begun["headline_zh"]) == ("", "")
    assert errors(publish(page, effective_on="2024-03-01")) == {
        "headline_zh": ["State the reason, in one language at least."]
    }

    draft = Submission.objects.get().get_absolute_url()
    client.post(draft, {**filled_in(client.get(draft)), **MENDED, **PUBLISH})
    correction = entry.mission.changes.last()

    assert (correction.kind, correction.corrects, correction.recorded_by) == ("correction", entry, coordinator)
    assert (correction.status, correction.basis, correction.headline_en, correction.headline_zh) == (
        entry.status,
        entry.basis,
        *MENDED.values(),
    )
    assert correction.effective_on == date(2024, 3, 1)
    assert cited(correction) == cited(entry)


def test_evidence_of_a_correction_can_be_left_out_and_added_and_the_entrys_stays(publish, entry):
    before = cited(entry)
    answers = {
        "evidence-0-DELETE": "on",
        "evidence-1-title": "Letter",
        "evidence-2-title": "Second notice",
    }
    publish(page_of(entry, "correct"), **MENDED, **answers)

    assert [(item.title, item.file) for item in entry.mission.changes.last().evidence.all()] == [
        ("Letter", entry.evidence.last().file),
        ("Second notice", None),
    ]
    assert cited(entry) == before


def test_a_correction_may_lead_back_to_not_individually_reported(publish, entry):
    publish(page_of(entry, "correct"), status="unreported", **MENDED)
    entry.mission.refresh_from_db()

    assert entry.mission.status == "unreported"


def test_the_page_shows_the_entry_that_it_corrects_and_the_one_in_force(client, entry):
    build.report(entry.mission, "in_progress", on=date(2024, 5, 1), headline_en="Opened again")
    replaced, in_force = parse(client.get(page_of(entry, "correct"))).one("aside").all("dl")

    assert [words for words in ("Now completed", "Internal letter", "(not public)") if words not in replaced.text] == []
    assert "Opened again" in in_force.text


def test_correcting_a_due_date_or_an_opening_asks_for_the_due_date_alone(publish, mission):
    deadline = build.deadline(mission, date(2026, 12, 31), on=date(2024, 3, 1))
    publish(page_of(deadline, "correct"), due="2027-12-31", **MENDED)
    mission.refresh_from_db()
    assert (mission.due, mission.status) == (date(2027, 12, 31), "unreported")

    build.correct(mission.changes.last(), due=None)
    answers = {"due": "2026-06-30", "decided_by": "The council", **MENDED}
    publish(page_of(mission.changes.first(), "correct"), **answers)
    correction = mission.changes.last()
    assert (correction.kind, correction.status, correction.due) == ("correction", "unreported", date(2026, 6, 30))


def test_a_corrected_entry_leads_to_its_correction(client, entry):
    correction = build.correct(entry)
    answer = client.get(page_of(entry, "correct"), follow=True)

    assert answer.redirect_chain == [(page_of(correction, "correct"), 302)]
    assert messages(answer) == [f"Entry {entry.pk} has been corrected: this is its correction."]


def test_an_entry_that_was_corrected_meanwhile_is_not_corrected_twice(client, entry):
    page = page_of(entry, "correct")
    typed = {**filled_in(client.get(page)), **MENDED, **PUBLISH}
    build.correct(entry)
    seen = filled_in(client.post(page, typed))

    assert errors(client.post(page, {**seen, **PUBLISH})) == {
        "__all__": ["This entry has been corrected already: correct its correction."]
    }
    assert StatusChange.objects.filter(corrects=entry).count() == 1


def test_a_refused_correction_keeps_what_was_typed_and_the_draft_has_it(client, entry):
    page = page_of(entry, "correct")
    typed = {**filled_in(client.get(page)), "headline_zh": "更正", "effective_on": "", "evidence-1-DELETE": "on"}
    answer = filled_in(client.post(page, {**typed, **PUBLISH}))
    draft = Submission.objects.get()

    assert answer == {**typed, "version": answer["version"]}
    assert (draft.kind, draft.corrects, draft.headline_en, draft.effective_on) == ("correction", entry, "", None)
    assert [item.citation() for item in draft.evidence.all()] == cited(entry)[:1]

    client.post(page, {**answer, "headline_en": "Mended", "effective_on": "2024-03-01", **PUBLISH})
    assert cited(entry.mission.changes.last()) == cited(entry)[:1]


def test_what_was_begun_is_gone_on_with_where_it_was_begun(client, mission, entry):
    pages = [page_of(mission, "report"), page_of(mission, "deadline"), page_of(entry, "correct")]
    for page in pages:
        client.post(page, {**filled_in(client.get(page)), "_save": "Keep as draft"})
    drafts = list(Submission.objects.order_by("pk"))

    assert [draft.kind for draft in drafts] == ["report", "deadline", "correction"]
    for page, draft in zip(pages, drafts, strict=True):
        answer = client.get(page, follow=True)
        assert answer.redirect_chain == [(draft.get_absolute_url(), 302)]
        assert messages(answer)[-1] == "You have begun this already: go on here."


@pytest.mark.parametrize("name", ["open", "correct"])
def test_an_editor_opens_and_corrects_nothing(client, sign_in, name):
    mission = build.mission(opened=name != "open", status=None if name == "open" else "paused")
    sign_in(Role.EDITOR, organisation=mission.lead_owner)
    page = page_of(mission.changes.last() if name == "correct" else mission, name)
    before = mission.changes.count()
    answers = {**WHY, "due": "2030-01-01", "evidence-TOTAL_FORMS": "0", "evidence-INITIAL_FORMS": "0"}

    assert client.get(page).status_code == 403
    assert client.post(page, {**answers, "_submit": "Submit"}).status_code == 403
    assert client.post(page, {**answers, **PUBLISH}).status_code == 403
    assert (Submission.objects.count(), mission.changes.count()) == (0, before)
