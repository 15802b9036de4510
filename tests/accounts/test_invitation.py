"""An administrator's invitation to choose a password."""

import smtplib
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from missions.accounts import invitations
from missions.models import Role, User
from missions.models.audit import events, find
from missions.models.history import account_changes
from tests import build
from tests.accounts.links import NEW, choose, link_in, said
from tests.accounts.signing import give_totp, sign_in
from tests.admin.pages import filled_in, messages
from tests.public.dom import parse

ADD = "/admin/missions/user/add/"
NOON = "2026-03-01T12:00Z"
LINK_SHOWN = "Invited to choose a password. The administrator saw the link."


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.HUB_REQUIRE_MFA = False


@pytest.fixture
def administrator(client, db):
    user = build.user("administrator", Role.ADMINISTRATOR)
    sign_in(client, "administrator")
    return user


@pytest.fixture
def person(db):
    """A coordinator whose account is in use, with an e-mail."""
    user = build.user("somebody", Role.COORDINATOR)
    user.name, user.email = "Ms Some", "somebody@example.org"
    user.save()
    return user


def page_of(user, page):
    return f"/admin/missions/user/{user.pk}/{page}/"


def notes(user):
    """What the audit log says was done to the account, newest first."""
    lines = events(find(build.user("auditor", Role.AUDITOR), kind="user", words=user.username))
    return [(line.said.who, line.said.note) for line in lines if line.said.note]


@pytest.fixture
def create(client, administrator, monkeypatch):
    """Creates an account as an administrator does; returns it and the page that follows."""
    # The test's own transaction never commits.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda run, **options: run())

    def created(**answers):
        plain = {"username": "newcomer", "name": "Ms New", "email": "new@example.org", "memberships-0-role": "auditor"}
        sent = {**plain, **answers}
        answer = client.post(ADD, {**filled_in(client.get(ADD)), **sent})
        return User.objects.get(username=sent["username"]), client.get(answer.headers["Location"])

    return created


def test_a_new_account_is_invited_by_mail_in_its_language_and_opens_once(create, by_mail):
    user, page = create(language="zh-hans")
    (mail,) = by_mail
    link = link_in(mail.body)
    guest = Client()
    answer = choose(guest, link)

    assert messages(page)[-1] == "An invitation is on its way to Ms New."
    assert (mail.to, mail.from_email) == (["new@example.org"], "noreply@127.0.0.1")
    assert "newcomer" in mail.body
    # A passkey is bound to this name; the site's own, 127.0.0.1, would have none.
    assert "http://localhost:8000/admin/" in mail.body
    assert "\n" not in mail.subject
    assert answer.headers["Location"] == "/accounts/password/reset/key/done/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not user.must_change_password
    # Choosing a password signs nobody in: that goes over the second factor, where there is one.
    assert "_auth_user_id" not in guest.session
    assert sign_in(guest, "newcomer", NEW).headers["Location"] == "/admin/"
    assert said(choose(Client(), link, "another password than that")) == "This link no longer works"


def test_before_the_invitation_is_accepted_no_password_opens_the_account(create, by_mail):
    user, _page = create()

    assert (user.has_usable_password(), user.must_change_password) == (False, True)
    for guess in ("", " ", "None", "!", user.password):
        guest = Client()
        sign_in(guest, "newcomer", guess)
        assert "_auth_user_id" not in guest.session


def test_without_a_mail_server_or_address_the_administrator_hands_the_link_over(create, client, mailoutbox, settings):
    _user, page = create()

    assert messages(page)[-1].startswith("No mail was sent. Hand this link to Ms New")
    assert choose(Client(), link_in(messages(page)[-1])).status_code == 302

    settings.HUB_SENDS_MAIL = True
    _user, page = create(username="addressless", email="")

    assert choose(Client(), link_in(messages(page)[-1])).status_code == 302
    assert mailoutbox == []


@pytest.fixture
def mail_server_gone(by_mail, monkeypatch):
    def refuse(message):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)


def test_where_the_mail_server_refuses_the_account_stays_and_the_link_is_shown(create, mail_server_gone):
    user, page = create()

    assert notes(user)[0] == ("administrator", LINK_SHOWN)
    assert choose(Client(), link_in(messages(page)[-1])).status_code == 302


def test_a_forgotten_password_is_a_new_invitation(client, administrator, person, by_mail):
    link = parse(client.get(page_of(person, "change"))).one("a", href=page_of(person, "invite"))
    confirmation = client.get(link["href"])
    page = client.post(link["href"], filled_in(confirmation), follow=True)

    assert messages(page) == ["An invitation is on its way to Ms Some."]
    assert choose(Client(), link_in(by_mail[0].body)).status_code == 302
    assert sign_in(Client(), "somebody", NEW).status_code == 302
    client.post(page_of(person, "password"), {"password1": "the administrator's", "password2": "the administrator's"})
    person.refresh_from_db()
    assert person.check_password(NEW)


@pytest.mark.parametrize(("method", "leads_to"), [("get", "{action}"), ("post", "change")])
@pytest.mark.parametrize("action", ["invite", "remove-second-factor"])
def test_some_minutes_after_the_sign_in_an_account_in_use_is_changed_only_after_another_one(
    client, person, action, method, leads_to
):
    """What was sent before is carried out then; it is not asked for again."""
    address = page_of(person, action)
    with time_machine.travel(NOON, tick=True) as clock:
        build.user("administrator", Role.ADMINISTRATOR)
        sign_in(client, "administrator")
        clock.shift(6 * 60)
        again = getattr(client, method)(address)["Location"]
        before = person.history.count()
        page = client.post(again, {"password": build.PASSWORD}, follow=True)

    assert again == f"/accounts/reauthenticate/?next={quote(address, safe='')}"
    assert page.redirect_chain == [(page_of(person, leads_to.format(action=action)), 302)]
    assert page.status_code == 200
    assert person.history.count() - before == (method == "post")


def test_an_account_that_nobody_used_yet_is_invited_without_another_sign_in(client, create, administrator):
    user, _page = create()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        page = client.post(page_of(user, "invite"), follow=True)

    assert choose(Client(), link_in(messages(page)[-1])).status_code == 302
    user.refresh_from_db()
    assert user.in_use


def test_the_link_to_an_account_in_use_goes_by_mail_alone_and_says_who_asked(client, administrator, person, by_mail):
    page = client.post(page_of(person, "invite"), follow=True)
    (mail,) = by_mail

    assert "/password/reset/" not in page.content.decode()
    assert mail.to == ["somebody@example.org"]
    assert "administrator asked for this on" in mail.body
    assert notes(person) == [("administrator", "Invited to choose a password.")]


def test_an_account_in_use_gets_no_link_without_an_e_mail_where_the_site_sends_mail(
    client, administrator, person, by_mail
):
    User.objects.filter(pk=person.pk).update(email="")
    page = client.post(page_of(person, "invite"), follow=True)

    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert "/password/reset/" not in page.content.decode()
    assert notes(person) == []


def test_where_the_mail_to_an_account_in_use_fails_no_link_is_shown(client, administrator, person, mail_server_gone):
    page = client.post(page_of(person, "invite"), follow=True)

    assert messages(page) == ["The mail to Ms Some could not be sent. Try again."]
    assert "/password/reset/" not in page.content.decode()
    person.refresh_from_db()
    assert (person.must_change_password, notes(person)) == (False, [])


def test_where_no_mail_is_set_up_the_audit_log_says_that_the_link_was_shown(client, administrator, person):
    page = client.post(page_of(person, "invite"), follow=True)

    assert choose(Client(), link_in(messages(page)[-1])).status_code == 302
    assert notes(person) == [("administrator", LINK_SHOWN)]


@pytest.mark.parametrize(("language", "word"), [("en", "removed the second factor"), ("zh-hans", "移除")])
def test_who_loses_a_second_factor_is_told_by_mail(client, administrator, person, by_mail, language, word):
    give_totp(person)
    person.language = language
    person.save()
    page = client.post(page_of(person, "remove-second-factor"), follow=True)
    (mail,) = by_mail

    assert [message.level_tag for message in page.context["messages"]] == ["success"]
    assert mail.to == ["somebody@example.org"]
    assert word in mail.body
    assert person.authenticator_set.count() == 0


def test_the_second_factor_goes_although_the_mail_fails_and_the_page_says_so(
    client, administrator, person, mail_server_gone
):
    give_totp(person)
    page = client.post(page_of(person, "remove-second-factor"), follow=True)

    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]
    assert person.authenticator_set.count() == 0


def test_a_changed_e_mail_is_told_to_the_former_one(
    client, administrator, person, by_mail, django_capture_on_commit_callbacks
):
    """Or an administrator could have a link for a forgotten password sent to themselves in secret."""
    address = page_of(person, "change")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {**filled_in(client.get(address)), "email": "other@example.org"})
        client.post(address, {**filled_in(client.get(address)), "name": "Ms Other"})

    assert [mail.to for mail in by_mail] == [["somebody@example.org"]]
    assert "changed the e-mail of your account somebody" in by_mail[0].body


def test_the_history_says_who_invited_whom_and_who_chose_the_password(client, administrator):
    user = build.user("somebody", Role.AUDITOR)
    page = client.post(f"/admin/missions/user/{user.pk}/invite/", follow=True)
    choose(Client(), link_in(messages(page)[0]))
    client.post(f"/admin/missions/user/{user.pk}/remove-second-factor/")

    assert [(change.who, change.event, change.name) for change in account_changes(user)[:4]] == [
        ("administrator", "Second factor removed.", ""),
        ("somebody", "changed", "must_change_password"),
        ("administrator", LINK_SHOWN, "must_change_password"),
        ("administrator", LINK_SHOWN, ""),
    ]
    lines = events(find(administrator, kind="user", words="somebody"))[:3]
    assert [(line.said.who, line.said.note) for line in lines] == [
        ("administrator", "Second factor removed."),
        ("somebody", ""),
        ("administrator", LINK_SHOWN),
    ]


def test_the_list_shows_who_has_not_accepted(client, administrator):
    build.user("invited", Role.AUDITOR, must_change_password=True)
    rows = parse(client.get("/admin/missions/user/?must_change_password__exact=1")).one(id="result_list").one("tbody")

    assert [row.one("th").text for row in rows.all("tr")] == ["invited"]
    assert rows.one("td", class_="field-has_accepted").one("img")["alt"] == "False"


@pytest.mark.parametrize("button", ["invite", "remove-second-factor"])
def test_only_an_administrator_invites_and_only_active_accounts(client, administrator, by_mail, button):
    user = build.user("somebody", Role.AUDITOR)
    gone = build.user("gone", Role.AUDITOR)
    gone.is_active = False
    gone.save()
    coordinator, anybody = Client(), Client()
    coordinator.force_login(build.user("coordinator", Role.COORDINATOR))
    address = f"/admin/missions/user/{user.pk}/{button}/"

    assert coordinator.post(address).status_code == 403
    assert anybody.post(address).headers["Location"].startswith("/admin/login/")
    assert client.post(f"/admin/missions/user/{gone.pk}/{button}/").status_code == 404
    assert f"/{button}/" not in client.get(f"/admin/missions/user/{gone.pk}/change/").content.decode()
    assert by_mail == []


def test_a_link_is_good_for_three_days(db):
    user = build.user("somebody")
    with time_machine.travel(NOON, tick=False) as clock:
        link = link_in(invitations.link(user))
        clock.shift(3 * 24 * 3600)
        assert Client().get(link).status_code == 302

        clock.shift(1)
        page = Client().get(link)
        assert said(page) == "This link no longer works"
        assert "ask an administrator for a new invitation" in parse(page).text


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "other@example.org"}])
def test_a_link_ends_with_the_account_and_with_its_e_mail(db, change):
    user = build.user("somebody")
    link = link_in(invitations.link(user))
    opened = Client()
    form = opened.get(link, follow=True).redirect_chain[-1][0]
    for field, value in change.items():
        setattr(user, field, value)
    user.save()

    assert said(choose(Client(), link)) == "This link no longer works"
    assert said(opened.post(form, {"password1": NEW, "password2": NEW})) == "This link no longer works"
    user.refresh_from_db()
    assert user.check_password(build.PASSWORD)


def test_a_link_opens_no_other_account(db):
    user, other = build.user("somebody"), build.user("other")
    link = link_in(invitations.link(user))
    foreign = link.replace(f"/key/{user.pk}-", f"/key/{other.pk}-")
    broken = [
        link[:-5] + "/",
        link.replace("/key/", "/key/zzz"),
        "/accounts/password/reset/key/0-set-password/",
        foreign,
    ]

    assert foreign != link
    for address in broken:
        assert said(Client().get(address)) == "This link no longer works", address


@pytest.mark.parametrize("password", ["short", "somebody-else-too", "1q2w3e4r5t6y"])
def test_a_weak_password_is_refused_at_its_field(db, password):
    user = build.user("somebody-else")
    answer = choose(Client(), link_in(invitations.link(user)), password)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["password1"]


def test_a_link_names_the_site_and_not_the_host_that_was_asked(client, administrator, settings):
    settings.ALLOWED_HOSTS = ["evil.example"]
    user = build.user("somebody", Role.AUDITOR)
    page = client.post(f"/admin/missions/user/{user.pk}/invite/", headers={"Host": "evil.example"}, follow=True)

    assert link_in(messages(page)[0])
