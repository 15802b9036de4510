"""Tokens of the API: who gets one, when it is accepted, what it permits, and what is stored of it."""

import hashlib
import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client

from missions.models import Delivery, Membership, Role, Scope, Token, TokenState
from tests import factories
from tests.databases import on_postgresql
from tests.ledger.raw_sql import is_refused
from tests.officials.leftovers import SUBMISSIONS

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)  # in Shanghai


@pytest.fixture
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def administrator(noon):
    return factories.membership(Role.ADMINISTRATOR).user


def issue(by, membership=None, **fields):
    plain = {"name": "Office system", "scope": Scope.DRAFT, "expires_on": date(2026, 6, 8)}
    return Token.objects.issue(membership=membership or factories.membership(), by=by, **{**plain, **fields})


def is_accepted(secret):
    """The API answers 404 for an unknown submission, and 401 without a valid token."""
    headers = {"authorization": f"Bearer {secret}"}
    status = Client().get(f"{SUBMISSIONS}/{uuid.UUID(int=7)}", headers=headers).status_code
    assert status in (401, 404)
    return status == 404


def test_token_names_its_role_and_is_accepted_by_its_whole_secret_alone(administrator):
    membership = factories.membership()
    token, secret = issue(administrator, membership, name=" Office system ")
    secrets = {issue(administrator)[1] for _ in range(3)}
    token.refresh_from_db()

    assert len(secrets | {secret}) == 4
    assert (token.name, token.scope, token.expires_on) == ("Office system", "draft", date(2026, 6, 8))
    assert (token.membership, token.user, token.role) == (membership, membership.user, "editor")
    assert (token.organisation, token.created_by) == (membership.organisation, administrator)
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert not any(map(is_accepted, ["", "hub_", token.digest, secret[:-1], secret.upper(), "x" * 10_000]))
    assert is_accepted(secret)


def test_invalid_tokens_are_not_issued(administrator):
    membership, closed, deleted = factories.membership(), factories.membership(), factories.membership()
    closed.user.is_active = False
    closed.user.save()
    Membership.objects.filter(pk=deleted.pk).delete()
    issue(administrator, membership)
    invalid = [
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Office system"}, "name"),  # a second one for the same role
        ({"scope": "publish"}, "scope"),
        ({"expires_on": None}, "expires_on"),
        ({"expires_on": date(2026, 3, 9)}, "expires_on"),
        ({"expires_on": date(2027, 3, 12)}, "expires_on"),
        ({"membership": factories.membership(Role.AUDITOR)}, "membership"),
        ({"membership": factories.membership(Role.ADMINISTRATOR)}, "membership"),
        ({"membership": closed}, "membership"),
        ({"membership": deleted}, "membership"),
    ]
    for fields, wrong in invalid:
        with pytest.raises(ValidationError) as error:
            issue(administrator, **{"membership": membership, "name": "Another", **fields})
        assert list(error.value.message_dict) == [wrong]

    assert Token.objects.count() == 1
    assert all(is_accepted(issue(administrator, expires_on=day)[1]) for day in (date(2026, 3, 10), date(2027, 3, 11)))


CHANGED = {
    "role": lambda: {"role": Role.COORDINATOR, "organisation": None},
    "organisation": lambda: {"organisation": factories.organisation("ANOTHER")},
    "person": lambda: {"user": factories.nameless()},
}


@pytest.mark.parametrize("what", CHANGED)
def test_token_ends_when_its_role_changes_even_if_it_is_changed_back(administrator, what):
    membership = factories.membership()
    token, secret = issue(administrator, membership)
    _other, other_secret = issue(administrator, factories.membership(organisation=factories.organisation("OTHER")))
    membership.save()  # unchanged: the token stays valid
    assert is_accepted(secret)

    changes = CHANGED[what]()
    before = {name: getattr(membership, name) for name in changes}
    for values in (changes, before):
        for name, value in values.items():
            setattr(membership, name, value)
        membership.save()

    assert (is_accepted(secret), is_accepted(other_secret)) == (False, True)
    assert Token.objects.get(pk=token.pk).state == TokenState.ROLE_TAKEN


def test_only_an_administrator_issues_and_revokes_and_only_once(administrator):
    token, secret = issue(administrator)
    for role in (Role.EDITOR, Role.AUDITOR, Role.COORDINATOR):
        other = factories.membership(role, organisation=factories.organisation("OTHER")).user
        with pytest.raises(PermissionDenied):
            issue(other)
        with pytest.raises(PermissionDenied):
            token.revoke(by=other)
    assert is_accepted(secret)

    stale = Token.objects.get()
    token.revoke(by=administrator)
    with pytest.raises(ValidationError):
        stale.revoke(by=factories.membership(Role.ADMINISTRATOR).user)
    token.refresh_from_db()
    assert (token.revoked_at, token.revoked_by, token.history.count()) == (NOON, administrator, 2)
    assert is_accepted(issue(administrator, token.membership)[1])  # under the same name
    with pytest.raises(ProtectedError):
        token.user.delete()


def test_token_expires_at_the_end_of_its_last_day_in_shanghai(administrator):
    token, secret = issue(administrator, expires_on=date(2026, 3, 12))
    results = []
    for moment in (datetime(2026, 3, 12, 15, 59, 59, tzinfo=UTC), datetime(2026, 3, 12, 16, tzinfo=UTC)):
        with time_machine.travel(moment, tick=False):
            results.append((is_accepted(secret), token.state))

    assert results == [(True, TokenState.IN_FORCE), (False, TokenState.EXPIRED)]


MOMENT, DIGEST = "'2020-01-01 00:00:00+00:00'", f"'{'f' * 64}'"
UPDATES = [
    "name = 'x'", f"digest = {DIGEST}", "scope = 'submit'", "user_id = {other}", "role = 'coordinator'",
    "organisation_id = NULL", "expires_on = '2099-01-01'", f"created_at = {MOMENT}", "created_by_id = {other}",
    "id = 1000000", "membership_id = {membership}",
]  # fmt: skip
COPY = (
    "INTO missions_token (id, membership_id, user_id, role, organisation_id, name, digest, scope, created_at,"
    " created_by_id, expires_on) SELECT ID, membership_id, user_id, role, organisation_id, NAME, DIGEST, scope,"
    " created_at, created_by_id, expires_on FROM missions_token WHERE id = {valid}"
)
NEW = f"INSERT {COPY}".replace("ID", "1000000").replace("NAME", "'x'").replace("DIGEST", DIGEST)
WRITES = [
    *(f"UPDATE missions_token SET {update} WHERE id = {{valid}}" for update in UPDATES),
    "UPDATE missions_token SET membership_id = {membership} WHERE id = {unbound}",
    "UPDATE missions_token SET revoked_at = NULL, revoked_by_id = NULL WHERE id = {revoked}",
    f"UPDATE missions_token SET revoked_at = {MOMENT} WHERE id = {{revoked}}",
    "UPDATE missions_token SET revoked_by_id = {other} WHERE id = {revoked}",
    "DELETE FROM missions_token WHERE id = {unbound}",
    f"UPDATE missions_delivery SET digest = {DIGEST}",
    "UPDATE missions_delivery SET token_id = {revoked}",
    "DELETE FROM missions_delivery",
    NEW.replace("1000000", "id"),
    NEW.replace(DIGEST, "digest"),
    NEW.replace("'x'", "name"),
]
if on_postgresql():
    WRITES += ["TRUNCATE missions_token CASCADE", "TRUNCATE missions_delivery"]
else:
    WRITES += [f"{write.replace('INSERT', 'REPLACE')}" for write in WRITES[-3:]]
    WRITES += ["UPDATE OR REPLACE missions_token SET name = 'x'"]
    WRITES += ["REPLACE INTO missions_delivery SELECT * FROM missions_delivery"]


@pytest.mark.both_databases
def test_database_rejects_changes_to_issued_tokens_and_deliveries(administrator):
    valid, revoked, unbound = (issue(administrator)[0] for _ in range(3))
    revoked.revoke(by=administrator)
    unbound.membership.delete()
    Delivery.objects.create(submission=factories.submission(), token=valid, digest="a" * 64)
    names = {"valid": valid.pk, "revoked": revoked.pk, "unbound": unbound.pk}
    names |= {"other": factories.nameless().pk, "membership": factories.membership().pk}
    connection.check_constraints()

    assert not is_refused(NEW.format(**names))
    assert [write for write in WRITES if not is_refused(write.format(**names))] == []
