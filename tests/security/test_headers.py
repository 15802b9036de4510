"""What protects readers and officials: each answer of the server says it, whoever asks, and whoever made the answer."""

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import OperationalError, transaction
from django.test import Client

from missions.models import Role
from tests import build
from tests.admin.routes import address, records_of, routes
from tests.kept import forget

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

BEFORE, FRAMED_BY_NOBODY = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ", "'none'"
POLICY = f"default-src 'self'; {BEFORE}{FRAMED_BY_NOBODY}"
UNUSED = [
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
]  # fmt: skip
OF_ALL = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED)
    + ", publickey-credentials-create=(self), publickey-credentials-get=(self)",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# For pages of other sites too.
OPEN = {**OF_ALL, "Cross-Origin-Resource-Policy": "cross-origin"}
# The browser goes on with those that came with the answer which it has.
UNCHANGED = {name: value for name, value in OPEN.items() if name not in ("Content-Security-Policy", "X-Frame-Options")}
CARD = {**OPEN, "Content-Security-Policy": f"default-src 'self'; {BEFORE}*"}
del CARD["X-Frame-Options"]
EVIDENCE = {**OF_ALL, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}
# Signing out takes with it what was typed and not sent.
SIGNS_OUT, SIGNED_OUT = ("POST", "accounts/logout/"), {**OF_ALL, "Clear-Site-Data": '"storage"'}

# What headers say besides: of the content, the server, and what a program asked for.
OF_THE_CONTENT = {
    "access-control-allow-origin", "access-control-expose-headers", "access-control-allow-headers",
    "access-control-allow-methods", "access-control-max-age", "allow", "cache-control", "content-disposition",
    "content-encoding", "content-language", "content-length", "content-type", "etag", "expires", "last-modified",
    "link", "location", "repr-digest", "retry-after", "vary", "www-authenticate", "x-hub-as-of", "x-hub-count",
    "x-hub-edition", "x-hub-ledger-head", "x-hub-note", "x-hub-query", "x-hub-revision", "x-request-id", "x-robots-tag",
}  # fmt: skip


@pytest.fixture(autouse=True)
def behind_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.HUB_REQUIRE_MFA = False


@pytest.fixture
def mission(db):
    return build.mission("FP-001", instrument=build.instrument("FP"))


def protecting(answer):
    """All that the answer says besides what it says of its content."""
    return {name: value for name, value in answer.headers.items() if name.lower() not in OF_THE_CONTENT}


def ask(client, method, path, **options):
    """The answer over https, of which nothing stays in the database; it is read to its end."""
    with transaction.atomic():
        answer = client.generic(method, path, secure=True, **options)
        transaction.set_rollback(True)
    answer.getvalue()
    # PEP 3333: a server may refuse what is a string by inheritance alone, as Python's own does.
    assert {type(part) for header in answer.headers.items() for part in header} == {str}
    return answer


def public(route, records):
    """The address of a route outside the back office, filled in."""
    section = route.removeprefix("en/").partition("/")[0]
    codes = {"owners": records["organisation"], "themes": records["theme"], "areas": records["area"]}
    record = codes.get(section) or records["mission" if "missions" in route else "instrument"]
    slug, name = records["frozenreport"].slug, records["frozenreport"].files.first().name
    for pattern, value in {
        "<code:code>": record.code, "<slug:slug>": slug, "<str:name>": name, "<uuidstr:key>": "0" * 32
    }.items():  # fmt: skip
        route = route.replace(pattern, value)
    return route


def expected(route, answer):
    if route == "evidence/<uuid:pk>/" and answer.status_code == 200:
        return EVIDENCE
    if route == "en/embed/<code:code>/" and answer.status_code == 200:
        return CARD
    is_open = route.startswith(("en/", "api/", "badge/", "calendar", "data/", "robots", "sitemap", ".well-known/"))
    return OPEN if is_open else OF_ALL


@pytest.mark.parametrize("who", [None, Role.EDITOR, Role.ADMINISTRATOR])
def test_every_address_that_the_resolver_knows_says_it_whoever_asks(db, who):
    records, client = records_of(build.organisation("OWN")), Client()
    if who:
        client.force_login(
            build.user("somebody", who, organisation=records["organisation"] if who == Role.EDITOR else None)
        )
    session = client.cookies.output(header="", sep=";")
    wrong, seen = {}, set()

    for route in routes(""):
        path = address(public(route, records), records)
        for method in ("GET", "POST"):
            client.cookies.load(session)
            answer = ask(client, method, path)
            seen.add(answer.status_code)
            said = SIGNED_OUT if who and (method, route) == SIGNS_OUT else expected(route, answer)
            if protecting(answer) != said:
                wrong[method, path] = answer.status_code, protecting(answer)

    assert wrong == {}
    assert {200, 302, 404, 405} <= seen


# --- answers that no view makes ---------------------------------------------------------------------------------------


def test_a_redirect_to_https_says_it_but_for_what_is_said_over_https_alone(client):
    answer = client.get("/en/missions/")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/en/missions/")
    without = {name: value for name, value in OPEN.items() if name != "Strict-Transport-Security"}
    assert protecting(answer) == without


@pytest.mark.parametrize(
    "name", ["missions/site.css", "missions/site.js", "admin/img/search.svg", "admin/css/base.css"]
)
def test_a_static_file_says_it(client, name):
    path = staticfiles_storage.url(name)
    answer = ask(client, "GET", path)
    again = client.get(path, secure=True, headers={"If-Modified-Since": answer["Last-Modified"]})

    assert (answer.status_code, protecting(answer)) == (200, OF_ALL)
    same = {name: value for name, value in OF_ALL.items() if name in UNCHANGED}
    assert (again.status_code, protecting(again)) == (304, same)


def test_the_mark_says_it_with_a_policy_for_its_own_style(client):
    answer = ask(client, "GET", staticfiles_storage.url("missions/mark.svg"))

    policy = answer["Content-Security-Policy"]
    own = re.fullmatch(re.escape(POLICY) + r"; style-src 'sha256-[\w/+]{43}='", policy)
    assert (own is not None, protecting(answer)) == (True, {**OF_ALL, "Content-Security-Policy": policy})


@pytest.mark.parametrize("path", ["/en/missions/", "/zh-hans/", "/api/v1/missions", "/badge/FP.svg", "/calendar.ics"])
def test_an_answer_that_is_kept_says_it_and_one_that_the_reader_has_changes_nothing_of_it(client, mission, path):
    made, kept = ask(client, "GET", path), ask(client, "GET", path)
    has = {"If-None-Match": made["ETag"]}
    known = ask(client, "GET", path, headers=has)
    forget()
    known_elsewhere = ask(client, "GET", path, headers=has)
    other = ask(client, "GET", path, headers={"If-Match": '"other"'})

    assert [each.status_code for each in (made, kept, known, known_elsewhere, other)] == [200, 200, 304, 304, 412]
    assert [protecting(each) for each in (made, kept, other)] == [OPEN] * 3
    assert [protecting(each) for each in (known, known_elsewhere)] == [UNCHANGED] * 2


def test_the_card_is_framed_by_anybody_also_when_it_is_kept_and_when_the_reader_has_it(client, mission):
    made, kept = (ask(client, "GET", "/en/embed/FP/") for _time in range(2))
    known = ask(client, "GET", "/en/embed/FP/", headers={"If-None-Match": made["ETag"]})

    assert [protecting(made), protecting(kept)] == [CARD, CARD]
    assert (known.status_code, protecting(known)) == (304, UNCHANGED)


def test_a_report_as_a_page_says_it_with_a_policy_for_its_own_style(client, mission):
    made, kept = (ask(client, "GET", "/en/report/completion.html") for _time in range(2))

    policy = dict(part.split(" ", 1) for part in made["Content-Security-Policy"].split("; "))
    assert policy.pop("style-src").startswith("'sha256-")
    assert policy.pop("img-src") == "data:"  # an icon that is empty, so that a copy on disk asks for none
    assert policy == dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert protecting(made) == protecting(kept)
    assert protecting(made) == {**OPEN, "Content-Security-Policy": made["Content-Security-Policy"]}


def test_the_answer_to_a_browser_that_asks_what_another_site_may_do_says_it(client):
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = ask(client, "OPTIONS", "/api/v1/missions", headers=asked)

    assert (answer["Access-Control-Allow-Origin"], protecting(answer)) == ("*", OPEN)


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def broken():
    """A client that gets the answer which a reader would get, where a test would get the exception."""
    return Client(raise_request_exception=False)


def raising(error):
    def raise_it(*args, **kwargs):
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/en/missions/?status=x", {}, 400),
        ("GET", "/en/missions/", {"headers": {"Host": "example.org"}}, 400),
        ("GET", "/api/v1/missions", {"headers": {"Host": "example.org"}}, 400),
        ("POST", "/api/v1/submissions", {}, 401),
        ("GET", "/en/no/such/", {}, 404),
        ("GET", "/static/no-such.css", {}, 404),
        ("GET", "/%00", {}, 404),
        ("POST", "/en/missions/", {}, 405),
        ("POST", "/api/v1/missions", {}, 405),
        ("POST", "/api/v1/submissions", {"headers": {"Transfer-Encoding": "chunked"}}, 411),
    ],
)
def test_a_refusal_says_it(mission, method, path, options, status):
    answer = ask(Client(raise_request_exception=False), method, path, **options)

    is_open = path.startswith(("/en/", "/api/"))
    assert (answer.status_code, protecting(answer)) == (status, OPEN if is_open else OF_ALL)


def test_a_form_without_its_token_one_too_long_and_one_guess_too_many_say_it(mission):
    strict, client = Client(enforce_csrf_checks=True), Client()
    form = {"content_type": "application/x-www-form-urlencoded"}
    login = "/accounts/login/"
    answers = [
        ask(strict, "POST", login, data=b"login=x", **form),
        ask(strict, "POST", "/en/missions/", data=b"q=x", **form),
        ask(client, "POST", login, data=b"x=" + b"x" * 2_000_000, **form),
    ]
    for _attempt in range(5):
        guess = client.post(login, {"login": "somebody", "password": "a guess"}, secure=True)

    statuses = [answer.status_code for answer in (*answers, guess)]
    assert (statuses, [protecting(each) for each in answers]) == ([403, 403, 413, 429], [OF_ALL, OPEN, OF_ALL])
    assert protecting(guess) == OF_ALL


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("x"), 500), (OperationalError("gone"), 503)])
@pytest.mark.parametrize("fails", ["missions.revision.moment", "missions.public.missions.MissionList.get_context_data"])
def test_a_failure_says_it_before_the_view_and_in_it(broken, mission, monkeypatch, fails, error, status):
    with monkeypatch.context() as failing:
        failing.setattr(fails, raising(error))
        answer = ask(broken, "GET", "/en/missions/")

    assert (answer.status_code, protecting(answer)) == (status, OPEN)
