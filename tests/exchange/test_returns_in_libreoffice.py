"""The return form in a real spreadsheet program: opened, filled in, stored in each of its formats, and read."""

import pytest
from django.utils.translation import override

from missions.exchange.returns import is_return, read_return
from missions.exchange.workbooks import address, read_workbook
from missions.models import Submission
from tests import build
from tests.exchange import broken
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.returning import at, commands, form, grids, places

pytestmark = [needs_libreoffice, pytest.mark.django_db, pytest.mark.usefixtures("noon")]

# What a spreadsheet program calls the kinds of validation: a date, the length of a text, a list.
DATE, LENGTH, LIST = "3", "5", "6"


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_twenty_broken_rows_are_refused_with_their_cells_in_both_languages(libreoffice, ending):
    broken.missions()
    coordinator, content = build.user(), form()
    sheets = grids(content)
    _columns, rows = places(sheets)
    wrong = broken.twenty(rows["M-01"] + 1)
    pasted = commands(sheets, "paste", {code: row.said for code, row in wrong.items()})
    stored, _answers = libreoffice.edit(content, [("unlock", "A1", ""), *pasted], ending)
    sheets_read = read_workbook(f"form.{ending}", stored)

    for language, place in (("en", 2), ("zh-hans", 3)):
        with override(language):
            found = read_return(sheets_read, by=coordinator)
        assert found.problems == [(at(sheets, code, row.column), row[place]) for code, row in wrong.items()]
    assert len(found.refused) == 20
    assert Submission.objects.count() == 0


@pytest.mark.parametrize("stored_before", [False, True])
def test_it_keeps_what_is_locked_and_knows_the_lists_and_the_bounds(libreoffice, stored_before):
    build.mission("M-1")
    content = form()
    sheets = grids(content)
    columns, rows = places(sheets)
    if stored_before:
        content, _answers = libreoffice.edit(content, [])
    cells = {name: address(rows["M-1"], column) for name, column in columns.items()}
    asked = [*(("type", cell, "X") for cell in cells.values()), *(("look", cell, "") for cell in cells.values())]
    stored, (sheet, *looked) = libreoffice.edit(content, asked)
    names = {cell: name for name, cell in cells.items()}
    seen = {names[cell]: tuple(rest) for cell, *rest in looked}
    locked, to_fill_in = dict(list(seen.items())[:7]), dict(list(seen.items())[7:])

    assert sheet == ["sheet", "True"]
    assert {name: rest[:2] for name, rest in locked.items()} == dict.fromkeys(locked, ("True", "0"))
    assert locked["code"][-1] == "M-1"
    assert "X" not in {rest[-1] for rest in locked.values()}
    assert {rest[0] for rest in to_fill_in.values()} == {"False"}
    assert {rest[-1] for rest in to_fill_in.values()} == {"X"}
    assert {name: rest[1] for name, rest in to_fill_in.items()} == {
        **dict.fromkeys(to_fill_in, LENGTH),
        "new_status": LIST,
        "basis": LIST,
        "effective_on": DATE,
    }
    statuses = ["未启动 Not started", "推进中 In progress", "暂停 Paused", "已完成 Completed", "已撤销 Withdrawn"]
    assert to_fill_in["new_status"][2] == ";".join(f'"{words}"' for words in statuses)
    assert to_fill_in["effective_on"][2:4] == ("1", "TODAY()")
    assert to_fill_in["note"][2] == "2000"
    assert is_return(read_workbook("form.xlsx", stored))
