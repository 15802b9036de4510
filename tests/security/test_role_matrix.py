"""Every address outside the back office × every method × everybody; `tests/admin/test_url_matrix.py` has the rest.

An address that these tables do not know fails.
"""

import json
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from missions.models import Delivery, Role, Scope, Submission
from tests import build
from tests.admin.routes import METHODS, address, ask, known, path_of, records_of, routes
from tests.api.sending import SAID

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = pytest.mark.no_cover

# By method, in the order of METHODS.
FORM = "200 200 200 200 405 405 200"
SHOWN = "200 200 405 405 405 405 200"
READ = "200 200 405 405 405 405 405"


def always(said):
    return " ".join([said] * len(METHODS))


STRANGER_OUT, MISSING = always("302/accounts/login/"), always("404")
LOGIN, ONCE_MORE, BACK_OFFICE = "302/accounts/login/", always("302/accounts/reauthenticate/"), always("302/admin/")
# To whoever is not signed in, and to whoever has just signed in with a password: status, and where it leads to.
ACCOUNTS = {
    "login/": (FORM, BACK_OFFICE),
    "logout/": (f"{LOGIN} {LOGIN} {LOGIN} 405 405 405 200", f"200 200 {LOGIN} 405 405 405 200"),
    "inactive/": (SHOWN, SHOWN),
    "reauthenticate/": (STRANGER_OUT, FORM),
    "password/change/": (STRANGER_OUT, FORM),
    "password/set/": (STRANGER_OUT, always("302/accounts/password/change/")),
    "password/reset/": (FORM, FORM),
    "password/reset/done/": (SHOWN, SHOWN),
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (always("200"), always("200")),
    "password/reset/key/done/": (SHOWN, SHOWN),
    "2fa/": (STRANGER_OUT, SHOWN),
    "2fa/authenticate/": (STRANGER_OUT, BACK_OFFICE),
    "2fa/reauthenticate/": (STRANGER_OUT, ONCE_MORE),
    "2fa/totp/activate/": (STRANGER_OUT, FORM),
    "2fa/totp/deactivate/": (STRANGER_OUT, MISSING),
    "2fa/recovery-codes/": (STRANGER_OUT, "404 404 405 405 405 405 200"),
    "2fa/recovery-codes/generate/": (STRANGER_OUT, FORM),
    "2fa/recovery-codes/download/": (STRANGER_OUT, MISSING),
    "2fa/webauthn/": (always("302/accounts/2fa/"), always("302/accounts/2fa/")),
    "2fa/webauthn/add/": (STRANGER_OUT, FORM),
    # The passkey is somebody else's.
    "2fa/webauthn/keys/<int:pk>/edit/#passkey": (STRANGER_OUT, "404 404 404 404 405 405 200"),
    "2fa/webauthn/keys/<int:pk>/remove/#passkey": (STRANGER_OUT, "404 404 404 405 405 404 200"),
    "2fa/webauthn/reauthenticate/": (STRANGER_OUT, ONCE_MORE),
    "2fa/webauthn/login/": (f"{LOGIN} {LOGIN} {LOGIN} {LOGIN} 405 405 200", BACK_OFFICE),
    "sessions/": (STRANGER_OUT, "200 200 302/accounts/sessions/ 302/accounts/sessions/ 405 405 200"),
    "oidc/<provider_id>/login/": (MISSING, MISSING),
    "oidc/<provider_id>/login/callback/": (MISSING, MISSING),
    "oidc/cancelled/": (SHOWN, SHOWN),
    "language/": ("405 405 302/ 405 405 405 405", "405 405 302/ 405 405 405 405"),
    "personal-data/": (STRANGER_OUT, READ),
    "personal-data.json": (STRANGER_OUT, READ),
}
PAGES = [
    "", "missions/", "missions/<code:code>/", "instruments/", "instruments/<code:code>/", "owners/",
    "owners/<code:code>/", "themes/", "themes/<code:code>/", "areas/", "areas/<code:code>/", "changes/", "figures/",
    "reports/", "reports/<slug:slug>/", "data/", "about/", "embed/<code:code>/",
]  # fmt: skip
FILES = [
    "picture.png", "missions/<code:code>/picture.png", "missions/<code:code>/changes.atom",
    "instruments/<code:code>/picture.png", "owners/<code:code>/picture.png", "themes/<code:code>/picture.png",
    "areas/<code:code>/picture.png", "changes.csv", "changes.atom", "reports/<slug:slug>/<str:name>",
    "report/completion.<str:ending>",
]  # fmt: skip
API = [
    "", "openapi.json", "docs", "reports", "missions", "missions/<code:code>", "changes", "instruments", "themes",
    "areas", "organisations", "summary", "figures",
]  # fmt: skip
SITE = [
    ".well-known/security.txt", "badge/<code:code>.svg", "calendar.ics", "data/completion-report.schema.json",
    "data/hubtracker.zip", "data/ledger.jsonl", "robots.txt", "sitemap.xml",
]  # fmt: skip
# Of these nobody's session is asked for: the same to everybody.
PUBLIC = {
    "": "302/en/ 302/en/ 405 405 405 405 405",
    **{f"en/{route}": SHOWN for route in PAGES},
    **{f"en/{route}": READ for route in FILES},
    **dict.fromkeys(SITE, READ),
    **{f"api/v1/{route}": READ for route in API},
    # With a token alone: see below.
    "api/v1/submissions": "405 405 401 405 405 405 405",
    "api/v1/submissions/<uuidstr:key>": "401 401 405 405 405 405 405",
    "healthz": READ,
    "readyz": READ,
    "metrics": "404 404 405 405 405 405 405",  # where no token for it is set
}


@pytest.fixture
def own(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # many sign in here
    settings.HUB_REQUIRE_MFA = True
    made = records_of(build.organisation("OWN", parent=build.organisation("ABOVE")))
    made["passkey"] = Authenticator.objects.create(user=made["user"], type=Authenticator.Type.WEBAUTHN, data={})
    return made


@pytest.fixture
def everybody(own):
    """Name → the browser of each; whoever must set up a second factor first has none yet."""
    editors = {"of the owner": own["organisation"], "of another": build.organisation("FOREIGN")}
    editors["of the one above"] = own["organisation"].parent
    people = {name: build.user(name, Role.EDITOR, organisation=held) for name, held in editors.items()}
    people |= {role.value: build.user(role, role) for role in (Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR)}
    people |= {name: build.user(name) for name in ("closed", "without a role")}
    people["must change the password"] = build.user("must change the password", must_change_password=True)
    clients = {name: Client() for name in ("stranger", *people)}
    for name, user in people.items():
        clients[name].post("/accounts/login/", {"login": user.username, "password": build.PASSWORD})
    people["without a role"].memberships.all().delete()
    people["closed"].is_active = False
    people["closed"].save()
    return clients


def told(client, page):
    answers = [ask(client, method, page) for method in METHODS]
    return " ".join(f"{answer.status_code}{path_of(answer)}" for answer in answers)


def test_every_page_of_accounts_answers_as_the_table_has_it(own, everybody):
    rows = known("accounts/", {f"accounts/{route}": said for route, said in ACCOUNTS.items()})
    expected = {
        (route, who): said[who not in ("stranger", "closed")] for route, said in rows.items() for who in everybody
    }

    found = {(route, who): told(everybody[who], address(route, own)) for route, who in expected}

    assert {place: said for place, said in found.items() if said != expected[place]} == {}


def public_address(route, own):
    """The address of something that is there."""
    mission = own["mission"]
    of = {
        "missions": mission, "owners": own["organisation"], "themes": mission.theme, "areas": own["area"],
        **dict.fromkeys(("instruments", "badge", "embed"), mission.instrument),
    }  # fmt: skip
    for place, value in {
        "<slug:slug>": own["frozenreport"].slug,
        "<str:name>": "report.json",
        "<str:ending>": "csv",
        "<uuidstr:key>": str(uuid.UUID(int=7)),
    }.items():
        route = route.replace(place, value)
    return "/" + re.sub(r"(\w+)/<code:code>", lambda found: f"{found[1]}/{of[found[1]].code}", route)


def test_every_public_address_answers_everybody_alike(own, everybody):
    assert set(PUBLIC) == {route for route in routes("") if not route.startswith(("admin/", "accounts/", "evidence/"))}
    expected = {(route, who): said for route, said in PUBLIC.items() for who in everybody}

    found = {(route, who): told(everybody[who], public_address(route, own)) for route, who in expected}

    assert {place: said for place, said in found.items() if said != expected[place]} == {}


# --- tokens -----------------------------------------------------------------------------------------------------------


def expired(own):
    with time_machine.travel(timezone.now() - timedelta(days=9)):
        return build.token(build.membership(organisation=own["organisation"]), days=1)[1]


def ended(own, end):
    token, secret = build.token(build.membership(organisation=own["organisation"]))
    end(token)
    return secret


def closed(token):
    token.user.is_active = False
    token.user.save()


def of_an_editor(organisation, **said):
    return lambda own: build.token(build.membership(organisation=organisation(own)), **said)[1]


def owner(own):
    return own["organisation"]


NOBODY = "401 401 401 401"
# Who asks → how a draft on a mission of the owner is answered, one on a mission of another organisation, one that is to
# be submitted at once, and what became of a submission that another token sent.
TOKENS = {
    "none": (lambda own: None, NOBODY),
    "one that there is not": (lambda own: "hub_nothing", NOBODY),
    "expired": (expired, NOBODY),
    "revoked": (lambda own: ended(own, lambda token: token.revoke(by=build.user("a", Role.ADMINISTRATOR))), NOBODY),
    "of a closed account": (lambda own: ended(own, closed), NOBODY),
    "of a role that was taken away": (lambda own: ended(own, lambda token: token.membership.delete()), NOBODY),
    "of the owner, for drafts": (of_an_editor(owner, scope=Scope.DRAFT), "201 403 403 404"),
    "of the owner": (of_an_editor(owner), "201 403 201 404"),
    "of the organisation above": (of_an_editor(lambda own: own["organisation"].parent), "201 403 201 404"),
    "of another organisation": (of_an_editor(lambda own: build.organisation("FOREIGN")), "403 201 403 404"),
    "of a coordinator": (lambda own: build.token(build.membership(Role.COORDINATOR))[1], "201 201 201 404"),
}


@pytest.mark.parametrize("whose", TOKENS)
def test_a_token_opens_what_its_role_and_its_scope_do_and_never_what_another_sent(own, client, whose):
    make, expected = TOKENS[whose]
    foreign = build.mission(lead_owner=build.organisation("FOREIGN"))
    sent = build.submission(own["mission"], by=build.nameless())
    other = build.token(build.membership(organisation=own["organisation"]))[0]
    Delivery.objects.create(submission=sent, token=other, digest="0" * 64)
    secret, before = make(own), Submission.objects.count()
    held = {"Authorization": f"Bearer {secret}"} if secret else {}
    client.force_login(build.user("head", Role.COORDINATOR))  # a session opens nothing here

    def send(**said):
        headers = {**held, "Idempotency-Key": str(uuid.uuid4())}
        body = json.dumps({**SAID, "effective_on": "2024-01-01", **said})
        return ask(client, "POST", "/api/v1/submissions", body, content_type="application/json", headers=headers)

    answers = [
        send(mission=own["mission"].code, submit=False),
        send(mission=foreign.code, submit=False),
        send(mission=own["mission"].code, submit=True),
        ask(client, "GET", f"/api/v1/submissions/{sent.key}", headers=held),
    ]

    assert " ".join(str(answer.status_code) for answer in answers) == expected
    assert Submission.objects.count() == before  # `ask` keeps nothing


@pytest.mark.parametrize("method", METHODS)
def test_no_token_makes_another_method_of_a_submission(own, client, method):
    token, secret = build.token(build.membership(organisation=own["organisation"]))
    sent = build.submission(own["mission"], by=build.nameless())
    Delivery.objects.create(submission=sent, token=token, digest="0" * 64)

    answer = ask(client, method, f"/api/v1/submissions/{sent.key}", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == (200 if method in ("GET", "HEAD") else 405)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_metrics_open_with_their_token_alone(own, everybody, settings, method):
    settings.HUB_METRICS_TOKEN = "a long enough token"
    secret = build.token(build.membership(Role.COORDINATOR))[1]
    said = {None: 401, "": 401, "Bearer nothing": 401, "Bearer ": 401, f"Bearer {secret}": 401}
    said["Bearer a long enough token"] = 200

    for client in everybody.values():
        found = {
            given: ask(client, method, "/metrics", headers={"Authorization": given} if given is not None else {})
            for given in said
        }
        assert {given: answer.status_code for given, answer in found.items()} == said
