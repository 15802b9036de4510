"""Midnight in the site's time zone, and days before the first record."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from missions.models import Head
from missions.status import Status
from tests import factories
from tests.public.dom import listed, parameters, parse
from tests.public.reading import page_of

pytestmark = pytest.mark.usefixtures("db")
MIDNIGHT = datetime(2024, 6, 30, 16, tzinfo=UTC)  # 1 July begins in Shanghai
SECOND = timedelta(seconds=1)
# The last day without a record and that of the first one.
BEFORE, FIRST = ("known_at", "2024-04-30"), ("known_at", "2024-05-01")


@pytest.fixture(scope="module", autouse=True)
def missions(module_db):
    """The first was recorded in the first hour of 1 May in Shanghai, when it was still April in UTC."""
    with time_machine.travel(datetime(2024, 4, 30, 16, 30, tzinfo=UTC), tick=False):
        factories.mission("IN-30-DAYS", due=date(2024, 7, 31))
        factories.mission("YESTERDAY", due=date(2024, 6, 30))
        factories.mission("PAUSED", due=date(2024, 6, 30), status=Status.PAUSED)
        factories.mission("DONE", due=date(2024, 6, 30), status=Status.COMPLETED)


def deadlines(client):
    states = ("on_time", "due_soon", "overdue", "met")
    pages = {state: client.get(f"/en/missions/?deadline={state}") for state in states}
    return {state: listed(page) for state, page in pages.items() if parse(page).one(id="results")["data-total"] != "0"}


def test_at_midnight_in_shanghai_lists_and_reports_move_on_without_a_write(client):
    with time_machine.travel(MIDNIGHT - SECOND, tick=False):
        assert deadlines(client) == {"on_time": ["IN-30-DAYS"], "due_soon": ["YESTERDAY", "PAUSED"], "met": ["DONE"]}
        evening = client.get("/en/report/completion.csv")
        old = evening.getvalue()
        assert client.get("/en/missions/?as_of=2024-07-01").status_code == 400
    revision = Head.objects.get().revision
    with time_machine.travel(MIDNIGHT + SECOND, tick=False):
        assert deadlines(client) == {"due_soon": ["IN-30-DAYS"], "overdue": ["YESTERDAY", "PAUSED"], "met": ["DONE"]}
        morning = client.get("/en/report/completion.csv")
        assert (evening["X-Hub-As-Of"], morning["X-Hub-As-Of"]) == ("2024-06-30", "2024-07-01")
        assert morning.getvalue() != old
        again = client.get("/en/report/completion.csv?as_of=2024-06-30")
        assert (again.getvalue(), again["Content-Disposition"]) == (old, evening["Content-Disposition"])
        assert client.get("/en/missions/?as_of=2024-07-01").status_code == 200
    assert Head.objects.get().revision == revision


def test_another_time_zone_has_its_own_midnight(client, settings):
    settings.TIME_ZONE = "America/New_York"  # pytest-django resets Django's cached zone with the setting
    with time_machine.travel(MIDNIGHT + SECOND, tick=False):
        assert deadlines(client)["due_soon"] == ["YESTERDAY", "PAUSED"]
        assert client.get("/en/missions/?as_of=2024-07-01").status_code == 400


NOTES = {
    "en": "This site has records since 1 May 2024 and none from before.",
    "zh-hans": "本站记录始于2024年5月1日，此前无记录。",
}


@pytest.mark.parametrize("language", NOTES)
@pytest.mark.parametrize("path", ["", "missions/", "changes/", "instruments/FP/", "figures/", "owners/", "about/"])
def test_before_the_first_record_pages_say_since_when_there_are_records(client, noon, path, language):
    page = page_of(client, path, BEFORE, language=language)
    band = page.one("aside")
    assert (band.text.startswith(NOTES[language]), parameters(band.one("a")["href"])) == (True, {})
    if path in ("missions/", "changes/", "instruments/FP/"):
        results = page.one(id="results")
        assert (results["data-total"], NOTES[language] in results.text) == ("0", True)
    assert NOTES[language] not in page_of(client, path, FIRST, language=language).text


@pytest.mark.parametrize(
    "path",
    [
        "/en/changes.csv", "/zh-hans/changes.atom", "/calendar.ics", "/en/report/completion.csv",
        "/en/report/completion.json", "/api/v1/missions", "/api/v1/changes", "/api/v1/summary", "/api/v1/instruments",
    ],
)  # fmt: skip
def test_before_the_first_record_files_and_api_say_so_in_a_header(client, noon, path):
    answers = [client.get(f"{path}?{query}") for query in ("known_at=2024-04-30", "known_at=2024-05-01", "")]
    found = [(answer.status_code, answer.get("X-Hub-Note")) for answer in answers]
    assert found == [(200, NOTES["en"]), (200, None), (200, None)]


@pytest.mark.parametrize("path", ["/en/missions/DONE/", "/zh-hans/missions/DONE/changes.atom", "/api/v1/missions/DONE"])
def test_a_mission_that_was_not_recorded_yet_is_not_found_for_this_reason(client, noon, path):
    response = client.get(f"{path}?known_at=2024-04-30")
    assert (response.status_code, NOTES["en"] in response.content.decode()) == (404, True)
