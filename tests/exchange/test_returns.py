"""Return forms: made, filled in, handed in, looked at and submitted; what is refused, and what is a conflict."""

import io
from datetime import date, datetime
from zipfile import ZipFile

import pytest
import time_machine
from django.test import Client

from missions.models import Head, Role, Submission
from tests import factories
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.returning import REPORTED, download, hand_in, written
from tests.forms import Form
from tests.public.world import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

MISSIONS = [f"M-{number:02}" for number in range(1, 41)]
TITLE = "=1+1 <b>"
LENGTHS = {
    "headline_zh": 300, "headline_en": 300, "evidence_title": 500, "evidence_publisher": 300, "evidence_url": 1000,
    "note": 2000,
}  # fmt: skip


@pytest.fixture(scope="module")
def world(module_db):
    """Forty missions of one organisation, one of another, and the editor's form at noon on 30 June 2024."""
    with time_machine.travel(NOW, tick=False):
        own, other = factories.organisation("OWN"), factories.organisation("OTHER")
        missions = {code: factories.mission(code, lead_owner=own, title_en=TITLE) for code in MISSIONS}
        factories.mission("FOREIGN", lead_owner=other)
        factories.mission("DRAFT", lead_owner=own, opened=False)
        factories.mission("GONE", lead_owner=own, status="withdrawn")
        factories.report(missions["M-40"], "completed", on=date(2024, 1, 1))
        editor = factories.user("editor", Role.EDITOR, organisation=own)
        client = Client()
        client.force_login(editor)
        return missions, editor, download(client), client


@pytest.fixture
def editor(world):
    return world[3]


@pytest.fixture
def missions(world):
    return world[0]


@pytest.fixture
def form(world):
    return Form(world[2])


# --- the form ---------------------------------------------------------------------------------------------------------


def statement(form):
    """Of the hidden row of names, each column, by its name, and what the form states in it."""
    row = form.row_with("form_entry")
    return {name.value: (name.column, form.sheet.cell(row + 2, name.column)) for name in form.sheet[row]}


def test_form_lists_the_open_missions_of_the_editor_and_is_the_same_at_another_time(editor, world, form, noon):
    assert list(form.rows) == MISSIONS
    values = [str(form.cell("M-40", name).value) for name in ("title_en", "status_now", "since")]
    assert values == [TITLE, "已完成\nCompleted", "2024-01-01 00:00:00"]
    assert {cell.data_type for row in form.sheet.iter_rows() for cell in row} == {"n", "s", "d"}
    head, stated = Head.objects.get(), {name: cell.value for name, (_column, cell) in statement(form).items()}
    assert (stated["form_revision"], stated["form_made"].date(), stated["form_entry"]) == (
        head.revision, date(2024, 6, 30), head.entry,
    )  # fmt: skip
    noon.shift(3600)
    assert download(editor) == world[2]


def test_only_the_cells_to_fill_in_are_unlocked_and_they_take_what_their_fields_take(form):
    statuses = "未启动 Not started,推进中 In progress,暂停 Paused,已完成 Completed,已撤销 Withdrawn"
    bases = "公开文件 Public document,单位说明 Owner's statement,仅有总体表述 Joint statement only"
    expected = {
        "new_status": ("list", f'"{statuses}"'),
        "effective_on": ("date", "1"),
        "basis": ("list", f'"{bases}"'),
        **{name: ("textLength", str(most)) for name, most in LENGTHS.items()},
    }
    names = {place: name for name, place in form.columns.items()}
    rules = {
        names[next(iter(rule.sqref.ranges)).min_col]: (rule.type, rule.formula1)
        for rule in form.sheet.data_validations.dataValidation
    }
    assert rules == expected
    unlocked = {
        cell.coordinate: cell.number_format
        for row in form.sheet.iter_rows() for cell in row if not cell.protection.locked
    }  # fmt: skip
    formats = dict.fromkeys(expected, "@") | {"effective_on": "yyyy-mm-dd"}
    assert unlocked == {form.at(code, name): look for code in MISSIONS for name, look in formats.items()}
    assert form.sheet.protection.sheet


def test_zip_file_has_a_form_for_each_organisation_that_leads_an_open_mission(world):
    coordinator = Client()
    coordinator.force_login(factories.user("coordinator"))
    archive = ZipFile(io.BytesIO(coordinator.get("/admin/missions/import/returns.zip").getvalue()))

    revision = Head.objects.get().revision
    assert {name: list(Form(archive.read(name)).rows) for name in archive.namelist()} == {
        f"return_OTHER_r{revision}.xlsx": ["FOREIGN"], f"return_OWN_r{revision}.xlsx": MISSIONS,
    }  # fmt: skip


# --- what is submitted ------------------------------------------------------------------------------------------------

CITED = {"evidence_title": "Notice"}
COMPLETED = {**CITED, "evidence_url": "https://example.org/"}
# What is typed into a cell, and the value that is submitted. `test_load_workbook` has all forms of dates.
TYPED = [
    *(({**COMPLETED, "new_status": text}, "status", "completed") for text in (
        "已完成", "COMPLETED", " 已完成\u3000Completed ", "已完成\nCompleted", "ｃｏｍｐｌｅｔｅｄ", "完成",
    )),
    *(({"basis": text}, "basis", "collective") for text in ("collective", "仅有总体表述", "Joint statement only")),
    *(({"effective_on": day}, "effective_on", date(2024, 3, 2)) for day in ("2024年3月2日", 45353, date(2024, 3, 2))),
    ({"headline_zh": "  完成（第１期）\n收尾 "}, "headline_zh", "完成（第１期） 收尾"),
    *(({"headline_zh": text, "note": text}, "note", text) for text in ("=1+1", "@SUM(A1)", "+1", "-1", "'x", "<b>x")),
    ({"code": " Ｍ－２０ "}, "status", "in_progress"),
    ({"title_zh": "假", "lead_owner": "X", "status_now": "completed"}, "status", "in_progress"),
]  # fmt: skip


@pytest.mark.both_databases
def test_a_form_is_shown_first_and_submitted_once(editor, form, missions, world):
    typed = {
        **REPORTED, "new_status": "已完成 Completed", "basis": "公开文件 Public document", "headline_en": "Built",
        "evidence_title": "Notice", "evidence_publisher": "Bureau", "evidence_url": "HTTPS://example.org/notice",
        "note": "See page 2,\nplease",
    }  # fmt: skip
    form.fill("M-01", **typed).fill("M-03", **REPORTED).fill("M-04", new_status=" ", note="\u3000\n")
    counts, _imports = written()

    preview = hand_in(editor, form)
    assert (preview.to_submit, preview.problems, preview.conflicts) == (["M-01", "M-03"], [], [])
    assert written()[0] == counts
    preview.submit(editor)
    after = written()
    preview.submit(editor)
    hand_in(editor, form).submit(editor, "M-01")

    assert written()[0] == [counts[0] + 3, counts[1] + 2, counts[2] + 3, counts[3]]  # the last one chose a conflict
    assert after[1] == {"done": 1}
    first, second = Submission.objects.order_by("id")[:2]
    fields = ("kind", "state", "author", "status", "effective_on", "basis", "headline_zh", "headline_en", "note")
    assert [[getattr(each, name) for name in fields] for each in (first, second)] == [
        ["report", "submitted", world[1], "completed", date(2024, 3, 2), "document", "已开工", "Built", typed["note"]],
        ["report", "submitted", world[1], "in_progress", date(2024, 3, 2), "owner", "已开工", "", ""],
    ]
    assert [(piece.title, piece.publisher, piece.url) for piece in first.evidence.all()] == [
        ("Notice", "Bureau", "https://example.org/notice")
    ]
    assert (second.evidence.count(), first.mission, second.mission) == (0, missions["M-01"], missions["M-03"])


def test_what_is_clear_is_read_however_it_is_typed(editor, form):
    rows = dict(zip(MISSIONS, TYPED, strict=False))
    for code, (cells, _field, _value) in rows.items():
        form.fill(code, **{**REPORTED, **cells})

    preview = hand_in(editor, form)
    assert (preview.problems, preview.to_submit) == ([], list(rows))
    preview.submit(editor)
    found = {each.mission.code: each for each in Submission.objects.all()}
    assert {code: getattr(found[code], field) for code, (_cells, field, _value) in rows.items()} == {
        code: value for code, (_cells, _field, value) in rows.items()
    }


# --- what is refused --------------------------------------------------------------------------------------------------

# What is typed into the cells of a row that is sound otherwise, and the columns that are refused.
BAD_ROWS = [
    *(({"new_status": text}, ["new_status"]) for text in ("finished", "", "unreported")),
    *(({"effective_on": day}, ["effective_on"]) for day in (
        "", "2024-07-01", "2101-01-01", "spring", datetime.fromisoformat("2024-03-02T10:00"), True, "=1/0",
        "2020-01-01",
    )),
    *(({**COMPLETED, name: "字" * (most + 1)}, [name]) for name, most in LENGTHS.items()),
    ({"basis": "rumour"}, ["basis"]),
    *(({"headline_zh": text}, ["headline_zh"]) for text in ("", "a\u202eb")),
    *(({"new_status": "已完成 Completed", **cited}, ["evidence_url"]) for cited in ({}, CITED)),
    *(({**CITED, "evidence_url": f"{start}example.org/notice"}, ["evidence_url"]) for start in ("", "ftp://")),
    ({"evidence_url": "https://example.org/notice"}, ["evidence_title"]),
    ({"evidence_publisher": "Bureau"}, ["evidence_title"]),
    ({"basis": "rumour", "note": "x" * 2001, "evidence_url": "example.org", "headline_en": "x" * 301},
     ["basis", "headline_en", "evidence_url", "note", "evidence_title"]),
    # of another organisation, twice
    *(({"code": code}, ["code"]) for code in ("X-1", "FOREIGN", "M-01", None)),
]  # fmt: skip


def spoilt(form):
    """Fills in the bad rows; returns the cells that are to be refused."""
    rows = dict(zip(MISSIONS, BAD_ROWS, strict=False)) | {"M-40": ({"new_status": "暂停"}, ["new_status"])}
    cells = [form.at(code, column) for code, (_text, columns) in rows.items() for column in columns]
    for code, (typed, _columns) in rows.items():
        form.fill(code, **{**REPORTED, **typed})
    return cells


def test_each_bad_row_is_refused_with_its_cells_and_none_is_submitted(editor, form):
    cells = spoilt(form)
    form.fill("M-39", **REPORTED)
    before = written()[0]

    preview = hand_in(editor, form)
    assert (preview.problems, preview.can_submit, preview.to_submit) == (cells, False, ["M-39"])
    preview.submit(editor)
    assert written()[0] == before


def test_a_mission_of_another_organisation_is_refused_like_one_that_does_not_exist(editor, form):
    form.fill("M-01", **{**REPORTED, "code": "FOREIGN"}).fill("M-02", **{**REPORTED, "code": "NOWHERE"})

    rows = hand_in(editor, form).sections("refused")[0].one("tbody").all("tr")
    places = [(form.at("M-01", "code"), "FOREIGN"), (form.at("M-02", "code"), "NOWHERE")]
    texts = {
        row.text.replace(code, "").replace(cell, "") for row, (cell, code) in zip(rows, places, strict=True)
    }  # fmt: skip
    assert len(texts) == 1


# --- conflicts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "submitted"), [((), ["M-03"]), (("M-01",), ["M-01", "M-03"]), (("M-02", "X"), ["M-02", "M-03"])]
)
def test_what_changed_here_since_is_a_conflict_that_is_submitted_only_if_chosen(
    editor, form, missions, chosen, submitted
):
    for code in ("M-01", "M-02", "M-03"):
        form.fill(code, **REPORTED)
    factories.report(missions["M-01"], "paused", headline_en="Paused meanwhile")
    waiting = factories.submission(missions["M-02"], state="submitted", headline_en="Begun by half")
    draft = factories.submission(missions["M-03"])  # nobody else's business

    preview = hand_in(editor, form)
    assert (preview.conflicts, preview.to_submit) == (["M-01", "M-02"], ["M-03"])
    assert [text for text in ("Paused meanwhile", "Begun by half") if text not in preview.page.text] == []
    preview.submit(editor, *chosen)
    made = Submission.objects.exclude(pk__in=(waiting.pk, draft.pk)).order_by("id")
    assert list(made.values_list("mission__code", flat=True)) == submitted


def test_nothing_is_submitted_where_the_data_changed_after_the_preview(editor, form, missions):
    form.fill("M-01", **REPORTED).fill("M-02", **REPORTED)
    preview = hand_in(editor, form)
    factories.report(missions["M-01"], "paused")
    before = written()

    preview.submit(editor, "M-01")
    assert written() == before


# --- rearranged -------------------------------------------------------------------------------------------------------


def rows_and_columns_inserted(form):
    form.sheet.insert_cols(1, 2)
    form.sheet.delete_cols(form.columns["title_en"] + 2)
    form.sheet.insert_rows(form.rows["M-02"], 2)
    form.sheet.insert_rows(form.names + 2, 50)
    form.sheet.insert_rows(1, 3)
    form.book.create_sheet("another", 0)


def heading_sorted_into_the_list(form):
    form.sheet.append([cell.value for cell in form.sheet[form.names + 1]])
    form.sheet.delete_rows(form.names + 1)


def heading_in_one_language(form):
    for cell in form.sheet[form.names + 1]:
        cell.value = cell.value and cell.value.split("\n")[0].upper()


@pytest.mark.parametrize(
    "rearrange", [rows_and_columns_inserted, heading_sorted_into_the_list, heading_in_one_language]
)
def test_a_rearranged_form_is_read(editor, form, rearrange):
    form.fill("M-01", **REPORTED).fill("M-03", **REPORTED)
    rearrange(form)

    preview = hand_in(editor, form)
    assert (preview.to_submit, preview.problems, preview.unread) == (["M-01", "M-03"], [], [])


def test_what_is_outside_the_cells_to_fill_in_is_named_and_reports_nothing(editor, form, missions):
    form.fill("M-01", **REPORTED, due="2030-01-01").fill("M-02", title_zh="改题", status_now="已完成")
    remark = form.sheet.cell(form.rows["M-03"], max(form.columns.values()) + 2, "a remark")
    stray = form.sheet.cell(form.sheet.max_row + 1, 2, "合计")
    # Nothing that changed here since is a difference of the file's.
    factories.report(missions["M-04"], "paused")
    form.book.create_sheet("甲")["B1"] = "x"

    preview = hand_in(editor, form)
    expected = [form.at("M-01", "due"), form.at("M-02", "title_zh"), form.at("M-02", "status_now")]
    assert preview.unread == [*expected, remark.coordinate, stray.coordinate]
    assert (preview.to_submit, "甲" in preview.page.text) == (["M-01"], True)


def state_of_the_future(form):
    _column, entry = statement(form)["form_entry"]
    entry.value = 10_000


UNCLEAR = {
    "two forms": lambda form: form.book.copy_worksheet(form.sheet),
    "column copied": lambda form: form.sheet.cell(form.names, max(form.columns.values()) + 1, "new_status"),
    "row above the list": lambda form: form.sheet.cell(3, form.columns["new_status"], "paused"),
    "names removed": lambda form: form.sheet.delete_rows(form.names),
    "state removed": lambda form: form.sheet.delete_rows(form.row_with("form_entry")),
    "state of the future": state_of_the_future,
    "too many rows": lambda form: [form.sheet.append(["X-1"]) for _number in range(1001 - len(MISSIONS))],
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_form_that_cannot_be_read_for_certain_is_not_taken(editor, form, name):
    UNCLEAR[name](form.fill("M-01", **REPORTED))

    assert hand_in(editor, form).is_refused_whole
    assert written()[1] == {}


# --- LibreOffice ------------------------------------------------------------------------------------------------------


@pytest.mark.long
@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_form_stored_by_a_spreadsheet_program_is_submitted_or_refused_alike(editor, form, libreoffice, kind):
    sound = {**REPORTED, "headline_zh": "=1+1 不是公式", "headline_en": "@SUM(A1)", "note": "00123", **COMPLETED}
    fresh, cells = Form(form.content), spoilt(form)
    assert hand_in(editor, libreoffice.convert(form.content, kind), f"bad.{kind}").problems == cells

    for code in MISSIONS[:39]:
        fresh.fill(code, **sound)
    preview = hand_in(editor, libreoffice.convert(fresh.content, kind), f"return.{kind}")
    assert (preview.problems, preview.unread, preview.to_submit) == ([], [], MISSIONS[:39])
    preview.submit(editor)
    fields = ("status", "effective_on", "headline_zh", "headline_en", "note")
    assert set(Submission.objects.values_list(*fields)) == {
        ("in_progress", date(2024, 3, 2), sound["headline_zh"], "@SUM(A1)", "00123")
    }
