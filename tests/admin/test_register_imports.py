"""The register handed in as a workbook: looked at, carried out once, or dropped."""

from io import BytesIO

import pytest
from django.db import OperationalError

from missions.exchange.register_import import RegisterImport
from missions.exchange.workbooks import read_workbook
from missions.models import Head, ImportState, Mission, Role, StatusChange
from tests import build
from tests.admin.importing import ADD, carry_out, hand_in, imported, register
from tests.public.dom import parse


@pytest.fixture(autouse=True)
def missions(db):
    build.organisation("O1")
    return [build.mission(f"M-{number}", title_en=f"Mission {number}") for number in (1, 2, 3)]


def versions():
    return list(Mission.history.order_by("history_id").values_list("code", "title_en", "history_change_reason"))


def differences(page):
    return [tuple(cell.text for cell in row.walk() if cell.tag in ("th", "td")) for row in rows(page)]


def rows(page):
    return [row for table in page.all("table") for row in table.one("tbody").all("tr")]


def problems(page):
    return [item.text for group in page.all("ul", class_="hub-problems") for item in group.all("li")]


def test_what_differs_is_shown_field_by_field_and_nothing_is_written(client, coordinator):
    before, revision = versions(), Head.objects.get().revision
    page = parse(hand_in(client, register(M_2="Another title")))

    assert differences(page) == [("missions · M-2", "title_en", "Mission 2", "Another title")]
    assert (versions(), Head.objects.get().revision) == (before, revision)
    assert imported().state == ImportState.WAITING


def test_carried_out_it_writes_that_field_and_one_version_that_says_where_it_came_from(client, coordinator):
    before = versions()
    hand_in(client, register(M_2="Another title"))
    page = parse(carry_out(client))

    assert page.one(class_="hub-notice").text == "Written: this is what was changed."
    assert versions() == [*before, ("M-2", "Another title", imported().reason)]
    assert Mission.history.latest("history_id").history_user == coordinator
    assert imported().state == ImportState.DONE


def test_carried_out_twice_it_is_written_once(client, coordinator):
    hand_in(client, register(M_2="Another title"))
    page = imported().get_absolute_url()
    sent = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    first = client.post(page, {**sent, "_carry_out": "1"})
    first.getvalue()
    written = versions()
    again = client.post(page, {**sent, "_carry_out": "1"})

    assert versions() == written
    assert [item.text for item in parse(again).one(class_="hub-import").all("a")] == ["M-2 Another title"]


def test_an_unedited_file_changes_nothing_and_offers_nothing_to_carry_out(client, coordinator):
    page = parse(hand_in(client, register()))

    assert page.one(class_="hub-notice").text == "The file says what is here already: nothing would change."
    assert page.all("input", name="_carry_out") == []


def test_what_was_changed_after_the_preview_is_not_overwritten(client, coordinator):
    hand_in(client, register(M_2="Another title"))
    page = imported().get_absolute_url()
    sent = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    theirs = Mission.objects.get(code="M-2")
    theirs.title_en = "Theirs"
    theirs.save()
    answer = parse(client.post(page, {**sent, "_carry_out": "1"}))

    (problem,) = problems(answer)
    assert problem.startswith("missions, cell E3: Changed here since this file went out, by ")
    assert "it is “Theirs” now. Take the register anew;" in problem
    assert Mission.objects.get(code="M-2").title_en == "Theirs"
    assert imported().state == ImportState.WAITING


def test_what_was_changed_here_and_not_in_the_file_is_left_as_it_is_here(client, coordinator):
    content = register(M_2="Another title")
    theirs = Mission.objects.get(code="M-3")
    theirs.title_en = "Theirs"
    theirs.save()
    page = parse(hand_in(client, content))
    carry_out(client).getvalue()

    assert differences(page) == [("missions · M-2", "title_en", "Mission 2", "Another title")]
    assert list(Mission.objects.order_by("code").values_list("title_en", flat=True)) == [
        "Mission 1",
        "Another title",
        "Theirs",
    ]


def test_something_else_that_changed_after_the_preview_is_looked_at_first(client, coordinator):
    hand_in(client, register(M_2="Another title"))
    page = imported().get_absolute_url()
    sent = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    build.theme("NEW")
    answer = parse(client.post(page, {**sent, "_carry_out": "1"}))

    assert [item.text for item in answer.one(class_="errorlist").all("li")] == [
        "Nothing was written: the data have changed since the preview. Look again."
    ]
    assert Mission.objects.get(code="M-2").title_en == "Mission 2"


def test_all_that_differs_can_be_had_as_a_file(client, coordinator):
    hand_in(client, register(M_2="Another title"))
    answer = client.get(f"/admin/missions/import/{imported().pk}/differences.csv")

    assert answer.getvalue().decode("utf-8-sig").splitlines() == [
        "sheet,row,record,column,here,file",
        "missions,3,M-2,title_en,Mission 2,Another title",
    ]


def test_a_page_that_breaks_off_says_so_and_comes_to_its_end(client, coordinator, monkeypatch):
    hand_in(client, register(M_2="Another title"))

    def broken(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(RegisterImport, "look", broken)
    page = parse(client.get(imported().get_absolute_url()))

    assert page.one("ul", class_="errorlist").text.startswith("The work broke off: nothing was written.")


def test_each_mistake_is_named_with_its_cell_and_nothing_can_be_carried_out(client, coordinator):
    page = parse(hand_in(client, b"code,title_en\r\nM-1,Changed\r\n", "missions.csv"))

    assert problems(page)[:2] == [
        "missions, line 1, column instrument: The column is missing: add it.",
        "missions, line 1, column number: The column is missing: add it.",
    ]
    assert page.all("input", name="_carry_out") == []
    assert parse(carry_out(client)).all(class_="hub-problems") != []
    assert Mission.objects.get(code="M-1").title_en == "Mission 1"


def test_a_dropped_file_is_not_carried_out_any_more(client, coordinator):
    hand_in(client, register(M_2="Another title"))
    page = imported().get_absolute_url()
    sent = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    client.post(page, {"_drop": ""})
    answer = parse(client.post(page, {**sent, "_carry_out": "1"}))

    assert imported().state == ImportState.DROPPED
    assert Mission.objects.get(code="M-2").title_en == "Mission 2"
    assert answer.one("div", id="content").text.endswith("Nothing came of it.")


def test_a_file_that_was_mended_takes_the_place_of_the_one_before(client, coordinator):
    hand_in(client, register(M_2="Mistake"))
    first = imported()
    other = build.imported(by=build.user("another"), name="register.xlsx")
    hand_in(client, register(M_2="Another title"))

    assert [each.state for each in (first, other, imported()) if each.refresh_from_db() is None] == [
        ImportState.DROPPED,
        ImportState.WAITING,
        ImportState.WAITING,
    ]


def test_the_page_shows_how_far_it_is_while_it_comes(client, coordinator):
    for number in range(4, 454):
        build.mission(f"M-{number}", opened=False)
    hand_in(client, register(M_1="A", M_2="B"))
    parts = [part.decode() for part in client.get(imported().get_absolute_url())]
    shown = [part for part in parts if "hub-progress" in part]
    all_rows = sum(len(grid.rows) - 1 for grid in read_workbook("register.xlsx", bytes(imported().content)))

    done = [int(part.split('value="')[1].split('"')[0]) for part in shown]

    assert "hub-progress" not in parts[0]
    assert "</html>" in parts[-1]
    assert done == sorted(done)
    assert done[-3:] == [all_rows - 53 - 200, all_rows - 53, all_rows]


def test_one_who_leaves_in_the_middle_of_the_writing_leaves_nothing_behind(client, coordinator):
    hand_in(client, register(M_1="A", M_2="B", M_3="C"))
    page = imported().get_absolute_url()
    sent = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    before = versions()
    answer = client.post(page, {**sent, "_carry_out": "1"})
    parts = iter(answer)
    while 'max="3"' not in next(parts).decode():  # the first sign of the writing itself: something is written by now
        pass
    in_the_middle = versions()
    answer.close()

    assert len(in_the_middle) == len(before) + 3
    assert versions() == before
    assert imported().state == ImportState.WAITING


def test_what_an_import_brings_into_the_ledger_has_its_author_there(client, coordinator):
    new = "M-9,FP,9,policy,Ninth,第九,,,T1,O1,,,,2030-01-01,official,,,,"
    header = (
        "code,instrument,number,kind,title_en,title_zh,description_en,description_zh,theme,lead_owner,"
        "supporting_owners,areas,clause,due,provenance,source_keys,opened_on,replaces,version"
    )
    page = parse(hand_in(client, f"{header}\r\n{new}\r\n".encode(), "missions.csv"))
    carry_out(client).getvalue()
    entry = StatusChange.objects.latest("id")

    assert [item.text for item in page.one(class_="hub-sums").all("li")] == [
        "missions: 1 new, 0 changed",
        "ledger: 1 opened, 0 withdrawn",
    ]
    assert (entry.mission.code, entry.kind, str(entry.due), entry.recorded_by) == (
        "M-9",
        "opening",
        "2030-01-01",
        coordinator,
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notes.txt", b"hello", "“notes.txt” is no spreadsheet that can be read: send XLSX, XLS, ODS or CSV."),
        ("empty.csv", b"", "This file is empty: choose the one that has the content."),
        (
            "damaged.xlsx",
            b"PK\3\4 and no more",
            "This XLSX file cannot be read: it is damaged, protected by a password, of another kind, or far too large. "
            "Open it, save it anew, without a password, and send that.",
        ),
        ("large.csv", b"x" * (20 * 1024**2 + 1), "The file is larger than 20 MB: split it, or leave pictures out."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence_and_not_kept(client, coordinator, name, content, reason):
    answer = hand_in(client, content, name)

    assert answer.context["form"].errors == {"file": [reason]}
    assert not coordinator.imports.exists()


def test_a_form_without_a_file_asks_for_one_and_a_long_name_is_taken(client, coordinator):
    answer = client.post(ADD, {})
    hand_in(client, register(M_1="A"), f"{'n' * 240}.xlsx")

    assert answer.context["form"].errors == {"file": ["Choose a workbook first."]}
    assert len(imported().name) == 245


def test_an_editor_hands_in_return_forms_and_no_register(client, sign_in, missions):
    content = register(M_1="Mine")
    editor = sign_in(Role.EDITOR, organisation=missions[0].lead_owner)
    answer = hand_in(client, content)

    assert answer.context["form"].errors == {
        "file": ["This is no return form: download one here, fill it in, and send that."]
    }
    assert not editor.imports.exists()
    assert parse(client.get(ADD)).all("a", href="/admin/missions/import/register.xlsx") == []


def test_what_another_coordinator_handed_in_is_there_to_read_and_not_to_carry_out(client, coordinator, missions):
    other = build.imported(by=build.user("another"), content=register(M_1="Theirs"), name="theirs.xlsx")
    page = other.get_absolute_url()

    assert "Who handed it in has not confirmed it yet." in parse(client.get(page)).one(id="content").text
    assert client.post(page, {"_carry_out": "1", "revision": Head.objects.get().revision}).status_code == 403
    assert client.post(page, {"_drop": ""}).status_code == 403
    assert Mission.objects.get(code="M-1").title_en == "Mission 1"
    assert client.get(f"/admin/missions/import/{other.pk}/file/").getvalue() == bytes(other.content)


@pytest.mark.parametrize("ending", ["xlsx", "ods", "csv"])
def test_the_register_comes_as_a_file_that_changes_nothing_when_it_returns(client, coordinator, ending):
    answer = client.get(f"/admin/missions/import/register.{ending}")
    content = BytesIO(answer.getvalue()).getvalue()
    page = parse(hand_in(client, content, f"register.{ending}"))

    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="register_r{Head.objects.get().revision}.{ending}"'
    )
    assert page.one(class_="hub-notice").text == "The file says what is here already: nothing would change."
