"""The calendar of due dates, read back with the library that calendars are read with."""

import hashlib
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from missions.models import Head
from missions.status import Status
from tests import build
from tests.public.crowd import crowd

pytestmark = pytest.mark.usefixtures("noon")

HOST = urlsplit(settings.SITE_URL).hostname


def fetched(client, query="lang=en", **headers):
    """(response, its bytes)"""
    response = client.get(f"/calendar.ics?{query}", headers=headers)
    body = response.getvalue()
    assert response.status_code == 200, body
    return response, body


def events(client, query="lang=en", **headers):
    return list(Calendar.from_ical(fetched(client, query, **headers)[1]).events)


def codes(client, query="lang=en", **headers):
    return [event["UID"].partition("@")[0] for event in events(client, query, **headers)]


@pytest.mark.both_databases
def test_a_due_date_is_a_day_that_blocks_no_time_and_says_what_is_due_how_it_stands_and_whose_it_is(client):
    owner = build.organisation("O7", name_en="Bureau, of \\ roads; and more", name_zh="路政局")
    due = date(2024, 12, 31)
    build.mission("M-1", due=due, title_en="A bridge", title_zh="桥", lead_owner=owner, status=Status.PAUSED)

    (event,) = events(client)

    assert (event["UID"], event["SUMMARY"]) == (f"M-1@{HOST}", "M-1 A bridge (Paused)")
    assert (event["DTSTART"].dt, event["DTSTART"].params["VALUE"]) == (due, "DATE")
    assert event["DESCRIPTION"] == "Status: Paused\nLead owner: Bureau, of \\ roads; and more"
    assert event["URL"] == f"{settings.SITE_URL}/en/missions/M-1/"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event.alarms.times == []
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == Head.objects.get().advanced_at.replace(microsecond=0)
    (event,) = events(client, "lang=zh")
    assert (event["SUMMARY"], event["URL"]) == ("M-1 桥（暂停）", f"{settings.SITE_URL}/zh-hans/missions/M-1/")
    assert event["DESCRIPTION"] == "状态：暂停\n牵头单位：路政局"


def test_a_calendar_names_itself_its_query_and_the_head(client):
    build.mission("M-1", due=date(2024, 12, 31))
    head = Head.objects.get()

    calendar = Calendar.from_ical(fetched(client, "lang=en&status=unreported")[1])

    assert (calendar["VERSION"], calendar["PRODID"]) == ("2.0", f"-//{HOST}//Hub Tracker//EN")
    assert calendar["X-WR-CALNAME"] == "Due dates · Hub Tracker"
    query = "as_of=2024-06-30&lang=en&status=unreported"
    assert calendar["X-WR-CALDESC"] == f"{query} · r{head.revision} · {head.hash}"


@pytest.mark.both_databases
def test_every_public_mission_that_is_due_is_in_it_and_none_that_was_withdrawn(client):
    build.mission("M-1", due=date(2020, 1, 1))
    build.mission("M-2", due=date(2099, 12, 31), status=Status.COMPLETED)
    build.mission("M-3")
    build.mission("M-4", due=date(2024, 7, 1), status=Status.WITHDRAWN)
    build.mission("M-5", opened=False)
    moved = build.mission("M-6")
    build.deadline(moved, date(2025, 1, 1), on=date(2024, 6, 1))

    assert codes(client) == ["M-1", "M-2", "M-6"]
    assert codes(client, "lang=en&as_of=2024-05-31") == ["M-1", "M-2"]
    assert codes(client, "lang=en&as_of=2023-12-31") == ["M-1", "M-2", "M-4"]
    assert codes(client, "status=completed&lang=en") == ["M-2"]
    assert codes(client, "due_before=2021-01-01&q=M-") == ["M-1"]
    assert codes(client, "known_at=2024-06-29") == []


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [("", "en", "en"), ("", "zh-CN,en;q=0.5", "zh-Hans"), ("", "de", "en"), ("lang=zh", "en", "zh-Hans"),
     ("lang=en", "zh-CN", "en"), ("lang=", "zh", "zh-Hans")],
)  # fmt: skip
def test_the_language_is_the_one_asked_for_or_the_readers(client, query, accepted, language):
    build.mission("M-1", due=date(2024, 12, 31), title_en="A bridge", title_zh="桥")

    response, body = fetched(client, query, **{"Accept-Language": accepted})

    assert response["Content-Language"] == language
    assert response["Vary"] == "Accept-Language, Accept-Encoding"
    assert ("桥" in body.decode()) == (language == "zh-Hans")


def test_lines_end_and_fold_as_the_format_has_it_whatever_the_title(client):
    odd = "".join(map(chr, [*range(1, 32), 127]))
    build.mission("M-1", due=date(2024, 12, 31), title_en="长" * 280, title_zh=f"桥{odd}\r\nATTENDEE:mailto:x@y;,\\")

    _response, body = fetched(client, "lang=zh")

    lines = body.split(b"\r\n")
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    (event,) = events(client, "lang=zh")
    assert "ATTENDEE" not in event
    assert event["SUMMARY"].endswith(" ATTENDEE:mailto:x@y;,\\（未单独报告）")
    assert [sign for sign in event["SUMMARY"] if not sign.isprintable()] == []
    assert events(client)[0]["SUMMARY"] == f"M-1 {'长' * 280} (Not individually reported)"


def test_the_same_query_gives_the_same_bytes_later_under_a_name_that_says_what_it_is(client, noon):
    build.mission("M-1", due=date(2024, 12, 31))
    head = Head.objects.get()
    first, body = fetched(client)

    noon.move_to(datetime(2025, 6, 30, tzinfo=UTC))

    query = "as_of=2024-06-30&lang=en"
    again, the_same = fetched(client, query)
    assert the_same == body
    name = f"hubtracker_2024-06-30_r{head.revision}_en_{hashlib.sha256(query.encode()).hexdigest()[:8]}.ics"
    expected = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": "text/calendar; charset=utf-8",
        "X-Hub-Query": query,
        "X-Hub-Count": "1",
    }
    assert {header: again[header] for header in expected} == {header: first[header] for header in expected} == expected


def test_a_query_that_cannot_be_read_is_named_in_both_languages(client):
    build.mission("M-1", due=date(2024, 12, 31))
    bad = {"lang": "both", "status": "x", "as_of": "2024-07-01", "q": "x" * 201}

    response = client.get("/calendar.ics", bad)

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert sorted(error["parameter"] for error in response.json()["errors"]) == sorted(bad)
    assert fetched(client, "since=x&until=y&nonsense=z")[0]["X-Hub-Query"] == "as_of=2024-06-30&lang=en"


def test_more_due_dates_than_a_calendar_holds_are_refused_with_what_to_do(client, monkeypatch):
    for code in ("M-1", "M-2", "M-3"):
        build.mission(code, due=date(2024, 12, 31))
    build.mission("M-4")  # without one
    monkeypatch.setattr("missions.public.calendars.MOST_DATES", 2)

    response = client.get("/calendar.ics")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["detail"] == (
        "The calendar would have 3 due dates, and holds 2 at most: narrow the query."
        " / 该日历将包含 3 个任务期限，最多可容纳 2 个，请缩小查询范围。"
    )
    assert codes(client, "lang=en&q=M-1") == ["M-1"]
    monkeypatch.setattr("missions.public.calendars.MOST_DATES", 3)
    assert codes(client) == ["M-1", "M-2", "M-3"]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow_with_the_missions(client, size):
    crowd(size)

    with CaptureQueriesContext(connection) as queries:
        assert len(events(client)) == size
    assert len(queries) == 5
