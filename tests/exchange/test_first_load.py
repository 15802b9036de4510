"""A first load: records, entries, history and pages of another city; a dry run; and all or nothing."""

import re
from datetime import date

import pytest

from missions.models import Mission
from tests.exchange.folders import HONGQIAO, SMALL, append, change, differing, everything, load, read, refused, replace

pytestmark = pytest.mark.django_db

COUNTS = {"sources": 4, "areas": 3, "themes": 2, "instruments": 2, "owners": 3, "missions": 6, "reported_figures": 4}


@pytest.mark.both_databases
def test_load_stores_what_the_files_state_after_a_dry_run_that_reports_the_same():
    before = everything()
    dry = load(SMALL, "--dry-run")
    assert everything() == before

    report = load(SMALL)

    assert report == dry == ({table: (count, 0) for table, count in COUNTS.items()}, 11, [])
    assert differing(SMALL) == {}
    version = Mission.objects.get(code="WP-2").history.get()
    assert (version.history_type, version.history_user, version.history_change_reason) == ("+", None, "load_programme")
    assert {link.area.code for link in version.areas.all()} == {"NORTH", "SOUTH"}


@pytest.mark.parametrize("issued_on", ["", "2099-01-01"])
def test_missions_of_an_instrument_in_preparation_open_once_it_is_issued(folder, issued_on):
    append(folder, "instruments.csv", f"NEXT,Next plan,下一规划,City,柳港市,{issued_on},,,")
    append(folder, "missions.csv", "NEXT-1,NEXT,1,policy,To come,待公布,,,QUAY,CITY,,ALL,,2027-12-31,official,plan")
    event = "NEXT-1,2025-07-01,in_progress,Too early,太早,plan"
    append(folder, "events.csv", event)
    assert refused(folder) == ["events.csv 7 mission_code"]
    replace(folder, "events.csv", f"{event}\n", "")

    assert load(folder).entries == 11
    assert not Mission.objects.public().filter(code="NEXT-1").exists()
    assert Mission.objects.get(code="NEXT-1").status is None

    change(folder, "instruments.csv", "NEXT", issued_on="2026-01-01")
    assert load(folder) == ({"instruments": (0, 1)}, 1, ["instruments.csv 4 issued_on"])
    mission = Mission.objects.public().get(code="NEXT-1")
    assert (mission.status, mission.status_since, mission.due) == ("unreported", date(2026, 1, 1), date(2027, 12, 31))


def test_nothing_is_written_where_the_ledger_refuses_the_last_event(folder):
    append(folder, "events.csv", "WP-4,2025-07-01,withdrawn,Given up,放弃,plan")
    append(folder, "events.csv", "WP-4,2025-08-01,completed,Done after all,终于完成,plan")

    assert refused(folder) == ["events.csv 8 new_status"]  # it compares the database before and after


# --- another city -----------------------------------------------------------------------------------------------------

PAGES = (
    "", "missions/?sort=code", "missions/WP-1/", "instruments/", "instruments/WP/", "owners/", "owners/PORT/",
    "themes/", "areas/", "areas/NORTH/", "changes/", "figures/", "reports/", "data/", "about/", "report/completion.csv",
    "report/completion.html", "report/completion.json", "changes.csv", "changes.atom",
)  # fmt: skip
MISSIONS = {"WP-1": "completed", "WP-2": "in_progress", "WG-1": "in_progress", **dict.fromkeys(("WP-3", "WP-4", "WG-2"),
            "unreported")}  # fmt: skip


def names(folder, *tables):
    """What the records of a programme are called, in both languages."""
    files = [read(folder, f"{table}.csv") for table in tables]
    named = (zip(header, row, strict=True) for header, *rows in files for row in rows)
    return {text for row in named for column, text in row if re.match("(name|title|indicator)", column)} - {""}


@pytest.mark.parametrize(("language", "title"), [("en", "Open the north pier"), ("zh-hans", "北栈桥开放")])
def test_pages_and_files_hold_its_own_records_and_name_no_other_programme(client, language, title):
    load(SMALL)
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
