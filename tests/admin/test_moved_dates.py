"""A due date is moved: the lead asks, a coordinator decides, and everybody sees the first date and the move."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from missions.models import Mission, Role, StatusChange, Submission
from missions.models.changes import changes
from tests import build
from tests.admin.pages import errors, filled_in
from tests.public.dom import parse

pytestmark = pytest.mark.django_db

FIRST, LATER, MOVED_ON, DONE_ON = date(2025, 12, 31), date(2027, 12, 31), date(2026, 11, 10), date(2026, 12, 1)
WHY = {"headline_zh": "土地手续未完成", "headline_en": "The land is not ready yet", "basis": "owner"}
PUBLISH = {"_publish": "Publish"}


def at(day):
    return time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), tick=False)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def send(client, page, **answers):
    return client.post(page, {**filled_in(client.get(page)), **answers})


def deadline_page(mission):
    return f"/admin/missions/mission/{mission.pk}/deadline/"


@pytest.fixture
def mission():
    lead = build.organisation("HQCBD", name_en="Business district", name_zh="商务区管委会")
    instrument = build.instrument("FP", issued_on=date(2021, 2, 24))
    return build.mission("FP-002", due=FIRST, status="in_progress", lead_owner=lead, instrument=instrument)


@pytest.fixture
def asked(mission):
    """The lead's editor asks for another date, and a coordinator publishes it and says who decided."""
    editor = build.user("editor", Role.EDITOR, organisation=mission.lead_owner)
    with at(MOVED_ON):
        send(signed_in(editor), deadline_page(mission), due=LATER.isoformat(), **WHY, _submit="Submit")
        submission = Submission.objects.get()
        page = submission.get_absolute_url()
        send(signed_in(build.user("wang")), page, decided_by="Leading group", **PUBLISH)
    return mission


def row_of(query=""):
    page = parse(Client().get(f"/en/missions/?{query}"))
    rows = [row for row in page.one(id="results").all("tr") if row.get("data-code")]
    return [row.one(class_="due").text.removeprefix("Due").strip() for row in rows]


def csv_row(query=""):
    text = Client().get(f"/en/report/completion.csv?{query}").getvalue().decode("utf-8-sig")
    return [
        [row[name] for name in ("due", "due_first", "due_moves", "deadline")]
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]


def movement(query):
    report = Client().get(f"/en/report/completion.json?{query}").json()
    return report["movements"]["deadline_moved"]["codes"]


def test_list_files_and_report_say_both_dates_and_the_move(asked):
    with at(DONE_ON):
        assert row_of() == ["31 Dec 2027 Not yet due moved once, first 31 Dec 2025"]
        assert csv_row() == [["2027-12-31", "2025-12-31", "1", "on_time"]]
        assert (csv_row("past_first=1"), csv_row("moved=1")) == (csv_row(), csv_row())
        assert movement("since=2026-11-01") == ["FP-002"]
        assert "1 mission is past its first date" in parse(Client().get("/en/")).text


def test_as_of_the_day_before_nothing_of_it_shows(asked):
    with at(DONE_ON):
        assert row_of("as_of=2026-11-09") == ["31 Dec 2025 Overdue"]
        assert csv_row("as_of=2026-11-09") == [["2025-12-31", "2025-12-31", "0", "overdue"]]
        assert csv_row("as_of=2026-11-09&moved=1") == []
        assert movement("since=2026-11-01&as_of=2026-11-09") == []


def test_what_is_completed_after_the_first_date_is_done_late(asked):
    with at(DONE_ON):
        build.report(asked, "completed", on=DONE_ON)

        assert csv_row() == [["2027-12-31", "2025-12-31", "1", "met_late"]]
        assert csv_row("deadline=met") == csv_row("past_first=1") == []


def test_the_page_says_who_asked_who_decided_and_why(asked):
    with at(DONE_ON):
        page = parse(Client().get("/en/missions/FP-002/"))
    (entry,) = [item for item in page.one(class_="timeline").all("li") if "New due date" in item.text]

    assert "Asked for by: Business district · Decided by: Leading group" in entry.text
    assert "The land is not ready yet" in entry.text
    assert "moved once, first 31 Dec 2025" in page.one(class_="standing").text


def test_the_ledger_says_who_reported_and_who_decided(asked):
    line = asked.changes.get(kind="deadline").public_line()

    assert (line["decided_by"], line["reported_by"]) == ("Leading group", "HQCBD")
    assert {"decided_by", "reported_by"}.isdisjoint(asked.changes.get(kind="opening").public_line())


def test_a_correction_of_a_mistyped_date_is_no_move(mission):
    with at(MOVED_ON):
        build.correct(mission.changes.get(kind="opening"), due=LATER)
    with at(DONE_ON):
        assert csv_row() == [["2027-12-31", "2027-12-31", "0", "on_time"]]
        page = parse(Client().get("/en/missions/FP-002/"))
    assert {"due 31 Dec 2025", "due 31 Dec 2027"} <= {
        text for text in ("due 31 Dec 2025", "due 31 Dec 2027") if text in page.one(class_="timeline").text
    }


def test_one_coordinator_alone_cannot_move_a_date(mission):
    client = signed_in(build.user("wang"))
    answers = {"due": LATER.isoformat(), "decided_by": "Leading group", **WHY}
    with at(MOVED_ON):
        assert send(client, deadline_page(mission), **answers, **PUBLISH).status_code == 403
        send(client, deadline_page(mission), **answers, _submit="Submit")
        page = Submission.objects.get().get_absolute_url()
        assert send(client, page, **PUBLISH).status_code == 403
        entry = mission.changes.get(kind="opening")
        corrected = send(client, f"/admin/missions/statuschange/{entry.pk}/correct/", **answers, **PUBLISH)

    two = "Here, two people are needed: another coordinator publishes what you submitted."
    assert errors(corrected)["due"] == [two]
    assert (Mission.objects.get().due, StatusChange.objects.count()) == (FIRST, 2)


@pytest.mark.parametrize("changed", ["effective_on", "decided_by"])
def test_one_coordinator_alone_corrects_nothing_that_an_entry_says_of_a_date(asked, changed):
    entry = asked.changes.get(kind="deadline")
    answers = {"effective_on": "2026-11-09", "decided_by": "Somebody else"}
    with at(DONE_ON):
        page = f"/admin/missions/statuschange/{entry.pk}/correct/"
        answer = send(signed_in(build.user("zhang")), page, **WHY, **{changed: answers[changed]}, **PUBLISH)

    assert list(errors(answer)) == [changed]
    assert asked.changes.count() == 3


def test_who_decided_cannot_be_struck_out(asked):
    entry = asked.changes.get(kind="deadline")
    with at(DONE_ON), pytest.raises(ValidationError) as refused:
        build.correct(entry, decided_by="")

    assert refused.value.message_dict == {"decided_by": ["Say who decided on the new date."]}


def test_what_the_reviewer_sees_says_that_the_date_was_moved_before(asked):
    again = build.submission(asked, kind="deadline", due=date(2029, 12, 31), effective_on=MOVED_ON)
    again.submit(by=build.user("zhang"))
    with at(DONE_ON):
        page = parse(signed_in(build.user("li")).get(again.get_absolute_url()))

    assert "moved once, first 31 Dec 2025" in page.one("aside").text


@pytest.mark.parametrize("wanted", ["none", "dates", "everything"])
def test_for_what_a_second_person_is_needed_the_instrument_says(mission, wanted):
    mission.instrument.second_person = wanted
    mission.instrument.save()
    wang = build.user("wang")
    report, new_date = (
        build.submission(mission, by=wang, kind=kind, due=due) for kind, due in (("report", None), ("deadline", LATER))
    )
    opening = mission.changes.get(kind="opening")
    said = {"corrects": opening, "due": FIRST, "effective_on": opening.effective_on}
    correction = build.submission(mission, by=wang, kind="correction", **said)

    may = [wang.has_perm("missions.publish_submission", each) for each in (report, new_date, correction)]

    assert may == {"none": [True, True, True], "dates": [True, False, True], "everything": [False] * 3}[wanted]


def test_a_date_without_who_decided_is_not_published(mission):
    editor = build.user("editor", Role.EDITOR, organisation=mission.lead_owner)
    with at(MOVED_ON):
        send(signed_in(editor), deadline_page(mission), due=LATER.isoformat(), **WHY, _submit="Submit")
        answer = send(signed_in(build.user("wang")), Submission.objects.get().get_absolute_url(), **PUBLISH)

    assert errors(answer)["decided_by"] == ["Say who decided on the new date."]
    assert Submission.objects.get().state == "submitted"


def test_a_coordinator_names_the_organisation_that_a_report_comes_from(mission):
    client = signed_in(build.user("wang"))
    page = f"/admin/missions/mission/{mission.pk}/report/"
    with at(MOVED_ON):
        send(client, page, status="paused", effective_on="2026-11-09", reported_by="HQCBD", **WHY, **PUBLISH)

    entry = mission.changes.latest("pk")
    assert (entry.status, entry.reported_by) == ("paused", mission.lead_owner)
    with at(DONE_ON):
        build.correct(entry, status="in_progress")
    assert mission.changes.latest("pk").reported_by == mission.lead_owner
    assert {change.reported_by for change in changes(DONE_ON).filter(pk__gte=entry.pk)} == {mission.lead_owner}


def test_a_draft_that_is_opened_again_keeps_the_organisation_that_it_names(mission):
    wang = build.user("wang")
    draft = build.submission(mission, by=wang, reported_by=mission.lead_owner)
    send(signed_in(wang), draft.get_absolute_url(), _save="Keep as draft")

    assert Submission.objects.get().reported_by == mission.lead_owner


def test_a_coordinator_who_edits_too_may_name_another_organisation(mission):
    wang = build.user("wang", Role.COORDINATOR, Role.EDITOR, organisation=mission.lead_owner)
    other = build.organisation("OTHER")
    named, unnamed = build.submission(mission, by=wang, reported_by=other), build.submission(mission, by=wang)

    for submission in (named, unnamed):
        submission.submit(by=wang)

    assert list(Submission.objects.order_by("pk").values_list("reported_by", flat=True)) == [
        other.pk,
        mission.lead_owner_id,
    ]


def test_an_editor_reports_for_the_nearest_organisation_at_or_above_the_lead(mission):
    above = build.organisation("SH")
    mission.lead_owner.parent = above
    mission.lead_owner.save()
    editor = build.user("editor", Role.EDITOR, organisation=above)
    submission = build.submission(mission, by=editor)

    submission.submit(by=editor)

    assert Submission.objects.get().reported_by == above


def test_the_start_page_says_that_a_second_coordinator_is_missing(mission):
    first = build.user("wang")
    missing = "A second coordinator is missing"
    assert missing in parse(signed_in(first).get("/admin/")).text

    build.user("zhang")

    assert missing not in parse(signed_in(first).get("/admin/")).text
