"""The calendar of due dates, read back with the library that calendars are read with."""

import hashlib
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from icalendar import Calendar

from missions.models import Head
from missions.status import Status
from tests import factories

pytestmark = pytest.mark.usefixtures("noon")
DUE = date(2024, 12, 31)


def fetched(client, query="lang=en", **headers):
    response = client.get(f"/calendar.ics?{query}", headers=headers)
    return response, response.getvalue()


def events(client, query="lang=en"):
    return list(Calendar.from_ical(fetched(client, query)[1]).events)


def test_an_event_has_the_due_date_the_mission_its_status_and_its_owner(client):
    owner = factories.organisation("O7", name_en="Bureau, of \\ roads; and more", name_zh="路政局")
    factories.mission("M-1", due=DUE, title_en="A bridge", title_zh="桥", lead_owner=owner, status=Status.PAUSED)

    (event,) = events(client)
    (chinese,) = events(client, "lang=zh")

    assert (event["UID"], event["SUMMARY"]) == (f"M-1@{urlsplit(settings.SITE_URL).hostname}", "M-1 A bridge (Paused)")
    assert (event["DTSTART"].dt, event["DTSTART"].params["VALUE"], event["TRANSP"]) == (DUE, "DATE", "TRANSPARENT")
    assert event["DESCRIPTION"] == "Status: Paused\nLead owner: Bureau, of \\ roads; and more"
    assert event["URL"] == f"{settings.SITE_URL}/en/missions/M-1/"
    assert event["DTSTAMP"].dt == Head.objects.get().advanced_at.replace(microsecond=0)
    assert (chinese["SUMMARY"], chinese["DESCRIPTION"]) == ("M-1 桥（暂停）", "状态：暂停\n牵头单位：路政局")
    assert chinese["URL"] == f"{settings.SITE_URL}/zh-hans/missions/M-1/"
    for query, accepted, language in (
        ("", "zh-CN,en;q=0.5", "zh-Hans"), ("", "de", "en"), ("lang=zh", "en", "zh-Hans"), ("lang=en", "zh-CN", "en"),
    ):  # fmt: skip
        response, content = fetched(client, query, **{"Accept-Language": accepted})
        assert (response["Content-Language"], "桥" in content.decode()) == (language, language == "zh-Hans")
        assert response["Vary"] == "Accept-Language, Accept-Encoding"


def test_the_calendar_has_the_missions_of_a_query_that_are_due_and_not_withdrawn(client):
    factories.mission("M-1", due=date(2020, 1, 1))
    factories.mission("M-2", due=date(2099, 12, 31), status=Status.COMPLETED)
    factories.mission("M-3")
    factories.mission("M-4", due=date(2024, 7, 1), status=Status.WITHDRAWN)
    factories.deadline(factories.mission("M-6"), date(2025, 1, 1), on=date(2024, 6, 1))

    queries = {
        "": ["M-1", "M-2", "M-6"],
        "as_of=2024-05-31": ["M-1", "M-2"],
        "as_of=2023-12-31": ["M-1", "M-2", "M-4"],
        "status=completed": ["M-2"],
        "due_before=2021-01-01&q=M-": ["M-1"],
        "known_at=2024-06-29": [],
    }
    found = {query: [event["UID"].partition("@")[0] for event in events(client, query)] for query in queries}
    assert found == queries


def test_lines_are_folded_and_no_title_adds_a_line(client, any_character):
    odd = "".join(map(chr, [*range(1, 32), 127]))
    factories.mission("M-1", due=DUE, title_en="长" * 280, title_zh=f"桥{odd}\r\nATTENDEE:mailto:x@y;,\\")

    content = fetched(client, "lang=zh")[1]

    lines = content.split(b"\r\n")
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert (b"\n" in b"".join(lines), max(map(len, lines)) <= 75) == (False, True)
    (event,) = events(client, "lang=zh")
    assert ("ATTENDEE" in event, event["SUMMARY"].isprintable()) == (False, True)
    assert "长" * 280 in events(client)[0]["SUMMARY"]


def test_the_same_query_gives_the_same_bytes_later_under_a_name_that_states_it(client, noon):
    factories.mission("M-1", due=DUE)
    head = Head.objects.get()
    first, content = fetched(client)

    noon.move_to(datetime(2025, 6, 30, tzinfo=UTC))
    query = "as_of=2024-06-30&lang=en"
    again, later = fetched(client, query)

    digest = hashlib.sha256(query.encode()).hexdigest()[:8]
    disposition = f'attachment; filename="hubtracker_2024-06-30_r{head.revision}_en_{digest}.ics"'
    assert (later == content, first["Content-Disposition"], again["Content-Disposition"]) == (True, *[disposition] * 2)
    assert (again["X-Hub-Query"], again["X-Hub-Count"]) == (query, "1")
    assert Calendar.from_ical(content)["X-WR-CALDESC"] == f"{query} · r{head.revision} · {head.hash}"
