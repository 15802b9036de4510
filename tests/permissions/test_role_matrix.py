"""Roles × URLs × methods as data: /admin/, /evidence/ and /accounts/. Tokens are in tests/officials.

A route of the URLconf that these tables do not name fails the test.
"""

from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from missions.models import Role, User
from tests import factories
from tests.accounts.signing import sign_in
from tests.admin.pages import table_rows
from tests.admin.routes import address, ask, known, path_of, records_of

# no_cover: many runs of the same lines, which other tests cover.
pytestmark = [pytest.mark.no_cover, pytest.mark.django_db]

# Status of an empty GET and of an empty POST for a record of the organisation OWN. The columns:
ROLES = ("anonymous", "no role", "editor of OWN", "other editor", "auditor", "coordinator", "administrator")
EVERYBODY, NOBODY = "302 403 200 200 200 200 200", "302 403 403 403 403 403 403"
ONWARD, MISSING, REFUSED = "302 403 302 302 302 302 302", "302 403 404 404 404 404 404", "302 403 405 405 405 405 405"
COORDINATOR, ADMINISTRATOR = "302 403 403 403 403 200 403", "302 403 403 403 403 403 200"
READERS, OWN = "302 403 403 403 200 200 200", "302 403 200 404 200 200 200"
REPORTERS, REPORT_OWN = "302 403 200 200 403 200 403", "302 403 200 404 403 200 403"
# Django redirects to the start page where an account may not see the record.
OWN_LEDGER = "302 403 200 302 200 200 200"
ADMIN = {
    "admin/": (EVERYBODY, EVERYBODY),
    "admin/login/": ("302 302 302 302 302 302 302", "302 302 302 302 302 302 302"),
    "admin/logout/": (ONWARD, ONWARD),
    "admin/password_change/": (ONWARD, ONWARD),
    "admin/password_change/done/": (EVERYBODY, REFUSED),
    "admin/autocomplete/": (NOBODY, REFUSED),
    "admin/jsi18n/": (EVERYBODY, REFUSED),
    "admin/audit/": (EVERYBODY, REFUSED),
    "admin/audit.csv": (EVERYBODY, REFUSED),
    "admin/board/": (READERS, REFUSED),
    "admin/^(?P<app_label>missions)/$": (EVERYBODY, EVERYBODY),
    "admin/(?P<url>.*)$": (MISSING, MISSING),
    "admin/missions/submission/": (EVERYBODY, EVERYBODY),
    "admin/missions/submission/<int:pk>/change/": (OWN, "302 403 403 404 403 200 403"),
    "admin/missions/submission/<int:pk>/change/#draft": (OWN, REPORT_OWN),
    "admin/missions/submission/<int:pk>/take-back/": (REFUSED, "302 403 302 404 403 302 403"),
    "admin/missions/submission/<int:pk>/take-back/#draft": (REFUSED, "302 403 302 404 403 302 403"),
    "admin/missions/statuschange/<int:pk>/correct/": ("302 403 403 404 403 200 403", "302 403 403 404 403 200 403"),
    "admin/missions/mission/report-many/": (REPORT_OWN, REPORT_OWN),
    "admin/missions/mission/<int:pk>/open/": ("302 403 403 404 403 200 403", "302 403 403 404 403 200 403"),
    "admin/missions/mission/<int:pk>/report/": (REPORT_OWN, REPORT_OWN),
    "admin/missions/mission/<int:pk>/deadline/": (REPORT_OWN, REPORT_OWN),
    # These imports are by none of the accounts that ask.
    "admin/missions/import/": (EVERYBODY, EVERYBODY),
    "admin/missions/import/add/": (REPORTERS, REPORTERS),
    "admin/missions/import/<int:pk>/change/": ("302 403 404 404 200 200 200", "302 403 404 404 403 403 403"),
    "admin/missions/import/<int:pk>/file/": ("302 403 404 404 200 200 200", REFUSED),
    "admin/missions/import/<int:pk>/differences.csv": ("302 403 404 404 403 403 403", REFUSED),
    "admin/missions/import/return.xlsx": (REPORTERS, REFUSED),
    "admin/missions/import/returns.zip": (COORDINATOR, REFUSED),
    "admin/missions/import/register.<str:ending>": (COORDINATOR, REFUSED),
    "admin/missions/import/programme.xlsx": (COORDINATOR, REFUSED),
    "admin/missions/token/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/token/add/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/token/<int:pk>/change/": (ADMINISTRATOR, REFUSED),
    "admin/missions/token/<int:pk>/revoke/": (REFUSED, "302 403 403 403 403 403 302"),
    "admin/missions/user/<int:pk>/invite/": (ADMINISTRATOR, "302 403 403 403 403 403 302"),
    "admin/missions/user/<int:pk>/remove-second-factor/": (ADMINISTRATOR, "302 403 403 403 403 403 302"),
    "admin/missions/user/<int:pk>/erase/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/user/<int:pk>/personal-data.json": (ADMINISTRATOR, REFUSED),
    "evidence/<uuid:pk>/": ("404 404 200 404 200 200 200", "405 405 405 405 405 405 405"),
}
# Django's usual pages of a model: list, "add", GET and POST of "change", GET and POST of "history".
PAGES = {
    "statuschange": (EVERYBODY, NOBODY, OWN_LEDGER, "302 403 403 302 403 403 403", OWN_LEDGER, OWN_LEDGER),
    "frozenreport": (EVERYBODY, COORDINATOR, EVERYBODY, NOBODY, EVERYBODY, EVERYBODY),
    "reminder": (READERS, NOBODY, READERS, NOBODY, READERS, READERS),
    "user": (ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, REFUSED),
    "mission": (EVERYBODY, COORDINATOR, OWN_LEDGER, "302 403 403 302 403 200 403", OWN_LEDGER, REFUSED),
}
REGISTER = ("instrument", "theme", "area", "organisation", "source", "reportedfigure")
for model in (*REGISTER, "programme", "programmeday", "contradiction"):
    PAGES[model] = (EVERYBODY, COORDINATOR, EVERYBODY, COORDINATOR, EVERYBODY, REFUSED)
for model, (listing, add, change, changed, history, posted) in PAGES.items():
    ADMIN |= {
        f"admin/missions/{model}/": (listing, listing),
        f"admin/missions/{model}/add/": (add, add),
        f"admin/missions/{model}/<path:object_id>/change/": (change, changed),
        f"admin/missions/{model}/<path:object_id>/history/": (history, posted),
        f"admin/missions/{model}/<path:object_id>/delete/": (NOBODY, NOBODY),
        f"admin/missions/{model}/<path:object_id>/": (ONWARD, ONWARD),
    }
# Status of an empty GET and POST for anonymous people, and for everybody who has just signed in with a password.
ACCOUNTS = {
    # The passkey belongs to another account.
    "login/": ("200 200", "302 302"), "logout/": ("302 302", "200 302"), "inactive/": ("200 405", "200 405"),
    "reauthenticate/": ("302 302", "200 200"), "password/change/": ("302 302", "200 200"),
    "password/set/": ("302 302", "302 302"), "password/reset/": ("200 200", "200 200"),
    "password/reset/done/": ("200 405", "200 405"),
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": ("200 200", "200 200"),
    "password/reset/key/done/": ("200 405", "200 405"), "2fa/": ("302 302", "200 405"),
    "2fa/authenticate/": ("302 302", "302 302"), "2fa/reauthenticate/": ("302 302", "302 302"),
    "2fa/totp/activate/": ("302 302", "200 200"), "2fa/totp/deactivate/": ("302 302", "404 404"),
    "2fa/recovery-codes/": ("302 302", "404 405"), "2fa/recovery-codes/generate/": ("302 302", "200 200"),
    "2fa/recovery-codes/download/": ("302 302", "404 404"), "2fa/webauthn/": ("302 302", "302 302"),
    "2fa/webauthn/add/": ("302 302", "200 200"), "2fa/webauthn/keys/<int:pk>/edit/#passkey": ("302 302", "404 404"),
    "2fa/webauthn/keys/<int:pk>/remove/#passkey": ("302 302", "404 404"),
    "2fa/webauthn/reauthenticate/": ("302 302", "302 302"), "2fa/webauthn/login/": ("302 302", "302 302"),
    "sessions/": ("302 302", "200 302"), "oidc/<provider_id>/login/": ("404 404", "404 404"),
    "oidc/<provider_id>/login/callback/": ("404 404", "404 404"), "oidc/cancelled/": ("200 405", "200 405"),
    "language/": ("405 302", "405 302"), "personal-data/": ("302 302", "200 405"),
    "personal-data.json": ("302 302", "200 405"),
    # Administrators create accounts, so allauth's pages for sign-up, e-mail addresses and connections are closed.
    **dict.fromkeys((
        "signup/", "email/", "confirm-email/", "^confirm-email/(?P<key>[-:\\w]+)/$", "login/code/confirm/", "3rdparty/",
        "3rdparty/login/cancelled/", "3rdparty/login/error/", "3rdparty/signup/", "social/login/cancelled/",
        "social/login/error/", "social/signup/", "social/connections/",
        "^(?:signup|email|confirm-email|login/code|3rdparty|social)/",
        "oidc/^(?P<provider_id>[^/]+)/login/", "oidc/^(?P<provider_id>[^/]+)/login/callback/",
    ), ("404 404", "404 404")),
}  # fmt: skip


def signed_in(user):
    client = Client()
    sign_in(client, user.username)
    return client


def without_role(username):
    user = factories.user(username)
    client = signed_in(user)
    user.memberships.all().delete()
    return client


@pytest.fixture(scope="module")
def world(module_db):
    own = factories.organisation("OWN", parent=factories.organisation("ABOVE"))
    records, foreign = records_of(own), records_of(factories.organisation("FOREIGN"))
    passkey = {"type": Authenticator.Type.WEBAUTHN, "data": {"name": "Phone"}}
    records["passkey"] = Authenticator.objects.create(user=records["user"], **passkey)
    editors = {"editor of OWN": own, "other editor": factories.organisation("FOREIGN"), "editor above": own.parent}
    users = {name: factories.user(name, Role.EDITOR, organisation=held) for name, held in editors.items()}
    users |= {role.value: factories.user(role, role) for role in (Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR)}
    clients = {"anonymous": Client(), "no role": without_role("no role")}
    clients |= {name: signed_in(user) for name, user in users.items()}
    return SimpleNamespace(own=records, foreign=foreign, users=users, clients=clients)


def statuses(world, route, roles):
    """The statuses of GET and of POST, a column for each role."""
    page = address(route, world.own)
    return tuple(
        " ".join(str(ask(world.clients[role], method, page).status_code) for role in roles)
        for method in ("GET", "POST")
    )


@pytest.mark.parametrize("prefix", ["admin/", "evidence/"])
def test_each_role_gets_the_status_of_the_table(world, prefix):
    """An editor of the organisation above the owner has the column of the owner's editor."""
    rows = known(prefix, ADMIN)
    expected = {route: tuple(f"{row} {row.split()[2]}" for row in both) for route, both in rows.items()}

    found = {route: statuses(world, route, (*ROLES, "editor above")) for route in expected}

    assert {route: row for route, row in found.items() if row != expected[route]} == {}


def test_pages_of_accounts_are_the_same_for_every_role(world):
    expected = known("accounts/", {f"accounts/{route}": row for route, row in ACCOUNTS.items()})

    found = {(route, role): " ".join(statuses(world, route, [role])) for route in expected for role in ROLES}

    assert {at: row for at, row in found.items() if row != expected[at[0]][at[1] != "anonymous"]} == {}


SIGN_IN, SECOND_FACTOR, NEW_PASSWORD = "/admin/login/", "/accounts/2fa/", "/accounts/password/change/"


@pytest.mark.parametrize(
    ("fields", "mfa", "leads_to"),
    [
        ({"is_active": False}, False, SIGN_IN),
        ({}, True, SECOND_FACTOR),
        ({"must_change_password": True}, False, NEW_PASSWORD),
    ],
)
def test_no_admin_page_opens_before_the_account_is_complete(world, settings, fields, mfa, leads_to):
    settings.HUB_REQUIRE_MFA = mfa
    client = signed_in(factories.user("incomplete", Role.COORDINATOR, Role.ADMINISTRATOR))
    User.objects.filter(username="incomplete").update(**fields)
    is_out = leads_to == SIGN_IN
    expected = {
        **dict.fromkeys(known("admin/", ADMIN), leads_to),
        "admin/login/": "/accounts/login/",
        "admin/logout/": "/admin/" if is_out else leads_to,
    }

    for method in ("GET", "POST"):
        answers = {route: ask(client, method, address(route, world.own)) for route in expected}
        assert {route: path_of(answer) for route, answer in answers.items()} == expected
    file = ask(client, "GET", address("evidence/<uuid:pk>/", world.own))
    assert (file.status_code, path_of(file)) == ((404, "") if is_out else (302, leads_to))


# --- rows -------------------------------------------------------------------------------------------------------------

OWN_ROWS, ALL_ROWS = {"own"}, {"own", "foreign"}


@pytest.mark.parametrize(
    ("role", "drafts", "entries", "missions", "imports", "files"),
    [
        ("editor of OWN", OWN_ROWS, OWN_ROWS, OWN_ROWS, set(), [200, 404]),
        ("editor above", OWN_ROWS, OWN_ROWS, OWN_ROWS, set(), [200, 404]),
        ("other editor", {"foreign"}, {"foreign"}, {"foreign"}, {"mine"}, [404, 200]),
        ("auditor", ALL_ROWS, ALL_ROWS, ALL_ROWS, {"mine", "theirs"}, [200, 200]),
        ("coordinator", ALL_ROWS, ALL_ROWS, ALL_ROWS, {"mine", "theirs"}, [200, 200]),
        ("administrator", ALL_ROWS, ALL_ROWS, ALL_ROWS, {"mine", "theirs"}, [200, 200]),
    ],
)
def test_lists_and_files_hold_the_rows_that_the_role_may_see(world, role, drafts, entries, missions, imports, files):
    client = world.clients[role]
    whose = {world.own["mission"].code: "own", world.foreign["mission"].code: "foreign"}
    factories.imported(by=world.users["coordinator"], name="theirs")
    factories.imported(by=world.users["other editor"], name="mine", kind="return")

    def listed(model):
        text = {row for rows in table_rows(client.get(f"/admin/missions/{model}/")) for row in rows}
        return {owner for code, owner in whose.items() if any(code in cell.split() for cell in text)}

    names = {cell for rows in table_rows(client.get("/admin/missions/import/")) for cell in rows} & {"mine", "theirs"}
    pages = [address("evidence/<uuid:pk>/", records) for records in (world.own, world.foreign)]
    found = [ask(client, "GET", page).status_code for page in pages]
    rows = {"drafts": listed("submission"), "entries": listed("statuschange"), "missions": listed("mission")}
    assert rows == {"drafts": drafts, "entries": entries, "missions": missions}
    assert (names, found) == (imports, files)
