"""Asked for what this site knew before its first record, pages and files say since when it has kept records."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.management import call_command
from django.http import QueryDict
from icalendar import Calendar

from missions.forms import DayForm
from missions.models import FrozenFile, FrozenReport
from missions.reports.report import explain_missing_records
from missions.reports.words import Words
from missions.status import Status
from tests import build
from tests.public.dom import parse
from tests.reports.reading import ENDINGS, plain
from tests.reports.test_evidence import all_text

LANGUAGES = {"en": "en", "zh-hans": "zh"}
NOTE = Words(
    "This site has kept records since 1 May 2024 and has none from before.", "本站记录始于2024年5月1日，此前无记录。"
)
# The last day without a record, and the day of the first one.
BEFORE, FIRST = "known_at=2024-04-30", "known_at=2024-05-01"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture(autouse=True)
def mission(noon):
    """A mission that was recorded in the first hour of 1 May in Shanghai, when it was still April in UTC."""
    with time_machine.travel(datetime(2024, 4, 30, 16, 30, tzinfo=UTC), tick=False):
        return build.mission("FP-001", instrument=build.instrument("FP"), status=Status.PAUSED)


@pytest.mark.both_databases
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["missions/", "changes/", "changes/?entry=correction", "instruments/FP/"])
def test_a_list_without_records_says_so_in_place_of_its_rows(client, language, path):
    note = getattr(NOTE, LANGUAGES[language])

    results = parse(client.get(f"/{language}/{path}{'&' if '?' in path else '?'}{BEFORE}")).one(id="results")

    assert (results["data-total"], results.one(class_="empty").text) == ("0", note)


@pytest.mark.parametrize("path", ["missions/", "changes/", "instruments/FP/", "instruments/", "missions/FP-001/"])
def test_on_the_day_of_the_first_record_nothing_is_said(client, path):
    assert NOTE.en not in parse(client.get(f"/en/{path}?{FIRST}")).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "missions/", "figures/", "about/", "owners/", "reports/"])
def test_the_band_of_each_page_says_so_and_leads_to_today(client, language, path):
    band = parse(client.get(f"/{language}/{path}?{BEFORE}")).one(class_="band").one("p")

    assert band.text == f"{getattr(NOTE, LANGUAGES[language])} {band.one('a').text}"
    assert band.one("a")["href"] == f"/{language}/{path}?"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["missions/FP-001/", "missions/FP-001/changes.atom", "reports/R-1/"])
def test_what_was_not_recorded_yet_is_not_found_with_this_reason_in_both_languages(client, language, path):
    build.frozen_report("R-1")

    response = client.get(f"/{language}/{path}?{BEFORE}")

    assert response.status_code == 404
    texts = [paragraph.text for paragraph in parse(response).one("main").all("p")]
    assert sorted(text for text in texts if text in NOTE) == sorted(NOTE)


@pytest.mark.both_databases
@pytest.mark.parametrize("ending", ENDINGS)
def test_each_format_of_the_report_says_so_without_rows(client, ending):
    response = client.get(f"/zh-hans/report/completion.{ending}?{BEFORE}&lang=both")

    body = response.getvalue()
    assert (response["X-Hub-Note"], response["X-Hub-Count"]) == (NOTE.en, "0")
    if ending == "csv":  # it holds records and nothing else
        assert body.count(b"\r\n") == 1
    else:
        text = plain(all_text(ending, body))
        assert [note for note in NOTE if plain(note) not in text] == []


def test_a_frozen_csv_carries_it_in_a_header(client):
    call_command("freeze_report", as_of="2024-06-30", query=BEFORE, title_en="R", title_zh="R", local=True, verbosity=0)
    address = FrozenReport.objects.get().get_absolute_url()

    notes = [client.get(f"{address}{file.name}").get("X-Hub-Note") for file in FrozenFile.objects.all()]

    assert notes == [NOTE.en] * 14


def test_a_feed_has_it_as_its_subtitle(client):
    feeds = [ElementTree.fromstring(client.get(f"/zh-hans/changes.atom?{day}").content) for day in (BEFORE, FIRST)]

    assert [feed.findtext("{http://www.w3.org/2005/Atom}subtitle") for feed in feeds] == [NOTE.zh, None]


def test_json_has_it_as_the_first_of_its_notes(client):
    report = json.loads(client.get(f"/en/report/completion.json?{BEFORE}").getvalue())

    assert report["notes"][0] == NOTE._asdict()
    assert (report["count"], report["missions"], report["changes"]) == (0, [], [])


def test_the_calendar_says_so_in_its_description(client):
    response = client.get(f"/calendar.ics?{BEFORE}&lang=zh")

    calendar = Calendar.from_ical(response.getvalue())
    assert response["X-Hub-Note"] == NOTE.en
    assert calendar["X-WR-CALDESC"].split(" · ")[-1] == NOTE.zh
    assert calendar.walk("VEVENT") == []


@pytest.mark.parametrize(
    "path",
    [
        "/en/changes.csv",
        "/zh-hans/changes.atom",
        "/api/v1/missions",
        "/api/v1/changes",
        "/api/v1/summary",
        "/api/v1/instruments",
    ],
)
def test_data_for_programs_carries_it_in_a_header(client, path):
    answers = [client.get(f"{path}?{day}") for day in (BEFORE, FIRST, "")]

    assert [(answer.status_code, answer.get("X-Hub-Note")) for answer in answers] == [
        (200, NOTE.en), (200, None), (200, None)
    ]  # fmt: skip


def test_a_mission_of_the_api_is_not_found_with_this_reason(client):
    response = client.get(f"/api/v1/missions/FP-001?{BEFORE}")

    assert (response.status_code, response.json()["detail"]) == (404, NOTE.in_one)


@pytest.mark.parametrize(("query", "queries"), [("", 0), ("known_at=2024-06-30", 0), (FIRST, 1), (BEFORE, 1)])
def test_only_a_past_day_of_knowledge_costs_a_query(query, queries, django_assert_num_queries):
    form = DayForm(QueryDict(query))
    assert form.is_valid()
    with django_assert_num_queries(queries):
        explain_missing_records(form.known)
