"""Uploads in the back office: previewed, carried out once or dropped. Forms are read in test_returns."""

import pytest

from missions.models import Head, Import, Instrument, Mission, Organisation, Role, Submission
from tests import factories
from tests.exchange.registering import add, edit
from tests.exchange.returning import REPORTED, download, hand_in
from tests.exchange.test_register import NEW_MISSION
from tests.exchange.workbooks import content_of
from tests.forms import Form

pytestmark = pytest.mark.django_db

NAME = "register.xlsx"
RETURN = "/admin/missions/import/return.xlsx"


@pytest.fixture(autouse=True)
def coordinator(register, db, client):
    user = factories.user("coordinator")
    client.force_login(user)
    return user


@pytest.fixture
def changed(book):
    """The register with another title of WP-2."""
    return content_of(edit(book, "missions", "WP-2", title_en="Another title"))


def versions():
    history = Mission.history.filter(code="WP-2").order_by("history_id")
    return list(history.values_list("title_en", "history_change_reason", "history_user"))


def states():
    return list(Import.objects.order_by("id").values_list("state", flat=True))


def test_a_preview_shows_each_difference_and_writes_nothing(client, changed):
    before, revision = versions(), Head.objects.get().revision
    preview = hand_in(client, changed, NAME)
    file = client.get(preview.address.replace("change/", "differences.csv")).content.decode("utf-8-sig")

    (row,) = preview.page.one("tbody").all("tr")
    texts = [cell.text for cell in row.walk() if cell.tag in ("th", "td")]
    assert texts == ["missions · WP-2", "title_en", "Deepen the basin", "Another title"]
    assert file.splitlines() == [
        "sheet,row,record,column,here,file", "missions,5,WP-2,title_en,Deepen the basin,Another title",
    ]  # fmt: skip
    assert (versions(), Head.objects.get().revision, states()) == (before, revision, ["waiting"])


def test_a_confirmed_import_is_written_once_with_its_source(client, coordinator, changed):
    before, preview = versions(), hand_in(client, changed, NAME)
    for _time in range(2):
        preview.submit(client)

    assert versions() == [*before, ("Another title", Import.objects.get().reason, coordinator.pk)]
    assert states() == ["done"]


def test_a_field_changed_by_another_since_the_preview_is_not_overwritten(client, changed):
    preview = hand_in(client, changed, NAME)
    mission = Mission.objects.get(code="WP-2")
    mission.title_en = "Theirs"
    mission.save()
    before, page = versions(), preview.submit(client).text

    assert ("cell E5" in page, "Theirs" in page, "_carry_out" in page) == (True, True, False)
    assert (versions(), states()) == (before, ["waiting"])


def test_any_change_since_the_preview_must_be_looked_at_first(client, changed):
    preview, before = hand_in(client, changed, NAME), versions()
    factories.theme("NEW")
    page = preview.submit(client).text

    assert (page.count("errorlist"), "_carry_out" in page, versions()) == (1, True, before)


def test_each_error_is_named_with_its_place_and_nothing_can_be_carried_out(client):
    before, preview = versions(), hand_in(client, b"code,title_en\r\nWP-2,Changed\r\n", "missions.csv")

    assert ("line 1, column instrument" in preview.page.text, preview.can_submit) == (True, False)
    preview.submit(client)
    assert (versions(), states()) == (before, ["waiting"])


def test_a_new_mission_that_needs_a_second_person_is_not_opened(client, book):
    Instrument.objects.filter(code="WP").update(second_person="everything")

    preview = hand_in(client, content_of(add(book, "missions", **NEW_MISSION)), NAME)
    assert (preview.can_submit, "missions, cell B8" in preview.page.text) == (False, True)


def test_a_dropped_or_replaced_file_is_never_carried_out(client, changed):
    before, preview = versions(), hand_in(client, changed, NAME)
    client.post(preview.address, {"_drop": ""})
    preview.submit(client)
    assert (states(), versions()) == (["dropped"], before)

    factories.imported(by=factories.user("other"), name=NAME)
    for _time in range(2):
        hand_in(client, changed, NAME)
    assert states() == ["dropped", "waiting", "dropped", "waiting"]  # a new one of the same name and account


@pytest.mark.parametrize(("name", "content"), [("notes.txt", b"hello"), ("damaged.xlsx", b"PK\3\4 and no more")])
def test_an_unreadable_file_is_refused_at_its_field_and_not_stored(client, name, content):
    preview = hand_in(client, content, name)

    assert (preview.is_refused_whole, len(preview.page.all("ul", class_="errorlist")), states()) == (True, 1, [])


def test_an_editor_gets_and_returns_own_missions_alone(client, changed):
    own = Organisation.objects.get(code="PORT")
    foreign = Form(download(client)).fill("WP-3", **REPORTED)
    client.force_login(factories.user("editor", Role.EDITOR, organisation=own))
    for query in ("", "?owner=PORT"):
        assert list(Form(client.get(f"{RETURN}{query}").getvalue()).rows) == ["WG-1", "WP-1", "WP-2"]
    assert {client.get(f"{RETURN}?owner={code}").status_code for code in ("BANK", "NOBODY")} == {404}
    assert hand_in(client, changed, NAME).is_refused_whole  # a register is for coordinators
    assert not hand_in(client, foreign).can_submit

    preview = hand_in(client, Form(download(client)).fill("WP-2", **REPORTED))
    client.force_login(factories.user("colleague", Role.EDITOR, organisation=own))
    answers = [client.get(preview.address), preview.submit(client)]
    assert ([answer.status_code for answer in answers], Submission.objects.count()) == ([404, 404], 0)
