"""Two workbooks are read at once, and an account holds 200 MB of what it did not carry out."""

import contextlib

import pytest

from missions.exchange import workbooks
from missions.models import Import, ImportState, imports
from missions.slots import slot
from tests import build
from tests.admin.importing import hand_in, imported, register
from tests.public.dom import parse

BUSY = "Two workbooks are being read. Try again in half a minute."


@pytest.fixture(autouse=True)
def missions(db):
    return [build.mission("M-1", title_en="Mission 1")]


@pytest.fixture
def two_are_read(monkeypatch, settings, tmp_path):
    """Holds both slots, and has nobody wait for one."""
    settings.HUB_DATA_DIR = tmp_path
    monkeypatch.setattr(workbooks, "LONGEST_WAIT", 0)

    @contextlib.contextmanager
    def held():
        with slot("workbook", most=2, wait=0), slot("workbook", most=2, wait=0):
            yield

    return held


def test_a_third_workbook_is_refused_at_its_field_and_not_taken(client, coordinator, two_are_read):
    content = register()
    with two_are_read():
        answer = hand_in(client, content)

    assert answer.context["form"].errors == {"file": [BUSY]}
    assert Import.objects.count() == 0


def test_a_csv_file_needs_no_slot(client, coordinator, two_are_read):
    with two_are_read():
        hand_in(client, b"code,title_en\r\n", "register.csv")

    assert Import.objects.count() == 1


@pytest.mark.parametrize(("page", "method"), [("change/", "get"), ("change/", "post"), ("differences.csv", "get")])
def test_an_import_that_cannot_be_read_now_is_answered_503_and_stays(client, coordinator, two_are_read, page, method):
    hand_in(client, register(M_1="Another title"))
    with two_are_read():
        answer = getattr(client, method)(f"/admin/missions/import/{imported().pk}/{page}", {"_carry_out": "1"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert parse(answer).one("ul", class_="errorlist").text == BUSY
    assert imported().state == ImportState.WAITING


@pytest.fixture
def small(monkeypatch):
    """Twenty bytes in the place of 200 MB."""
    monkeypatch.setattr(imports, "MOST_BYTES", 20)


def handed_in(client, name):
    return hand_in(client, b"code\r\n".ljust(10), name).context


@pytest.mark.both_databases
def test_an_upload_past_the_bound_is_refused_at_its_field(client, coordinator, small):
    for name in ("a.csv", "b.csv"):
        handed_in(client, name)
    form = handed_in(client, "c.csv")["form"]

    assert [error.code for error in form.errors.as_data()["file"]] == ["too_many_bytes"]
    assert sorted(Import.objects.values_list("name", flat=True)) == ["a.csv", "b.csv"]


def test_a_file_that_takes_the_place_of_one_that_waits_counts_beside_it(client, coordinator, small):
    for _time in range(3):
        handed_in(client, "a.csv")

    assert sorted(Import.objects.values_list("state", flat=True)) == [ImportState.DROPPED, ImportState.WAITING]


def test_what_was_carried_out_does_not_count(client, coordinator, small):
    for name in ("a.csv", "b.csv"):
        handed_in(client, name)
        imported().decide(ImportState.DONE, by=coordinator)
    handed_in(client, "c.csv")

    assert imported().name == "c.csv"


def test_what_others_handed_in_does_not_count(client, coordinator, small):
    for name in ("a.csv", "b.csv"):
        build.imported(name=name, content=b"x" * 10)
    handed_in(client, "c.csv")

    assert imported().name == "c.csv"


@pytest.mark.parametrize(("state", "has_end"), [("waiting", True), ("dropped", True), ("done", False)])
def test_the_page_of_an_import_says_after_which_day_it_is_deleted(client, coordinator, state, has_end):
    hand_in(client, b"code\r\n", "register.csv")
    if state != "waiting":
        imported().decide(state, by=coordinator)
    answer = client.get(imported().get_absolute_url())
    content = answer.getvalue() if answer.streaming else answer.content

    assert content.count(b"is deleted after") == has_end
