"""Links to choose a password: invitations by an administrator, and forgotten passwords."""

import smtplib
import threading
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from missions.models import Role, User
from tests import factories
from tests.accounts.signing import NEW, choose, give_totp, link_in, sign_in, user_id
from tests.admin.pages import edit, levels

ADD = "/admin/missions/user/add/"
RESET = "/accounts/password/reset/"
NOON = "2026-03-01T12:00Z"


@pytest.fixture
def administrator(client, db):
    user = factories.user("administrator", Role.ADMINISTRATOR)
    sign_in(client, "administrator")
    return user


@pytest.fixture
def person(db):
    """A coordinator with an e-mail whose account is in use."""
    return factories.user("harbour-person", email="person@example.org")


@pytest.fixture
def broken_mail(monkeypatch):
    """Call it, and the mail server is gone."""

    def refuse(message):
        raise smtplib.SMTPServerDisconnected("gone")

    return lambda: monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)


def page_of(user, page):
    return f"/admin/missions/user/{user.pk}/{page}/"


def reasons(user):
    """What the history says was done to the account and by whom, newest first."""
    versions = user.history.exclude(history_change_reason=None).select_related("history_user")
    return [(version.history_user.username, version.history_change_reason) for version in versions]


def shown_links(response):
    """The links to choose a password on a page, which only an administrator may pass on."""
    return [link_in(str(m)) for m in response.context["messages"] if "/password/reset/key/" in str(m)]


def works(link):
    return choose(Client(), link).status_code == 302


@pytest.fixture
def create(client, administrator, monkeypatch):
    """Creates an account as an administrator does; returns it and the page that follows."""
    # The test's own transaction never commits.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda run, **options: run())

    def created(**fields):
        sent = {"username": "newcomer", "name": "Ms New", "email": "new@example.org", "memberships-0-role": "auditor"}
        answer = edit(client, ADD, **{**sent, **fields})
        return User.objects.get(username="newcomer"), client.get(answer["Location"])

    return created


def test_invitation_by_mail_sets_one_password_and_signs_nobody_in(create, mails):
    user, page = create(language="zh-hans")
    (mail,) = mails
    link, guest = link_in(mail.body), Client()
    for password in ("", " ", "None", "!", user.password):
        sign_in(guest, "newcomer", password)
    assert (user_id(guest), user.must_change_password) == (None, True)

    assert (mail.to, shown_links(page)) == (["new@example.org"], [])
    # The address of the sign-in is that to which a passkey can be bound.
    assert [word for word in ("newcomer", "设置密码", "http://localhost:8000/admin/") if word not in mail.body] == []
    assert choose(guest, link)["Location"] == "/accounts/password/reset/key/done/"
    assert user_id(guest) is None
    assert sign_in(guest, "newcomer", NEW)["Location"] == "/admin/"
    user.refresh_from_db()
    assert user.must_change_password is False
    assert not works(link)


@pytest.mark.parametrize("reason", ["no mail server", "no address", "mail fails"])
def test_without_mail_the_administrator_passes_the_link_on(create, settings, mailoutbox, broken_mail, reason):
    settings.HUB_SENDS_MAIL = reason != "no mail server"
    if reason == "mail fails":
        broken_mail()
    user, page = create(email="" if reason == "no address" else "new@example.org")
    (link,) = shown_links(page)

    assert (mailoutbox, works(link)) == ([], True)
    assert reasons(user) == [("administrator", "invited, link shown")]
    assert [version.history_user.username for version in user.history.all()[:2]] == ["newcomer", "administrator"]


@pytest.mark.parametrize("reason", ["", "no address", "mail fails"])
def test_link_to_an_account_in_use_goes_by_mail_alone(client, administrator, person, mails, broken_mail, reason):
    if reason == "no address":
        User.objects.filter(pk=person.pk).update(email="")
    elif reason:
        broken_mail()
    page = client.post(page_of(person, "invite"), follow=True)
    person.refresh_from_db()

    assert (levels(page), shown_links(page)) == (["error" if reason else "success"], [])
    assert (
        [(mail.to, works(link_in(mail.body))) for mail in mails] == [] if reason else [(["person@example.org"], True)]
    )
    assert reasons(person) == ([] if reason else [("administrator", "invited")])


@pytest.mark.parametrize("action", ["invite", "remove-second-factor", "erase"])
def test_account_in_use_is_changed_only_shortly_after_proof_of_identity(client, person, action):
    """A form that was sent before is carried out then."""
    address = page_of(person, action)
    with time_machine.travel(NOON, tick=True) as clock:
        factories.user("administrator", Role.ADMINISTRATOR)
        sign_in(client, "administrator")
        clock.shift(6 * 60)
        again, before = client.post(address)["Location"], person.history.count()
        page = client.post(again, {"password": factories.PASSWORD}, follow=True)

    assert again == f"/accounts/reauthenticate/?next={quote(address, safe='')}"
    done = action != "erase"  # its form asks for the user name
    assert [path for path, _status in page.redirect_chain] == [page_of(person, "change")] * done
    assert (page.status_code, person.history.count() - before) == (200, done)


@pytest.mark.parametrize("mail_works", [True, False])
def test_removal_of_a_second_factor_is_announced_by_mail(client, administrator, person, mails, broken_mail, mail_works):
    if not mail_works:
        broken_mail()
    give_totp(person)
    page = client.post(page_of(person, "remove-second-factor"), follow=True)

    assert [mail.to for mail in mails] == [["person@example.org"]] * mail_works
    assert levels(page) == ["success"] + ["warning"] * (not mail_works)
    assert (person.authenticator_set.count(), reasons(person)[0][0]) == (0, "administrator")


def test_changed_email_is_announced_to_the_former_address(
    client, administrator, person, mails, django_capture_on_commit_callbacks
):
    """Otherwise an administrator could have a link for a forgotten password sent to themselves in secret."""
    with django_capture_on_commit_callbacks(execute=True):
        for change in ({"email": "other@example.org"}, {"name": "Ms Other"}):
            edit(client, page_of(person, "change"), **change)

    assert [mail.to for mail in mails] == [["person@example.org"]]


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def link(client, administrator, person):
    with time_machine.travel(NOON, tick=False):
        sign_in(client, "administrator")
        return shown_links(client.post(page_of(person, "invite"), follow=True))[0]


def test_link_opens_its_own_account_for_three_days(link, person):
    foreign = link.replace(f"/key/{person.pk}-", f"/key/{factories.user('other').pk}-")
    with time_machine.travel(NOON, tick=False) as clock:
        clock.shift(3 * 24 * 3600)
        assert (Client().get(link).status_code, works(foreign)) == (302, False)
        clock.shift(1)
        assert not works(link)


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "other@example.org"}])
def test_link_ends_with_the_account_and_with_its_email(link, person, change):
    opened = Client()
    with time_machine.travel(NOON, tick=False):
        form = opened.get(link, follow=True).redirect_chain[-1][0]
        User.objects.update(**change)

        assert not works(link)
        assert opened.post(form, {"password1": NEW, "password2": NEW}).status_code == 200
    person.refresh_from_db()
    assert person.check_password(factories.PASSWORD)


@pytest.mark.parametrize("weak", ["three arcs", "1q2w3e4r5t6y", "harbour-person-1", factories.PASSWORD])
def test_short_common_similar_and_present_passwords_are_refused_at_their_field(client, link, person, weak):
    answers = []
    if weak != factories.PASSWORD:  # a link asks for no present password
        with time_machine.travel(NOON, tick=False):
            answers.append(choose(Client(), link, weak))
    sign_in(client, "harbour-person")
    sent = {"oldpassword": factories.PASSWORD, "password1": weak, "password2": weak}
    answers.append(client.post("/accounts/password/change/", sent))

    assert [list(answer.context["form"].errors) for answer in answers] == [["password1"]] * len(answers)


# --- forgotten passwords ----------------------------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch):
    """The threads that requests start, each to be run by the test."""
    threads = []
    monkeypatch.setattr(threading.Thread, "start", lambda self: threads.append(self))
    return threads


def test_link_goes_to_each_active_account_with_the_address_and_nobody_learns_of_them(client, db, mails, started):
    """The answer neither depends on the accounts nor waits for the mails, which do not repeat the requested host."""
    for name, email, active in (("a", "Ms@Example.org", True), ("b", "ms@example.org", True), ("c", "", True)):
        factories.user(name, email=email, is_active=active)
    factories.user("inactive", email="ms@example.org", is_active=False)
    emails, host = ("MS@example.org", "none@example.org"), {"Host": "localhost:9"}
    answers = [client.post(RESET, {"email": email}, headers=host) for email in emails]

    assert [answer["Location"] for answer in answers] == [f"{RESET}done/"] * 2
    assert (mails, len(started)) == ([], 2)
    for thread in started:
        thread.run()
    assert [mail.to for mail in mails] == [["Ms@Example.org"], ["ms@example.org"]]
    assert works(link_in(mails[0].body))
    assert User.objects.get(username="a").check_password(NEW)


def test_at_most_three_links_are_sent_in_15_minutes_and_none_without_a_mail_server(client, person, settings, started):
    assert 'name="email"' not in client.get(RESET).content.decode()
    client.post(RESET, {"email": person.email})
    assert started == []

    settings.HUB_SENDS_MAIL = True
    statuses = [client.post(RESET, {"email": person.email}).status_code for _ in range(3)]
    assert (statuses, len(started)) == ([302, 302, 429], 2)  # the first request counts too
