"""What search engines and security researchers read: the sitemap, robots.txt and security.txt."""

from datetime import date, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from tests import factories
from tests.public.parameters import PAGES, build_one_mission

pytestmark = pytest.mark.usefixtures("noon")

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
SITE = settings.SITE_URL
SHANGHAI = ZoneInfo("Asia/Shanghai")


def entries(client):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return {url.find("s:loc", SPACES).text: url for url in root.findall("s:url", SPACES)}


def test_the_sitemap_has_every_public_page_in_both_languages_and_nothing_else(client):
    build_one_mission()
    factories.mission("FP-2", opened=False)
    factories.mission("HID-1", instrument=factories.instrument("HID", issued_on=None), opened=False)

    found = entries(client)
    expected = {f"{SITE}/{language}/{path}" for path in PAGES for language in ("en", "zh-hans")}
    assert set(found) == expected | {f"{SITE}/api/v1/docs?lang={language}" for language in ("en", "zh")}
    english, chinese = (f"{SITE}/{code}/missions/FP-001/" for code in ("en", "zh-hans"))
    for address in (english, chinese):  # alike on the page itself, as test_contract has it
        links = {link.get("hreflang"): link.get("href") for link in found[address].findall("x:link", SPACES)}
        assert links == {"en": english, "zh-hans": chinese, "x-default": english}


def test_robots_may_read_all_but_the_pages_of_officials_and_reports(client):
    lines = client.get("/robots.txt").text.splitlines()

    assert lines[1:4] == ["Disallow: /admin/", "Disallow: /accounts/", "Disallow: /*/report/"]
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"


def fields(client):
    return dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())


def test_security_txt_names_a_contact_and_when_it_expires(client, settings, noon):
    settings.DEFAULT_FROM_EMAIL = "hub+site@example.org"

    assert fields(client) == {
        "Contact": "mailto:hub+site@example.org",
        "Expires": "2025-01-01T00:00:00Z",
        "Preferred-Languages": "zh, en",
        "Canonical": f"{SITE}/.well-known/security.txt",
        "Policy": f"{SITE}/en/about/#contact",
    }
    for day in (date(2024, 1, 1), date(2024, 7, 1), date(2024, 12, 31), date(2096, 2, 29)):
        noon.move_to(datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI))
        expires = date.fromisoformat(fields(client)["Expires"][:10])
        assert 182 <= (expires - day).days <= 366
