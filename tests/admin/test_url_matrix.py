"""Every address × every role × own and foreign record. An address that this table does not know fails."""

import pytest
from django.test import Client

from missions.models import Role, Submission
from tests import build
from tests.accounts.signing import sign_in
from tests.admin.routes import METHODS, address, ask, known, path_of, records_of

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
REGISTER += ("programme", "programmeday", "contradiction")
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
    "admin/missions/user/<int:pk>/invite/": (ADMINISTRATOR, "403 403 403 403 302"),
    "admin/missions/user/<int:pk>/remove-second-factor/": (ADMINISTRATOR, "403 403 403 403 302"),
    "admin/missions/user/<int:pk>/erase/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/user/<int:pk>/personal-data.json": (ADMINISTRATOR, REFUSED),
    "admin/missions/user/<path:object_id>/change/": (ADMINISTRATOR, ADMINISTRATOR),
    "admin/missions/user/<path:object_id>/history/": (ADMINISTRATOR, REFUSED),
    "admin/missions/user/<path:object_id>/delete/": (NOBODY, NOBODY),
    "admin/missions/user/<path:object_id>/": (ONWARD, ONWARD),
    "admin/missions/mission/": (EVERYBODY, EVERYBODY),
    "admin/missions/mission/add/": (COORDINATOR, COORDINATOR),
    "admin/missions/mission/report-many/": ("200 404 403 200 403", "200 404 403 200 403"),
    "admin/missions/mission/<int:pk>/open/": ("403 404 403 200 403", "403 404 403 200 403"),
    "admin/missions/mission/<int:pk>/report/": ("200 404 403 200 403", "200 404 403 200 403"),
    "admin/missions/mission/<int:pk>/deadline/": ("200 404 403 200 403", "200 404 403 200 403"),
    "admin/missions/mission/<path:object_id>/change/": ("200 302 200 200 200", "403 302 403 200 403"),
    "admin/missions/mission/<path:object_id>/history/": ("200 302 200 200 200", REFUSED),
    "admin/missions/mission/<path:object_id>/delete/": (NOBODY, NOBODY),
    "admin/missions/mission/<path:object_id>/": (ONWARD, ONWARD),
    "evidence/<uuid:pk>/": (THEIRS, REFUSED),
    **{f"admin/missions/{model}/{end}": said for model in REGISTER for end, said in OF_THE_REGISTER.items()},
}
# What answers this question though it takes nothing in.
OPTIONS = dict.fromkeys(("admin/autocomplete/", "admin/jsi18n/", "admin/password_change/done/"), EVERYBODY)


def of_every_method(route, on_get, on_post):
    """What each method is answered with. Nothing takes in PUT, PATCH or DELETE: they bring what GET would, at most."""
    others = REFUSED if on_post == REFUSED else on_get
    return dict(
        zip(METHODS, (on_get, on_get, on_post, others, others, others, OPTIONS.get(route, others)), strict=True)
    )


@pytest.fixture
def own(db):
    return records_of(build.organisation("OWN", parent=build.organisation("ABOVE")))


@pytest.fixture
def foreign(db):
    return records_of(build.organisation("FOREIGN"))


def signed_in(user=None):
    client = Client()
    if user:
        sign_in(client, user.username)  # as a browser does: some pages ask how long that is ago
    return client


def statuses(editors, others, method, route, own, foreign):
    """Of the editors for the own record and for the foreign one; of each other, whom that does not concern, once."""
    pages = dict.fromkeys((address(route, own), address(route, foreign)))

    def told(clients, *asked):
        return "/".join(sorted({str(ask(client, method, page).status_code) for client in clients for page in asked}))

    of_editors = told(editors, next(iter(pages))), told(editors, next(reversed(pages)))
    return " ".join([*of_editors, *(told([client], *pages) for client in others)])


@pytest.mark.parametrize("prefix", ["admin/", "evidence/"])
def test_every_address_answers_each_role_as_the_table_has_it(own, foreign, prefix):
    """The editor of the organisation above is one of the owner; so the foreign record is that of another office."""
    expected = {route: of_every_method(route, *said) for route, said in known(prefix, MATRIX).items()}
    organisations = own["organisation"], own["organisation"].parent
    editors = [signed_in(build.user(f"at {held}", Role.EDITOR, organisation=held)) for held in organisations]
    others = [signed_in(build.user(role, role)) for role in (Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR)]

    found = {
        route: {method: statuses(editors, others, method, route, own, foreign) for method in METHODS}
        for route in expected
    }

    assert {route: said for route, said in found.items() if said != expected[route]} == {}
    assert Submission.objects.count() == 4


SIGN_IN, SECOND_FACTOR, NEW_PASSWORD = "/admin/login/", "/accounts/2fa/", "/accounts/password/change/"


OUTSIDERS = ["stranger", "closed account", "without a role", "without a second factor", "with a password of others"]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_address_opens_to_those_who_may_not_come_in(own, settings, who):
    settings.HUB_REQUIRE_MFA = True
    user, status, leads_to = {
        "stranger": lambda: (None, 302, SIGN_IN),
        "closed account": lambda: (build.user(), 302, SIGN_IN),
        "without a role": lambda: (without_a_role(), 403, ""),
        "without a second factor": lambda: (build.user(), 302, SECOND_FACTOR),
        "with a password of others": lambda: (build.user(must_change_password=True), 302, NEW_PASSWORD),
    }[who]()
    client = signed_in(user)
    if who == "closed account":
        user.is_active = False
        user.save()
    is_out = leads_to == SIGN_IN
    expected = dict.fromkeys(known("admin/", MATRIX), (status, leads_to))
    expected["admin/login/"] = (302, "/accounts/login/")
    if is_out:
        expected["admin/logout/"] = (302, "/admin/")

    for method in METHODS:
        answers = {route: ask(client, method, address(route, own)) for route in expected}
        assert {route: (answer.status_code, path_of(answer)) for route, answer in answers.items()} == expected
        file = ask(client, method, address("evidence/<uuid:pk>/", own))
        of_a_file = (302, leads_to) if leads_to and not is_out else (404, "")
        assert (file.status_code, path_of(file)) == (of_a_file if method in ("GET", "HEAD") else (405, ""))


def without_a_role():
    user = build.user()
    user.memberships.all().delete()
    return user
