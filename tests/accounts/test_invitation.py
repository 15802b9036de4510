"""Links to choose a password: invitations by an administrator, and forgotten passwords."""

import smtplib
import threading
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from missions.models import Membership, Role, User
from tests import factories
from tests.accounts.signing import NEW, choose, give_totp, link_in, sign_in, user_id
from tests.admin.pages import filled_in
from tests.databases import one_behind_the_other

ADD = "/admin/missions/user/add/"
RESET = "/accounts/password/reset/"
NOON = "2026-03-01T12:00Z"
INVITED, LINK_SHOWN = "invited", "invited, link shown"  # reasons in the history


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.HUB_REQUIRE_MFA = False


@pytest.fixture
def administrator(client, db):
    user = factories.user("administrator", Role.ADMINISTRATOR)
    sign_in(client, "administrator")
    return user


@pytest.fixture
def person(db):
    """A coordinator with an e-mail whose account is in use."""
    return with_email("harbour-person", "person@example.org")


@pytest.fixture
def broken_mail(monkeypatch):
    """Call it, and the mail server is gone."""

    def refuse(message):
        raise smtplib.SMTPServerDisconnected("gone")

    return lambda: monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)


def with_email(username, email, **fields):
    user = factories.user(username, Role.COORDINATOR)
    User.objects.filter(pk=user.pk).update(email=email, **fields)
    user.refresh_from_db()
    return user


def page_of(user, page):
    return f"/admin/missions/user/{user.pk}/{page}/"


def reasons(user):
    """What the history says was done to the account and by whom, newest first."""
    versions = user.history.exclude(history_change_reason=None).select_related("history_user")
    return [(version.history_user.username, version.history_change_reason) for version in versions]


def shown_links(response):
    """The links to choose a password on a page, which only an administrator may pass on."""
    return [link_in(str(m)) for m in response.context["messages"] if "/password/reset/key/" in str(m)]


def levels(response):
    return [message.level_tag for message in response.context["messages"]]


def works(link):
    return choose(Client(), link).status_code == 302


@pytest.fixture
def create(client, administrator, monkeypatch):
    """Creates an account as an administrator does; returns it and the page that follows."""
    # The test's own transaction never commits.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda run, **options: run())

    def created(**fields):
        sent = {"username": "newcomer", "name": "Ms New", "email": "new@example.org", "memberships-0-role": "auditor"}
        answer = client.post(ADD, {**filled_in(client.get(ADD)), **sent, **fields})
        return User.objects.get(username="newcomer"), client.get(answer["Location"])

    return created


# --- new accounts -----------------------------------------------------------------------------------------------------


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
    assert reasons(user) == [("administrator", LINK_SHOWN)]
    assert [version.history_user.username for version in user.history.all()[:2]] == ["newcomer", "administrator"]


# --- accounts in use --------------------------------------------------------------------------------------------------


def test_invitation_of_an_account_in_use_goes_by_mail_alone(client, administrator, person, mails):
    page = client.post(page_of(person, "invite"), filled_in(client.get(page_of(person, "invite"))), follow=True)
    (mail,) = mails

    assert (levels(page), mail.to, shown_links(page)) == (["success"], ["person@example.org"], [])
    assert "administrator" in mail.body  # who invited
    assert reasons(person) == [("administrator", INVITED)]
    assert works(link_in(mail.body))
    assert sign_in(Client(), "harbour-person", NEW).status_code == 302


@pytest.mark.parametrize("reason", ["no address", "mail fails"])
def test_link_to_an_account_in_use_is_not_shown_where_the_site_sends_mail(
    client, administrator, person, mails, broken_mail, reason
):
    if reason == "no address":
        User.objects.filter(pk=person.pk).update(email="")
    else:
        broken_mail()
    page = client.post(page_of(person, "invite"), follow=True)
    person.refresh_from_db()

    assert (levels(page), shown_links(page), mails) == (["error"], [], [])
    assert (person.must_change_password, reasons(person)) == (False, [])


@pytest.mark.parametrize(("method", "leads_to"), [("get", "{action}"), ("post", "change")])
@pytest.mark.parametrize("action", ["invite", "remove-second-factor"])
def test_account_in_use_is_changed_only_shortly_after_proof_of_identity(client, person, action, method, leads_to):
    """A form that was sent before is carried out then."""
    address = page_of(person, action)
    with time_machine.travel(NOON, tick=True) as clock:
        factories.user("administrator", Role.ADMINISTRATOR)
        sign_in(client, "administrator")
        clock.shift(6 * 60)
        again, before = getattr(client, method)(address)["Location"], person.history.count()
        page = client.post(again, {"password": factories.PASSWORD}, follow=True)

    assert again == f"/accounts/reauthenticate/?next={quote(address, safe='')}"
    assert page.redirect_chain == [(page_of(person, leads_to.format(action=action)), 302)]
    assert (page.status_code, person.history.count() - before) == (200, method == "post")


@pytest.mark.parametrize("mail_works", [True, False])
def test_removal_of_a_second_factor_is_announced_by_mail(client, administrator, person, mails, broken_mail, mail_works):
    if not mail_works:
        broken_mail()
    give_totp(person)
    page = client.post(page_of(person, "remove-second-factor"), follow=True)

    assert [mail.to for mail in mails] == [["person@example.org"]] * mail_works
    assert levels(page) == ["success"] + ["warning"] * (not mail_works)
    assert person.authenticator_set.count() == 0
    assert reasons(person)[0][0] == "administrator"


def test_changed_email_is_announced_to_the_former_address(
    client, administrator, person, mails, django_capture_on_commit_callbacks
):
    """Otherwise an administrator could have a link for a forgotten password sent to themselves in secret."""
    address = page_of(person, "change")
    with django_capture_on_commit_callbacks(execute=True):
        for change in ({"email": "other@example.org"}, {"name": "Ms Other"}):
            client.post(address, {**filled_in(client.get(address)), **change})

    assert [mail.to for mail in mails] == [["person@example.org"]]


def test_inactive_account_cannot_be_invited(client, administrator, mails):
    inactive = with_email("inactive", "inactive@example.org", is_active=False)

    pages = [page_of(inactive, action) for action in ("invite", "remove-second-factor")]
    assert [client.post(page).status_code for page in pages] == [404, 404]
    assert mails == []


def removed(form):
    return {**form, "memberships-0-DELETE": "on"}


def deactivated(form):
    return {name: value for name, value in form.items() if name != "is_active"}


@pytest.mark.both_databases
def test_two_administrators_cannot_dismiss_each_other_at_once(own_database):
    people = [factories.user(name, Role.ADMINISTRATOR) for name in ("one", "other")]

    def dismissal(by, whom, change):
        client = Client()
        client.force_login(by)
        sent = change(filled_in(client.get(page_of(whom, "change"))))
        return lambda: client.post(page_of(whom, "change"), sent).status_code

    jobs = [dismissal(*people, deactivated), dismissal(*reversed(people), removed)]
    statuses = one_behind_the_other(lambda: list(Membership.objects.select_for_update()), *jobs)

    assert sorted(statuses) == [200, 302]
    remaining = User.objects.filter(is_active=True, memberships__role=Role.ADMINISTRATOR)
    assert list(remaining) == [people[statuses.index(302)]]


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def link(client, administrator, person):
    with time_machine.travel(NOON, tick=False):
        sign_in(client, "administrator")
        return shown_links(client.post(page_of(person, "invite"), follow=True))[0]


def test_link_expires_after_three_days(link):
    with time_machine.travel(NOON, tick=False) as clock:
        clock.shift(3 * 24 * 3600)
        assert Client().get(link).status_code == 302
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


def test_link_opens_no_other_account(link, person):
    other = factories.user("other")
    broken = [link[:-5] + "/", link.replace("/key/", "/key/zzz"), "/accounts/password/reset/key/0-set-password/"]
    foreign = link.replace(f"/key/{person.pk}-", f"/key/{other.pk}-")
    with time_machine.travel(NOON, tick=False):
        assert [works(each) for each in (*broken, foreign)] == [False] * 4
        assert works(link)


def test_link_names_the_site_and_not_the_requested_host(client, administrator, person, settings):
    settings.ALLOWED_HOSTS = ["evil.example"]
    page = client.post(page_of(person, "invite"), headers={"Host": "evil.example"}, follow=True)

    assert len(shown_links(page)) == 1  # only an address on localhost:8000 counts as one


WEAK = {
    "short": "three arcs",
    "common": "1q2w3e4r5t6y",
    "like the name": "harbour-person-1",
    "present": factories.PASSWORD,
}


@pytest.mark.parametrize("kind", WEAK)
def test_weak_password_is_refused_at_its_field(client, person, kind):
    sign_in(client, "harbour-person")
    sent = {"oldpassword": factories.PASSWORD, "password1": WEAK[kind], "password2": WEAK[kind]}
    answer = client.post("/accounts/password/change/", sent)

    assert list(answer.context["form"].errors) == ["password1"]
    person.refresh_from_db()
    assert person.check_password(factories.PASSWORD)


def test_weak_password_is_refused_behind_a_link_too(link):
    with time_machine.travel(NOON, tick=False):
        answers = [choose(Client(), link, WEAK[kind]) for kind in ("short", "common", "like the name")]

    assert [list(answer.context["form"].errors) for answer in answers] == [["password1"]] * 3


# --- forgotten passwords ----------------------------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch):
    """The threads that requests start, each to be run by the test."""
    threads = []
    monkeypatch.setattr(threading.Thread, "start", lambda self: threads.append(self))
    return threads


def test_link_goes_to_each_active_account_with_the_address_and_nobody_learns_of_them(client, db, mails, started):
    """The answer neither depends on the accounts nor waits for the mails."""
    for name, email, active in (("a", "Ms@Example.org", True), ("b", "ms@example.org", True), ("c", "", True)):
        with_email(name, email, is_active=active)
    with_email("inactive", "ms@example.org", is_active=False)
    answers = [client.post(RESET, {"email": email}, follow=True) for email in ("MS@example.org", "none@example.org")]

    assert [(answer.redirect_chain, answer.status_code) for answer in answers] == [([(f"{RESET}done/", 302)], 200)] * 2
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
