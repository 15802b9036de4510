"""From nothing to another city's tracker: an invented programme is loaded, and no page names another one."""

import re

import pytest

from tests.exchange.folders import HONGQIAO, SMALL, load, read

pytestmark = pytest.mark.django_db

PAGES = (
    "", "missions/?sort=code", "missions/WP-1/", "instruments/", "instruments/WP/", "owners/", "owners/PORT/",
    "themes/", "areas/", "areas/NORTH/", "changes/", "figures/", "reports/", "data/", "about/", "report/completion.csv",
    "report/completion.html", "report/completion.json", "changes.csv", "changes.atom",
)  # fmt: skip
MISSIONS = {"WP-1": "completed", "WP-2": "in_progress", "WG-1": "in_progress", **dict.fromkeys(("WP-3", "WP-4", "WG-2"),
            "unreported")}  # fmt: skip


@pytest.fixture(scope="module")
def city(module_db):
    load(SMALL)


def names(folder, *tables):
    """What the records of a programme are called, in both languages."""
    files = [read(folder, f"{table}.csv") for table in tables]
    named = (zip(header, row, strict=True) for header, *rows in files for row in rows)
    return {text for row in named for column, text in row if re.match("(name|title|indicator)", column)} - {""}


@pytest.mark.parametrize(("language", "title"), [("en", "Open the north pier"), ("zh-hans", "北栈桥开放")])
def test_pages_and_files_hold_its_own_records_and_name_no_other_programme(city, client, db, language, title):
    tables = ("sources", "instruments", "owners", "missions", "reported_figures")
    others = names(HONGQIAO, *tables) - names(SMALL, "reported_figures") | {"Hongqiao", "虹桥", "Yangtze", "长三角"}
    assert len(others) > 700

    answers = {path: client.get(f"/{language}/{path}") for path in PAGES}
    assert {answer.status_code for answer in answers.values()} == {200}
    pages = {path: answer.getvalue().decode() for path, answer in answers.items()}
    assert {path: found for path, page in pages.items() if (found := [name for name in others if name in page])} == {}
    listed = re.findall(r'data-code="([^"]+)" data-status="([^"]+)"', pages["missions/?sort=code"])
    assert dict(listed) == MISSIONS
    assert [path for path in ("missions/WP-1/", "report/completion.csv") if title not in pages[path]] == []
    assert set(re.findall(r"/owners/(\w+)/", pages["owners/"])) == {"PORT", "CITY", "BANK"}
