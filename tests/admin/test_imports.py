"""The register handed in as a workbook: previewed, carried out once or dropped.

Return forms are in tests/exchange/test_returns.py.
"""

import pytest

from missions.models import Head, Import, ImportState, Mission, Role, Submission
from tests import factories
from tests.admin.importing import carry_out, confirmation, hand_in, imported, register, return_form
from tests.admin.pages import errors, table_rows
from tests.forms import codes
from tests.public.dom import parse

PAGE = "/admin/missions/import/"


@pytest.fixture(scope="module")
def world(module_db):
    """Three missions of OWN and one of FOREIGN, and workbooks of them."""
    own = factories.organisation("OWN")
    for number in (1, 2, 3):
        factories.mission(f"M-{number}", title_en=f"Mission {number}", lead_owner=own)
    factories.mission("Z-1", lead_owner=factories.organisation("FOREIGN"))
    return {"own": own, "changed": register(M_2="Another title"), "same": register()}


@pytest.fixture
def coordinator(world, sign_in):
    return sign_in(Role.COORDINATOR)


def title(code="M-2"):
    return Mission.objects.get(code=code).title_en


def versions():
    history = Mission.history.order_by("history_id")
    return list(history.values_list("code", "title_en", "history_change_reason", "history_user"))


def offers_confirmation(response):
    return parse(response).all("input", name="_carry_out") != []


def test_a_preview_shows_each_difference_and_writes_nothing(client, coordinator, world):
    before, revision = versions(), Head.objects.get().revision
    page = hand_in(client, world["changed"])
    file = client.get(f"{PAGE}{imported().pk}/differences.csv").getvalue().decode("utf-8-sig")

    assert table_rows(page) == [["missions · M-2", "title_en", "Mission 2", "Another title"]]
    assert file.splitlines() == ["sheet,row,record,column,here,file", "missions,3,M-2,title_en,Mission 2,Another title"]
    assert (versions(), Head.objects.get().revision, imported().state) == (before, revision, ImportState.WAITING)


def test_a_confirmed_import_is_written_once_with_its_source(client, coordinator, world):
    before = versions()
    hand_in(client, world["changed"])
    page, sent = confirmation(client)
    for _time in range(2):
        client.post(page, sent).getvalue()

    assert versions() == [*before, ("M-2", "Another title", imported().reason, coordinator.pk)]
    assert imported().state == ImportState.DONE


def test_a_field_changed_by_another_since_the_preview_is_not_overwritten(client, coordinator, world):
    hand_in(client, world["changed"])
    page, sent = confirmation(client)
    mission = Mission.objects.get(code="M-2")
    mission.title_en = "Theirs"
    mission.save()
    page = parse(client.post(page, sent))

    assert ("cell E3" in page.text, "Theirs" in page.text) == (True, True)
    assert (title(), imported().state, page.all("input", name="_carry_out")) == ("Theirs", ImportState.WAITING, [])


def test_any_change_since_the_preview_must_be_looked_at_first(client, coordinator, world):
    hand_in(client, world["changed"])
    page, sent = confirmation(client)
    factories.theme("NEW")
    answer = parse(client.post(page, sent))

    assert (len(answer.one("ul", class_="errorlist").all("li")), title()) == (1, "Mission 2")
    assert offers_confirmation(client.get(page))


def test_each_error_is_named_with_its_place_and_nothing_can_be_carried_out(client, coordinator):
    page = hand_in(client, b"code,title_en\r\nM-1,Changed\r\n", "missions.csv")
    text = parse(page).one(id="content").text

    assert ["line 1, column instrument" in text, offers_confirmation(page)] == [True, False]
    carry_out(client).getvalue()
    assert (title("M-1"), imported().state) == ("Mission 1", ImportState.WAITING)


def test_a_dropped_or_replaced_file_is_never_carried_out(client, coordinator, world):
    hand_in(client, world["changed"])
    page, sent = confirmation(client)
    client.post(page, {"_drop": ""})
    client.post(page, sent)
    assert (imported().state, title()) == (ImportState.DROPPED, "Mission 2")

    states = []
    factories.imported(by=factories.user("other"), name="register.xlsx")
    for _time in range(2):
        hand_in(client, world["changed"])
        states.append(list(Import.objects.order_by("id").values_list("state", flat=True)))
    assert states[1] == ["dropped", "waiting", "dropped", "waiting"]  # a new one of the same name and account


@pytest.mark.parametrize(("name", "content"), [("notes.txt", b"hello"), ("damaged.xlsx", b"PK\3\4 and no more")])
def test_an_unreadable_file_is_refused_at_its_field_and_not_stored(client, coordinator, name, content):
    answer = hand_in(client, content, name)

    assert (list(errors(answer)), Import.objects.count()) == (["file"], 0)


BEGUN = {"new_status": "推进中 In progress", "effective_on": "2024-03-02", "headline_zh": "已开工"}


def test_an_editor_gets_and_returns_own_missions_alone(client, world, sign_in):
    sign_in(Role.COORDINATOR)
    foreign = return_form(client, Z_1=BEGUN)
    sign_in(Role.EDITOR, organisation=world["own"])
    for query in ("", "?owner=OWN"):
        assert codes(client.get(f"{PAGE}return.xlsx{query}").getvalue()) == ["M-1", "M-2", "M-3"]
    assert {client.get(f"{PAGE}return.xlsx?owner={code}").status_code for code in ("FOREIGN", "NOBODY")} == {404}
    assert list(errors(hand_in(client, world["changed"]))) == ["file"]  # a register is for coordinators
    assert not offers_confirmation(hand_in(client, foreign, "return.xlsx"))

    hand_in(client, return_form(client, M_1=BEGUN), "return.xlsx")
    page, sent = confirmation(client)
    client.force_login(factories.user("colleague", Role.EDITOR, organisation=world["own"]))
    answers = [client.get(page), client.post(page, sent)]
    assert ([answer.status_code for answer in answers], Submission.objects.count()) == ([404, 404], 0)
