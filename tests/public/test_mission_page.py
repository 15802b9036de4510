"""One mission: its facts, and its ledger as a timeline."""

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

    assert shown[f"change-{change.pk}"].one(class_="kind").text == "Report"
    assert "Not individually reported" in shown[f"change-{change.pk}"].one("small").text
    assert shown[f"change-{confirmation.pk}"].one(class_="kind").text == "Confirmation"
    assert shown[f"change-{confirmation.pk}"].all("small") == []
    standing = parse(client.get("/en/missions/FP-001/")).one(class_="standing").text
    assert "since 1 Jan 2024" in standing


def test_a_new_due_date_is_an_entry_of_its_own_that_leaves_the_status(client, mission):
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 1))
    moved = build.deadline(mission, date(2025, 6, 30), on=date(2024, 2, 1))
    dropped = build.deadline(mission, None, on=date(2024, 3, 1))

    shown = timeline(client)

    assert "due 30 Jun 2025" in shown[f"change-{moved.pk}"].one(class_="what").text
    assert "no due date" in shown[f"change-{dropped.pk}"].one(class_="what").text
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
    assert struck.one(class_="correction").one("a")["href"] == f"#change-{right.pk}"
    assert correction.one(class_="correction").one("a")["href"] == f"#change-{wrong.pk}"
    assert correction.one(class_="kind").text == "Correction"


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


def test_a_mission_is_not_found_on_a_day_before_its_opening(client, mission):
    assert client.get("/en/missions/FP-001/?as_of=2021-02-24").status_code == 200
    assert client.get("/en/missions/FP-001/?as_of=2021-02-23").status_code == 404
    assert client.get("/en/missions/FP-001/?known_at=2024-06-29").status_code == 404


def test_evidence_names_what_it_cites_and_the_day_of_an_event_where_it_is_another(client, mission):
    names = {"title": "A < B", "publisher": "Daily & Co", "url": "https://example.org/?a=1&b=2"}
    cited = build.evidence(**names, published_on=date(2020, 5, 6), event_on=date(2020, 5, 5))
    entry = build.report(mission, Status.PAUSED, on=date(2021, 2, 24), evidence=[cited], basis=Basis.OWNER)

    shown = timeline(client)[f"change-{entry.pk}"].one(class_="evidence")

    assert shown.one("a")["href"] == "https://example.org/?a=1&b=2"
    assert shown.text == "A < B · Daily & Co, 6 May 2020 · event of 5 May 2020"
    assert "Owner's statement" in timeline(client)[f"change-{entry.pk}"].one(class_="recorded").text


def test_the_facts_stand_on_the_page_each_with_its_link(client):
    linked = {"supporting": [build.organisation("O2")], "areas": [build.area("A1")]}
    mission = build.mission("FP-003", **linked, clause="Part 1 (2)", provenance="unpublished")
    mission.sources.set([build.source("s1", published_on=date(2021, 2, 4))])

    page = parse(client.get("/en/missions/FP-003/"))

    facts = {fact.one("dt").text: fact.one("dd") for fact in page.one("dl", class_="facts").all("div")}
    linked = {name: [link["href"] for link in fact.all("a")] for name, fact in facts.items()}
    assert linked == {
        "Lead owner": ["/en/owners/O1/"],
        "Supporting owners": ["/en/owners/O2/"],
        "Areas": ["/en/areas/A1/"],
        "Theme": ["/en/themes/T1/"],
        "Kind": [],
        "Provenance": [],
    }
    assert facts["Provenance"].text.endswith("(Part 1 (2))")
    assert "Source s1" in page.one("section", aria_labelledby="sources").text


NASTY = "<script>alert('x')</script> & \"quoted\""


def test_text_with_markup_in_it_is_shown_as_text_on_every_page(client):
    names = {"name_en": NASTY, "name_zh": NASTY}
    titles = {"title_en": NASTY, "title_zh": NASTY}
    issuer = {"issuer_en": NASTY, "issuer_zh": NASTY, "notes": NASTY, "citation": NASTY}
    mission = build.mission(
        "FP-004",
        instrument=build.instrument("NST", **titles, **issuer),
        theme=build.theme("NST", **names),
        lead_owner=build.organisation("NST", **names, source=build.source("nst", title=NASTY, publisher=NASTY)),
        areas=[build.area("NST", **names, zone="hub-wide", province_or_city=NASTY), build.area("A1")],
        supporting=[build.organisation("NST")],
        **titles,
        description_en=NASTY,
        description_zh=NASTY,
        clause=NASTY,
        due=date(2024, 12, 31),
    )
    mission.sources.set([build.source("nst")])
    cited = build.evidence(title=NASTY, publisher=NASTY)
    build.report(mission, Status.PAUSED, evidence=[cited], headline_en=NASTY, headline_zh=NASTY)

    pages = ["", "missions/", "missions/?theme=NST&area=A1", "missions/FP-004/", "areas/A1/"]
    for dimension in ("instruments/", "themes/", "areas/", "owners/"):
        pages += [dimension, f"{dimension}NST/"]
    addresses = [f"/{language}/{path}" for language in ("en", "zh-hans") for path in pages]
    shown = {address: client.get(address) for address in addresses}

    assert [where for where, response in shown.items() if parse(response).all("script")] == []
    assert [where for where, response in shown.items() if NASTY not in parse(response).text] == []
