import pytest

from missions.models import Role
from tests import build
from tests.admin.pages import errors
from tests.public.dom import parse

CHANGE = "/admin/password_change/"
NEW = "three arcs over the river"


@pytest.fixture
def newcomer(sign_in):
    return sign_in(Role.COORDINATOR, Role.ADMINISTRATOR, must_change_password=True)


def choose(client, new, old=build.PASSWORD):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})


def test_every_page_leads_to_the_choice_of_a_password(client, newcomer):
    mission = build.mission(status="paused")
    addresses = [
        "/admin/",
        "/admin/missions/",
        "/admin/missions/mission/",
        f"/admin/missions/mission/{mission.pk}/change/",
        f"/admin/missions/mission/{mission.pk}/report/",
        f"/admin/missions/statuschange/{mission.changes.last().pk}/correct/",
        "/admin/missions/user/",
        "/admin/autocomplete/",
        "/admin/password_change/done/",
    ]
    answers = [method(address) for address in addresses for method in (client.get, client.post)]

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, CHANGE)}


def test_the_page_says_why(client, newcomer):
    assert "Choose a password of your own, then you can go on." in parse(client.get(CHANGE)).text


def test_who_need_not_choose_is_not_told_to(client, coordinator):
    assert "Choose a password of your own" not in parse(client.get(CHANGE)).text


def test_with_a_password_of_their_own_they_go_on(client, newcomer):
    choose(client, NEW)
    newcomer.refresh_from_db()

    assert newcomer.check_password(NEW)
    assert not newcomer.must_change_password
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("new", "field", "message"),
    [
        ("short", "new_password2", "This password is too short. It must contain at least 12 characters."),
        ("coordinator-administrator", "new_password2", "The password is too similar to the user name."),
        ("1q2w3e4r5t6y", "new_password2", "This password is too common."),
        (build.PASSWORD, "new_password1", "This is your present password: choose another one."),
    ],
)
def test_a_password_that_would_not_do_is_refused(client, newcomer, new, field, message):
    assert errors(choose(client, new)) == {field: [message]}
    assert client.get("/admin/").headers["Location"] == CHANGE


def test_the_old_password_is_asked_for(client, newcomer):
    answer = choose(client, NEW, old="a guess")

    assert errors(answer) == {
        "old_password": ["Your old password was entered incorrectly. Please enter it again."],
    }


def test_they_may_sign_out_instead(client, newcomer):
    client.post("/admin/logout/")

    assert "_auth_user_id" not in client.session
