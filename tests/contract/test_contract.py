"""What holds for every public address: status, methods, headers, cache validation, bad queries, cookies."""

import base64
import hashlib
import json
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from missions.models import Role
from tests import factories
from tests.cache import AllQueries, forget
from tests.contract.addresses import ADDRESSES, OTHERS, PAGED, is_document, is_page, public_routes
from tests.contract.site import fetch
from tests.public.dom import parse

PROBLEM = "application/problem+json"
QUICK = [address for address in ADDRESSES if not is_document(address)]
# Parameter → a value that no page accepts.
BAD = {
    **dict.fromkeys([name for reads in ADDRESSES.values() for name in reads], "none of these"),
    "q": "a\0b",
    "as_of": "2024-07-01",
    "page": "0",
    "per_page": "1001",
    "lang": "de",
    "since_id": "-1",
}
# Any value of these is accepted: the page of a sitemap in the form of Django's, and the language of a page.
NEVER_BAD = {("/sitemap.xml", "p"), ("/api/v1/docs", "lang")}


def page(answer):
    return parse(HttpResponse(answer.body))


def bad_parameters(answer):
    """The parameters that the answer to a bad query names, as a form or as problem details in both languages."""
    if answer.headers["Content-Type"] == PROBLEM:
        errors = json.loads(answer.body)["errors"]
        assert all(error["en"] and error["zh"] and error["en"] != error["zh"] for error in errors)
        return sorted(error["parameter"] for error in errors)
    fields = [field for field in page(answer).one("form", class_="bad-query").walk() if field.get("aria-invalid")]
    return sorted({field["name"] for field in fields})


def test_every_public_route_has_an_address_here():
    known = [*ADDRESSES, *(re.sub("{.*}", "00000000-0000-4000-8000-000000000000", address) for address in OTHERS)]
    routes = {route: re.compile(re.sub(r"<\w+:\w+>", "[^/]+", re.escape(route))) for route in public_routes()}

    assert [route for route, pattern in routes.items() if not any(map(pattern.fullmatch, known))] == []


def test_every_address_answers(answers, site):
    expected = dict.fromkeys(ADDRESSES, 200) | {address.format(**site): status for address, status in OTHERS.items()}

    assert {address: answer.status for address, answer in answers.items()} == expected


def test_head_answers_as_get_does_without_the_body(client, answers):
    heads = {address: fetch(client, address, "HEAD") for address in ADDRESSES}

    assert {address: len(head.body) for address, head in heads.items()} == dict.fromkeys(ADDRESSES, 0)
    differ = {
        address: {name for name, value in answers[address].headers.items() if head.headers.get(name) != value}
        for address, head in heads.items()
    }
    assert differ == {key: {"X-Request-Id"} for key in ADDRESSES}


def test_a_reader_who_has_an_answer_gets_304_for_one_query(client, answers):
    found = {}
    for address in ADDRESSES:
        etag = answers[address].headers["ETag"]
        forget()  # as another process, which never made the answer
        with AllQueries() as queries:
            answer = fetch(client, address, if_none_match=f'"other", W/{etag}')
        own_tag = address.startswith(("/data/h", "/data/l")) or "/reports/R-1/r" in address  # that of the file
        found[address] = (answer.status, answer.body, answer.headers["ETag"] == etag, own_tag or len(queries))

    assert found == dict.fromkeys(ADDRESSES, (304, b"", True, 1))


def test_a_second_answer_is_the_same_for_one_query(client, answers):
    found = {}
    for address in QUICK:
        first = fetch(client, address)
        with AllQueries() as queries:
            again = fetch(client, address)
        del first.headers["X-Request-Id"], again.headers["X-Request-Id"]
        found[address] = (first == again, first.body == answers[address].body, len(queries))

    assert found == dict.fromkeys(QUICK, (True, True, 1))


def test_readers_may_cache_but_have_to_revalidate(answers):
    found = {address: answers[address].headers.get("Cache-Control") for address in ADDRESSES}

    assert found == dict.fromkeys(ADDRESSES, "public, no-cache")
    assert {address for address in ADDRESSES if "Last-Modified" in answers[address].headers} == set()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_an_unsupported_method_is_refused(client, answers, method):
    addresses = [*ADDRESSES, "/", "/healthz", "/readyz"]
    found = {address: fetch(client, address, method) for address in addresses}

    assert {address: answer.status for address, answer in found.items()} == dict.fromkeys(addresses, 405)
    allowed = {address: {*answer.headers["Allow"].split(", ")} - {"OPTIONS"} for address, answer in found.items()}
    assert allowed == {key: {"GET", "HEAD"} for key in addresses}


def test_an_anonymous_reader_gets_no_cookie(answers):
    assert {address: answer.cookies for address, answer in answers.items() if answer.cookies} == {}
    own = {address for address, answer in answers.items() if "cookie" in answer.headers.get("Vary", "").lower()}
    assert {address.split("/")[1] for address in own} <= {"evidence"}  # officials may see more of these


def test_an_official_reads_what_everybody_reads(answers):
    """Whatever cookies a browser sends: what a cache keeps of it goes to the next reader."""
    official = Client()
    official.force_login(factories.user("official", Role.COORDINATOR))
    official.cookies["django_language"] = "zh-hans"
    forget()

    differ = [address for address in QUICK if fetch(official, address).body != answers[address].body]
    assert differ == []


def test_parameters_that_a_page_does_not_read_change_nothing(client, answers):
    every = {*BAD, "zz", "lang", "_", "Q"}
    differ = []
    for address, reads in ADDRESSES.items():
        answer = fetch(client, f"{address}?{'&'.join(f'{name}=zzz' for name in sorted(every - {*reads}))}")
        if (answer.status, answer.headers["ETag"]) != (200, answers[address].headers["ETag"]):
            differ.append(address)

    assert differ == []


def test_a_bad_value_is_refused_with_the_name_of_its_parameter(client):
    pairs = [(address, name) for address, reads in ADDRESSES.items() for name in reads]
    pairs = [pair for pair in pairs if pair not in NEVER_BAD]
    found = {}
    for address, name in pairs:
        answer = fetch(client, f"{address}?{name}={BAD[name]}".replace("\0", "%00").replace(" ", "+"))
        is_form = answer.headers["Content-Type"].startswith("text/html")
        found[address, name] = (answer.status, is_form, bad_parameters(answer) if answer.status == 400 else [])

    assert found == {(address, name): (400, is_page(address), [name]) for address, name in pairs}


def test_a_page_past_the_end_is_not_found(client):
    found = {address: fetch(client, f"{address}?page=99") for address in PAGED}

    is_problem = {address: (a.status, a.headers["Content-Type"] == PROBLEM) for address, a in found.items()}
    assert is_problem == {address: (404, not is_page(address)) for address in PAGED}


@pytest.mark.both_databases
def test_an_unknown_code_is_not_found(client, site):
    codes = ["NONE", "fp-001", "%00", "FP-001%00", "%FF", "😀", "'%20OR%201=1", "x" * 3000]
    routes = [
        route.replace("<str:name>", "report.json")
        for route in public_routes()
        if re.search("(code|slug)>(?!.*png)", route)
    ]
    addresses = [re.sub(r"<\w+:\w+>", code, route) for route in routes for code in codes]

    found = {address: fetch(client, address) for address in addresses}
    assert {address: answer.status for address, answer in found.items()} == dict.fromkeys(addresses, 404)
    assert [a for a in addresses if a.startswith("/api/") and found[a].headers["Content-Type"] != PROBLEM] == []


# --- headers ----------------------------------------------------------------------------------------------------------

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
SECURITY = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def expected_policies(address):
    if "/embed/" in address:  # other sites may frame it
        return SECURITY | {
            "Content-Security-Policy": POLICY.replace("ancestors 'none'", "ancestors *"),
            "X-Frame-Options": None,
        }
    return SECURITY


def test_every_answer_has_the_headers_that_protect_readers(answers):
    found = {address: {name: answers[address].headers.get(name) for name in SECURITY} for address in ADDRESSES}
    own = {address: found.pop(address) for address in list(found) if address.endswith(".html")}

    assert found == {address: expected_policies(address) for address in found}
    assert {answer.headers["Permissions-Policy"].count("geolocation=()") for answer in answers.values()} == {1}
    # A report carries its own style, by its hash, and an empty icon, so that a copy on disk loads nothing.
    for address, headers in own.items():
        (style,) = re.findall(rb"<style>(.*?)</style>", answers[address].body, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
        policy = headers["Content-Security-Policy"]
        assert sorted(policy.split("; ")) == sorted(
            [*POLICY.split("; "), f"style-src 'sha256-{digest}'", "img-src data:"]
        )
        assert headers == SECURITY | {"Content-Security-Policy": policy}


def test_every_file_has_the_digest_of_its_bytes_and_no_content_coding(client, answers):
    files = {address for address in ADDRESSES if "Repr-Digest" in answers[address].headers}
    assert {"/calendar.ics", "/data/hubtracker.zip", "/data/ledger.jsonl", "/en/changes.csv"} < files
    assert {address for address in ADDRESSES if "/report" in address and not is_page(address)} < files | {
        "/api/v1/reports"
    }
    for address in files:
        answer = fetch(client, address, accept_encoding="gzip, br")
        digest = base64.b64encode(hashlib.sha256(answer.body).digest()).decode()
        assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:", address
        assert (answer.headers.get("Content-Encoding"), answer.body) == (None, answers[address].body), address


def test_files_and_the_api_state_their_query_day_revision_and_head(client, answers):
    day = "2024-06-01"
    addresses = [
        a
        for a, reads in ADDRESSES.items()
        if "as_of" in reads and not is_page(a) and "X-Hub-Query" in answers[a].headers
    ]
    state = json.loads(answers["/api/v1/"].body)
    found = {}
    for address in addresses:
        headers = fetch(client, f"{address}?as_of={day}&zz=1").headers
        found[address] = [headers[f"X-Hub-{name}"] for name in ("As-Of", "Revision", "Ledger-Head")]
        assert f"as_of={day}" in headers["X-Hub-Query"]
        assert "zz" not in headers["X-Hub-Query"]

    assert found == {key: [day, str(state["revision"]), state["ledger_head"]] for key in addresses}
    assert len(addresses) == 25


@pytest.mark.parametrize(
    "address", ["/api/v1/missions", "/api/v1/missions?as_of=x", "/api/v1/none", "/data/ledger.jsonl"]
)
def test_pages_of_other_sites_may_read_open_data_without_cookies(client, site, address):
    headers = fetch(client, address, origin="https://example.org").headers
    preflight = {"origin": "https://example.org", "access_control_request_method": "POST"}
    allowed = fetch(client, "/api/v1/submissions", "OPTIONS", **preflight).headers

    assert (headers["Access-Control-Allow-Origin"], headers.get("Access-Control-Allow-Credentials")) == ("*", None)
    assert "POST" not in allowed["Access-Control-Allow-Methods"]
    assert "authorization" not in allowed["Access-Control-Allow-Headers"].lower()
    for page in ("/en/missions/", "/accounts/login/", "/healthz"):
        assert "Access-Control-Allow-Origin" not in fetch(client, page, origin="https://example.org").headers


def test_no_answer_repeats_the_host_of_the_request(client, site):
    answers = {address: fetch(client, address, host="localhost:9") for address in QUICK}

    assert [address for address, answer in answers.items() if b"localhost:9" in answer.body] == []
    assert {answer.status for answer in answers.values()} == {200}
