"""From nothing to another city's tracker: an invented programme is loaded, and its pages know no other one."""

import csv
import io
import re

import pytest
from django.core.management import call_command

from missions.exchange.programme_tables import FIGURES, INSTRUMENTS, MISSIONS, OWNERS, SOURCES
from missions.models import Instrument
from tests.exchange.folders import HONGQIAO, SMALL

LANGUAGES = ("en", "zh-hans")
PAGES = (
    "", "missions/", "missions/WP-1/", "instruments/", "instruments/WP/", "owners/", "owners/PORT/", "themes/",
    "areas/", "areas/NORTH/", "changes/", "figures/", "reports/", "data/", "about/",
)  # fmt: skip
FILES = ("report/completion.csv", "report/completion.html", "report/completion.json", "changes.csv", "changes.atom")


@pytest.fixture
def city(db, client):
    """A client of the site into whose empty database the invented programme was loaded."""
    assert not Instrument.objects.exists()
    call_command("load_programme", SMALL, verbosity=0)
    return client


def fetched(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.getvalue().decode()


def names(folder, *tables):
    """What the records of a programme are called, in both languages."""
    found = set()
    for table in tables:
        with (folder / table.file).open(newline="") as stream:
            for record in csv.DictReader(stream):
                found |= {text for column, text in record.items() if re.match("(name|title|indicator)", column)}
    return found - {""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_shows_its_instruments_with_what_was_reported_and_its_missions(city, language):
    page = fetched(city, f"/{language}/")

    titles = {
        "en": ("Willow Harbour plan (invented)", "Green measures (invented)"),
        "zh-hans": ("柳港规划", "绿色措施"),
    }
    assert [title for title in titles[language] if title not in page] == []
    assert set(re.findall(r"/missions/(\w+-\d+)/", page)) == {"WP-1", "WP-2", "WP-3", "WP-4", "WG-1", "WG-2"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_shows_its_missions_and_how_they_stand(city, language):
    page = fetched(city, f"/{language}/missions/?sort=code")

    assert 'data-total="6"' in page
    assert re.findall(r'data-code="([^"]+)" data-status="([^"]+)"', page) == [
        ("WG-1", "in_progress"),
        ("WG-2", "unreported"),
        ("WP-1", "completed"),
        ("WP-2", "in_progress"),
        ("WP-3", "unreported"),
        ("WP-4", "unreported"),
    ]


@pytest.mark.parametrize(
    ("language", "title", "headline", "owner"),
    [
        ("en", "Open the north pier", "The pier opens, a month early", "Port office (invented)"),
        ("zh-hans", "北栈桥开放", "栈桥提前一个月开放", "港务局(虚构)"),
    ],
)
def test_a_mission_shows_its_text_its_owner_and_what_was_reported(city, language, title, headline, owner):
    page = fetched(city, f"/{language}/missions/WP-1/")

    assert [text for text in (title, headline, owner) if text not in page] == []
    assert "https://example.org/pier-opens" in page


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["Port office (invented)", "Willow Harbour city (invented)"]),
        ("zh-hans", ["港务局(虚构)", "柳港市(虚构)"]),
    ],
)
def test_the_owners_are_its_own(city, language, shown):
    page = fetched(city, f"/{language}/owners/")

    assert [name for name in shown if name not in page] == []
    assert set(re.findall(rf"/{language}/owners/(\w+)/", page)) == {"PORT", "CITY", "BANK"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_as_csv_holds_its_missions_in_both_languages(city, language):
    text = fetched(city, f"/{language}/report/completion.csv").removeprefix("\ufeff")

    records = {record["code"]: record for record in csv.DictReader(io.StringIO(text))}
    assert set(records) == {"WP-1", "WP-2", "WP-3", "WP-4", "WG-1", "WG-2"}
    first = records["WP-1"]
    assert (first["title_en"], first["title_zh"]) == ("Open the north pier", "北栈桥开放")
    assert (first["status"], first["status_since"], first["due"]) == ("completed", "2025-02-01", "2025-12-31")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_nothing_is_said_of_another_programme(city, language, path):
    others = names(HONGQIAO, SOURCES, INSTRUMENTS, OWNERS, MISSIONS, FIGURES) - names(SMALL, FIGURES)
    assert len(others) > 700

    page = fetched(city, f"/{language}/{path}")

    assert {name for name in {*others, "Hongqiao", "虹桥", "Yangtze", "长三角"} if name in page} == set()
