"""From nothing to another city's tracker: an invented programme is loaded, and no page names another one."""

import csv
import io
import re

import pytest

from tests.exchange.folders import HONGQIAO, SMALL, load, read

pytestmark = pytest.mark.django_db

PAGES = (
    "", "missions/?sort=code", "missions/WP-1/", "instruments/", "instruments/WP/", "owners/", "owners/PORT/",
    "themes/", "areas/", "areas/NORTH/", "changes/", "figures/", "reports/", "data/", "about/", "report/completion.csv",
    "report/completion.html", "report/completion.json", "changes.csv", "changes.atom",
)  # fmt: skip


@pytest.fixture(scope="module")
def city(module_db):
    load(SMALL)


@pytest.fixture(params=["en", "zh-hans"])
def fetch(request, city, client, db):
    """Fetches a page in the language of the parameter."""

    def fetched(path):
        response = client.get(f"/{request.param}/{path}")
        assert response.status_code == 200, path
        return response.getvalue().decode()

    fetched.names = "_en" if request.param == "en" else "_zh"
    return fetched


def stated(folder):
    """The rows of each table of the folder."""
    tables = {path.stem: read(folder, path.name) for path in folder.glob("*.csv")}
    return {name: [dict(zip(header, row, strict=True)) for row in rows] for name, (header, *rows) in tables.items()}


def names(folder, *tables):
    """What the records of a programme are called, in both languages."""
    records = (record for table in tables for record in stated(folder)[table])
    return {text for record in records for name, text in record.items() if re.match("(name|title|indicator)", name)} - {
        ""
    }


def test_lists_and_files_hold_its_own_records(fetch):
    programme = stated(SMALL)
    page = fetch("missions/?sort=code")
    assert re.findall(r'data-code="([^"]+)" data-status="([^"]+)"', page) == [
        ("WG-1", "in_progress"), ("WG-2", "unreported"), ("WP-1", "completed"), ("WP-2", "in_progress"),
        ("WP-3", "unreported"), ("WP-4", "unreported"),
    ]  # fmt: skip
    assert set(re.findall(r"/owners/(\w+)/", fetch("owners/"))) == {"PORT", "CITY", "BANK"}
    records = {record["code"]: record for record in csv.DictReader(io.StringIO(fetch("report/completion.csv")[1:]))}
    assert {(code, each["title_en"], each["title_zh"], each["due"]) for code, each in records.items()} == {
        (each["code"], each["title_en"], each["title_zh"], each["due"]) for each in programme["missions"]
    }
    mission = fetch("missions/WP-1/")
    event = next(each for each in programme["events"] if each["new_status"] == "completed")
    texts = (programme["missions"][0]["title" + fetch.names], event["headline" + fetch.names])
    assert [text for text in (*texts, "https://example.org/pier-opens") if text not in mission] == []


def test_no_page_names_another_programme(fetch):
    tables = ("sources", "instruments", "owners", "missions", "reported_figures")
    others = names(HONGQIAO, *tables) - names(SMALL, "reported_figures") | {"Hongqiao", "虹桥", "Yangtze", "长三角"}
    assert len(others) > 700

    pages = {path: fetch(path) for path in PAGES}
    assert {path: found for path, page in pages.items() if (found := [name for name in others if name in page])} == {}
