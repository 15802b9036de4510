"""An administrator's invitation to choose a password."""

import smtplib

import pytest
import time_machine
from django.test import Client

from missions.accounts import invitations
from missions.models import Role, User
from missions.models.audit import events, find
from missions.models.history import account_changes
from tests import build
from tests.accounts.links import NEW, choose, link_in, said
from tests.accounts.signing import sign_in
from tests.admin.pages import filled_in, messages
from tests.public.dom import parse

ADD = "/admin/missions/user/add/"
NOON = "2026-03-01T12:00Z"


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.HUB_REQUIRE_MFA = False


@pytest.fixture
def administrator(client, db):
    user = build.user("administrator", Role.ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.fixture
def create(client, administrator, monkeypatch):
    """Creates an account as an administrator does; returns it and the page that follows."""
    # The test's own transaction never commits.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda run, **options: run())

    def created(**answers):
        plain = {"username": "newcomer", "name": "Ms New", "email": "new@example.org", "memberships-0-role": "auditor"}
        answer = client.post(ADD, {**filled_in(client.get(ADD)), **plain, **answers})
        return User.objects.get(username=plain["username"]), client.get(answer.headers["Location"])

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
    user, page = create()
    link = link_in(messages(page)[-1])

    assert messages(page)[-1].startswith("No mail was sent. Hand this link to Ms New")
    assert choose(Client(), link).status_code == 302

    settings.HUB_SENDS_MAIL = True
    user.email = ""
    user.save()
    page = client.post(f"/admin/missions/user/{user.pk}/invite/", follow=True)

    assert choose(Client(), link_in(messages(page)[0])).status_code == 302
    assert mailoutbox == []


def test_where_the_mail_server_refuses_the_account_stays_and_the_link_is_shown(create, by_mail, monkeypatch):
    def refuse(message):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    _user, page = create()

    assert choose(Client(), link_in(messages(page)[-1])).status_code == 302


def test_a_forgotten_password_is_a_new_invitation(client, administrator, by_mail):
    user = build.user("somebody", Role.AUDITOR)
    user.email = "somebody@example.org"
    user.save()
    address = f"/admin/missions/user/{user.pk}/"
    button = parse(client.get(f"{address}change/")).one("form", action=f"{address}invite/")
    page = client.post(button["action"], follow=True)

    assert messages(page) == ["An invitation is on its way to somebody."]
    assert choose(Client(), link_in(by_mail[0].body)).status_code == 302
    assert sign_in(Client(), "somebody", NEW).status_code == 302
    assert client.get(f"{address}invite/").status_code == 405
    client.post(f"{address}password/", {"password1": "the administrator's", "password2": "the administrator's"})
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_the_history_says_who_invited_whom_and_who_chose_the_password(client, administrator):
    user = build.user("somebody", Role.AUDITOR)
    page = client.post(f"/admin/missions/user/{user.pk}/invite/", follow=True)
    choose(Client(), link_in(messages(page)[0]))
    client.post(f"/admin/missions/user/{user.pk}/remove-second-factor/")

    assert [(change.who, change.event, change.name) for change in account_changes(user)[:4]] == [
        ("administrator", "Second factor removed.", ""),
        ("somebody", "changed", "must_change_password"),
        ("administrator", "Invited to choose a password.", "must_change_password"),
        ("administrator", "Invited to choose a password.", ""),
    ]
    lines = events(find(administrator, kind="user", words="somebody"))[:3]
    assert [(line.said.who, line.said.note) for line in lines] == [
        ("administrator", "Second factor removed."),
        ("somebody", ""),
        ("administrator", "Invited to choose a password."),
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
