"""Files of the register that went out before a column was added, and the column that never goes out."""

import pytest

from missions.exchange.programme import load_programme
from missions.exchange.programme_tables import TABLES as PROGRAMME_TABLES
from missions.models import Area, Source
from tests.exchange.folders import SMALL, everything
from tests.exchange.registering import edit, exported, imported, looked, refused, sheet, sheets

pytestmark = pytest.mark.django_db

ADDED = {table.name: {column.name for column in table.columns if column.is_optional} for table in PROGRAMME_TABLES}
ADDED_SHEETS = {table.name for table in PROGRAMME_TABLES if table.is_optional}


@pytest.fixture(autouse=True)
def programme():
    load_programme(SMALL)


def older(grids):
    """The sheets and columns that the first edition exported."""
    kept = [grid for grid in grids if grid.name not in ADDED_SHEETS]
    for grid in kept:
        places = [at for at, name in enumerate(grid.rows[0]) if name not in ADDED[grid.name]]
        grid.rows[:] = [[row[at] if at < len(row) else None for at in places] for row in grid.rows]
    return kept


def test_an_older_file_changes_nothing_and_keeps_what_it_does_not_name():
    north = Area.objects.get(code="NORTH")
    north.parent = Area.objects.get(code="ALL")
    north.province_or_city_zh = "柳市"
    north.save()
    grids = older(sheets())
    assert "parent_code" not in sheet(grids, "areas").rows[0]
    before = everything()

    assert imported(grids).changes == []

    assert everything() == before
    found = imported(edit(older(sheets()), "areas", "NORTH", name_zh="北岸"))
    north.refresh_from_db()
    assert (len(found.changes), north.name_zh, north.parent.code, north.province_or_city_zh) == (
        1,
        "北岸",
        "ALL",
        "柳市",
    )


def test_where_a_copy_was_seen_neither_goes_out_nor_comes_in():
    source = Source.objects.get(key="plan")
    source.seen_at = "https://hijacked.example/copy"
    source.save()

    assert "seen_at" not in sheet(sheets(), "sources").rows[0]
    assert all(b"hijacked" not in exported(kind) for kind in ("ods", "csv"))
    assert "hijacked" not in str([grid.rows for grid in sheets()])
    grids = sheets()
    for row in sheet(grids, "sources").rows:
        row.append("https://example.org/")
    sheet(grids, "sources").rows[0][-1] = "seen_at"
    assert "The column is not known" in refused(grids)[0]


def test_areas_do_not_form_a_ring_in_the_registers_file():
    grids = edit(sheets(), "areas", "ALL", parent_code="NORTH")
    edit(grids, "areas", "NORTH", parent_code="ALL")

    assert [problem.partition(": ")[2] for problem in refused(grids)] == ["An area cannot stand below itself."] * 2


def test_an_area_comes_in_below_one_that_stands_after_it():
    imported(edit(sheets(), "areas", "ALL", parent_code="SOUTH"))

    assert Area.objects.get(code="ALL").parent.code == "SOUTH"
    assert looked(sheets()).changes == []
