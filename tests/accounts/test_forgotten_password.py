"""A link to choose a password, asked for by mail: what it tells about accounts is nothing."""

import re
import threading
from smtplib import SMTPRecipientsRefused

import pytest
from django.test import Client

from hubtracker.logs import thread_failed
from missions.accounts import invitations
from tests import build
from tests.accounts.links import choose, link_in
from tests.public.dom import parse

RESET = "/accounts/password/reset/"


@pytest.fixture
def wait_for_mail(monkeypatch):
    """Waits until all mail is sent; returns the threads that it was made and sent in."""
    begun = []

    class Noted(threading.Thread):
        def start(self):
            begun.append(self)
            super().start()

    def wait():
        for thread in begun:
            thread.join(timeout=10)
        return begun

    monkeypatch.setattr("missions.accounts.adapters.Thread", Noted)
    return wait


def test_asked_by_mail_a_link_goes_to_every_active_account_with_that_address_and_nowhere_else(
    client, db, by_mail, wait_for_mail
):
    for name, email in (("a", "Ms@Example.org"), ("b", "ms@example.org"), ("gone", "ms@example.org"), ("c", "")):
        user = build.user(name)
        user.email, user.is_active = email, name != "gone"
        user.save()
    answers = [client.post(RESET, {"email": email}, follow=True) for email in ("MS@example.org", "nobody@example.org")]
    wait_for_mail()

    assert sorted((mail.to[0], "account a " in mail.body, "account b " in mail.body) for mail in by_mail) == [
        ("Ms@Example.org", True, False),
        ("ms@example.org", False, True),
    ]
    pages = [re.sub(r'value="\w{64}"', "", answer.content.decode()) for answer in answers]
    assert pages[0] == pages[1]
    assert choose(Client(), link_in(by_mail[0].body)).status_code == 302


def test_a_mail_server_that_fails_tells_nothing_either(client, db, settings, monkeypatch, wait_for_mail, lines):
    settings.HUB_SENDS_MAIL = True
    user = build.user("somebody")
    user.email = "somebody@example.org"
    user.save()

    def refuse(message):
        raise SMTPRecipientsRefused({to: (550, f"5.1.1 <{to}>: rejected".encode()) for to in message.to})

    monkeypatch.setattr(threading, "excepthook", thread_failed)  # pytest has one of its own in its place
    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    answer = client.post(RESET, {"email": "somebody@example.org"})
    wait_for_mail()

    assert answer.headers["Location"] == "/accounts/password/reset/done/"
    (failed,) = [line for line in lines() if line["event"] != "request"]
    assert (failed["level"], failed["event"]) == ("error", "A thread failed.")
    assert [(each["kind"], each["says"]) for each in failed["exception"]] == [
        ("SMTPRecipientsRefused", "{...': (550, b'5.1.1 <...>: rejected')}")
    ]


def test_nor_does_the_time_that_the_mail_takes_to_be_made(client, db, by_mail, monkeypatch, wait_for_mail):
    user = build.user("somebody")
    user.email = "somebody@example.org"
    user.save()
    made_in, message = [], invitations.message

    def noted(*words, **context):
        made_in.append(threading.current_thread())
        return message(*words, **context)

    monkeypatch.setattr(invitations, "message", noted)
    client.post(RESET, {"email": "somebody@example.org"})

    assert wait_for_mail() == made_in
    assert [mail.to for mail in by_mail] == [["somebody@example.org"]]


def test_nobody_is_sent_more_than_three_links_in_a_quarter_of_an_hour(client, db, by_mail, wait_for_mail):
    user = build.user("somebody")
    user.email = "somebody@example.org"
    user.save()
    statuses = [client.post(RESET, {"email": "somebody@example.org"}).status_code for _ in range(4)]
    wait_for_mail()

    assert statuses == [302, 302, 302, 429]
    assert len(by_mail) == 3


def test_without_a_mail_server_the_page_says_whom_to_ask_and_sends_nothing(client, db, mailoutbox, wait_for_mail):
    user = build.user("somebody")
    user.email = "somebody@example.org"
    user.save()
    page = parse(client.get(RESET))
    client.post(RESET, {"email": "somebody@example.org"})

    assert wait_for_mail() == []
    assert "Ask an administrator for a new invitation" in page.text
    assert page.one(id="content").all("form") == []
    assert mailoutbox == []
