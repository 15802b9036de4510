"""An edited register: it changes what it states and nothing else, all of it or nothing."""

from datetime import date

import pytest
from django.db import connection

from missions.ledger.verification import problems as ledger_problems
from missions.models import Mission, Organisation, Source, Theme
from tests import factories
from tests.exchange.folders import NOTHING, SMALL, everything, load, plain
from tests.exchange.registering import (
    add,
    cell,
    differences,
    edit,
    exported,
    failure,
    import_register,
    opened,
    refused,
    versions,
)
from tests.exchange.workbooks import content_of

pytestmark = pytest.mark.django_db

KINDS = ["xlsx", "ods", "csv"]
NEW_MISSION = {
    "code": "WP-9", "instrument": "WP", "number": 9, "kind": "project", "title_en": "A ninth", "title_zh": "第九",
    "theme": "QUAY", "lead_owner": "CITY", "provenance": "official",
}  # fmt: skip


def test_where_a_copy_of_a_source_was_seen_neither_goes_out_nor_gets_lost(book):
    Source.objects.filter(key="plan").update(seen_at="https://gesehen.example/")
    files = [exported(kind) for kind in KINDS]
    assert "gesehen" not in str([list(sheet.values) for sheet in opened(files[0])])
    assert [content for content in files[1:] if b"gesehen" in content] == []

    import_register(edit(opened(), "sources", "plan", title="After"))
    assert Source.objects.values_list("title", "seen_at").get(key="plan") == ("After", "https://gesehen.example/")
    sheet = book["sources"]
    sheet.cell(1, sheet.max_column + 1).value = "seen_at"
    assert refused(book) == ["sources 1 seen_at"]


# --- in ---------------------------------------------------------------------------------------------------------------


def test_a_dry_run_reports_the_same_with_its_cells_and_writes_nothing(book):
    edit(book, "missions", "WP-3", title_en="New", areas="SOUTH;NORTH", clause=None)
    add(book, "missions", **NEW_MISSION)
    before = everything()

    dry = import_register(book, "--dry-run")
    assert everything() == before
    assert dry == import_register(book)
    assert dry == (
        {"missions": (1, 1), "ledger": (1, 0)},
        0,
        ["missions E6", "missions L6", "missions M6", "missions 8"],
    )
    newest, _loaded = Mission.objects.get(code="WP-3").history.all()
    assert (newest.history_type, newest.history_user, newest.history_change_reason) == ("~", None, "import_register")


@pytest.mark.both_databases
def test_new_records_refer_to_new_records_of_the_same_file_in_any_order(book):
    remit = "by remit, not stated in a source"
    add(book, "owners", code="SHED", name_en="Shed", name_zh="仓库", level="agency", parent_code="PIER", source="new",
        position=12)  # fmt: skip
    add(book, "owners", code="PIER", name_en="Pier", name_zh="栈桥", level="agency", parent_code="TOP", source=remit,
        position=11)  # fmt: skip
    add(book, "owners", code="TOP", name_en="Top", name_zh="上级", level="municipal", position=10, source=remit)
    edit(book, "owners", "CITY", parent_code="TOP")
    add(book, "sources", key="new", title="New", publisher="Paper", language="en")
    add(book, "areas", code="EAST", name_en="East", name_zh="东", zone="core", position=9)
    add(book, "themes", code="FISH", name_en="Fish", name_zh="渔", position=9)
    add(book, "instruments", code="NP", name_en="New plan", name_zh="新规划", issuer_en="City", issuer_zh="市",
        issued_on=date(2024, 1, 2), position=9)  # fmt: skip
    add(book, "missions", code="NP-1", instrument="NP", number=1, kind="other", title_en="One", title_zh="一",
        theme="FISH", lead_owner="SHED", supporting_owners="PIER;TOP", areas="EAST", provenance="official",
        source_keys="new", due="2027/6/30")  # fmt: skip
    add(book, "reported_figures", as_of=date(2024, 12, 31), instrument="NP", indicator_en="I", indicator_zh="指",
        value=2.5, unit="items", source_key="new", covers="NP;WP")  # fmt: skip
    book._sheets.reverse()

    assert import_register(book).counts == {
        "sources": (1, 0), "areas": (1, 0), "themes": (1, 0), "instruments": (1, 0), "owners": (3, 1),
        "missions": (1, 0), "reported_figures": (1, 0), "ledger": (1, 0),
    }  # fmt: skip
    assert dict(Organisation.objects.values_list("code", "parent__code")) == {
        "CITY": "TOP", "PORT": "CITY", "BANK": None, "TOP": None, "PIER": "TOP", "SHED": "PIER",
    }  # fmt: skip
    mission = Mission.objects.get(code="NP-1")
    assert (mission.status, mission.status_since, mission.due) == ("unreported", date(2024, 1, 2), date(2027, 6, 30))
    made = plain()["missions"]["NP-1"]
    assert (made["areas"], made["supporting_owners"], made["sources"]) == ("EAST", "PIER;TOP", "new")
    assert mission.history.count() == 1
    assert list(ledger_problems()) == []


def test_a_new_mission_opens_on_the_day_that_the_file_states_and_not_before_its_instrument_is_issued(book):
    factories.instrument("NP", issued_on=None)
    add(book, "missions", **NEW_MISSION, opened_on=date(2025, 2, 3), due=date(2026, 1, 1))
    add(book, "missions", **{**NEW_MISSION, "code": "NP-1", "instrument": "NP"})
    assert import_register(book).counts == {"missions": (2, 0), "ledger": (1, 0)}

    found = Mission.objects.filter(code__in=("WP-9", "NP-1")).values_list("status", "status_since", "due")
    assert list(found.order_by("-code")) == [("unreported", date(2025, 2, 3), date(2026, 1, 1)), (None, None, None)]


# By sheet, record and column: the field, its value after the import, and what the cell states.
EDITS = {
    ("sources", "plan", "title"): ("title", "=1+1 规划", "=1+1 规划"),
    ("sources", "plan", "published_on"): ("published_on", "2024-03-02", "2024年3月2日"),
    ("areas", "NORTH", "position"): ("position", "7", 7),
    ("instruments", "WP", "notes"): ("notes", "One\nTwo", "One\nTwo"),
    ("instruments", "WP", "official_total"): ("official_total", "", None),
    ("owners", "PORT", "level"): ("level", "bank", "bank"),
    ("owners", "PORT", "closed_on"): ("closed_on", "2025-01-01", date(2025, 1, 1)),
    ("missions", "WP-2", "kind"): ("kind", "platform", " platform\u3000"),
    ("missions", "WP-2", "supporting_owners"): ("supporting_owners", "BANK;PORT", "PORT、BANK"),
    ("missions", "WP-2", "areas"): ("areas", "", None),
    ("missions", "WP-2", "source_keys"): ("sources", "measures;plan", "plan；measures"),
}


@pytest.mark.both_databases
def test_edits_change_what_they_state_and_nothing_else(book):
    before, expected = plain(), versions()
    for (sheet, key, column), (_field, _value, stated) in EDITS.items():
        edit(book, sheet, key, **{column: stated})
    for sheet, key in {(sheet, key) for sheet, key, _column in EDITS}:
        expected[sheet][key] += 1

    import_register(book)

    changed = {place: after for place, (_before, after) in differences(before, plain()).items()}
    assert changed == {(sheet, key, field): value for (sheet, key, _column), (field, value, _cell) in EDITS.items()}
    assert versions() == expected


def test_a_sheet_alone_holds_missions_whatever_its_name_and_slips_of_typing_change_nothing(book):
    slips = {"instrument": " ＷＰ ", "number": "１", "kind": "project\u3000", "title_en": " Open the north pier "}
    edit(book, "missions", "WP-1", **slips)
    for name in book.sheetnames:
        if name != "missions":
            del book[name]
    book["missions"].title = "清单"
    book.create_sheet("Sheet2")

    assert import_register(book) == NOTHING


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_csv_is_read_in_the_encodings_of_spreadsheet_programs(book, encoding):
    text = exported("csv").decode("utf-8-sig").replace("北栈桥开放", "南栈桥开放")

    assert import_register(text.encode(encoding), name="missions.csv").places == ["missions F4"]
    assert Mission.objects.get(code="WP-1").title_zh == "南栈桥开放"


def test_what_was_edited_here_since_the_file_went_out_stays_and_what_both_changed_is_refused(book):
    theme = Theme.objects.get(code="QUAY")
    theme.name_en = "Edited here"
    theme.save()
    edit(book, "themes", "QUAY", name_zh="新码头")
    content = content_of(book)
    import_register(book)
    assert Theme.objects.values_list("name_en", "name_zh").get(code="QUAY") == ("Edited here", "新码头")

    edit(both := opened(content), "themes", "QUAY", name_en="Edited there")
    assert refused(both) == ["themes B2"]
    import_register(edit(both, "themes", "QUAY", version=None))
    assert Theme.objects.get(code="QUAY").name_en == "Edited there"
    assert refused(edit(both, "themes", "QUAY", name_en="x", version=999_999)) == ["themes E2"]


def test_a_later_load_takes_what_was_imported_for_an_edit_made_here(book):
    import_register(add(edit(book, "missions", "WP-3", title_en="Imported", areas="NORTH"), "missions", **NEW_MISSION))
    before = everything()

    assert load(SMALL) == ({}, 0, ["missions.csv 5 title_en", "missions.csv 5 areas"])
    assert everything() == before


def test_nothing_is_written_where_the_database_refuses_the_last_row(book):
    edit(book, "themes", "QUAY", name_en="New")
    edit(book, "missions", "WP-1", title_en="New")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER refuses BEFORE UPDATE ON missions_mission BEGIN SELECT RAISE(FAIL, 'refused'); END"
        )

    assert len(refused(book)) == 1  # it compares the database before and after
    assert Theme.objects.get(code="QUAY").name_en == "Quays"


# --- what is refused --------------------------------------------------------------------------------------------------

# By place, what is refused there: what refers to nothing, what never changes, and what only an entry in the ledger
# changes. `test_load_errors` has what is refused of any cell.
BAD_CELLS = {
    ("areas", "ALL", "parent_code"): "NORTH", ("areas", "NORTH", "parent_code"): "ALL",
    ("areas", "NORTH", "position"): None, ("owners", "PORT", "parent_code"): "NOBODY",
    ("missions", "WP-1", "title_en"): "a\u202eb", ("missions", "WP-1", "theme"): "QUAYS",
    ("missions", "WP-1", "areas"): "NORTH;WEST", ("missions", "WP-1", "description_en"): None,
    ("missions", "WP-1", "instrument"): "WG",
    ("missions", "WP-1", "number"): 7, ("missions", "WP-1", "due"): None, ("missions", "WP-1", "opened_on"): None,
    ("missions", "WP-1", "replaces"): "WP-2", ("missions", "WP-2", "opened_on"): "2024-03-02",
    ("missions", "WP-3", "due"): "2026年1月1日", ("missions", "WP-3", "version"): "x",
}  # fmt: skip


def test_bad_cells_are_refused_in_the_order_of_the_file(book):
    for (sheet, key, column), value in BAD_CELLS.items():
        edit(book, sheet, key, **{column: value})

    cells = sorted((cell(book, *place) for place in BAD_CELLS), key=lambda each: (each.row, each.column))
    assert refused(book) == [f"{name} {each.coordinate}" for name in book.sheetnames for each in cells
                             if each.parent.title == name]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"number": 1}, ["number"]),
        ({"code": "a code"}, ["code"]),
        ({"instrument": "XX"}, ["instrument"]),
        ({"opened_on": "2024-02-29"}, ["opened_on"]),
        ({"opened_on": "2099-01-01"}, ["opened_on"]),
        # in preparation
        ({"instrument": "NP", "due": "2026-01-01", "opened_on": "2025-01-01"}, ["due", "opened_on"]),
        # The date of issue is the one that the file states.
        ({"instrument": "WG", "number": 9, "opened_on": "2025-02-01"}, ["opened_on"]),
    ],
)
def test_a_new_mission_that_cannot_be_opened_is_refused(book, cells, columns):
    factories.instrument("NP", issued_on=None)
    edit(book, "instruments", "WG", issued_on=date(2025, 2, 2))
    add(book, "missions", **{**NEW_MISSION, **cells})
    code = cells.get("code", "WP-9")

    assert refused(book) == [f"missions {cell(book, 'missions', code, column).coordinate}" for column in columns]


def nothing(book):
    for sheet in book:
        sheet.delete_rows(1, sheet.max_row)


def another_sheet(book):
    book.create_sheet("Read me").append(["x"])


def two_of_one_name(book):
    book["themes"].title = " Missions"


@pytest.mark.parametrize("spoil", [nothing, another_sheet, two_of_one_name])
def test_a_sheet_that_would_be_passed_over_is_refused(book, spoil):
    spoil(book)

    assert failure(book)
