"""What an attacker tries first, each time against something built to be worth it; other folders have the rest."""

from unittest import mock

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from missions.models import Role, Submission, Token
from missions.revision import answers
from tests import build
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in
from tests.admin.pages import filled_in
from tests.admin.reporting import BEGUN, SUBMIT, of_evidence
from tests.admin.routes import address, records_of, routes
from tests.public.dom import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
ELSEWHERE = "elsewhere.example"

# --- redirects and hosts ----------------------------------------------------------------------------------------------

OUTWARD = [f"https://{ELSEWHERE}", f"//{ELSEWHERE}", f"/\\{ELSEWHERE}", f"\t//{ELSEWHERE}", "javascript:alert(1)"]


@pytest.mark.parametrize("wanted", OUTWARD)
def test_who_shows_again_who_they_are_is_led_nowhere_but_into_the_site(client, wanted):
    user = build.user("editor", Role.EDITOR, organisation=build.organisation())
    client.force_login(user)
    again = client.post("/accounts/reauthenticate/", {"password": build.PASSWORD, "next": wanted})
    secret, other = give_totp(user), Client()
    sign_in(other, "editor", wanted=wanted)
    second = other.post(AUTHENTICATE, {"code": code(secret), "next": wanted})

    assert (again.status_code, second.status_code) == (302, 302)
    assert ELSEWHERE not in again.headers["Location"] + second.headers["Location"]
    assert {answer.headers["Location"][:1] for answer in (again, second)} == {"/"}
    assert "javascript" not in again.headers["Location"] + second.headers["Location"]


@pytest.mark.parametrize("path", [f"//{ELSEWHERE}/en", f"//{ELSEWHERE}/%2e%2e/admin", f"/%5c{ELSEWHERE}/en"])
def test_a_slash_that_is_added_makes_no_other_site_of_an_address(client, path):
    answer = client.get(path)

    assert not answer.headers.get("Location", "/").startswith(("//", "/\\", "http"))


# Whether whoever asks could make an answer another one, for readers who come after.
UNTRUSTED = {
    "X-Forwarded-Host": ELSEWHERE,
    "X-Forwarded-Server": ELSEWHERE,
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": f"//{ELSEWHERE}",
    "X-Original-URL": f"//{ELSEWHERE}/",
    "X-Rewrite-URL": "/admin/",
    "X-Script-Name": f"//{ELSEWHERE}",
    "X-HTTP-Method-Override": "POST",
    "Forwarded": f"host={ELSEWHERE};proto=http",
    "Cookie": "sessionid=planted; django_language=zh-hans; messages=planted",
    "Referer": f"https://{ELSEWHERE}/",
    "Range": "bytes=0-1",
}


@pytest.mark.parametrize("path", ["/en/missions/M-1/", "/api/v1/missions", "/en/changes.atom", "/robots.txt"])
def test_no_header_that_a_cache_does_not_look_at_changes_what_is_kept_for_others(client, mission, path):
    answers.clear()
    clean = client.get(path)
    expected = (clean.status_code, clean.getvalue(), clean.get("ETag"), clean.get("Location"))

    for name, value in UNTRUSTED.items():
        answers.clear()
        planted = Client().get(path, headers={name: value})
        next_reader = Client().get(path)
        for answer in (planted, next_reader):
            said = answer.status_code, answer.getvalue(), answer.get("ETag"), answer.get("Location")
            assert said == expected, name
    assert ELSEWHERE.encode() not in expected[1]


# --- forms of other sites ---------------------------------------------------------------------------------------------

# What takes no form's token: what nothing can be sent to, and the API, which asks for a token of its own.
EXEMPT = {
    "data/hubtracker.zip", "data/ledger.jsonl", "api/v1/openapi.json", "api/v1/docs", "api/v1/", "api/v1/reports",
    "api/v1/missions", "api/v1/missions/<code:code>", "api/v1/changes", "api/v1/instruments", "api/v1/themes",
    "api/v1/areas", "api/v1/organisations", "api/v1/submissions", "api/v1/submissions/<uuidstr:key>",
    "api/v1/summary", "api/v1/figures",
}  # fmt: skip


def exempt(patterns, above=""):
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from exempt(pattern.url_patterns, route)
        elif getattr(pattern.callback, "csrf_exempt", False):
            yield route


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_every_address_of_the_back_office_refuses_what_another_site_sends(mission, method):
    assert set(exempt(get_resolver().url_patterns)) == EXEMPT
    own = records_of(build.organisation("OWN"))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(build.user("head", Role.COORDINATOR, Role.ADMINISTRATOR))

    found = {route: getattr(strict, method)(address(route, own)).status_code for route in routes("admin/")}

    assert {route: status for route, status in found.items() if status != 403} == {}


# --- what belongs to others -------------------------------------------------------------------------------------------


def test_a_file_of_another_office_cannot_be_had_by_citing_it(client, mission, editor):
    stranger = build.user("stranger", Role.EDITOR, organisation=build.organisation("FOREIGN"))
    theirs = build.evidence_file("theirs.pdf", by=stranger)
    own = build.evidence_file("own.pdf", by=editor)
    page = f"/admin/missions/mission/{mission.pk}/report/"
    form = filled_in(client.get(page))

    def cite(file):
        return client.post(page, {**form, **BEGUN, **of_evidence(0, title="Letter", file=str(file.pk)), **SUBMIT})

    refused = cite(theirs)
    assert refused.status_code == 200
    assert "theirs.pdf" not in refused.content.decode()
    assert not Submission.objects.filter(evidence__file=theirs).exists()
    assert client.get(theirs.get_absolute_url()).status_code == 404

    assert cite(own).status_code == 302
    assert Submission.objects.filter(evidence__file=own).count() == 1


def test_a_form_takes_nothing_that_it_does_not_ask_for(client, mission, editor):
    other = build.mission("M-2", lead_owner=build.organisation("FOREIGN"))
    boss = build.user("boss", Role.COORDINATOR)
    page = f"/admin/missions/mission/{mission.pk}/report/"
    form = filled_in(client.get(page))
    more = {"mission": other.pk, "author": boss.pk, "state": "published", "kind": "correction", "entry": 1, "id": 7,
            "_publish": "Publish", "corrects": 1, "key": "00000000-0000-4000-8000-000000000007"}  # fmt: skip

    client.post(page, {**form, **BEGUN, **more})

    for made in Submission.objects.all():
        assert (made.mission, made.author, made.kind, made.entry, made.corrects) == (
            mission,
            editor,
            "report",
            None,
            None,
        )
        assert made.state in ("draft", "submitted")
    assert mission.changes.count() == 2


def test_whoever_issues_a_token_can_make_none_that_is_somebody_elses(client):
    administrator = build.user("administrator", Role.ADMINISTRATOR)
    held = build.membership()
    client.force_login(administrator)
    page = "/admin/missions/token/add/"
    form = filled_in(client.get(page))
    more = {"user": administrator.pk, "digest": "0" * 64, "role": "coordinator", "created_by": held.user.pk}
    client.post(page, {**form, "membership": held.pk, "name": "Office", **more})

    token = Token.objects.get()
    assert (token.user, token.role, token.created_by) == (held.user, Role.EDITOR, administrator)
    assert token.digest != "0" * 64


# --- who has an account -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["editor", "closed", "invited", "nobody at all"])
def test_a_sign_in_that_fails_takes_as_long_whether_or_not_there_is_such_an_account(client, who):
    """As many passwords are hashed, which is what takes the time."""
    build.user("editor")
    closed, invited = build.user("closed"), build.user("invited")
    closed.is_active = False
    closed.save()
    invited.set_unusable_password()
    invited.save()

    hashing = PBKDF2PasswordHasher.encode
    with mock.patch.object(PBKDF2PasswordHasher, "encode", autospec=True, side_effect=hashing) as encode:
        answer = sign_in(client, who, "a wrong password")

    assert "User name or password is wrong." in parse(answer).text
    assert encode.call_count == 1


def test_guessing_at_an_account_that_there_is_not_ends_as_at_one_that_there_is(client):
    build.user("editor", Role.EDITOR, organisation=build.organisation())
    found = {
        who: [sign_in(client, who, "a wrong password").status_code for _attempt in range(6)] for who in ("editor", "no")
    }

    assert found["editor"] == found["no"]
    assert 429 in found["no"]
