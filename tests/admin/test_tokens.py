"""Access tokens: issued, shown once, listed, revoked; and what a reviewer sees of them."""

import logging
import re
import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import Role, Scope, Submission, Token, TokenState, User
from tests import factories
from tests.admin.pages import edit, errors, levels
from tests.officials.leftovers import find_occurrences
from tests.public.dom import parse

LIST, ADD, NAME = "/admin/missions/token/", "/admin/missions/token/add/", "Office system"


@pytest.fixture
def held(db):
    """An editor's role of an account that has another role too."""
    user = User.objects.create(username="li.wei", name="Li Wei", email="li@example.org", language="en")
    factories.membership(Role.AUDITOR, user=user)
    return factories.membership(user=user, organisation=factories.organisation("O1"))


def issue(client, held, **answers):
    return edit(client, ADD, **{"membership": held.pk, "name": NAME, **answers})


def secret_in(page):
    return re.search("hub_[A-Za-z0-9_-]{20,}", parse(page).one(id="content").text)[0]


def page_of(token, action="change"):
    return f"{LIST}{token.pk}/{action}/"


def test_a_token_is_valid_for_ninety_days_and_keeps_drafts_unless_chosen_otherwise(client, administrator, held):
    with time_machine.travel(datetime(2026, 3, 10, 4, tzinfo=UTC), tick=False):
        client.force_login(administrator)
        issue(client, held)
        issue(client, held, name="Another", scope="submit", expires_on="2026-03-10")
    second, first = Token.objects.all()

    assert (first.membership, first.name, first.scope, first.expires_on) == (held, NAME, "draft", date(2026, 6, 8))
    assert (second.scope, second.expires_on, second.created_by) == ("submit", date(2026, 3, 10), administrator)


def test_the_example_beside_the_secret_works(client, administrator, held, settings):
    settings.SITE_URL = "https://hub.example.org"
    factories.mission("CODE", lead_owner=held.organisation)
    page = issue(client, held, scope=Scope.SUBMIT)
    example = parse(page).one("pre").text
    headers = {"Authorization": f"Bearer {secret_in(page)}", "Idempotency-Key": str(uuid.uuid4())}
    body = re.search(r"-d '(.*)'", example)[1]
    answer = client.post("/api/v1/submissions", body, "application/json", headers=headers)

    assert ("https://hub.example.org/api/v1/submissions" in example, answer.status_code) == (True, 201)
    assert Submission.objects.get().state == "submitted"


def test_the_secret_is_shown_once_and_stored_nowhere(client, administrator, held, caplog, settings, mailoutbox):
    settings.HUB_SENDS_MAIL = True
    caplog.set_level(logging.DEBUG)
    page = issue(client, held)
    secret, token = secret_in(page), Token.objects.get()
    later = [client.get(address).content.decode() for address in (LIST, page_of(token), "/admin/audit/?kind=token")]
    client.post(page_of(token, "revoke"))

    assert "no-store" in page.headers["Cache-Control"]
    assert find_occurrences([secret, secret[4:], token.digest]) == {(token.digest, "missions_token", "digest")}
    texts = [caplog.text, client.cookies.output(), str(page.headers), *later, *(mail.body for mail in mailoutbox)]
    assert [text for text in texts if secret in text] == []
    assert all(NAME in text and token.digest not in text for text in later)


@pytest.mark.parametrize("answers", [{"membership": "0"}, {"name": "a\u202eb"}, {"scope": ""}, {"expires_on": "soon"}])
def test_a_wrong_token_is_refused_at_its_field(client, administrator, held, answers):
    assert (list(errors(issue(client, held, **answers))), Token.objects.count()) == (list(answers), 0)


def test_a_token_is_revoked_once_and_at_once(client, administrator, held):
    token, secret = factories.token(held)
    answers = [client.post(page_of(token, "revoke"), follow=True) for _time in range(2)]
    token.refresh_from_db()

    assert (Token.objects.find(secret), token.state, token.revoked_by) == (None, TokenState.REVOKED, administrator)
    assert [levels(answer)[-1] for answer in answers] == ["success", "error"]


@pytest.mark.parametrize(("sends_mail", "email"), [(True, "li@example.org"), (True, ""), (False, "li@example.org")])
def test_the_person_gets_a_mail_in_their_language(client, administrator, held, mailoutbox, settings, sends_mail, email):
    settings.HUB_SENDS_MAIL = sends_mail
    User.objects.filter(pk=held.user_id).update(language="zh-hans", email=email)
    issue(client, held)
    for _time in range(2):
        client.post(page_of(Token.objects.get(), "revoke"))

    assert [mail.to for mail in mailoutbox] == [["li@example.org"]] * 2 * bool(sends_mail and email)
    assert all("Li Wei，您好！" in mail.body for mail in mailoutbox)
