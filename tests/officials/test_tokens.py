"""Tokens of the API: who gets one, when it is accepted, what is shown and what is stored of it."""

import logging
import re
import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from missions.models import Delivery, Membership, Role, Scope, Submission, Token, TokenState, User
from tests import factories
from tests.admin.pages import edit, levels
from tests.databases import on_postgresql
from tests.ledger.raw_sql import is_refused
from tests.officials.leftovers import SUBMISSIONS, find_occurrences
from tests.public.dom import parse

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)  # in Shanghai
LIST, ADD, NAME = "/admin/missions/token/", "/admin/missions/token/add/", "Office system"


@pytest.fixture
def administrator(db, client, settings):
    settings.SITE_URL = "https://hub.example.org"
    with time_machine.travel(NOON, tick=False):
        user = factories.membership(Role.ADMINISTRATOR).user
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        client.force_login(user)
        yield user


@pytest.fixture
def held(db):
    """An editor's role of an account that has another role too."""
    user = User.objects.create(username="li.wei", name="Li Wei", email="li@example.org", language="zh-hans")
    factories.membership(Role.AUDITOR, user=user)
    return factories.membership(user=user, organisation=factories.organisation("O1"))


def issue(by, membership=None, **fields):
    plain = {"name": NAME, "scope": Scope.DRAFT, "expires_on": date(2026, 6, 8)}
    return Token.objects.issue(membership=membership or factories.membership(), by=by, **{**plain, **fields})


def is_accepted(secret):
    """The API answers 404 for an unknown submission, and 401 without a valid token."""
    headers = {"authorization": f"Bearer {secret}"}
    status = Client().get(f"{SUBMISSIONS}/{uuid.UUID(int=7)}", headers=headers).status_code
    assert status in (401, 404)
    return status == 404


def issue_in_the_back_office(client, held, **answers):
    """The page that follows, and the secret that it shows."""
    page = edit(client, ADD, **{"membership": held.pk, "name": NAME, **answers})
    return page, re.search("hub_[A-Za-z0-9_-]{20,}", parse(page).one(id="content").text)[0]


def test_invalid_tokens_are_not_issued(administrator):
    membership, closed = factories.membership(), factories.membership()
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    issue(administrator, membership)
    invalid = [
        {"name": "   "},
        {"name": NAME},  # a second one for the same role
        {"scope": "publish"},
        {"expires_on": date(2026, 3, 9)},
        {"expires_on": date(2027, 3, 12)},
        {"membership": factories.membership(Role.AUDITOR)},
        {"membership": Membership.objects.get(pk=closed.pk)},
    ]
    for fields in invalid:
        with pytest.raises(ValidationError) as error:
            issue(administrator, **{"membership": membership, "name": "Another", **fields})
        assert list(error.value.message_dict) == list(fields)

    assert Token.objects.count() == 1
    assert all(is_accepted(issue(administrator, expires_on=day)[1]) for day in (date(2026, 3, 10), date(2027, 3, 11)))


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"role": Role.COORDINATOR, "organisation": None},
        lambda: {"organisation": factories.organisation("ANOTHER")},
        lambda: {"user": factories.nameless()},
    ],
)
def test_token_ends_when_its_role_changes_even_if_it_is_changed_back(administrator, change):
    membership = factories.membership()
    token, secret = issue(administrator, membership)
    membership.save()  # unchanged: the token stays valid
    assert is_accepted(secret)

    changes = change()
    for values in (changes, {name: getattr(membership, name) for name in changes}):
        for name, value in values.items():
            setattr(membership, name, value)
        membership.save()

    assert (is_accepted(secret), Token.objects.get(pk=token.pk).state) == (False, TokenState.ROLE_TAKEN)


def test_token_expires_at_the_end_of_its_last_day_in_shanghai(administrator):
    token, secret = issue(administrator, expires_on=date(2026, 3, 12))
    results = []
    for moment in (datetime(2026, 3, 12, 15, 59, 59, tzinfo=UTC), datetime(2026, 3, 12, 16, tzinfo=UTC)):
        with time_machine.travel(moment, tick=False):
            results.append((is_accepted(secret), token.state))

    assert results == [(True, TokenState.IN_FORCE), (False, TokenState.EXPIRED)]


# --- in the back office -----------------------------------------------------------------------------------------------


def test_the_example_beside_the_secret_works(client, administrator, held):
    factories.mission("CODE", lead_owner=held.organisation)
    page, secret = issue_in_the_back_office(client, held, scope=Scope.SUBMIT)
    example = parse(page).one("pre").text
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid.uuid4())}
    body = re.search(r"-d '(.*)'", example)[1]
    answer = client.post(SUBMISSIONS, body, "application/json", headers=headers)

    assert (f"https://hub.example.org{SUBMISSIONS}" in example, answer.status_code) == (True, 201)
    assert Submission.objects.get().state == "submitted"


def test_the_secret_is_shown_once_and_stored_nowhere(client, administrator, held, caplog, settings, mailoutbox):
    settings.HUB_SENDS_MAIL = True
    caplog.set_level(logging.DEBUG)
    page, secret = issue_in_the_back_office(client, held)
    token = Token.objects.get()
    own = f"{LIST}{token.pk}"
    later = [client.get(address).text for address in (LIST, f"{own}/change/", "/admin/audit/?kind=token")]
    levels_of_answers = [levels(client.post(f"{own}/revoke/", follow=True))[-1] for _time in range(2)]
    token.refresh_from_db()

    # Where nothing else is chosen, it keeps drafts for ninety days.
    assert (token.membership, token.scope, token.expires_on) == (held, "draft", date(2026, 6, 8))
    assert (token.state, token.revoked_by, is_accepted(secret)) == (TokenState.REVOKED, administrator, False)
    assert levels_of_answers == ["success", "error"]
    assert "no-store" in page.headers["Cache-Control"]
    assert find_occurrences([secret, secret[4:], token.digest]) == {(token.digest, "missions_token", "digest")}
    texts = [caplog.text, client.cookies.output(), str(page.headers), *later, *(mail.body for mail in mailoutbox)]
    assert [text for text in texts if secret in text] == []
    assert all(NAME in text and token.digest not in text for text in later)
    assert [(mail.to, "Li Wei，您好！" in mail.body) for mail in mailoutbox] == [(["li@example.org"], True)] * 2


# --- in the database --------------------------------------------------------------------------------------------------

MOMENT, DIGEST = "'2020-01-01 00:00:00+00:00'", f"'{'f' * 64}'"
UPDATES = [
    "name = 'x'", f"digest = {DIGEST}", "scope = 'submit'", "user_id = {other}", "role = 'coordinator'",
    "organisation_id = NULL", "expires_on = '2099-01-01'", f"created_at = {MOMENT}", "created_by_id = {other}",
    "id = 1000000", "membership_id = {membership}",
]  # fmt: skip
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
]
for table in ("missions_token", "missions_delivery"):
    WRITES += [f"TRUNCATE {table} CASCADE" if on_postgresql() else f"REPLACE INTO {table} SELECT * FROM {table}"]


@pytest.mark.both_databases
def test_database_rejects_changes_to_issued_tokens_and_deliveries(administrator):
    valid, revoked, unbound = (issue(administrator)[0] for _ in range(3))
    revoked.revoke(by=administrator)
    unbound.membership.delete()
    Delivery.objects.create(submission=factories.submission(), token=valid, digest="a" * 64)
    names = {"valid": valid.pk, "revoked": revoked.pk, "unbound": unbound.pk}
    names |= {"other": factories.nameless().pk, "membership": factories.membership().pk}
    connection.check_constraints()

    assert [write for write in WRITES if not is_refused(write.format(**names))] == []
