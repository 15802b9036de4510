"""The workbook in which an owner reports: what stands in it, and what its cells take."""

from datetime import UTC, date, timedelta
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from missions.exchange import return_form
from missions.exchange.return_form import SHOWN, filename, write_all_forms, write_form
from missions.exchange.returns import is_return
from missions.exchange.workbooks import read_workbook
from missions.models import Head, Mission, Role
from tests import build
from tests.exchange.returning import form, grids, places, to_be_filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

NAMES = [column.name for column in SHOWN]


def sheet_of(content, place=0):
    return openpyxl.load_workbook(BytesIO(content)).worksheets[place]


def codes(content):
    _columns, rows = places(grids(content))
    return [code for code in rows if code and code not in ("code", "代码\nCode")]


def stated(content):
    rows = grids(content)[0].rows
    place = next(place for place, row in enumerate(rows) if "form_entry" in row)
    return {name: rows[place + 2][column] for column, name in enumerate(rows[place]) if name}


@pytest.mark.both_databases
def test_it_lists_the_open_missions_in_the_order_of_their_codes():
    for code in ("b-1", "M-2", "M-10", "A-1"):
        build.mission(code)
    build.mission("M-3", opened=False)
    build.mission("M-4", status="withdrawn")
    build.mission("M-5", status="completed")

    assert codes(form()) == ["A-1", "M-10", "M-2", "M-5", "b-1"]
    assert codes(form(Mission.objects.filter(code__startswith="M"))) == ["M-10", "M-2", "M-5"]


def test_an_editors_form_holds_what_the_own_organisations_lead():
    above, below = build.organisation("UP"), build.organisation("DOWN", parent=build.organisation("UP"))
    build.mission("M-1", lead_owner=above)
    build.mission("M-2", lead_owner=below)
    build.mission("M-3", lead_owner=build.organisation("ELSEWHERE"))
    editor = build.user("editor", Role.EDITOR, organisation=above)

    assert codes(form(Mission.objects.visible_to(editor))) == ["M-1", "M-2"]


def test_it_says_how_each_mission_stands():
    owner = build.organisation("O7", name_en="Bureau", name_zh="局")
    build.mission("M-1", lead_owner=owner, title_en="One", title_zh="一", due=date(2025, 1, 2), status="paused")
    build.mission("M-2", lead_owner=owner, title_en="Two", title_zh="二")
    columns, rows = places(sheets := grids(form()))

    def shown(code):
        return [sheets[0].rows[rows[code]][columns[name]] for name in NAMES]

    assert shown("M-1") == ["M-1", "一", "One", "局\nBureau", "2025-01-02", "暂停\nPaused", "2024-01-01"]
    assert shown("M-2") == [
        "M-2",
        "二",
        "Two",
        "局\nBureau",
        None,
        "未单独报告\nNot individually reported",
        "2021-02-24",
    ]


def test_it_states_for_whom_and_from_what_it_was_made():
    owner = build.organisation("O7", name_en="Bureau", name_zh="局")
    build.mission(lead_owner=owner)
    head = Head.objects.get()
    said = {"form_revision": head.revision, "form_made": "2024-06-30", "form_entry": 1}

    assert stated(form(owner=owner)) == {**said, "form_owner": "局\nBureau"}
    assert stated(form())["form_owner"].endswith("\nas in each row")


def test_only_the_cells_to_fill_in_are_unlocked_and_they_alone_are_tinted():
    build.mission("M-1")
    build.mission("M-2")
    content = form()
    sheet = sheet_of(content)
    columns, rows = places(grids(content))
    unlocked = {(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    tinted = {(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.fill.fill_type}

    wanted = {(rows[code] + 1, columns[name] + 1) for code in ("M-1", "M-2") for name in to_be_filled_in()}
    assert (unlocked, tinted, len(wanted)) == (wanted, wanted, 18)
    assert sheet.protection.sheet
    assert not sheet.protection.password
    allowed = ("formatColumns", "formatRows", "sort", "autoFilter", "insertRows", "deleteColumns")
    assert [getattr(sheet.protection, name) for name in allowed] == [False] * 4 + [True] * 2  # true forbids
    assert sheet_of(content, 1).protection.sheet


def test_each_column_to_fill_in_takes_what_its_field_takes():
    for code in ("M-1", "M-2", "M-3"):
        build.mission(code)
    content = form()
    columns, rows = places(grids(content))
    names = {place: name for name, place in columns.items()}
    found = {}
    for rule in sheet_of(content).data_validations.dataValidation:
        (cells,) = rule.sqref.ranges
        assert (cells.min_row, cells.max_row, cells.min_col) == (rows["M-1"] + 1, rows["M-3"] + 1, cells.max_col)
        assert rule.errorStyle in (None, "stop")
        found[names[cells.min_col - 1]] = (rule.type, rule.formula1, rule.formula2)

    statuses = "未启动 Not started,推进中 In progress,暂停 Paused,已完成 Completed,已撤销 Withdrawn"
    bases = "公开文件 Public document,单位说明 Owner's statement,仅有总体表述 Joint statement only"
    assert found == {
        "new_status": ("list", f'"{statuses}"', None),
        "effective_on": ("date", "1", "TODAY()"),
        "basis": ("list", f'"{bases}"', None),
        "headline_zh": ("textLength", "300", None),
        "headline_en": ("textLength", "300", None),
        "evidence_title": ("textLength", "500", None),
        "evidence_publisher": ("textLength", "300", None),
        "evidence_url": ("textLength", "1000", None),
        "note": ("textLength", "2000", None),
    }


def test_its_head_stays_in_sight_and_is_repeated_on_paper():
    build.mission("M-1")
    content = form()
    sheet = sheet_of(content)
    _columns, rows = places(grids(content))

    assert openpyxl.load_workbook(BytesIO(content)).active.title == "填报 Return"
    assert sheet.freeze_panes == f"B{rows['M-1'] + 1}"
    assert (sheet.print_title_rows, sheet.print_title_cols) == (f"${rows['M-1']}:${rows['M-1']}", "$A:$A")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.auto_filter.ref == f"A{rows['M-1']}:P{rows['M-1'] + 1}"
    assert [row for row, looks in sheet.row_dimensions.items() if looks.hidden] == [4, rows["code"] + 1]


@pytest.mark.parametrize("title", ["=1+1", "@SUM(A1)", "+1", "<r>bold</r>", "{=1}", "https://example.org/"])
def test_a_title_that_looks_like_a_formula_is_a_text(title):
    build.mission("M-1", title_en=title, title_zh=title)
    (grid, _instructions) = read_workbook("form.xlsx", content := form())
    columns, rows = places([grid])

    assert [grid.rows[rows["M-1"]][columns[name]] for name in ("title_zh", "title_en")] == [title, title]
    cells = [cell for row in sheet_of(content).iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


def test_whatever_is_typed_stays_a_text_but_for_the_day():
    build.mission("M-1")
    columns, rows = places(grids(content := form()))
    formats = [sheet_of(content).cell(rows["M-1"] + 1, columns[name] + 1).number_format for name in to_be_filled_in()]

    assert formats == ["@", "yyyy-mm-dd", *["@"] * 7]


def test_the_second_sheet_says_in_both_languages_what_each_column_takes_and_what_may_follow():
    build.mission()
    rows = grids(form())[1].rows
    follow = {row[0]: (row[1], row[2]) for row in rows}

    assert follow["已完成\nCompleted"] == ("推进中、已完成、已撤销", "In progress, Completed, Withdrawn")
    assert follow["已撤销\nWithdrawn"] == ("已撤销", "Withdrawn")
    explained = [row for row in rows if row[1] and row[2]]
    assert len(explained) == 5 + 9 + 6 + 4
    assert [row[0] for row in explained if row[1] == row[2]] == []


@pytest.mark.both_databases
def test_the_same_state_gives_the_same_bytes_whatever_the_time_and_the_language(noon):
    build.mission("M-1")
    build.mission("M-2", lead_owner=build.organisation("O2"))

    def made():
        zipped = BytesIO()
        write_all_forms(Mission.objects.all(), zipped)
        return form(), zipped.getvalue()

    before = made()
    noon.shift(timedelta(hours=3))
    with override("zh-hans"):
        assert made() == before
    build.report(Mission.objects.get(code="M-1"), "paused")
    assert [one == other for one, other in zip(made(), before, strict=True)] == [False, False]


def test_it_was_created_when_the_data_last_changed():
    build.mission()
    created = openpyxl.load_workbook(BytesIO(form())).properties.created

    assert created.replace(tzinfo=UTC) == Head.objects.get().advanced_at.replace(microsecond=0)


def test_its_name_says_whose_it_is_and_from_which_revision():
    owner = build.organisation("SHDRC")
    build.mission(lead_owner=owner)
    revision = Head.objects.get().revision

    assert write_form(Mission.objects.all(), BytesIO(), owner=owner) == f"return_SHDRC_r{revision}.xlsx"
    assert write_form(Mission.objects.all(), BytesIO()) == f"return_r{revision}.xlsx"
    assert [filename(owner, 12), filename(None, 12)] == ["return_SHDRC_r12.xlsx", "return_r12.xlsx"]


def test_one_with_the_missions_of_those_below_has_a_name_of_its_own_and_says_so():
    owner = build.organisation("SH", name_en="City", name_zh="市")
    build.mission("M-1", lead_owner=owner)
    build.mission("M-2", lead_owner=build.organisation("SHDRC", parent=owner))
    revision, file, zipped = Head.objects.get().revision, BytesIO(), BytesIO()

    assert write_form(Mission.objects.all(), file, owner=owner) == f"return_SH_with-below_r{revision}.xlsx"
    assert stated(file.getvalue())["form_owner"] == "市（含下级单位）\nCity, with those below"
    write_all_forms(Mission.objects.all(), zipped)
    with ZipFile(zipped) as archive:
        assert codes(archive.read(f"return_SH_r{revision}.xlsx")) == ["M-1"]


@pytest.mark.both_databases
def test_the_zip_holds_a_form_for_each_organisation_that_leads_an_open_mission():
    owners = {code: build.organisation(code) for code in ("b", "A", "UP", "DONE", "IDLE")}
    build.mission("M-1", lead_owner=owners["b"])
    build.mission("M-2", lead_owner=owners["A"])
    build.mission("M-3", lead_owner=owners["A"])
    build.mission("M-4", lead_owner=owners["DONE"], status="withdrawn")
    owners["A"].parent = owners["UP"]
    owners["A"].save()
    revision = Head.objects.get().revision
    file = BytesIO()

    assert write_all_forms(Mission.objects.all(), file) == f"returns_r{revision}.zip"
    with ZipFile(file) as archive:
        members = archive.infolist()
        forms = {member.filename: codes(archive.read(member)) for member in members}
        assert is_return(grids(archive.read(members[0])))
        assert stated(archive.read(members[0]))["form_owner"] == "单位A\nOrganisation A"
    assert forms == {f"return_A_r{revision}.xlsx": ["M-2", "M-3"], f"return_b_r{revision}.xlsx": ["M-1"]}
    assert list(forms) == sorted(forms)
    assert {(member.date_time, member.external_attr >> 16) for member in members} == {((1980, 1, 1, 0, 0, 0), 0o644)}


def test_more_missions_than_a_form_takes_are_refused(monkeypatch):
    assert return_form.MOST_ROWS == 1000
    monkeypatch.setattr(return_form, "MOST_ROWS", 2)
    build.mission()
    build.mission()
    form()
    build.mission()

    with pytest.raises(ValidationError, match="These are 3 missions, and a form takes 2: choose fewer"):
        form()


def test_a_form_without_missions_has_its_head_alone():
    assert codes(form()) == []
    assert sheet_of(form()).data_validations.dataValidation == []
