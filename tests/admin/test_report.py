from datetime import date

import pytest

from missions.models import Evidence, StatusChange
from missions.models.days import today
from tests import build
from tests.admin.pages import errors, filled_in, form, messages
from tests.public.dom import parse

BEGUN = {
    "status": "in_progress",
    "effective_on": "2024-03-01",
    "basis": "owner",
    "headline_en": "Work began",
    "headline_zh": "工程开工",
}


@pytest.fixture
def mission(coordinator):
    return build.mission(status="not_started", on=date(2024, 1, 1))


@pytest.fixture
def page(mission):
    return f"/admin/missions/mission/{mission.pk}/report/"


@pytest.fixture
def send(client, page):
    """Fills in the form as the page brings it, with these answers, and sends it."""

    def sent(**answers):
        return client.post(page, {**filled_in(client.get(page)), **BEGUN, **answers}, follow=True)

    return sent


def newest():
    return StatusChange.objects.last()


@pytest.mark.both_databases
def test_a_report_is_recorded_by_the_one_who_sent_it(send, mission, coordinator):
    send()
    entry = newest()

    assert (entry.mission, entry.kind, entry.status, entry.effective_on, entry.basis, entry.recorded_by) == (
        mission,
        "report",
        "in_progress",
        date(2024, 3, 1),
        "owner",
        coordinator,
    )
    assert (entry.headline_en, entry.headline_zh) == ("Work began", "工程开工")


def test_a_report_changes_the_missions_status(send, mission):
    send()
    mission.refresh_from_db()

    assert (mission.status, mission.status_since) == ("in_progress", date(2024, 3, 1))


def test_a_recorded_report_leads_to_the_missions_page_and_its_ledger(send, mission):
    answer = send()
    rows = parse(answer).one("section", class_="hub-ledger").one("tbody").all("tr")

    assert answer.redirect_chain == [(f"/admin/missions/mission/{mission.pk}/change/", 302)]
    assert messages(answer) == ["Recorded as entry 3."]
    assert [row.one("th").text for row in rows] == ["3", "2", "1"]
    assert rows[0].one("a")["href"] == "/admin/missions/statuschange/3/change/"


def test_the_page_shows_the_entry_in_force_beside_the_form(client, page, mission):
    build.report(mission, "paused", on=date(2024, 2, 1), headline_en="Money ran out", headline_zh="资金不足")
    aside = parse(client.get(page)).one("aside").text

    assert "In force today" in aside
    assert "Paused" in aside
    assert "Money ran out" in aside
    assert "资金不足" in aside


def test_the_day_is_today_unless_it_is_changed(client, page):
    assert filled_in(client.get(page))["effective_on"] == today().isoformat()


def test_no_status_and_no_basis_are_chosen_beforehand(client, page):
    assert filled_in(client.get(page)).keys().isdisjoint({"status", "basis"})


def test_a_report_asks_for_no_due_date(client, page):
    assert list(client.get(page).context["form"].fields) == [
        "status",
        "effective_on",
        "basis",
        "headline_en",
        "headline_zh",
    ]


@pytest.mark.parametrize(
    ("answers", "field", "message"),
    [
        ({"status": "completed"}, "status", "“Completed” needs evidence: cite at least one source."),
        ({"status": "unreported"}, "status", "Only a correction can lead back to “Not individually reported”."),
        ({"status": ""}, "status", "This field is required."),
        ({"status": "invented"}, "status", "Select a valid choice. invented is not one of the available choices."),
        ({"headline_zh": " "}, "headline_zh", "State the reason in this language too."),
        ({"effective_on": "yesterday"}, "effective_on", "Enter a valid date."),
        (
            {"effective_on": "2100-01-01"},
            "effective_on",
            "This day lies in the future: enter the day on which it became true, at the latest today.",
        ),
        (
            {"effective_on": "2020-01-01"},
            "effective_on",
            "Nothing can take effect before the mission's opening, and the opening comes first.",
        ),
    ],
)
def test_a_refusal_stands_at_its_field(send, answers, field, message):
    assert errors(send(**answers)) == {field: [message]}
    assert StatusChange.objects.count() == 2


def test_an_illegal_move_is_refused_at_the_status(send, mission):
    build.report(mission, "withdrawn", on=date(2024, 2, 1))

    assert errors(send()) == {
        "status": ["“In progress” (1 Mar 2024) may not follow “Withdrawn” (1 Feb 2024)."],
    }


def test_nothing_typed_is_lost_when_a_report_is_refused(client, page):
    typed = {
        **filled_in(client.get(page)),
        **BEGUN,
        "effective_on": "2100-01-01",
        "evidence-0-title": "A report <on paper>",
        "evidence-0-published_on": "2024-03-02",
        "evidence-1-title": "Another one",
        "evidence-1-url": "https://example.org/other",
    }
    del typed["evidence-1-is_public"]

    assert filled_in(client.post(page, typed)) == typed


def test_a_mistake_in_the_evidence_stands_at_its_field(send):
    answer = send(**{"evidence-0-title": "Notice", "evidence-0-url": "nonsense"})

    assert answer.context["form"].evidence.errors == [{"url": ["Enter a valid URL."]}, {}]
    assert StatusChange.objects.count() == 2


def test_evidence_needs_a_title(send):
    answer = send(**{"evidence-1-url": "https://example.org/notice"})

    assert answer.context["form"].evidence.errors == [{}, {"title": ["This field is required."]}]


def test_evidence_is_kept_as_typed_and_an_untouched_row_is_none(send):
    send(
        **{
            "status": "completed",
            "evidence-0-title": "Notice",
            "evidence-0-publisher": "District",
            "evidence-0-published_on": "2024-03-02",
            "evidence-0-url": "https://example.org/notice",
            "evidence-0-event_on": "2024-03-01",
        }
    )
    (evidence,) = newest().evidence.all()

    assert evidence.cited() == {
        "title": "Notice",
        "publisher": "District",
        "published_on": "2024-03-02",
        "url": "https://example.org/notice",
        "event_on": "2024-03-01",
    }
    assert evidence.is_public


def test_evidence_can_be_kept_from_the_public(client, page):
    typed = {**filled_in(client.get(page)), **BEGUN, "evidence-0-title": "Internal letter"}
    del typed["evidence-0-is_public"]
    client.post(page, typed)

    assert not Evidence.objects.get(title="Internal letter").is_public


def test_a_form_sent_twice_is_recorded_once(client, page):
    typed = {**filled_in(client.get(page)), **BEGUN}
    client.post(page, typed)
    again = client.post(page, typed)

    assert StatusChange.objects.count() == 3
    assert errors(again) == {
        "__all__": [
            "Nothing was recorded: since this page was made, entry 3 was (In progress, Work began). "
            "If yours is still needed, send it again."
        ]
    }


def test_a_form_that_was_overtaken_is_recorded_once_its_sender_confirms(client, page, mission):
    typed = {**filled_in(client.get(page)), **BEGUN}
    build.report(mission, "paused", on=date(2024, 2, 1))
    refused = client.post(page, typed)

    assert {name: value for name, value in filled_in(refused).items() if typed[name] != value} == {"built_on": "3"}

    client.post(page, filled_in(refused))

    assert [entry.status for entry in mission.changes.all()] == ["unreported", "not_started", "paused", "in_progress"]


def test_another_mistake_confirms_nothing(client, page, mission):
    typed = {**filled_in(client.get(page)), **BEGUN, "headline_en": ""}
    build.report(mission, "paused", on=date(2024, 2, 1))
    refused = client.post(page, {**typed, "basis": ""})

    assert filled_in(refused)["built_on"] == "2"


def test_a_form_without_its_place_in_the_ledger_is_not_recorded(client, page):
    typed = {**filled_in(client.get(page)), **BEGUN}
    del typed["built_on"]

    assert list(errors(client.post(page, typed))) == ["__all__"]
    assert StatusChange.objects.count() == 2


def test_only_what_the_form_asks_for_is_taken(send, coordinator):
    other, elsewhere = build.user("other"), build.mission()
    send(
        mission=elsewhere.pk,
        kind="correction",
        corrects=1,
        recorded_by=other.pk,
        recorded_at="2020-01-01",
        due="2030-01-01",
        previous="completed",
        id=99,
    )
    entry = newest()

    assert (entry.pk, entry.kind, entry.corrects, entry.recorded_by, entry.due, entry.previous) == (
        4,
        "report",
        None,
        coordinator,
        None,
        "not_started",
    )
    assert elsewhere.changes.count() == 1
    assert entry.recorded_at.date() > date(2020, 1, 1)


def test_a_broken_set_of_evidence_is_refused_with_a_reason(client, page):
    typed = {**filled_in(client.get(page)), **BEGUN}
    del typed["evidence-TOTAL_FORMS"]
    answer = client.post(page, typed)

    assert "ManagementForm data is missing" in form(answer).text
    assert StatusChange.objects.count() == 2


def test_a_mission_that_does_not_exist_is_not_found(client, coordinator):
    assert client.get("/admin/missions/mission/99999999999999999999/report/").status_code == 404


def test_a_mission_that_is_not_open_takes_no_report(client, coordinator):
    mission = build.mission(opened=False)
    page = f"/admin/missions/mission/{mission.pk}/report/"

    assert errors(client.post(page, {**filled_in(client.get(page)), **BEGUN})) == {
        "effective_on": ["Nothing can take effect before the mission's opening, and the opening comes first."]
    }
