import pytest
from django.test import Client

from missions.models import Membership, Role, User
from tests import build
from tests.accounts.signing import give_totp, reauthenticate, sign_in
from tests.admin.pages import filled_in, form, messages
from tests.public.dom import parse

LIST = "/admin/missions/user/"
LAST_ADMINISTRATOR = "This is the last active administrator: make somebody else one first."


def change_page(user):
    return f"{LIST}{user.pk}/change/"


def edit(client, user, **answers):
    page = change_page(user)
    return client.post(page, {**filled_in(client.get(page)), **answers})


def roles(user):
    return sorted((held.role, held.organisation and held.organisation.code) for held in user.memberships.all())


def create(client, **answers):
    add = f"{LIST}add/"
    return client.post(add, {**filled_in(client.get(add)), "username": "newcomer", **answers})


def test_an_account_is_created_with_a_role_and_without_a_password(client, administrator):
    create(client, name="New Comer", language="en", **{"memberships-0-role": "auditor"})
    user = User.objects.get(username="newcomer")

    assert (user.name, user.language, user.is_active) == ("New Comer", "en", True)
    assert (user.must_change_password, user.has_usable_password()) == (True, False)
    assert roles(user) == [("auditor", None)]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"username": "Administrator"}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": ""}, "username"),
        ({"email": "not an address"}, "email"),
        ({"language": "fr"}, "language"),
    ],
)
def test_an_account_that_would_not_do_is_refused_at_its_field(client, administrator, answers, field):
    answer = create(client, **answers)

    assert list(answer.context["adminform"].form.errors) == [field]
    assert User.objects.count() == 1


def test_an_account_keeps_its_name_but_in_upper_or_lower_case(client, administrator):
    user = build.user("somebody", Role.AUDITOR)
    edit(client, user, username="SomeBody")
    user.refresh_from_db()

    assert user.username == "SomeBody"


def test_a_user_name_never_goes_to_somebody_else(client, administrator):
    user, other = build.user("somebody", Role.AUDITOR), build.user("other", Role.AUDITOR)
    edit(client, user, username="renamed")
    answers = [create(client, username="SomeBody"), edit(client, other, username="somebody")]
    back = edit(client, user, username="somebody")

    said = {"username": ["Another account had this user name before."]}
    assert [answer.context["adminform"].form.errors for answer in answers] == [said, said]
    assert back.status_code == 302
    assert set(User.objects.values_list("username", flat=True)) == {"administrator", "somebody", "other"}


def test_what_the_form_does_not_ask_for_is_not_taken(client, administrator):
    user = build.user("somebody", Role.AUDITOR)
    before = User.objects.values().get(pk=user.pk)
    more = {"password": "typed", "password1": "typed", "id": "77", "last_login": "2020-01-01", "is_staff": "on"}
    edit(client, user, name="Some Body", must_change_password="on", **more)

    assert User.objects.values().get(pk=user.pk) == {**before, "name": "Some Body"}


def test_an_account_is_not_saved_as_a_new_one(client, administrator):
    answer = create(client, username="", _saveasnew="Save as new")

    assert answer.status_code == 200
    assert User.objects.count() == 1


def test_a_password_cannot_be_found_out_by_filtering(client, administrator):
    build.user("somebody", Role.AUDITOR)

    assert client.get(f"{LIST}?password__startswith=m").status_code == 400


def test_a_lost_second_factor_is_removed_by_an_administrator(client, administrator):
    reauthenticate(client)
    user, other = build.user("somebody", Role.AUDITOR), build.user("other", Role.AUDITOR)
    for one in (user, other):
        give_totp(one)
    address = f"{LIST}{user.pk}/remove-second-factor/"
    link = parse(client.get(change_page(user))).one("a", href=address)
    confirmation = client.get(link["href"])
    before = user.authenticator_set.count()
    page = client.post(address, filled_in(confirmation), follow=True)

    assert messages(page) == ["The second factor of somebody is removed."]
    assert (before, user.authenticator_set.count(), other.authenticator_set.count()) == (2, 0, 2)


def test_an_account_is_deactivated(client, administrator):
    user = build.user("somebody", Role.COORDINATOR)
    page = change_page(user)
    sent = filled_in(client.get(page))
    del sent["is_active"]
    sign_in(theirs := Client(), "somebody")
    before = theirs.get("/admin/").status_code
    client.post(page, sent)
    user.refresh_from_db()
    closed = user.is_active, theirs.get("/admin/").status_code
    edit(client, user, is_active="on")
    user.refresh_from_db()

    assert (before, closed) == (200, (False, 302))
    assert (user.is_active, theirs.get("/admin/").status_code) == (True, 302)


def test_memberships_are_added_changed_and_deleted(client, administrator):
    organisation = build.organisation("O1")
    user = build.user("somebody", Role.AUDITOR, Role.COORDINATOR)
    edit(
        client,
        user,
        **{
            "memberships-0-role": "editor",
            "memberships-0-organisation": organisation.pk,
            "memberships-1-DELETE": "on",
        },
    )

    assert roles(user) == [("editor", "O1")]

    edit(client, user, **{"memberships-1-role": "coordinator"})

    assert roles(user) == [("coordinator", None), ("editor", "O1")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"role": "editor"}, "An editor needs an organisation; the other roles have none."),
        ({"role": "auditor", "organisation": 1}, "An editor needs an organisation; the other roles have none."),
        ({"role": "coordinator"}, "A role is stated twice."),
        ({"organisation": 1}, "This field is required."),
    ],
)
def test_a_membership_that_cannot_be_is_refused(client, administrator, row, message):
    build.organisation("O1", id=1)
    user = build.user("somebody", Role.COORDINATOR)
    answer = edit(client, user, **{f"memberships-1-{field}": value for field, value in row.items()})

    assert message in form(answer).text
    assert roles(user) == [("coordinator", None)]


def test_the_last_administrator_keeps_the_role(client, administrator):
    former = build.user("former", Role.ADMINISTRATOR)
    former.is_active = False
    former.save()
    demoted = edit(client, administrator, **{"memberships-0-role": "auditor"})
    removed = edit(client, administrator, **{"memberships-0-DELETE": "on"})

    assert LAST_ADMINISTRATOR in form(demoted).text
    assert LAST_ADMINISTRATOR in form(removed).text
    assert roles(administrator) == [("administrator", None)]


def test_the_last_administrator_stays_active(client, administrator):
    page = change_page(administrator)
    sent = filled_in(client.get(page))
    del sent["is_active"]
    answer = client.post(page, sent)
    administrator.refresh_from_db()

    assert answer.context["adminform"].form.errors == {"is_active": [LAST_ADMINISTRATOR]}
    assert administrator.is_active


def test_one_of_two_administrators_may_go(client, administrator):
    build.user("second", Role.ADMINISTRATOR)
    edit(client, administrator, **{"memberships-0-role": "auditor"})

    assert roles(administrator) == [("auditor", None)]


def test_the_list_names_each_accounts_roles(client, administrator):
    build.user("somebody", Role.EDITOR, Role.AUDITOR, organisation=build.organisation("O1"))
    rows = parse(client.get(LIST)).one(id="result_list").one("tbody").all("tr")

    assert [(row.one("th").text, row.one("td", class_="field-roles").text) for row in rows] == [
        ("administrator", "Administrator"),
        ("somebody", "Auditor, Editor (O1)"),
    ]


def test_the_list_takes_as_many_queries_with_three_accounts_as_with_one(
    client, administrator, django_assert_num_queries
):
    Membership.objects.create(user=administrator, role=Role.EDITOR, organisation=build.organisation("O1"))
    with django_assert_num_queries(8):
        client.get(LIST)
    for number in (2, 3):
        build.user(f"user{number}", Role.EDITOR, Role.AUDITOR, organisation=build.organisation(f"O{number}"))
    with django_assert_num_queries(8):
        client.get(LIST)


def test_djangos_own_groups_are_no_second_way_to_permissions(client, administrator):
    assert client.get("/admin/auth/group/").status_code == 404
