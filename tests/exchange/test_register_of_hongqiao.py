"""The real register as files: unedited it changes nothing, and an edit elsewhere changes what it says and no more."""

import io

import openpyxl
import pytest
from django.db import transaction

from missions.exchange.programme import load_programme
from missions.exchange.register import TABLES
from missions.exchange.workbooks import address, read_workbook
from missions.models import Mission
from tests.exchange.folders import HONGQIAO, everything
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.office import Office
from tests.exchange.registering import changes, differences, exported, imported, place, plain, sheets, versions

pytestmark = pytest.mark.django_db

KINDS = ["xlsx", "ods", "csv"]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def hongqiao(django_db_setup, django_db_blocker):
    """The real programme, loaded once and rolled back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_programme(HONGQIAO)
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_real_programme_comes_back_as_it_went_out(hongqiao, kind):
    before, everything_before = plain(), everything()

    found = imported(sheets(kind))

    assert found.rows == (145 if kind == "csv" else 168 + 19 + 9 + 3 + 53 + 145 + 107 + 1 + 7 + 12)
    assert (changes(found), found.lines()) == ({}, [])
    assert (plain(), everything()) == (before, everything_before)


def test_a_workbook_has_a_sheet_for_each_table_with_its_columns(hongqiao):
    book = openpyxl.load_workbook(io.BytesIO(exported()))

    assert {page.title: [cell.value for cell in page[1]] for page in book} == {
        table.name: [column.name for column in table.columns] for table in TABLES
    }
    assert [page.max_row - 1 for page in book] == [168, 19, 9, 3, 53, 145, 107, 1, 7, 12]


@needs_libreoffice
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_a_spreadsheet_program_stored_without_an_edit_changes_nothing(office, hongqiao, kind):
    before, everything_before = plain(), everything()

    found = imported(read_workbook(f"register.{kind}", office.stored(exported(kind), kind)))

    assert changes(found) == {}
    assert (plain(), everything()) == (before, everything_before)


@needs_libreoffice
@pytest.mark.parametrize("kind", KINDS)
def test_a_title_changed_in_a_spreadsheet_program_changes_one_field_of_one_record(office, hongqiao, kind):
    grids = sheets(kind)
    name = "" if kind == "csv" else "missions"
    title = "虹桥“改”；=1+1, a title"
    cell = address(*place(grids, name, "FP-049", "title_zh"))
    content = office.stored(exported(kind), kind, texts=[(name, cell, title)])
    before, versions_before, mission = plain(), versions(), Mission.objects.get(code="FP-049")

    with transaction.atomic():
        imported(read_workbook(f"register.{kind}", content))

        assert differences(before, plain()) == {
            ("missions", "FP-049", "title_zh"): (mission.title_zh, title),
            ("missions", "FP-049", "search_text"): (
                mission.search_text,
                mission.search_text.replace(mission.title_zh.casefold(), title.replace("；", ";")),
            ),
        }
        versions_before["missions"]["FP-049"] += 1
        assert versions() == versions_before
        newest, *_older = mission.history.all()
        assert (newest.title_zh, newest.history_type, newest.history_change_reason) == (title, "~", "import 1")
        transaction.set_rollback(True)
