"""What search engines are told: every public page in both languages, and nothing else."""

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from missions.status import Status
from tests import build
from tests.public.crowd import crowd
from tests.public.dom import parse

pytestmark = pytest.mark.usefixtures("noon")

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
PAGES = ["", "missions", "changes", "figures", "reports", "instruments", "themes", "areas", "owners", "data", "about"]


def entries(client, **kwargs):
    """Address → the element that says something of it."""
    root = ElementTree.fromstring(client.get("/sitemap.xml", **kwargs).content)
    return {url.find("s:loc", SPACES).text: url for url in root.findall("s:url", SPACES)}


def alternates(url):
    return {link.get("hreflang"): link.get("href") for link in url.findall("x:link", SPACES)}


def test_every_public_page_is_named_in_both_languages_and_nothing_else(client):
    owner = build.organisation("O1")
    build.mission("FP-1", areas=[build.area("A1")], lead_owner=owner, theme=build.theme("T1"))
    build.frozen_report("R-1")
    build.mission("FP-2", opened=False)
    build.mission("HID-1", instrument=build.instrument("HID", issued_on=None), opened=False)

    paths = [f"{name}/" if name else "" for name in PAGES]
    paths += ["missions/FP-1/", "instruments/FP/", "themes/T1/", "areas/A1/", "owners/O1/", "reports/R-1/"]
    expected = {f"{settings.SITE_URL}/{language}/{path}" for path in paths for language in ("en", "zh-hans")}
    expected |= {f"{settings.SITE_URL}/api/v1/docs?lang={language}" for language in ("en", "zh")}
    found = entries(client)
    assert set(found) == expected
    assert {client.get(address.removeprefix(settings.SITE_URL)).status_code for address in found} == {200}


def test_an_address_is_said_to_be_the_same_page_as_on_the_page_itself(client):
    build.mission("FP-1")

    for address, url in entries(client).items():
        page = parse(client.get(address.removeprefix(settings.SITE_URL)))
        said = {
            link["hreflang"].lower(): link["href"] for link in page.all("link", rel="alternate") if link.get("hreflang")
        }
        assert (page.one("link", rel="canonical")["href"], said) == (address, alternates(url))


def test_a_mission_was_last_changed_when_its_newest_entry_was_recorded(client, noon):
    mission = build.mission("FP-1")
    noon.move_to(datetime(2024, 7, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai")))
    build.report(mission, Status.PAUSED)
    build.mission("FP-2")
    noon.move_to(datetime(2024, 7, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai")))
    build.mission("FP-3")

    found = entries(client)

    days = [found[f"{settings.SITE_URL}/en/missions/{code}/"].find("s:lastmod", SPACES).text for code in
            ("FP-1", "FP-2", "FP-3")]  # fmt: skip
    assert days == ["2024-07-02", "2024-07-02", "2024-07-09"]


def test_addresses_are_those_of_the_site_and_never_of_the_request(client):
    with override_settings(SITE_URL="https://hub.example.org", ALLOWED_HOSTS=["other.example.org"]):
        found = entries(client, headers={"host": "other.example.org"})
        robots = client.get("/robots.txt", headers={"host": "other.example.org"}).content.decode()

    assert {urlsplit(address)[:2] for address in found} == {("https", "hub.example.org")}
    linked = {urlsplit(other)[:2] for url in found.values() for other in alternates(url).values()}
    assert linked == {("https", "hub.example.org")}
    assert "other.example.org" not in robots


@pytest.mark.both_databases
@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow_with_the_records(client, size):
    crowd(size)
    for number in range(size):
        build.frozen_report(f"R-{number}")

    with CaptureQueriesContext(connection) as queries:
        client.get("/sitemap.xml")

    assert len(queries) == 8


def test_robots_may_read_all_but_what_is_for_officials(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /accounts/",
        "Disallow: /*/report/",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]


@pytest.mark.parametrize("address", ["/sitemap.xml", "/robots.txt"])
def test_both_can_only_be_read(client, address):
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405
    assert not client.get(address).cookies
