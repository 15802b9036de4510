"""`/.well-known/security.txt`: where a weakness is reported, as RFC 9116 has it."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from missions.public.security import good_until
from tests import build
from tests.public.dom import parse

ADDRESS, SITE = "/.well-known/security.txt", "https://hub.example.org"


@pytest.fixture(autouse=True)
def site(db, settings):
    settings.SITE_URL = SITE
    settings.DEFAULT_FROM_EMAIL = "hub+site@example.org"
    with time_machine.travel(datetime(2024, 6, 30, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


def fields(client, **headers):
    text = client.get(ADDRESS, headers=headers).content.decode()
    assert text.endswith("\n")
    return [tuple(line.split(": ", 1)) for line in text.splitlines()]


def test_it_names_whom_to_tell_and_until_when_that_holds(client):
    assert fields(client) == [
        ("Contact", "mailto:hub+site@example.org"),
        ("Expires", "2025-01-01T00:00:00Z"),
        ("Preferred-Languages", "zh, en"),
        ("Canonical", f"{SITE}{ADDRESS}"),
        ("Policy", f"{SITE}/en/about/#contact"),
    ]


@pytest.mark.parametrize("nobody", ["noreply@example.org", "no-reply@example.org"])
def test_where_no_address_is_read_it_leads_to_the_page_that_says_so(client, settings, nobody):
    settings.DEFAULT_FROM_EMAIL = nobody

    said = dict(fields(client))

    assert said["Contact"] == f"{SITE}/en/about/#contact"
    path, _, anchor = said["Contact"].removeprefix(SITE).partition("#")
    assert parse(client.get(path)).one("h2", id=anchor).text == "Contact"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_is_one_file_for_everybody_by_the_sites_own_name(client, settings, language):
    settings.ALLOWED_HOSTS = ["other.example.org"]
    officials = Client()
    officials.force_login(build.user("administrator"))
    first = client.get(ADDRESS, headers={"host": "other.example.org"})

    again = officials.get(ADDRESS, headers={"host": "other.example.org", "accept-language": language})

    assert first["Content-Type"] == again["Content-Type"] == "text/plain; charset=utf-8"
    assert first.content == again.content
    assert b"other.example.org" not in first.content
    assert not first.cookies


def test_it_can_only_be_read(client):
    assert client.head(ADDRESS).status_code == 200
    assert client.post(ADDRESS).status_code == 405


def test_it_is_the_same_all_day_long(client, site):
    before = client.get(ADDRESS).content
    site.move_to(datetime(2024, 6, 30, 15, 59, 59, tzinfo=UTC))  # the last second of the day in Shanghai
    assert client.get(ADDRESS).content == before

    site.move_to(datetime(2024, 6, 30, 16, tzinfo=UTC))
    assert dict(fields(client))["Expires"] == "2025-07-01T00:00:00Z"


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_it_never_ends_within_half_a_year_and_never_holds_for_longer_than_one(day):
    assert 182 <= (good_until(day) - day).days <= 366
