"""Erasure: no column names the person any more; what they did stays as it was."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.translation import override

from missions.accounts import invitations
from missions.ledger.verification import problems
from missions.models import Head, Membership, Role, StatusChange, Submission, TokenState, User
from tests import factories
from tests.accounts.signing import choose, link_in, sign_in
from tests.officials import leftovers
from tests.officials.leftovers import NAMES, TRACES, browser, database_files, find_occurrences


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.HUB_SENDS_MAIL = True


@pytest.fixture
def administrator(db):
    return factories.user("administrator", Role.ADMINISTRATOR)


@pytest.fixture
def person(administrator):
    return factories.user("present", Role.COORDINATOR)


def test_nothing_is_left_of_a_person_and_the_ledger_is_unchanged(own_database):
    factories.user("administrator", Role.ADMINISTRATOR)
    sign_in(office := Client(), "administrator")
    user = leftovers.create_account(office)
    client = leftovers.sign_in_every_way(user)
    leftovers.work(client, user)
    needles = [*NAMES, *TRACES]
    page = f"/admin/missions/user/{user.pk}"
    export = office.get(f"{page}/personal-data.json").content
    ledger = list(StatusChange.objects.values()), Head.objects.values("entry", "hash").get()
    exported = export.decode() + export.decode("unicode_escape")
    assert [needle for needle in needles if needle not in exported] == []
    assert {needle for needle, _table, _column in find_occurrences(needles)} == set(needles)
    assert all(name.encode() in database_files() for name in NAMES) == (connection.vendor == "sqlite")

    response = office.post(f"{page}/erase/", {"username": user.username})

    assert response.status_code == 302
    # Counts of attempts name an address for a quarter of an hour.
    assert find_occurrences(needles) == {(TRACES[0], "cache", "cache_key")}
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        call_command("forget_expired", stdout=StringIO())
    assert find_occurrences(needles) == set()
    assert [needle for needle in needles if needle.encode() in database_files()] == []
    assert (list(StatusChange.objects.values()), Head.objects.values("entry", "hash").get()) == ledger
    assert list(problems()) == []
    assert client.get("/admin/").status_code == 302


def test_roles_and_tokens_end_and_what_the_account_did_stays(administrator, person):
    submission = factories.submission(by=person)
    submission.submit(by=person)
    token, _secret = factories.token(person.memberships.get())
    facts = ("history_id", "history_date", "history_type", "history_user_id", "is_active")
    before = list(person.history.order_by("history_id").values(*facts))
    person.erase(by=administrator)
    token.refresh_from_db()

    account = User.objects.get(pk=person.pk)
    assert (account.username, account.name, account.email, account.is_active) == (f"erased:{person.pk}", "", "", False)
    with override("zh-hans"):
        assert str(account) == f"已注销账号 {person.pk}"
    assert list(person.history.order_by("history_id").values(*facts))[:-1] == before
    assert (person.memberships.count(), token.state) == (0, TokenState.ROLE_TAKEN)
    ended = Membership.history.filter(user=person).latest("history_id")
    assert (ended.history_type, ended.history_user, ended.role) == ("-", administrator, Role.COORDINATOR)
    assert Submission.objects.get().publish(by=factories.nameless()).recorded_by == person


def test_sign_ins_of_other_accounts_stay_also_under_a_name_that_both_had(administrator, person):
    other = factories.user("former")
    sign_in(browser(), "former")
    sign_in(browser(), "FORMER", "a wrong password")
    other.username = "other"
    other.save()
    sign_in(browser(), "other")
    before = list(AccessLog.objects.order_by("id").values()), list(AccessAttempt.objects.values())
    for person.name in ("Former", "Other"):
        person.save()
    sign_in(browser(), "present")
    sign_in(browser(), "PRESENT", "a wrong password")
    person.erase(by=administrator)

    assert [len(rows) for rows in before] == [2, 1]
    *others, own = AccessLog.objects.order_by("id").values()
    assert (others, list(AccessAttempt.objects.values())) == before
    assert (own["username"], own["ip_address"], own["user_agent"]) == (f"erased:{person.pk}", None, "")


def test_nobody_signs_in_to_an_erased_account(administrator, person, mailoutbox):
    person.email = "present@example.org"
    person.save()
    link = link_in(invitations.link(person))
    sign_in(signed_in := Client(), "present")
    (office := Client()).force_login(administrator)
    person.erase(by=administrator)
    sign_in(by_old_name := Client(), "present")
    sign_in(by_new_name := Client(), f"erased:{person.pk}")
    browser().post("/accounts/password/reset/", {"email": "present@example.org"})
    choose(Client(), link)

    assert [client.get("/admin/").status_code for client in (signed_in, by_old_name, by_new_name)] == [302] * 3
    assert (User.objects.get(pk=person.pk).has_usable_password(), mailoutbox) == (False, [])
    statuses = [
        office.post(f"/admin/missions/user/{person.pk}/{action}/").status_code
        for action in ("invite", "remove-second-factor", "change")
    ]
    assert statuses == [404, 404, 403]


def test_closed_account_is_signed_out_also_after_it_is_opened_again(person):
    sign_in(client := Client(), "present")
    statuses = [client.get("/admin/").status_code]
    for person.is_active in (False, True):
        person.save()
    statuses.append(client.get("/admin/").status_code)

    assert statuses == [200, 302]


def test_only_another_administrator_erases_an_account_once_and_never_the_last_administrator(administrator, person):
    second = factories.user("second", Role.ADMINISTRATOR)
    others = [
        factories.user(role, role, organisation=factories.organisation()) for role in Role if role != Role.ADMINISTRATOR
    ]
    for target, by in [*((person, other) for other in others), (administrator, administrator)]:
        with pytest.raises(PermissionDenied):
            target.erase(by=by)
    stale, loaded = User.objects.get(pk=person.pk), User.objects.get(pk=second.pk)
    assert loaded.has_perm("missions.erase_user", administrator)
    person.erase(by=administrator)
    with pytest.raises(ValidationError):
        stale.erase(by=second)
    second.is_active = False
    second.save()
    with pytest.raises(ValidationError):
        administrator.erase(by=loaded)  # the last active administrator

    assert list(User.objects.exclude(erased_at=None)) == [person]


@pytest.mark.both_databases
def test_database_keeps_an_erased_account_erased(administrator, person):
    stale = User.objects.get(pk=person.pk)
    person.erase(by=administrator)
    row = User.objects.filter(pk=person.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        stale.save()
    for values in ({"name": "x"}, {"email": "x@example.org"}, {"is_active": True}, {"erased_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.update(**values)
