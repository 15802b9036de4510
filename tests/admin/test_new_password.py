import pytest

from missions.models import Role
from tests import build
from tests.admin.pages import errors
from tests.public.dom import parse

CHANGE = "/accounts/password/change/"
NEW = "three arcs over the river"


@pytest.fixture
def newcomer(sign_in):
    return sign_in(Role.COORDINATOR, Role.ADMINISTRATOR, must_change_password=True)


def choose(client, new, old=build.PASSWORD, again=None):
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": again or new})


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
    ]
    shown = [client.get(address).headers["Location"] for address in addresses]
    sent = {client.post(address).headers["Location"] for address in addresses}

    assert shown == [f"{CHANGE}?next={address}" for address in addresses]
    assert sent == {f"{CHANGE}?next=/admin/"}


def test_the_page_says_why(client, newcomer):
    assert "Choose a password of your own, then you can go on." in parse(client.get(CHANGE)).text


def test_of_whom_no_second_factor_is_asked_none_is_demanded(client, newcomer):
    client.get("/admin/")

    assert "need a second factor" not in parse(client.get("/accounts/2fa/")).text


def test_who_need_not_choose_is_not_told_to(client, coordinator):
    assert "Choose a password of your own" not in parse(client.get(CHANGE)).text


def test_with_a_password_of_their_own_they_go_on(client, newcomer):
    choose(client, NEW)
    newcomer.refresh_from_db()

    assert newcomer.check_password(NEW)
    assert not newcomer.must_change_password
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("short", "This password is too short. It must contain at least 12 characters."),
        ("coordinator-administrator", "The password is too similar to the user name."),
        ("1q2w3e4r5t6y", "This password is too common."),
        (build.PASSWORD, "This is your present password: choose another one."),
    ],
)
def test_a_password_that_would_not_do_is_refused(client, newcomer, new, message):
    assert errors(choose(client, new)) == {"password1": [message]}
    assert client.get("/admin/").headers["Location"].startswith(CHANGE)


def test_a_slip_of_the_fingers_is_noticed(client, newcomer):
    assert list(errors(choose(client, NEW, again=NEW + "!"))) == ["password2"]


def test_the_old_password_is_asked_for(client, newcomer):
    assert errors(choose(client, NEW, old="a guess")) == {"oldpassword": ["This is not your present password."]}


def test_they_may_sign_out_instead(client, newcomer):
    client.post("/accounts/logout/")

    assert "_auth_user_id" not in client.session
