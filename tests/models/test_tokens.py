"""Tokens: who may have one, when one is good, what it lets its account do, and what of it is written down."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection
from django.db.models import ProtectedError

from missions.models import Delivery, EntryKind, Membership, Mission, Role, Scope, Submission, Token, TokenState
from missions.models.audit import events, find
from tests import build
from tests.databases import on_postgresql, one_behind_the_other
from tests.models.forging import attempt, bulk_updated, insert, saved, sql

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TOKEN, DELIVERY = "missions_token", "missions_delivery"
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def administrator():
    return build.membership(Role.ADMINISTRATOR).user


@pytest.fixture
def world():
    """A person who edits for one organisation, coordinates, and edits for another; a mission of each organisation."""
    own, below, foreign = build.organisation("OWN"), build.organisation("BELOW"), build.organisation("FOREIGN")
    below.parent = own
    below.save()
    editor = build.membership(organisation=own)
    return {
        "editor": editor,
        "others": [
            build.membership(user=editor.user, organisation=foreign),
            build.membership(Role.COORDINATOR, user=editor.user),
            build.membership(Role.ADMINISTRATOR, user=editor.user),
        ],
        "missions": {o.code: build.mission(f"M-{o.code}", lead_owner=o) for o in (own, below, foreign)},
    }


# --- acting in one membership ---


PERMISSIONS = (
    "read_all",
    "view_board",
    "add_mission",
    "return_submission",
    "exchange_register",
    "view_user",
    "add_token",
)


def permitted(user, missions):
    """What this account may do, by the names of the permissions; on which missions a report, on which a due date."""
    granted = {name for name in PERMISSIONS if user.has_perm(f"missions.{name}")}
    return granted, may_begin("report", user, missions), may_begin("deadline", user, missions)


def may_begin(kind, user, missions):
    return {c for c, m in missions.items() if user.has_perm("missions.draft_submission", draft(m, kind, user))}


def draft(mission, kind, user):
    return Submission(mission=mission, kind=EntryKind(kind), author=user)


def test_acting_in_one_membership_grants_nothing_of_another(world):
    person, editor, missions = world["editor"].user, world["editor"], world["missions"]
    every, all_codes = permitted(person, missions), {"OWN", "BELOW", "FOREIGN"}
    acting = person.acting_in(editor)

    assert every[1:] == (all_codes, all_codes)
    assert permitted(acting, missions) == (set(), {"OWN", "BELOW"}, {"OWN", "BELOW"})
    assert acting.roles == {Role.EDITOR}
    seen = Mission.objects.visible_to(acting).values_list("code", flat=True)
    assert sorted(seen) == ["M-BELOW", "M-OWN"]
    assert permitted(person, missions) == every


def test_acting_as_a_coordinator_grants_nothing_of_an_editor_or_administrator(world):
    foreign, coordinator, _administrator = world["others"]
    person = coordinator.user
    assert person.organisations  # read before: what was read is not carried along
    acting = person.acting_in(coordinator)

    assert (acting.roles, acting.organisations) == ({Role.COORDINATOR}, frozenset())
    assert not acting.has_perm("missions.view_user")
    assert acting.has_perm("missions.return_submission")
    assert person.acting_in(foreign).organisations == {foreign.organisation_id}


def test_who_acts_in_a_membership_is_the_same_person(world):
    acting = world["editor"].user.acting_in(world["editor"])

    assert (acting, acting.is_staff) == (world["editor"].user, True)


def test_nobody_acts_in_a_membership_of_somebody_else(world):
    with pytest.raises(ValueError, match="somebody else"):
        build.nameless().acting_in(world["editor"])


def test_a_closed_account_may_do_nothing_in_a_membership(world):
    person = world["editor"].user
    person.is_active = False

    assert permitted(person.acting_in(world["editor"]), world["missions"]) == (set(), set(), set())


# --- issuing ---


def issue(by, held=None, **said):
    plain = {"name": "Office system", "scope": Scope.DRAFT, "expires_on": date(2026, 6, 8)}
    return Token.objects.issue(membership=held or build.membership(), by=by, **{**plain, **said})


def test_a_token_says_whose_it_is_and_its_secret_is_told_once(noon, administrator):
    held = build.membership()
    token, secret = issue(administrator, held, name=" Office system ")
    token.refresh_from_db()

    assert secret.startswith("hub_")
    assert len(secret) == 47
    assert (token.name, token.scope, token.expires_on) == ("Office system", "draft", date(2026, 6, 8))
    assert (token.membership, token.user, token.role) == (held, held.user, "editor")
    assert (token.organisation, token.created_by, token.created_at) == (held.organisation, administrator, NOON)
    assert (token.state, token.last_used_on) == (TokenState.IN_FORCE, None)


def test_no_two_tokens_have_one_secret(noon, administrator):
    secrets = {issue(administrator)[1] for _ in range(5)}

    assert len(secrets) == 5


REPORTING = "Choose the role of an editor or a coordinator: the others report nothing."
OVER = "This day is over: choose today or a later day."
TOO_LONG = "A token is good for a year at most: choose an earlier day."


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"name": ""}, {"name": ["This field cannot be blank."]}),
        ({"name": "   "}, {"name": ["This field cannot be blank."]}),
        ({"name": "x" * 101}, {"name": ["Ensure this value has at most 100 characters (it has 101)."]}),
        ({"scope": "publish"}, {"scope": ["Value 'publish' is not a valid choice."]}),
        ({"expires_on": None}, {"expires_on": ["This field cannot be null."]}),
        ({"expires_on": date(2026, 3, 9)}, {"expires_on": [OVER]}),
        ({"expires_on": date(2027, 3, 12)}, {"expires_on": [TOO_LONG]}),
    ],
)
def test_what_cannot_be_issued_is_refused_at_its_field(noon, administrator, said, refusal):
    with pytest.raises(ValidationError) as refused:
        issue(administrator, **said)

    assert refused.value.message_dict == refusal
    assert Token.objects.count() == 0


@pytest.mark.parametrize("day", [date(2026, 3, 10), date(2027, 3, 11)])
def test_a_token_may_be_good_for_a_day_or_a_year(noon, administrator, day):
    token, secret = issue(administrator, expires_on=day)

    assert Token.objects.good(secret) == token


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_role_that_reports_nothing_gets_no_token(noon, administrator, role):
    with pytest.raises(ValidationError) as refused:
        issue(administrator, build.membership(role))

    assert refused.value.message_dict == {"membership": [REPORTING]}


def test_a_closed_account_gets_no_token(noon, administrator):
    held = build.membership()
    close(held.user)
    with pytest.raises(ValidationError) as refused:
        issue(administrator, held)

    assert refused.value.message_dict == {"membership": ["This account is closed."]}


def test_a_role_that_was_taken_away_meanwhile_gets_no_token(noon, administrator):
    held = build.membership()
    Membership.objects.filter(pk=held.pk).delete()
    with pytest.raises(ValidationError) as refused:
        issue(administrator, held)

    assert refused.value.message_dict == {"membership": ["This role has been taken away by now."]}


def test_a_second_token_of_a_system_is_refused_until_the_first_is_revoked(noon, administrator):
    held = build.membership()
    first, _secret = issue(administrator, held)
    with pytest.raises(ValidationError) as refused:
        issue(administrator, held)

    message = "In this role “Office system” has a token already: revoke that first, or choose another name."
    assert refused.value.message_dict == {"name": [message]}
    issue(administrator, held, name="Another system")
    issue(administrator)
    first.revoke(by=administrator)
    assert issue(administrator, held)[0].state == TokenState.IN_FORCE


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR, Role.COORDINATOR])
def test_only_an_administrator_issues_and_revokes(noon, administrator, role):
    token, _secret = issue(administrator)
    other = build.membership(role).user

    with pytest.raises(PermissionDenied):
        issue(other)
    with pytest.raises(PermissionDenied):
        token.revoke(by=other)
    assert Token.objects.get().state == TokenState.IN_FORCE


# --- when one is good ---


def close(user):
    user.is_active = False
    user.save()


def become(**changes):
    def changed(token, _administrator):
        saved(token.membership, **{name: make() for name, make in changes.items()})

    return changed


DEAD = {
    "revoked": (lambda token, administrator: token.revoke(by=administrator), TokenState.REVOKED),
    "without its role": (lambda token, _: token.membership.delete(), TokenState.ROLE_TAKEN),
    "without its role, by a list": (lambda token, _: token.user.memberships.all().delete(), TokenState.ROLE_TAKEN),
    "of a role that became another": (
        become(role=lambda: Role.COORDINATOR, organisation=lambda: None),
        TokenState.ROLE_TAKEN,
    ),
    "of another organisation": (become(organisation=lambda: build.organisation("ANOTHER")), TokenState.ROLE_TAKEN),
    "of another person": (become(user=build.nameless), TokenState.ROLE_TAKEN),
    "of a closed account": (lambda token, _: close(token.user), TokenState.ACCOUNT_CLOSED),
}


@pytest.mark.parametrize("how", DEAD)
def test_a_dead_token_is_not_good(noon, administrator, how):
    kill, state = DEAD[how]
    token, secret = issue(administrator)
    other, other_secret = issue(administrator, build.membership(organisation=build.organisation("OTHER")))
    assert Token.objects.good(secret) == token
    kill(token, administrator)

    assert Token.objects.good(secret) is None
    assert Token.objects.get(pk=token.pk).state == state
    assert Token.objects.good(other_secret) == other


def test_a_token_is_good_until_its_last_day_is_over_in_the_sites_own_time(administrator):
    with time_machine.travel(datetime(2026, 3, 10, tzinfo=UTC), tick=False):
        token, secret = issue(administrator, expires_on=date(2026, 3, 12))
    moments = {
        datetime(2026, 3, 12, 15, 59, 59, tzinfo=UTC): (token, TokenState.IN_FORCE),
        datetime(2026, 3, 12, 16, 0, 0, tzinfo=UTC): (None, TokenState.EXPIRED),
    }
    for moment, expected in moments.items():
        with time_machine.travel(moment, tick=False):
            assert (Token.objects.good(secret), token.state) == expected


@pytest.mark.parametrize("secret", ["", "hub_", "hub_" + "x" * 43, "hub_é", "x" * 10_000])
def test_no_other_secret_is_good(noon, administrator, secret):
    token, _secret = issue(administrator)

    assert Token.objects.good(secret) is None
    assert Token.objects.good(token.digest) is None


def test_a_role_that_was_given_back_makes_no_dead_token_good(noon, administrator):
    held = build.membership(organisation=build.organisation("FIRST"))
    token, secret = issue(administrator, held)
    saved(held, organisation=build.organisation("SECOND"))
    saved(held, organisation=token.organisation)

    assert Token.objects.good(secret) is None
    assert issue(administrator, held)[0].state == TokenState.IN_FORCE


def test_a_membership_saved_as_it_is_keeps_its_tokens(noon, administrator):
    token, secret = issue(administrator)
    token.membership.save()

    assert Token.objects.good(secret) == token


def test_a_token_is_looked_up_in_one_query_and_knows_its_account(noon, administrator, world, django_assert_num_queries):
    _token, secret = issue(administrator, world["editor"])
    with django_assert_num_queries(1):
        token = Token.objects.good(secret)
        account = token.account
        assert (account, account.roles) == (world["editor"].user, {Role.EDITOR})
        assert token.membership.organisation.code == "OWN"
    assert permitted(account, world["missions"]) == (set(), {"OWN", "BELOW"}, {"OWN", "BELOW"})


def test_a_token_notes_the_day_on_which_it_was_used_and_writes_it_once_a_day(
    noon, administrator, django_assert_num_queries
):
    token, secret = issue(administrator)
    token.used()
    assert Token.objects.get().last_used_on == date(2026, 3, 10)
    with django_assert_num_queries(0):
        token.used()
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        Token.objects.good(secret).used()
    token.refresh_from_db()

    assert token.last_used_on == date(2026, 3, 11)
    assert token.history.count() == 1
    token.revoke(by=administrator)
    assert token.history.count() == 2


def test_a_token_is_revoked_once(noon, administrator):
    token, _secret = issue(administrator)
    stale = Token.objects.get()
    token.revoke(by=administrator)

    with pytest.raises(ValidationError, match="has been revoked already"):
        stale.revoke(by=build.membership(Role.ADMINISTRATOR).user)
    token.refresh_from_db()
    assert (token.revoked_at, token.revoked_by) == (NOON, administrator)


# --- the audit log ---


def told(user, **query):
    return [(e.deed, e.record, e.said.who, e.page) for e in events(find(user, kind="token", **query))]


def test_the_audit_log_tells_who_issued_and_revoked_a_token_and_that_its_role_was_taken(administrator):
    person = build.user("holder", Role.EDITOR, organisation=build.organisation("OWN"))
    held = person.memberships.get()
    first, _secret = issue_now(administrator, held, "First system")
    second, _secret = issue_now(administrator, held, "Second system")
    other = build.membership(Role.ADMINISTRATOR).user
    Token.objects.get(pk=first.pk).revoke(by=other)
    second.used()
    held.delete()
    who, command = administrator.username, "a command on the server"
    lines = [
        ("role taken away", "Second system", command, ("token", second.pk)),
        ("revoked", "First system", other.username, ("token", first.pk)),
        ("issued", "Second system", who, ("token", second.pk)),
        ("issued", "First system", who, ("token", first.pk)),
    ]

    assert told(administrator) == lines
    assert told(administrator, words="second") == [lines[0], lines[2]]
    assert told(administrator, words="holder") == lines
    assert told(administrator, person=administrator) == lines[2:]
    assert told(build.user("auditor", Role.AUDITOR)) == lines
    notes = {event.said.note for event in events(find(administrator, kind="token"))}
    assert notes == {"holder · Editor · Keep drafts"}


def issue_now(by, held, name):
    return Token.objects.issue(membership=held, name=name, scope=Scope.DRAFT, expires_on=date.today(), by=by)  # noqa: DTZ011


def test_an_editor_reads_nothing_of_tokens_in_the_audit_log(noon, administrator):
    token, _secret = issue(administrator)

    assert [line[0] for line in told(administrator)] == ["issued"]
    assert token.name not in {event.record for event in events(find(token.user))}


def test_the_log_takes_as_many_queries_with_four_tokens_as_with_one(noon, administrator, django_assert_num_queries):
    issue(administrator)
    with django_assert_num_queries(3):
        told(administrator)
    for _ in range(3):
        issue(administrator)
    with django_assert_num_queries(3):
        assert len(told(administrator)) == 4


# --- what the database holds ---


@pytest.fixture
def records(noon, administrator):
    """A token in force with a delivery, one that was revoked, and one whose role was taken."""
    token, revoked, unbound = (issue(administrator)[0] for _ in range(3))
    revoked.revoke(by=administrator)
    unbound.membership.delete()
    unbound.refresh_from_db()
    delivery = Delivery.objects.create(submission=build.submission(), token=token, digest="a" * 64)
    connection.check_constraints()
    return {"token": token, "revoked": revoked, "unbound": unbound, "delivery": delivery, "by": administrator}


ISSUED, UNBOUND, REVOKED = "what was issued", "never bound to another", "revoked once"
STAYS, THERE_ALREADY, AS_WRITTEN = "stays on record", "there already", "stays as it was written"
MOMENT = "2020-01-01 00:00:00+00:00"


def column(name, value):
    return lambda at: sql(f"UPDATE {TOKEN} SET {name} = %s WHERE id = %s", value(at), at["token"].pk)


def copied(record, **changes):
    """A record that is not saved yet, in all but `changes` a copy with an id of its own."""
    fields = {field.attname: field.value_from_object(record) for field in record._meta.concrete_fields}
    return type(record)(**{**fields, "id": 10**6, **changes})


ATTACKS = {
    "its id": (column("id", lambda _: 10**6), ISSUED),
    "its name": (column("name", lambda _: "x"), ISSUED),
    "its digest": (column("digest", lambda _: "f" * 64), ISSUED),
    "its scope": (column("scope", lambda _: "submit"), ISSUED),
    "its person": (column("user_id", lambda at: at["by"].pk), ISSUED),
    "its role": (column("role", lambda _: "coordinator"), ISSUED),
    "its organisation": (column("organisation_id", lambda _: build.organisation("X").pk), ISSUED),
    "its last day": (column("expires_on", lambda _: "2099-01-01"), ISSUED),
    "its beginning": (column("created_at", lambda _: MOMENT), ISSUED),
    "who issued it": (column("created_by_id", lambda _: build.nameless().pk), ISSUED),
    "another membership": (column("membership_id", lambda _: build.membership(organisation=None).pk), UNBOUND),
    "a membership again": (lambda at: saved(at["unbound"], membership=at["token"].membership), UNBOUND),
    "in force again": (lambda at: saved(at["revoked"], revoked_at=None, revoked_by=None), REVOKED),
    "revoked at another moment": (lambda at: saved(at["revoked"], revoked_at=MOMENT), REVOKED),
    "revoked by another": (lambda at: saved(at["revoked"], revoked_by=build.nameless()), REVOKED),
    "a scope by QuerySet.update()": (lambda _: Token.objects.update(scope="submit"), ISSUED),
    "a scope by bulk_update()": (lambda at: bulk_updated(at["token"], "scope", "submit"), ISSUED),
    "deleted by SQL": (lambda at: sql(f"DELETE FROM {TOKEN} WHERE id = %s", at["unbound"].pk), STAYS),
    "deleted": (lambda at: at["unbound"].delete(), STAYS),
    "its id once more": (lambda at: insert(at["token"]), THERE_ALREADY),
    "its digest once more": (lambda at: insert(copied(at["token"], name="x")), THERE_ALREADY),
    "its name once more": (lambda at: insert(copied(at["token"], digest="f" * 64)), THERE_ALREADY),
    "a delivery's digest": (lambda at: saved(at["delivery"], digest="f" * 64), AS_WRITTEN),
    "a delivery by another token": (lambda at: saved(at["delivery"], token=at["revoked"]), AS_WRITTEN),
    "a delivery deleted": (lambda at: at["delivery"].delete(), "came in through the API stays"),
    "a delivery once more": (lambda at: insert(copied(at["delivery"])), THERE_ALREADY),
}
if on_postgresql():
    ATTACKS |= {
        "TRUNCATE of tokens": (lambda _: sql(f"TRUNCATE {TOKEN} CASCADE"), "append-only"),
        "TRUNCATE of deliveries": (lambda _: sql(f"TRUNCATE {DELIVERY}"), "append-only"),
    }
else:
    ATTACKS |= {
        "REPLACE": (lambda at: insert(copied(at["token"], id=at["token"].pk), "INSERT OR REPLACE"), THERE_ALREADY),
        "REPLACE over its digest": (lambda at: insert(copied(at["token"], name="x"), "REPLACE"), THERE_ALREADY),
        "REPLACE over its name": (lambda at: insert(copied(at["token"], digest="f" * 64), "REPLACE"), THERE_ALREADY),
        "UPDATE OR REPLACE": (lambda _: sql(f"UPDATE OR REPLACE {TOKEN} SET name = 'x'"), ISSUED),
        "REPLACE of a delivery": (lambda at: insert(copied(at["delivery"]), "REPLACE"), THERE_ALREADY),
    }


def rows():
    found = []
    for table in (TOKEN, DELIVERY):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found.append(cursor.fetchall())
    return found


@pytest.mark.parametrize("name", ATTACKS)
def test_the_database_refuses_to_change_what_is_on_record_of_a_token(records, name):
    write, words = ATTACKS[name]
    before = rows()

    with pytest.raises(DatabaseError, match=words):
        attempt(write, records)

    assert rows() == before


def test_an_account_with_a_token_stays(records):
    with pytest.raises(ProtectedError):
        records["token"].user.delete()


def test_a_form_sent_twice_at_once_makes_one_token(own_database):
    administrator, held = build.membership(Role.ADMINISTRATOR).user, build.membership()

    def job():
        try:
            return issue_now(administrator, Membership.objects.get(pk=held.pk), "Office system")[0]
        except ValidationError as refusal:
            return refusal.message_dict

    first, second = one_behind_the_other(lambda: Membership.objects.select_for_update().get(pk=held.pk), job, job)

    refusals = [result for result in (first, second) if isinstance(result, dict)]
    assert [list(refusal) for refusal in refusals] == [["name"]]
    assert Token.objects.count() == 1
