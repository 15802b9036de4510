"""Accounts, memberships and personal data, by administrators alone (the role matrix has the others)."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from missions.models import Role, User
from tests import factories
from tests.accounts.signing import give_totp, sign_in
from tests.admin.pages import edit, errors, filled_in

LIST = "/admin/missions/user/"


@pytest.fixture
def administrator(db, client):
    """Signed in with the password just now, as sensitive pages demand."""
    user = factories.user("administrator", Role.ADMINISTRATOR)
    sign_in(client, user.username)
    return user


@pytest.fixture
def person(db):
    return factories.user("person", Role.EDITOR, organisation=factories.organisation("O1"), name="Li Na")


def page_of(user, action="change/"):
    return f"{LIST}{user.pk}/{action}"


@pytest.mark.parametrize(
    "answers",
    [
        {"username": "Administrator"},  # it differs in case only
        {"username": "former"},  # another account had this name
        {"email": "not an address"},
        {"name": "a\u202eb"},
    ],
)
def test_a_wrong_account_is_refused_at_its_field(client, administrator, answers):
    User.objects.create(username="former")
    edit(client, page_of(User.objects.get(username="former")), username="renamed")
    answer = edit(client, f"{LIST}add/", **{"username": "newcomer", **answers, "_saveasnew": "Save as new"})

    assert (list(errors(answer)), User.objects.count()) == (list(answers), 2)


def test_the_last_active_administrator_keeps_role_and_account(client, administrator):
    factories.user("former", Role.ADMINISTRATOR, is_active=False)
    sent = filled_in(client.get(page_of(administrator)))
    closed = {name: value for name, value in sent.items() if name != "is_active"}
    wrong = [{**sent, "memberships-0-role": "auditor"}, {**sent, "memberships-0-DELETE": "on"}, closed]

    assert [client.post(page_of(administrator), each).status_code for each in wrong] == [200] * 3
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.memberships.get().role) == (True, "administrator")


# --- erasing personal data --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "Person", "administrator"])
def test_only_the_typed_user_name_erases_an_account(client, administrator, person, typed):
    answer = client.post(page_of(person, "erase/"), {"username": typed})

    assert (list(errors(answer)), User.objects.filter(erased_at=None).count()) == (["username"], 2)


# --- exporting personal data ------------------------------------------------------------------------------------------


def test_the_export_holds_no_secret_and_is_the_same_for_the_person(client, administrator, person):
    """`tests/officials/test_erasure.py` shows that it holds every trace."""
    secret = give_totp(person)
    person.authenticator_set.create(type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": "hidden"})
    token, token_secret = factories.token(person.memberships.get(), "Office", by=administrator)
    own = Client()
    own.force_login(person)
    answers = [client.get(page_of(person, "personal-data.json")), own.get("/accounts/personal-data.json")]
    text, data = answers[0].getvalue().decode(), answers[0].json()

    assert answers[0]["Content-Disposition"] == f'attachment; filename="account-{person.pk}.json"'
    assert [factor["type"] for factor in data["second_factors"]] == ["totp", "recovery_codes", "webauthn"]
    assert (data["tokens"][0]["name"], data["roles"][0]["organisation"]) == ("Office", "O1")
    assert [each for each in (person.password, secret, "hidden", token_secret, token.digest) if each in text] == []
    assert {**answers[1].json(), "made_at": ""} == {**data, "made_at": ""}
