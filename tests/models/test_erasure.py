"""Erasure: of a person nothing is found any more, in any column; of what they did, all is there as it was."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from missions.accounts import invitations
from missions.models import (
    FrozenReport,
    Head,
    Membership,
    Role,
    StatusChange,
    Submission,
    TokenState,
    User,
    triggers,
)
from missions.models.verification import problems
from tests import build
from tests.accounts.links import NEW, choose, link_in
from tests.accounts.signing import sign_in
from tests.databases import one_behind_the_other
from tests.models.leftovers import NAMES, TRACES, account, browser, come_in, found, in_file, texts_of, work

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HUB_REQUIRE_MFA, settings.HUB_SENDS_MAIL = False, True


def named_in_public():
    """(address, name) wherever a page or file for the public names the person."""
    report = FrozenReport.objects.get()
    files = [file.get_absolute_url() for file in report.files.all()]
    pages = ["/en/", "/zh-hans/missions/W-1/", "/en/changes/", "/data/ledger.jsonl", report.get_absolute_url()]
    for address in [*pages, reverse("dataset"), *files]:
        answer = Client().get(address)
        assert answer.status_code == 200, address
        texts = list(texts_of(answer.getvalue()))
        yield from ((address, needle) for needle in NAMES if any(needle in text for text in texts))


@pytest.fixture
def administrator(db):
    return build.user("administrator", Role.ADMINISTRATOR)


@pytest.fixture
def person(administrator):
    return build.user("somebody", Role.COORDINATOR)


def test_of_a_person_who_did_everything_nothing_is_left_and_the_ledger_is_as_it_was(own_database):
    administrator = build.user("administrator", Role.ADMINISTRATOR)
    sign_in(office := Client(), administrator.username)
    user = account(office)
    client = come_in(user)
    work(client, user)
    assert list(named_in_public()) == []
    before = list(StatusChange.objects.values()), Head.objects.values("entry", "hash").get()
    assert {needle for needle, _table, _column in found([*NAMES, *TRACES])} == {*NAMES, *TRACES}
    assert all(needle.encode() in in_file() for needle in NAMES) == (connection.vendor == "sqlite")

    answer = office.post(f"/admin/missions/user/{user.pk}/erase/", {"username": user.username})
    left = found([*NAMES, *TRACES])
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        call_command("forget_expired", stdout=StringIO())

    assert answer.status_code == 302
    # Counts of attempts name an address for a quarter of an hour.
    assert left == {(TRACES[0], "cache", "cache_key")}
    assert found([*NAMES, *TRACES]) == set()
    assert [needle for needle in (*NAMES, *TRACES) if needle.encode() in in_file()] == []
    assert (list(StatusChange.objects.values()), Head.objects.values("entry", "hash").get()) == before
    assert [str(problem) for problem in problems()] == []
    assert client.get("/admin/").status_code == 302


def test_an_account_without_a_person_is_called_by_its_number_in_the_readers_language(administrator, person):
    person.name = "Some Body"
    person.save()
    person.erase(by=administrator)
    stored = User.objects.get(pk=person.pk)

    assert (stored.username, stored.name, stored.email, stored.is_active) == (f"erased:{person.pk}", "", "", False)
    assert str(stored) == f"Erased account {person.pk}"
    with override("zh-hans"):
        assert str(stored) == f"已注销账号 {person.pk}"


def test_what_was_submitted_goes_on_without_its_author(administrator, person):
    submission = build.submission(by=person)
    submission.submit(by=person)
    person.erase(by=administrator)

    entry = Submission.objects.get().publish(by=build.user("another"))

    assert (entry.recorded_by, str(entry.recorded_by)) == (person, f"Erased account {person.pk}")


def test_roles_and_tokens_end_and_who_took_them_is_on_record(administrator, person):
    token, _secret = build.token(person.memberships.get())
    person.erase(by=administrator)
    token.refresh_from_db()

    assert (person.memberships.count(), token.state) == (0, TokenState.ROLE_TAKEN)
    ended = Membership.history.filter(user=person).latest("history_id")
    assert (ended.history_type, ended.history_user, ended.role) == ("-", administrator, Role.COORDINATOR)
    last = person.history.latest("history_id")
    assert (last.history_user, last.erased_at) == (administrator, person.erased_at)


def test_a_version_stays_as_the_one_by_whom_and_when_it_was(administrator, person):
    person.name = "Some Body"
    person._history_user = administrator
    person.save()
    facts = ("history_id", "history_date", "history_type", "history_user_id", "is_active")
    before = list(person.history.order_by("history_id").values(*facts))
    person.erase(by=administrator)

    assert list(person.history.order_by("history_id").values(*facts))[:-1] == before


def test_sign_ins_stay_as_those_of_the_account_and_of_others_as_they_were(administrator, person):
    build.user("somebody.else")
    for name in ("somebody", "somebody.else"):
        sign_in(browser(), name)
        sign_in(browser(), name.upper(), "a wrong password")
    person.erase(by=administrator)

    noted = ("username", "ip_address", "user_agent")
    assert sorted(AccessLog.objects.values_list(*noted)) == [
        (f"erased:{person.pk}", None, ""),
        ("somebody.else", *TRACES[:2]),
    ]
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["SOMEBODY.ELSE"]


def test_what_is_noted_under_the_user_name_of_somebody_else_stays_as_it_was(administrator, person):
    """Under the former one as under the present one, by both of which the erased person is called as well."""
    other = build.user("former")
    sign_in(browser(), "former")
    sign_in(browser(), "FORMER", "a wrong password")
    other.username = "present"
    other.save()
    sign_in(browser(), "present")
    person.name = "Former"
    person.save()
    person.name = "Present"
    person.save()
    before = [list(table.objects.order_by("id").values()) for table in (AccessLog, AccessAttempt)]
    person.erase(by=administrator)

    assert [len(rows) for rows in before] == [2, 1]
    assert [list(table.objects.order_by("id").values()) for table in (AccessLog, AccessAttempt)] == before


def test_nobody_comes_back_into_an_erased_account(administrator, person, mailoutbox):
    person.email = "somebody@example.org"
    person.save()
    link = link_in(invitations.link(person))
    signed_in, office = Client(), Client()
    sign_in(signed_in, person.username)
    office.force_login(administrator)
    person.erase(by=administrator)
    sign_in(back := Client(), "somebody")
    sign_in(again := Client(), f"erased:{person.pk}")
    browser().post("/accounts/password/reset/", {"email": "somebody@example.org"})
    page = f"/admin/missions/user/{person.pk}/"

    assert [one.get("/admin/").status_code for one in (signed_in, back, again)] == [302, 302, 302]
    assert choose(Client(), link, NEW).status_code == 200
    assert not User.objects.get(pk=person.pk).has_usable_password()
    assert mailoutbox == []
    assert [office.post(f"{page}{deed}/").status_code for deed in ("invite", "remove-second-factor", "change")] == [
        404,
        404,
        403,
    ]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR, Role.COORDINATOR])
def test_only_administrators_erase(administrator, person, role):
    other = build.user("other", role, organisation=build.organisation())

    with pytest.raises(PermissionDenied):
        person.erase(by=other)
    assert User.objects.get(pk=person.pk).username == "somebody"


def test_nobody_erases_themselves_or_the_same_account_again(administrator, person):
    build.user("second", Role.ADMINISTRATOR)
    person.erase(by=administrator)
    for account_there in (administrator, person):
        with pytest.raises(PermissionDenied):
            account_there.erase(by=administrator)

    read_before = User(pk=person.pk, username="somebody")
    with pytest.raises(ValidationError, match="erased already"):
        read_before.erase(by=administrator)


def test_the_last_active_administrator_stays(administrator):
    closed = build.user("closed", Role.ADMINISTRATOR)
    known_before = User.objects.get(pk=closed.pk)
    assert known_before.has_perm("missions.erase_user", administrator)
    closed.is_active = False
    closed.save()

    with pytest.raises(ValidationError, match="last active administrator"):
        administrator.erase(by=known_before)
    assert User.objects.get(pk=administrator.pk).username == "administrator"


def test_of_two_administrators_who_erase_each_other_at_once_one_is_left(own_database):
    one, other = (build.user(name, Role.ADMINISTRATOR) for name in ("one", "other"))

    def erasure(by, whom):
        sign_in(client := Client(), by.username)
        page = f"/admin/missions/user/{whom.pk}/erase/"
        return lambda: client.post(page, {"username": whom.username}).status_code

    answers = one_behind_the_other(
        lambda: list(Membership.objects.select_for_update()), erasure(one, other), erasure(other, one)
    )

    assert answers.count(302) == 1
    assert User.objects.filter(is_active=True, memberships__role=Role.ADMINISTRATOR).count() == 1


@pytest.mark.parametrize("field", ["name", "email"])
def test_the_database_refuses_a_name_of_an_erased_account(administrator, person, field):
    person.erase(by=administrator)
    setattr(person, field, "somebody@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        person.save()


def test_who_read_the_account_before_its_erasure_brings_nothing_back(administrator, person):
    read_before = User.objects.get(pk=person.pk)
    person.erase(by=administrator)
    read_before.set_password(build.PASSWORD)

    with pytest.raises(IntegrityError, match="an erased account stays erased"), transaction.atomic():
        read_before.save()
    assert set(person.history.values_list("username", flat=True)) == {f"erased:{person.pk}"}
    assert not User.objects.get(pk=person.pk).has_usable_password()


def test_a_site_that_is_there_already_gets_the_rule_with_the_next_migrate(own_database):
    drop = "DROP FUNCTION {}() CASCADE" if connection.vendor == "postgresql" else "DROP TRIGGER {}"
    with connection.cursor() as cursor:
        cursor.execute(drop.format("hub_user_erased_for_good"))
    before = triggers.missing(connection)
    call_command("migrate", verbosity=0)

    assert (before, triggers.missing(connection)) == (["hub_user_erased_for_good"], [])


def test_an_account_that_is_opened_again_is_signed_in_nowhere(person):
    sign_in(client := Client(), person.username)
    before = client.get("/admin/").status_code
    for is_open in (False, True):
        person.is_active = is_open
        person.save()

    assert (before, client.get("/admin/").status_code) == (200, 302)
    sign_in(client, person.username)
    assert client.get("/admin/").status_code == 200
