"""A first load: records, ledger entries and history; a dry run; and all or nothing."""

from datetime import date

import pytest

from missions.models import Mission
from tests.exchange.folders import SMALL, append, change, differing, everything, load, refused, replace

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
