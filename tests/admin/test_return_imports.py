"""A return form handed in: looked at, submitted, with what was recorded here since shown beside it."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from missions.models import Content, ImportState, Role, State, Submission
from missions.models.days import today
from tests import build
from tests.admin.importing import carry_out, hand_in, imported, return_form
from tests.admin.pages import messages
from tests.public.dom import parse

BEGUN = {"new_status": "推进中 In progress", "effective_on": "2024-03-02", "headline_zh": "已开工"}
BROKEN = {**BEGUN, "effective_on": "2024年3月"}


@pytest.fixture
def owner(db):
    return build.organisation("OWN")


@pytest.fixture(autouse=True)
def missions(owner):
    build.mission("FOREIGN-1", lead_owner=build.organisation("FOREIGN"))
    return [build.mission(f"M-{number}", lead_owner=owner, title_en=f"Mission {number}") for number in (1, 2, 3)]


@pytest.fixture
def editor(owner, sign_in):
    return sign_in(Role.EDITOR, organisation=owner)


def submitted():
    return list(Submission.objects.order_by("mission__code").values_list("mission__code", "state", "author__username"))


def test_a_form_is_shown_first_and_submitted_when_that_is_confirmed(client, editor):
    page = parse(hand_in(client, return_form(client, M_1=BEGUN, M_3=BEGUN), "return.xlsx"))
    before = submitted()
    answer = carry_out(client)

    assert [item.one("strong").text for item in page.one(class_="hub-sums").all("li")] == ["2", "1", "0", "0"]
    assert before == []
    assert submitted() == [("M-1", State.SUBMITTED, editor.username), ("M-3", State.SUBMITTED, editor.username)]
    assert messages(answer) == ["Submitted: 2. A coordinator is going to read them."]
    assert [link.text.split(" · ")[0] for link in parse(answer).one(class_="hub-import").all("a")] == ["M-1", "M-3"]
    assert (imported().kind, imported().state) == (Content.RETURN, ImportState.DONE)


def test_confirmed_twice_it_is_submitted_once(client, editor):
    hand_in(client, return_form(client, M_1=BEGUN), "return.xlsx")
    page = imported().get_absolute_url()
    sent = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    client.post(page, {**sent, "_carry_out": "1"})
    client.post(page, {**sent, "_carry_out": "1"})

    assert submitted() == [("M-1", State.SUBMITTED, editor.username)]


def test_while_a_row_is_refused_none_can_be_submitted(client, editor):
    content = return_form(client, M_1=BEGUN, M_2=BROKEN)
    page = parse(hand_in(client, content, "return.xlsx"))
    carry_out(client)

    assert [cell.text for cell in page.all(class_="hub-why")] == [
        "“2024年3月” is not clearly a day: write it like 2024-03-02, 2024/3/2 or 2024年3月2日."
    ]
    assert page.all("input", name="_carry_out") == []
    assert submitted() == []
    assert imported().state == ImportState.WAITING


def test_a_mission_changed_here_since_is_left_out_unless_it_is_chosen(client, editor, missions):
    content = return_form(client, M_1=BEGUN, M_2=BEGUN, M_3=BEGUN)
    build.report(missions[0], "paused", headline_en="Paused meanwhile")
    build.report(missions[1], "paused", headline_en="Paused meanwhile")
    page = parse(hand_in(client, content, "return.xlsx"))
    carry_out(client, chosen=["M-2"])

    assert [box["value"] for box in page.all("input", name="chosen")] == ["M-1", "M-2"]
    assert page.one("div", id="content").text.count("Paused meanwhile") == 2
    assert [code for code, _state, _author in submitted()] == ["M-2", "M-3"]


def test_what_changed_between_preview_and_confirmation_is_shown_first(client, editor, missions):
    hand_in(client, return_form(client, M_1=BEGUN), "return.xlsx")
    page = imported().get_absolute_url()
    sent = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    build.report(missions[0], "paused", headline_en="Paused meanwhile")
    answer = parse(client.post(page, {**sent, "_carry_out": "1"}))

    assert [item.text for item in answer.one(class_="errorlist").all("li")] == [
        "Nothing was submitted: the data have changed since the preview. Look again."
    ]
    assert [box["value"] for box in answer.all("input", name="chosen")] == ["M-1"]
    assert submitted() == []


def test_an_editor_gets_the_own_missions_and_those_of_one_organisation_at_most(client, editor, owner):
    def codes(query=""):
        answer = client.get(f"/admin/missions/import/return.xlsx{query}")
        book = openpyxl.load_workbook(BytesIO(answer.getvalue()))
        return [row[0] for row in book.worksheets[0].values if str(row[0]).startswith(("M-", "FOREIGN-"))]

    assert codes() == codes("?owner=OWN") == ["M-1", "M-2", "M-3"]
    assert client.get("/admin/missions/import/return.xlsx?owner=FOREIGN").status_code == 404
    assert client.get("/admin/missions/import/return.xlsx?owner=NOBODY").status_code == 404


def test_a_row_of_a_foreign_mission_is_refused_as_if_there_were_none(client, sign_in, owner):
    sign_in(Role.COORDINATOR)
    content = return_form(client, FOREIGN_1=BEGUN)
    sign_in(Role.EDITOR, organisation=owner)
    page = parse(hand_in(client, content, "return.xlsx"))

    assert [cell.text for cell in page.all(class_="hub-why")] == [
        "There is no mission “FOREIGN-1” that you could report on."
    ]


def test_an_import_is_nobody_elses(client, editor, sign_in):
    hand_in(client, return_form(client, M_1=BEGUN), "return.xlsx")
    page = imported().get_absolute_url()
    sent = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    client.force_login(build.user("colleague", Role.EDITOR, organisation=editor.memberships.get().organisation))

    assert client.get(page).status_code == client.post(page, {**sent, "_carry_out": "1"}).status_code == 404
    assert client.get("/admin/missions/import/").context["cl"].result_count == 0
    assert submitted() == []


def test_a_report_of_today_is_taken_and_one_of_tomorrow_is_not(client, editor):
    said = [{**BEGUN, "effective_on": today() + timedelta(days=days)} for days in (0, 1)]
    page = parse(hand_in(client, return_form(client, M_1=said[0], M_2=said[1]), "return.xlsx"))

    assert [cell.text for cell in page.all(class_="hub-why")] == [
        "This day lies in the future: enter the day on which it became true, at the latest today."
    ]
