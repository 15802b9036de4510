"""Accounts, memberships and personal data, by administrators alone (the role matrix has the others)."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
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
    user = factories.user("person", Role.EDITOR, organisation=factories.organisation("O1"))
    user.name, user.email = "Li Na", "person@example.org"
    user.save()
    return user


def page_of(user, action="change/"):
    return f"{LIST}{user.pk}/{action}"


def roles(user):
    return sorted((held.role, held.organisation and held.organisation.code) for held in user.memberships.all())


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
    User.objects.filter(pk=factories.user("former", Role.ADMINISTRATOR).pk).update(is_active=False)
    sent = filled_in(client.get(page_of(administrator)))
    closed = {name: value for name, value in sent.items() if name != "is_active"}
    wrong = [{**sent, "memberships-0-role": "auditor"}, {**sent, "memberships-0-DELETE": "on"}, closed]

    assert [client.post(page_of(administrator), each).status_code for each in wrong] == [200] * 3
    administrator.refresh_from_db()
    assert (administrator.is_active, roles(administrator)) == (True, [("administrator", None)])


# --- erasing personal data --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "Person", "administrator"])
def test_only_the_typed_user_name_erases_an_account(client, administrator, person, typed):
    answer = client.post(page_of(person, "erase/"), {"username": typed})

    assert (list(errors(answer)), User.objects.filter(erased_at=None).count()) == (["username"], 2)


# --- exporting personal data ------------------------------------------------------------------------------------------


def test_the_export_holds_what_is_stored_on_the_person_and_no_secret(client, administrator, person):
    secret = give_totp(person)
    person.authenticator_set.create(type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": "hidden"})
    SocialAccount.objects.create(user=person, provider="office", uid="u-7", extra_data={"name": "Li Na"})
    sign_in(Client(REMOTE_ADDR="192.0.2.9"), "person", "a wrong password")
    mission, file = factories.mission(lead_owner=factories.organisation("O1")), factories.evidence_file(by=person)
    submission = factories.submission(mission, by=person, note="Read this")
    submission.submit(by=person)
    token, token_secret = factories.token(person.memberships.get(), "Office", by=administrator)
    person.reminders.create(day=date(2024, 1, 2))
    answer = client.get(page_of(person, "personal-data.json"))
    text, data = answer.getvalue().decode(), answer.json()

    assert answer["Content-Disposition"] == f'attachment; filename="account-{person.pk}.json"'
    assert (data["account"]["username"], data["account"]["email"]) == ("person", "person@example.org")
    fields = {
        "versions": "name", "roles": "organisation", "second_factors": "type", "single_sign_on": "uid",
        "failed_sign_ins": "ip_address", "submissions": "note", "files": "sha256", "tokens": "name",
        "reminders": "day", "done": "deed",
    }  # fmt: skip
    assert [[row[field] for row in data[name]] for name, field in fields.items()] == [
        ["", "Li Na"], ["O1"], ["totp", "recovery_codes", "webauthn"], ["u-7"], ["192.0.2.9"], ["Read this"],
        [file.sha256], ["Office"], ["2024-01-02"], ["submitted"],
    ]  # fmt: skip
    assert [each for each in (person.password, secret, "hidden", token_secret, token.digest) if each in text] == []
    own = Client()
    own.force_login(person)
    theirs = own.get("/accounts/personal-data.json").json()
    again = client.get(page_of(person, "personal-data.json")).json()
    assert {**theirs, "made_at": ""} == {**again, "made_at": ""}
