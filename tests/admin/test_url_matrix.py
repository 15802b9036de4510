"""Every address × every role × own and foreign record. An address that this table does not know fails."""

from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client

from missions.models import Role, Submission
from tests import build
from tests.admin.routes import address, records_of, routes

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = pytest.mark.no_cover

# Status of an empty GET and of an empty POST, by who asks: an editor for an own record, an editor for a foreign one,
# auditor, coordinator, administrator (for both). "#…" behind a route names another record than that of its model.
EVERYBODY, NOBODY = "200 200 200 200 200", "403 403 403 403 403"
ONWARD, MISSING, REFUSED = "302 302 302 302 302", "404 404 404 404 404", "405 405 405 405 405"
COORDINATOR, ADMINISTRATOR = "403 403 403 200 403", "403 403 403 403 200"
READERS = "403 403 200 200 200"
THEIRS = "200 404 200 200 200"
OF_THE_REGISTER = {
    "": (EVERYBODY, EVERYBODY),
    "add/": (COORDINATOR, COORDINATOR),
    "<path:object_id>/change/": (EVERYBODY, COORDINATOR),
    "<path:object_id>/history/": (EVERYBODY, REFUSED),
    "<path:object_id>/delete/": (NOBODY, NOBODY),
    "<path:object_id>/": (ONWARD, ONWARD),
}
REGISTER = ("instrument", "theme", "area", "organisation", "source", "reportedfigure")
MATRIX = {
    "admin/": (EVERYBODY, EVERYBODY),
    "admin/login/": (ONWARD, ONWARD),
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
    "admin/missions/submission/<int:pk>/change/": (THEIRS, "403 404 403 200 403"),
    "admin/missions/submission/<int:pk>/change/#draft": (THEIRS, "200 404 403 200 403"),
    "admin/missions/submission/<int:pk>/take-back/": (REFUSED, "302 404 403 302 403"),
    "admin/missions/submission/<int:pk>/take-back/#draft": (REFUSED, "302 404 403 302 403"),
    "admin/missions/statuschange/": (EVERYBODY, EVERYBODY),
    "admin/missions/statuschange/add/": (NOBODY, NOBODY),
    "admin/missions/statuschange/<int:pk>/correct/": ("403 404 403 200 403", "403 404 403 200 403"),
    # Django's own answer for what an account may not see leads to the start page.
    "admin/missions/statuschange/<path:object_id>/change/": ("200 302 200 200 200", "403 302 403 403 403"),
    "admin/missions/statuschange/<path:object_id>/history/": ("200 302 200 200 200", "200 302 200 200 200"),
    "admin/missions/statuschange/<path:object_id>/delete/": (NOBODY, NOBODY),
    "admin/missions/statuschange/<path:object_id>/": (ONWARD, ONWARD),
    "admin/missions/frozenreport/": (EVERYBODY, EVERYBODY),
    "admin/missions/frozenreport/add/": (COORDINATOR, COORDINATOR),
    "admin/missions/frozenreport/<path:object_id>/change/": (EVERYBODY, NOBODY),
    "admin/missions/frozenreport/<path:object_id>/history/": (EVERYBODY, EVERYBODY),
    "admin/missions/frozenreport/<path:object_id>/delete/": (NOBODY, NOBODY),
    "admin/missions/frozenreport/<path:object_id>/": (ONWARD, ONWARD),
    # Of an import, whoever handed it in is its own; these were by others.
    "admin/missions/import/": (EVERYBODY, EVERYBODY),
    "admin/missions/import/add/": ("200 200 403 200 403", "200 200 403 200 403"),
    "admin/missions/import/<int:pk>/change/": ("404 404 200 200 200", "404 404 403 403 403"),
    "admin/missions/import/<int:pk>/file/": ("404 404 200 200 200", REFUSED),
    "admin/missions/import/<int:pk>/differences.csv": ("404 404 403 403 403", REFUSED),
    "admin/missions/import/return.xlsx": ("200 200 403 200 403", REFUSED),
    "admin/missions/import/returns.zip": (COORDINATOR, REFUSED),
    "admin/missions/import/register.<str:ending>": (COORDINATOR, REFUSED),
    "admin/missions/import/programme.xlsx": (COORDINATOR, REFUSED),
    "admin/missions/reminder/": (READERS, READERS),
    "admin/missions/reminder/add/": (NOBODY, NOBODY),
    "admin/missions/reminder/<path:object_id>/change/": (READERS, NOBODY),
    "admin/missions/reminder/<path:object_id>/history/": (READERS, READERS),
    "admin/missions/reminder/<path:object_id>/delete/": (NOBODY, NOBODY),
    "admin/missions/reminder/<path:object_id>/": (ONWARD, ONWARD),
    "admin/missions/token/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/token/add/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/token/<int:pk>/change/": (ADMINISTRATOR, REFUSED),
    "admin/missions/token/<int:pk>/revoke/": (REFUSED, "403 403 403 403 302"),
    "admin/missions/user/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/user/add/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/user/<int:pk>/invite/": (REFUSED, "403 403 403 403 302"),
    "admin/missions/user/<int:pk>/remove-second-factor/": (REFUSED, "403 403 403 403 302"),
    "admin/missions/user/<path:object_id>/change/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/user/<path:object_id>/history/": (ADMINISTRATOR, REFUSED),
    "admin/missions/user/<path:object_id>/delete/": (NOBODY, NOBODY),
    "admin/missions/user/<path:object_id>/": (ONWARD, ONWARD),
    "admin/missions/mission/": (EVERYBODY, EVERYBODY),
    "admin/missions/mission/add/": (COORDINATOR, COORDINATOR),
    "admin/missions/mission/report-many/": ("200 404 403 200 403", "200 404 403 200 403"),
    "admin/missions/mission/<int:pk>/open/": ("403 404 403 200 403", "403 404 403 200 403"),
    "admin/missions/mission/<int:pk>/report/": ("200 404 403 200 403", "200 404 403 200 403"),
    "admin/missions/mission/<int:pk>/deadline/": ("403 404 403 200 403", "403 404 403 200 403"),
    "admin/missions/mission/<path:object_id>/change/": ("200 302 200 200 200", "403 302 403 200 403"),
    "admin/missions/mission/<path:object_id>/history/": ("200 302 200 200 200", REFUSED),
    "admin/missions/mission/<path:object_id>/delete/": (NOBODY, NOBODY),
    "admin/missions/mission/<path:object_id>/": (ONWARD, ONWARD),
    "evidence/<uuid:pk>/": (THEIRS, REFUSED),
    **{f"admin/missions/{model}/{end}": said for model in REGISTER for end, said in OF_THE_REGISTER.items()},
}
# Of a stranger and of an editor who has just signed in with a password: status, and where it leads to.
LOGIN = "302/accounts/login/"
STRANGER_OUT, OPEN, SHOWN = f"{LOGIN} {LOGIN}", "200 200", "200 405"
ONCE_MORE = "302/accounts/reauthenticate/"
ACCOUNTS = {
    "login/": (OPEN, "302/admin/ 302/admin/"),
    "logout/": (STRANGER_OUT, f"200 {LOGIN}"),
    "inactive/": (SHOWN, SHOWN),
    "reauthenticate/": (STRANGER_OUT, OPEN),
    "password/change/": (STRANGER_OUT, OPEN),
    "password/set/": (STRANGER_OUT, "302/accounts/password/change/ 302/accounts/password/change/"),
    "password/reset/": (OPEN, OPEN),
    "password/reset/done/": (SHOWN, SHOWN),
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (OPEN, OPEN),
    "password/reset/key/done/": (SHOWN, SHOWN),
    "2fa/": (STRANGER_OUT, SHOWN),
    "2fa/authenticate/": (STRANGER_OUT, "302/admin/ 302/admin/"),
    "2fa/reauthenticate/": (STRANGER_OUT, f"{ONCE_MORE} {ONCE_MORE}"),
    "2fa/totp/activate/": (STRANGER_OUT, OPEN),
    "2fa/totp/deactivate/": (STRANGER_OUT, "404 404"),
    "2fa/recovery-codes/": (STRANGER_OUT, "404 405"),
    "2fa/recovery-codes/generate/": (STRANGER_OUT, OPEN),
    "2fa/recovery-codes/download/": (STRANGER_OUT, "404 404"),
    "2fa/webauthn/": ("302/accounts/2fa/ 302/accounts/2fa/", "302/accounts/2fa/ 302/accounts/2fa/"),
    "2fa/webauthn/add/": (STRANGER_OUT, OPEN),
    "2fa/webauthn/keys/<int:pk>/edit/#passkey": (STRANGER_OUT, "404 404"),
    "2fa/webauthn/keys/<int:pk>/remove/#passkey": (STRANGER_OUT, "404 404"),
    "2fa/webauthn/reauthenticate/": (STRANGER_OUT, f"{ONCE_MORE} {ONCE_MORE}"),
    "2fa/webauthn/login/": (STRANGER_OUT, "302/admin/ 302/admin/"),
    "sessions/": (STRANGER_OUT, "200 302/accounts/sessions/"),
    "oidc/<provider_id>/login/": ("404 404", "404 404"),
    "oidc/<provider_id>/login/callback/": ("404 404", "404 404"),
    "oidc/cancelled/": (SHOWN, SHOWN),
    "language/": ("405 302/", "405 302/"),
}


@pytest.fixture
def own(db):
    return records_of(build.organisation("OWN"))


@pytest.fixture
def foreign(db):
    return records_of(build.organisation("FOREIGN"))


def signed_in(user=None):
    client = Client()
    if user:
        client.force_login(user)
    return client


def ask(client, method, page):
    """The answer to an empty request, of which nothing stays: no row, and no end of the session."""
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        answer = client.generic(method, page)
        transaction.set_rollback(True)
    answer.close()  # a file that is sent stays open until then
    client.cookies = SimpleCookie(cookies)
    return answer


def statuses(clients, method, route, own, foreign):
    """Of an editor for the own record and for the foreign one; of everybody else, whom that does not concern, once."""
    pages = address(route, own), address(route, foreign)
    found = []
    for number, client in enumerate(clients):
        answers = [ask(client, method, page).status_code for page in dict.fromkeys(pages)]
        found += [answers[0], answers[-1]] if number == 0 else sorted(set(answers))
    return " ".join(map(str, found))


def known(prefix, table):
    """The rows of `table` below `prefix`; fails for a route that has none, and for a row whose route is gone."""
    rows = {route: said for route, said in table.items() if route.startswith(prefix)}
    assert {route.partition("#")[0] for route in rows} == set(routes(prefix))
    return rows


@pytest.mark.parametrize("prefix", ["admin/", "evidence/"])
def test_every_address_answers_each_role_as_the_table_has_it(own, foreign, prefix):
    rows = known(prefix, MATRIX)
    roles = (Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR)
    people = [build.user("editor", Role.EDITOR, organisation=own["organisation"])]
    clients = [signed_in(user) for user in [*people, *(build.user(role, role) for role in roles)]]

    found = {
        route: tuple(statuses(clients, method, route, own, foreign) for method in ("GET", "POST")) for route in rows
    }

    assert {route: said for route, said in found.items() if said != rows[route]} == {}
    assert Submission.objects.count() == 4


SIGN_IN, SECOND_FACTOR, NEW_PASSWORD = "/admin/login/", "/accounts/2fa/", "/accounts/password/change/"


@pytest.mark.parametrize("who", ["stranger", "without a role", "without a second factor", "with a password of others"])
def test_no_address_opens_to_those_who_may_not_come_in(own, settings, who):
    settings.HUB_REQUIRE_MFA = True
    user, status, leads_to = {
        "stranger": lambda: (None, 302, SIGN_IN),
        "without a role": lambda: (without_a_role(), 403, ""),
        "without a second factor": lambda: (build.user(), 302, SECOND_FACTOR),
        "with a password of others": lambda: (build.user(must_change_password=True), 302, NEW_PASSWORD),
    }[who]()
    client = signed_in(user)
    expected = dict.fromkeys(known("admin/", MATRIX), (status, leads_to))
    expected["admin/login/"] = (302, "/accounts/login/")
    if not user:
        expected["admin/logout/"] = (302, "/admin/")  # out already

    for method in ("GET", "POST"):
        answers = {route: ask(client, method, address(route, own)) for route in expected}
        assert {route: (answer.status_code, path_of(answer)) for route, answer in answers.items()} == expected
    file = ask(client, "GET", address("evidence/<uuid:pk>/", own))
    assert (file.status_code, path_of(file)) == ((302, leads_to) if user and leads_to else (404, ""))


def path_of(answer):
    return urlsplit(answer.headers.get("Location", "")).path


def without_a_role():
    user = build.user()
    user.memberships.all().delete()
    return user


def test_every_page_of_accounts_answers_as_the_table_has_it(own, client):
    own["passkey"] = Authenticator.objects.create(user=own["user"], type=Authenticator.Type.WEBAUTHN, data={})
    editor = build.user("editor", Role.EDITOR, organisation=own["organisation"])
    client.post("/accounts/login/", {"login": editor.username, "password": build.PASSWORD})
    rows = known("accounts/", {f"accounts/{route}": said for route, said in ACCOUNTS.items()})

    pages = {route: address(route, own) for route in rows}
    found = {route: (told(signed_in(), page), told(client, page)) for route, page in pages.items()}

    assert {route: said for route, said in found.items() if said != rows[route]} == {}


def told(client, page):
    answers = [ask(client, method, page) for method in ("GET", "POST")]
    return " ".join(f"{answer.status_code}{path_of(answer)}" for answer in answers)
