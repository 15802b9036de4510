"""One mission's ledger on its page: the timeline, its corrections and evidence, and the strip of its statuses."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import EntryKind
from missions.status import Basis, Status
from tests import build
from tests.public.dom import parse

pytestmark = pytest.mark.usefixtures("noon")


def timeline(client, code="FP-001", query=""):
    """The entries of the page's timeline, by their ids, in the page's order."""
    page = parse(client.get(f"/en/missions/{code}/{query}"))
    return {entry["id"]: entry for entry in page.one("ol", class_="timeline").children if not isinstance(entry, str)}


@pytest.fixture
def mission(noon):
    return build.mission("FP-001", due=date(2024, 12, 31))


def test_the_timeline_runs_from_the_newest_effective_day_back_whatever_was_recorded_first(client, mission):
    late = build.report(mission, Status.PAUSED, on=date(2024, 5, 1))
    early = build.report(mission, Status.IN_PROGRESS, on=date(2023, 5, 1))
    same_day = build.report(mission, Status.PAUSED, on=date(2023, 5, 1))
    opening = mission.changes.get(kind=EntryKind.OPENING)

    assert list(timeline(client)) == [f"change-{entry.pk}" for entry in (late, same_day, early, opening)]


def test_an_entry_shows_the_day_it_took_effect_and_the_moment_it_was_recorded(client, mission):
    with time_machine.travel(datetime(2024, 6, 30, 16, 30, tzinfo=UTC), tick=False):
        entry = build.report(mission, Status.PAUSED, on=date(2024, 5, 1))
        shown = timeline(client)[f"change-{entry.pk}"]

    assert shown.one("time")["datetime"] == "2024-05-01"
    assert shown.one("time").text == "1 May 2024"
    assert "1 Jul 2024, 00:30" in shown.one(class_="recorded").text
    assert shown.one("a", class_="permalink")["href"] == f"#change-{entry.pk}"


def test_a_report_of_the_present_status_is_a_confirmation_and_a_new_status_says_what_was_before(client, mission):
    change = build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 1))
    confirmation = build.report(mission, Status.IN_PROGRESS, on=date(2024, 2, 1))

    shown = timeline(client)

    assert shown[f"change-{change.pk}"].one(class_="kind").text == "Report · Basis: Public document"
    assert shown[f"change-{change.pk}"].one("small").text == "Not individually reported"
    assert shown[f"change-{change.pk}"].one(class_="what").text == "Not individually reported → became In progress"
    assert shown[f"change-{confirmation.pk}"].one(class_="kind").text == "Confirmation · Basis: Public document"
    assert shown[f"change-{confirmation.pk}"].one(class_="what").text == "In progress"
    standing = parse(client.get("/en/missions/FP-001/")).one(class_="standing").text
    assert "since 1 Jan 2024" in standing


def test_a_new_due_date_is_an_entry_of_its_own_that_leaves_the_status(client, mission):
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 1))
    moved = build.deadline(mission, date(2025, 6, 30), on=date(2024, 2, 1))
    dropped = build.deadline(mission, None, on=date(2024, 3, 1))

    shown = timeline(client)

    assert shown[f"change-{moved.pk}"].one(class_="what").text == "due 31 Dec 2024 → became due 30 Jun 2025"
    assert shown[f"change-{dropped.pk}"].one(class_="what").text == "due 30 Jun 2025 → became no due date"
    assert shown[f"change-{moved.pk}"].all(class_="status") == []
    standing = parse(client.get("/en/missions/FP-001/?as_of=2024-02-15")).one(class_="standing").text
    assert "due 30 Jun 2025" in standing
    assert "due" not in parse(client.get("/en/missions/FP-001/")).one(class_="standing").text


def test_a_corrected_entry_stays_struck_through_and_both_are_linked(client, mission):
    wrong = build.report(mission, Status.COMPLETED, on=date(2024, 1, 1))
    right = build.correct(wrong, status=Status.IN_PROGRESS)

    shown = timeline(client)

    struck, correction = shown[f"change-{wrong.pk}"], shown[f"change-{right.pk}"]
    assert struck.matches(class_="corrected")
    assert not correction.matches(class_="corrected")
    assert struck.one(class_="kind").one("strong").text == "Corrected, no longer counts"
    assert struck.one(class_="correction").one("a")["href"] == f"#change-{right.pk}"
    beside = [p.text for p in struck.one(class_="correction").all("p")]
    assert beside == [f"Corrected by entry {right.pk}", "In progress · 1 Jan 2024", "Corrected"]
    assert correction.one(class_="correction").one("a")["href"] == f"#change-{wrong.pk}"
    beside = [p.text for p in correction.one(class_="correction").all("p")]
    assert beside == [f"Corrects entry {wrong.pk}", "Completed · 1 Jan 2024"]
    assert correction.one(class_="kind").text == "Correction · Basis: Public document"
    assert correction.one(class_="what").text == "Not individually reported → became In progress"


def test_before_a_correction_was_known_the_page_shows_what_the_site_said_then(client):
    with time_machine.travel(datetime(2024, 5, 1, 4, tzinfo=UTC), tick=False):
        known = build.mission("FP-002")
        wrong = build.report(known, Status.COMPLETED, on=date(2024, 1, 1))
    right = build.correct(wrong, status=Status.IN_PROGRESS)

    then, now = timeline(client, "FP-002", "?known_at=2024-06-29"), timeline(client, "FP-002")

    assert f"change-{right.pk}" not in then
    assert f"change-{right.pk}" in now
    assert not then[f"change-{wrong.pk}"].matches(class_="corrected")
    assert then[f"change-{wrong.pk}"].all(class_="correction") == []
    page = parse(client.get("/en/missions/FP-002/?known_at=2024-06-29"))
    assert page.one(class_="standing").one(class_="status").text == "Completed"


@pytest.mark.parametrize("day", ["2024-02-15", "2024-04-15"])
def test_a_correction_that_moves_the_day_leaves_no_link_to_an_entry_off_the_page(client, mission, day):
    wrong = build.report(mission, Status.PAUSED, on=date(2024, 3, 1))
    build.correct(wrong, effective_on=date(2024, 2, 1))
    late = build.report(mission, Status.IN_PROGRESS, on=date(2024, 4, 1))
    build.correct(late, effective_on=date(2024, 5, 1))

    page = parse(client.get(f"/en/missions/FP-001/?as_of={day}"))

    places = {element.get("id") for element in page.walk()}
    fragments = {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")}
    assert fragments - places == set()


def test_evidence_names_what_it_cites_and_the_day_of_an_event_where_it_is_another(client, mission):
    names = {"title": "A < B", "publisher": "Daily & Co", "url": "https://example.org/?a=1&b=2"}
    cited = build.evidence(**names, published_on=date(2020, 5, 6), event_on=date(2020, 5, 5))
    hidden = build.evidence(title="Not for the public", is_public=False)
    chinese = build.evidence(title="任务进展通报", publisher="上海市人民政府", url="", event_on=date(2021, 2, 24))
    entry = build.report(
        mission, Status.PAUSED, on=date(2021, 2, 24), evidence=[cited, hidden, chinese], basis=Basis.OWNER
    )

    first, second = timeline(client)[f"change-{entry.pk}"].all(class_="evidence")

    assert first.one("a")["href"] == "https://example.org/?a=1&b=2"
    assert first.text == "A < B · Daily & Co, 6 May 2020 · event of 5 May 2020"
    assert [text["lang"] for text in first.all("span")] == ["en", "en"]
    assert (second.text, second.all("a")) == ("任务进展通报 · 上海市人民政府", [])
    assert [text["lang"] for text in second.all("span")] == ["zh-Hans", "zh-Hans"]
    assert timeline(client)[f"change-{entry.pk}"].one(class_="kind").text == "Report · Basis: Owner's statement"


def strip(client, query=""):
    """What the strip says, and where its runs begin and how long they are."""
    page = parse(client.get(f"/en/missions/FP-001/{query}"))
    found = page.all("figure", class_="strip")
    return found and (
        found[0].one("figcaption").text,
        [run.text for run in found[0].all("li")],
        [(bar["class"], bar["x"], bar["width"]) for bar in found[0].all("rect")],
    )


def test_the_strip_shows_the_runs_of_equal_statuses_from_the_opening_to_the_day(client, mission):
    assert strip(client) == []
    wrong = build.report(mission, Status.COMPLETED, on=date(2022, 1, 1))
    build.report(mission, Status.COMPLETED, on=date(2022, 6, 1))
    build.correct(wrong, status=Status.IN_PROGRESS, effective_on=date(2021, 12, 21))
    build.report(mission, Status.IN_PROGRESS, on=date(2022, 6, 1))
    build.deadline(mission, None, on=date(2023, 1, 1))

    assert strip(client, "?as_of=2022-06-01") == (
        "Status from 24 Feb 2021 to 1 Jun 2022",
        [
            "Not individually reported from 24 Feb 2021",
            "In progress from 21 Dec 2021",
            "Completed from 1 Jun 2022",
            "In progress from 1 Jun 2022",
        ],
        [
            ("status-unreported", "0.00%", "64.94%"),
            ("status-in_progress", "64.94%", "35.06%"),
            ("status-completed", "100.00%", "0.00%"),
            ("status-in_progress", "100.00%", "0.00%"),
        ],
    )
    assert strip(client, "?as_of=2021-02-24") == []
    standing = parse(client.get("/en/missions/FP-001/?as_of=2022-06-01")).one(class_="standing").text
    assert "since 1 Jun 2022" in standing
