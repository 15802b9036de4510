"""What holds of every answer of the API: who may read it, what its headers say, how a refusal looks."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from missions.api.reports import LINKS
from missions.models import Head
from missions.status import Status
from tests import build

pytestmark = pytest.mark.usefixtures("noon")

SITE = settings.SITE_URL
READING = [f"/api/v1/{name}" for name in LINKS] + ["/api/v1/missions/FP-001"]
LISTS = [f"/api/v1/{name}" for name in LINKS if name != "summary"]


@pytest.fixture(autouse=True)
def one_mission(noon):
    build.mission("FP-001", areas=[build.area("A1")], status=Status.PAUSED)
    build.frozen_report("R-1")


@pytest.mark.parametrize("address", READING)
def test_an_answer_says_how_the_query_was_read_and_of_which_revision_it_is(client, address):
    head = Head.objects.get()

    response = client.get(f"{address}?as_of=2024-03-02&unknown=x")
    period = "&until=2024-03-02" if address.endswith("/changes") else ""

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert {name: response[f"X-Hub-{name}"] for name in ("Query", "As-Of", "Revision", "Ledger-Head")} == {
        "Query": f"as_of=2024-03-02{period}",
        "As-Of": "2024-03-02",
        "Revision": str(head.revision),
        "Ledger-Head": head.hash,
    }
    assert response["Content-Language"] == "en, zh-Hans"


@pytest.mark.parametrize("address", [*READING, "/api/v1/", "/api/v1/openapi.json"])
def test_a_reader_who_has_it_is_not_sent_it_again_until_it_has_changed(client, address):
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    weak = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": f"W/{packed['ETag']}"})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert (again["ETag"], weak.status_code) == (first["ETag"], 304)


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/missions", "/api/v1/missions/FP-001", "/api/v1/summary"])
def test_once_something_is_recorded_it_is_sent_anew(client, address):
    first = client.get(address)
    build.report(build.mission("FP-001-B", status=Status.PAUSED), Status.COMPLETED)
    build.report(build.Mission.objects.get(code="FP-001"), Status.COMPLETED)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again["ETag"] != first["ETag"]) == (200, True)


@pytest.mark.parametrize("address", [*READING, "/api/v1/", "/api/v1/openapi.json"])
def test_head_answers_what_get_would_without_the_body(client, address):
    there, head = client.get(address), client.head(address)

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", there["ETag"])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", [*READING, "/api/v1/"])
def test_another_method_is_refused_and_those_that_there_are_are_named(client, address, method):
    response = getattr(client, method)(address)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 405


@pytest.mark.parametrize("address", [*READING, "/api/v1/"])
def test_a_precondition_that_does_not_hold_is_said_so(client, address):
    response = client.get(address, headers={"If-Match": '"another"'})

    assert (response.status_code, response["Content-Type"]) == (412, "application/problem+json")


def test_another_host_is_refused_as_a_program_can_read_it(client):
    response = client.get("/api/v1/missions", headers={"Host": "example.org"})

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("address", LISTS)
def test_a_bad_value_is_named_with_what_is_wrong_in_both_languages(client, address):
    response = client.get(f"{address}?as_of=2024-3-2&per_page=1001")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    errors = {error["parameter"]: error for error in response.json()["errors"]}
    assert errors.keys() == {"as_of", "per_page"}
    assert [name for name, error in errors.items() if not error["zh"] or error["en"] == error["zh"]] == []


@pytest.mark.parametrize("address", [f"{address}?page=2" for address in LISTS] + [
    "/api/v1/nothing", "/api/v1/missions/", "/api/v1/missions/FP-999", "/api/v1/missions/FP-001?as_of=2020-01-01",
    "/api/", "/api/v2/missions", "/api/v1/missions/FP%00",
])  # fmt: skip
def test_what_is_not_there_is_said_so_in_both_languages(client, address):
    response = client.get(address)

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert re.search("[\u4e00-\u9fff]", response.json()["detail"])


def test_a_page_larger_than_those_of_the_site_is_given(client):
    answer = client.get("/api/v1/missions?per_page=1000")

    assert (answer.status_code, answer.json()["per_page"]) == (200, 1000)
    assert client.get("/en/missions/?per_page=101").status_code == 400


def linked(response):
    return dict(re.findall(r'<([^>]*)>; rel="(\w+)"', response["Link"]))


def test_the_headers_lead_from_page_to_page_through_the_whole_list_and_back(client):
    for number in range(7):
        build.mission(f"M-{number}", status=Status.PAUSED)
    build.mission("M-7")
    pages, address = [], "/api/v1/missions?status=paused&per_page=3&unknown=x&page=1"

    while address:
        response = client.get(address)
        pages.append([item["code"] for item in response.json()["items"]])
        links = {name: url for url, name in linked(response).items()}
        address = links.get("next", "").removeprefix(SITE)

    assert pages == [["FP-001", "M-0", "M-1"], ["M-2", "M-3", "M-4"], ["M-5", "M-6"]]
    assert links == {
        "first": f"{SITE}/api/v1/missions?status=paused&per_page=3&page=1",
        "last": f"{SITE}/api/v1/missions?status=paused&per_page=3&page=3",
        "prev": f"{SITE}/api/v1/missions?status=paused&per_page=3&page=2",
    }


@pytest.mark.parametrize("address", [*READING, "/api/v1/nothing", "/api/v1/missions?as_of=x", "/data/ledger.jsonl"])
def test_a_page_of_any_other_site_may_read_it_without_cookies(client, address):
    response = client.get(address, headers={"Origin": "https://example.org"})

    assert response.getvalue()
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert {"etag", "link", "x-hub-revision"} <= set(response["Access-Control-Expose-Headers"].lower().split(", "))


@pytest.mark.parametrize(("method", "is_allowed"), [("GET", True), ("HEAD", True), ("POST", False), ("PUT", False)])
def test_a_page_of_another_site_may_read_and_not_write(client, method, is_allowed):
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": method}

    response = client.options("/api/v1/submissions", headers=asked)

    assert (method in response["Access-Control-Allow-Methods"].split(", ")) == is_allowed
    assert "authorization" not in response["Access-Control-Allow-Headers"].lower()


@pytest.mark.parametrize("address", ["/en/missions/", "/admin/login/", "/accounts/login/", "/healthz"])
def test_pages_are_not_open_to_pages_of_other_sites(client, address):
    response = client.get(address, headers={"Origin": "https://example.org"})

    assert "Access-Control-Allow-Origin" not in response


def test_no_answer_sets_a_cookie_or_looks_at_one(client):
    for address in (*READING, "/api/v1/", reverse("api:openapi"), reverse("api:docs")):
        response = client.get(address)
        assert (response.cookies.output(), "Cookie" in response["Vary"]) == ("", False)


def test_the_state_of_the_data_names_the_newest_entry_and_every_address_leads_somewhere(client):
    head = Head.objects.get()

    state = client.get("/api/v1/").json()

    assert (state["revision"], state["entry"], state["ledger_head"]) == (head.revision, head.entry, head.hash)
    assert state["today"] == "2024-06-30"
    answers = {name: client.get(url.removeprefix(SITE)) for name, url in state["links"].items()}
    assert [name for name, answer in answers.items() if not answer.getvalue()] == []
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        [*LINKS, "openapi", "docs", "dataset", "ledger"], 200
    )


def test_a_mistake_of_the_site_is_a_problem_too(client, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("a secret")

    monkeypatch.setattr("missions.api.missions.as_listed", fail)
    client.raise_request_exception = False

    response = client.get("/api/v1/missions")

    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in response.content.decode()
